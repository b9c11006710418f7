import CivilTime
import Delivery
import OnCall
import Paging
import Store

/// A case that two processes in a row died of: nothing decides about it any more, one page in bare
/// words goes out for it, and the admins are told (reliability.md F5).
extension EngineLoop {
    /// At start, before anything is decided about a case.
    func setPoisonAside() throws(StoreError) {
        quarantined = try transaction { (turn) throws(StoreError) in
            if case .watched(let number) = turn.setting.marker.poison {
                try turn.quarantine(number)
            }
            return Set(try turn.tx.quarantined())
        }
    }

    /// A turn of its own for what is done once, at start.
    func transaction<T>(
        _ body: (inout Turn) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let milliseconds = engine.setting.clock.now()
        var (turn, value) = try store.transaction { (tx) throws(StoreError) -> (Turn, T) in
            var turn = Turn(self, tx, at: milliseconds)
            turn.hasWritten = true
            let value = try body(&turn)
            try turn.putOnRecord()
            return (turn, value)
        }
        release(&turn)
        return value
    }
}

extension Turn {
    /// How many letters of a title a bare page keeps.
    private static let bareTitleMax = 80
    private static let bareRepeatSeconds = 300

    mutating func quarantine(_ number: Int) throws(StoreError) {
        guard let stored = try tx.storedCase(number: number), stored.value.isOpen,
            try !tx.quarantined().contains(number)
        else { return }
        let text =
            "Case \(number) stopped the daemon twice and is set aside: no clock and no ladder runs"
            + " for it. Its page went out in bare words. It is taken up again once other files or"
            + " another version are in force."
        try alarm("A case is set aside", text)
        let occasion = try newBareOccasion(stored)
        guard let page = try pageInBareWords(stored, occasion: occasion) else {
            setting.log(.error, "case \(number) is set aside and there is nobody to page")
            return
        }
        try tx.quarantine(
            caseNumber: number,
            rulebook: grounds,
            notificationID: page,
            at: milliseconds
        )
    }

    /// Under other files, or by other code, what was set aside is tried again.
    mutating func endQuarantines() throws(StoreError) {
        let released = try tx.releaseQuarantine(otherThan: grounds, nextDue: milliseconds)
        try tx.disarmQuarantine()
        let left = Set(try tx.quarantined())
        quarantined = left
        guard !released.isEmpty else { return }
        setting.log(.info, "cases taken up again: \(released)")
    }

    /// A bare page that reached nobody goes out again, to everybody: no ladder stands behind it.
    ///
    /// It stands for the pages from before the case was set aside as well.
    mutating func repeatBarePage(_ lost: Notification, caseID: String) throws(StoreError) {
        guard let page = lost.page, lost.occasion.hasPrefix(Self.bareOccasion),
            try tx.notifications(pageID: page.id).allSatisfy({ $0.state == .dead }),
            let stored = try tx.storedCase(id: caseID), stored.value.isOpen
        else { return }
        let first =
            page.round == 0
            ? lost.occasion : String(lost.occasion.dropLast(".\(page.round)".count))
        let round = page.round + 1
        // Each of its messages that is given up comes here, and several may in one turn.
        guard try tx.notifications(pageID: "\(caseID).\(first).\(round)").isEmpty else { return }
        _ = try pageInBareWords(stored, occasion: first, round: round)
    }

    static let bareOccasion = "quarantine."

    /// A case may be set aside a second time before anything happened to it.
    private func newBareOccasion(_ stored: StoredCase) throws(StoreError) -> String {
        let plain = "\(Self.bareOccasion)\(stored.eventCount)"
        let isNew = try tx.notifications(pageID: "\(stored.value.id).\(plain)").isEmpty
        return isNew ? plain : "\(plain)-\(milliseconds)"
    }

    /// Whom the case has named so far, and the last resort of its ladder; no rotation is asked.
    private func bareRecipients(_ value: Case) -> [Person] {
        let priority = rulebook.policies[value.policy]?.priority(named: value.priority)
        let ladder = priority.flatMap { rulebook.ladders[$0.ladder] }
        let named =
            [value.owner].compactMap { $0 } + value.responders
            + value.progress.currentPeople
        let resort = (ladder?.lastResort ?? []) + (ladder?.leadership ?? [])
        let resorts = resort.filter { rulebook.people[$0] != nil }
        var seen: Set<PersonID> = []
        let all = (named + (resorts.isEmpty ? rulebook.people.keys.sorted() : resorts))
            .filter { seen.insert($0).inserted }
        return all.compactMap { rulebook.people[$0] }.filter(\.isReachable)
    }

    /// Answers the row of the first page; `nil` where nobody can be paged.
    ///
    /// Rounds after the first wait five minutes and are for everybody.
    mutating func pageInBareWords(
        _ stored: StoredCase,
        occasion first: String,
        round: Int = 0
    ) throws(StoreError) -> Int64? {
        let bare = Self.bare(stored.value)
        let occasion = round == 0 ? first : "\(first).\(round)"
        let dueAt = round == 0 ? now : now.adding(seconds: Self.bareRepeatSeconds)
        let page = Notification.Page(
            id: "\(bare.id).\(occasion)",
            step: 1,
            steps: [1],
            cycle: 0,
            round: round,
            isDrill: false
        )
        let people =
            round == 0
            ? bareRecipients(stored.value)
            : rulebook.people.values.filter(\.isReachable).sorted { $0.id < $1.id }
        var ways = people.flatMap { person in
            person.waits.map { (person: Person?.some(person), contact: $0.0) }
        }
        if ways.isEmpty, let emergency = setting.emergency { ways = [(nil, emergency)] }
        var row: Int64?
        for (person, contact) in ways {
            let notification = Notification(
                occasion: occasion,
                kind: .page,
                event: .paged,
                person: person?.id,
                contact: contact,
                dueAt: dueAt,
                notBefore: dueAt,
                summary: "Tocsin failed at this case twice and does not watch it: look at it now.",
                why: "the page of a case that is set aside",
                page: page
            )
            let id = try put(
                notification,
                briefing: Briefing(
                    notification: notification,
                    value: bare,
                    clocks: [],
                    nextDueAt: nil,
                    person: person,
                    policyTitle: bare.policy,
                    baseURL: nil,
                    rulebook: rulebook.hash,
                    sequence: stored.eventCount,
                    at: now
                ),
                caseID: bare.id,
                number: bare.number
            )
            row = row ?? id
        }
        return row
    }

    /// Its number and the plain letters of its words: whatever was in them is gone.
    private static func bare(_ value: Case) -> Case {
        func plain(_ text: String) -> String {
            let bytes = text.utf8.prefix(bareTitleMax).map { byte in
                (0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: "?")
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        return Case(
            id: value.id,
            number: value.number,
            policy: plain(value.policy),
            priority: plain(value.priority),
            customer: plain(value.customer),
            title: plain(value.title),
            openedAt: value.openedAt
        )
    }

    /// A request to open a case that two processes died of: its words go out bare, and it is
    /// refused.
    mutating func refusePoison(_ request: OpenRequest) throws(StoreError) -> Refusal {
        var stored = try putClosedCase(title: "A case that cannot be opened", intake: "engine")
        stored.value.customer = request.customer
        stored.value.title = request.title
        stored.value.policy = request.policy
        stored.value.priority = request.priority ?? stored.value.priority
        _ = try pageInBareWords(stored, occasion: newBareOccasion(stored))
        try alarm(
            "A case cannot be opened",
            "A request of intake \(request.intake) stopped the daemon twice. It is refused, and"
                + " its words were paged as case \(stored.value.number)."
        )
        return Refusal(
            .conflict,
            "the daemon failed at this request twice; people were paged with its bare words",
            fix: "report it with the log; a case in other words can be opened"
        )
    }
}
