import CivilTime
import Delivery
import Engine
import Paging
import Store

/// What the world knows of messages that bring several pages (decision 0014).
struct Bundles {
    /// The other pages that a message names, by its key; its body never changes once it
    /// may have left.
    var named: [String: [String]] = [:]
    /// The same of one that was refused before it left, which may be made anew or not.
    var refused: [String: [String]] = [:]
    /// Those that fare as the message does, by its row, as it was handed over last.
    var following: [Int64: [String]] = [:]
    /// The message that a page left in last, and its process.
    var carriers: [String: (message: Int64, epoch: Int)] = [:]
}

/// Every page that a message brings is held to what one alone is held to.
extension World {
    /// Cases in one message (decision 0014).
    private static let casesMax = 100

    /// The keys of all pages that a message brings, its own first.
    func pages(in parcel: Parcel) -> [String] {
        [parcel.key] + (bundles.named[parcel.key] ?? [])
    }

    /// Reads what a message brings, and checks that it brings what it should.
    func readBundle(_ parcel: Parcel, at now: Milliseconds) {
        guard weather.bundles, parcel.endpoint == "hook", parcel.urgency.isPage else { return }
        let following = following(parcel)
        bundles.following[parcel.id] = following.map(\.key)
        if bundles.named[parcel.key] != nil {
            if !following.isEmpty { sometimes.note(.bundleAgain) }
            return
        }
        let numbers = numbers(in: parcel)
        // Made by a turn that the world did not see the end of: it may be as old as that.
        let isNew = parcel.attempt == 1 || bundles.carriers[parcel.key]?.epoch == epoch
        let keys = Dictionary(following.map { ($0.number, $0.key) }) { first, _ in first }
        let before = bundles.refused[parcel.key] ?? []
        bundles.named[parcel.key] = numbers.compactMap { number in
            keys[number] ?? page(of: number, among: before)
                ?? lastPage(of: number, in: parcel)
        }
        if isNew {
            if numbers.sorted() != following.map(\.number).sorted() {
                violate(
                    "V13",
                    "\(parcel.key) names \(numbers.count) others, \(following.count) rely on it"
                )
            }
            if numbers.count >= Self.casesMax {
                violate("V13", "\(parcel.key) names \(numbers.count + 1) cases")
            }
            for page in following { checkMember(page, of: parcel, at: now) }
        }
        if numbers.count >= 50 { sometimes.note(.bundleOfMany) }
        for key in pages(in: parcel) { bundles.carriers[key] = (parcel.id, epoch) }
    }

    /// Nothing of it ever left: what it brings may leave in another message (decision 0019).
    func forgetBundle(_ parcel: Parcel) {
        for key in pages(in: parcel) where bundles.carriers[key]?.message == parcel.id {
            bundles.carriers[key] = nil
        }
        bundles.refused[parcel.key] = bundles.named.removeValue(forKey: parcel.key)
    }

    /// V2, V3, V5 and G4 for a page that leaves in another's message for the first time.
    private func checkMember(_ page: Member, of parcel: Parcel, at now: Milliseconds) {
        if page.attempts == 1 { checkLateness(page.id, page.key, at: now) }
        if page.occasion.hasPrefix("page."), let taker = taker(of: page.caseID) {
            violate("V2", "\(parcel.key) names case \(page.number), which is \(taker)")
        }
        if ledger.isConfirmed(page.key) {
            violate("G4", "\(page.key) is in \(parcel.key) although it had arrived")
        }
        guard let last = bundles.carriers[page.key], last.message != parcel.id else { return }
        // One of a process before this one still carries the page while it is to be tried again.
        let ends =
            last.epoch == epoch
            ? "state NOT IN ('cancelled', 'dead')"
            : "bundle = id AND state IN ('pending', 'sending')"
        let living = all("SELECT id FROM notifications WHERE id = \(last.message) AND \(ends)") {
            $0.int(0) ?? 0
        }
        if !living.isEmpty {
            violate(
                "V5",
                "\(page.key) is in \(keys[last.message] ?? "-") and in \(parcel.key)"
            )
        }
    }

    /// Whether two other pages of the last minute, or later ones, make it wait for a message.
    func mayWait(_ id: Int64) -> Bool {
        guard weather.bundles else { return false }
        let others = all(
            """
            SELECT count(DISTINCT other.page_id) FROM notifications AS own
            JOIN notifications AS other ON other.person = own.person
            WHERE own.id = \(id) AND own.kind = 'page' AND own.channel = 'hook'
                AND other.kind = 'page' AND other.channel = 'hook'
                AND other.page_id <> own.page_id
                AND max(other.due_at, other.not_before)
                    > max(own.due_at, own.not_before) - \(minute)
            """
        ) { $0.int(0) ?? 0 }
        return others[0] >= 2
    }

    /// V1: after no turn does a page wait for a message that will never leave.
    func checkStranded() {
        guard weather.bundles else { return }
        let stranded = all(
            """
            SELECT key FROM notifications AS own
            WHERE state = 'sending' AND bundle <> id
                AND (SELECT leader.state FROM notifications AS leader
                    WHERE leader.id = own.bundle) IN ('cancelled', 'dead', 'delivered')
            """
        ) { $0.text(0) ?? "" }
        for key in stranded { violate("V1", "\(key) waits for a message that has ended") }
    }

    /// G1 and V13: what counts as delivered stood in something that a receiver took.
    func concludeDelivered() {
        guard restored == nil else { return }
        let delivered = all("SELECT key FROM notifications WHERE state = 'delivered'") {
            $0.text(0) ?? ""
        }
        for key in delivered where !ledger.wasTaken(key) {
            violate("G1", "\(key) counts as delivered and no receiver ever took it")
        }
    }

    /// Taking one case of a message takes no other: who has a case said so of that very case.
    func concludeAcknowledgements() {
        let taken = all(
            """
            SELECT cases.number, by FROM events JOIN cases ON cases.id = case_id
            WHERE name = 'acknowledged' AND way = 'web'
            """
        ) { "\($0.int(0) ?? 0) \($0.text(1) ?? "")" }
        for words in taken where !acknowledged.contains(words) {
            violate("V2", "case and person \(words): acknowledged, and nobody said so")
        }
    }

    // MARK: What it brings

    private struct Member {
        var id: Int64
        var key: String
        var caseID: String
        var number: Int
        var occasion: String
        var attempts: Int
    }

    /// Those whose rows say that they leave with it.
    private func following(_ parcel: Parcel) -> [Member] {
        all(
            """
            SELECT id, key, case_id, case_number, occasion, attempts FROM notifications
            WHERE bundle = ?1 AND id <> ?1 AND state = 'sending' ORDER BY id
            """,
            with: [.int(parcel.id)]
        ) {
            Member(
                id: $0.int(0) ?? 0,
                key: $0.text(1) ?? "",
                caseID: $0.text(2) ?? "",
                number: Int($0.int(3) ?? 0),
                occasion: $0.text(4) ?? "",
                attempts: Int($0.int(5) ?? 0)
            )
        }
    }

    /// The cases that its reader finds in it, beside its own.
    private func numbers(in parcel: Parcel) -> [Int] {
        String(decoding: parcel.body, as: UTF8.self)
            .matches(of: /\{"number":(\d+),"priority":/).compactMap { Int($0.1) }
    }

    private func page(of number: Int, among keys: [String]) -> String? {
        guard !keys.isEmpty else { return nil }
        let list = keys.map { "'\($0)'" }.joined(separator: ", ")
        return all(
            """
            SELECT key FROM notifications WHERE case_number = \(number) AND key IN (\(list))
            """
        ) { $0.text(0) ?? "" }.first
    }

    /// Where nothing relies on it any more, the last one that was put into it, or the last of all.
    private func lastPage(of number: Int, in parcel: Parcel) -> String? {
        all(
            """
            SELECT key FROM notifications
            WHERE case_number = \(number) AND person = '\(parcel.person)'
                AND channel = 'hook' AND kind = 'page'
            ORDER BY bundle IS \(parcel.id) DESC, id DESC LIMIT 1
            """
        ) { $0.text(0) ?? "" }.first
    }
}
