import CivilTime
import Delivery
import Glibc
import OnCall
import Paging
import Store
import StoreSQLite
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("What the daemon died of is set aside; what was restored starts again")
struct SetAsideTests {
    static let start = Instant(secondsSinceEpoch: 1_770_000_000)

    static func rulebook(hash: String = "random", zones: String = "2019a") -> Rulebook {
        var random = SplitMix64(seed: 7)
        let drawn = RandomRules.rulebook(using: &random)
        return Rulebook(
            people: drawn.people,
            rotations: drawn.rotations,
            calendars: drawn.calendars,
            ladders: drawn.ladders,
            policies: drawn.policies,
            hash: hash,
            zoneDataVersion: zones
        )
    }

    static func request(_ title: String) -> OpenRequest {
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: title,
            intake: "cli",
            way: "cli"
        )
        request.priority = "P1"
        return request
    }

    static let emergency = Contact(name: "emergency", channel: "bell", address: "ops")

    /// Two open cases; the engine of the next process finds that two died over the first.
    private func poisoned(
        outcome: @escaping (Parcel) -> AttemptOutcome = { _ in .delivered }
    ) throws -> Rehearsal {
        let rehearsal = try Rehearsal(rulebook: Self.rulebook(), from: Self.start) { setting in
            setting.emergency = Self.emergency
            setting.marker = WorkMarker(begin: { _ in }, end: { _ in }, poison: .watched(1))
        }
        rehearsal.outcome = outcome
        for title in ["déjà vu", "second"] { _ = try rehearsal.open(Self.request(title)) }
        return rehearsal
    }

    private func lines(_ rehearsal: Rehearsal, _ sql: String) throws -> [String] {
        try rehearsal.database.read { connection throws(StoreError) in
            var lines: [String] = []
            try connection.rows(SQL(sql), []) { row in lines.append(row.text(0) ?? "") }
            return lines
        }
    }

    @Test("After two crashes its page is out in bare words, admins know, and the others go on")
    func quarantined() throws {
        let rehearsal = try poisoned()
        rehearsal.begin()
        let bare = rehearsal.sent.filter { $0.key.hasPrefix("case1.quarantine.") }
        #expect(!bare.isEmpty)
        #expect(bare.allSatisfy { $0.at == Self.start && $0.kind == "page" })
        let bodies = try lines(
            rehearsal,
            "SELECT CAST(body AS TEXT) FROM notifications WHERE occasion LIKE 'quarantine%'"
        )
        #expect(bodies.allSatisfy { $0.contains("d??j?? vu") }, "\(bodies)")
        #expect(rehearsal.journal.lines.withLock { $0 }.contains { $0.contains("set aside") })
        #expect(try lines(rehearsal, "SELECT case_number FROM quarantine") == ["1"])

        let before = rehearsal.sent.count
        rehearsal.run(to: Self.start.adding(seconds: 3 * 86_400))
        let later = rehearsal.sent.dropFirst(before)
        #expect(later.contains { $0.key.hasPrefix("case2.") }, "the other case is watched")
        #expect(!later.contains { $0.key.hasPrefix("case1.") }, "nothing decides about this one")
        #expect(throws: Refusal.self) {
            try rehearsal.act(CaseEvent(.resolved, at: rehearsal.now, by: "anna"), on: 1)
        }
        let audit = try rehearsal.engine.reader.read { snapshot throws(StoreError) in
            try snapshot.audit(at: rehearsal.now.milliseconds)
        }
        #expect(audit.faults == [])
        #expect(audit.unarmed.isEmpty, "it has no next instant, and that is known")
    }

    @Test("Its page goes out again to everybody as long as no channel takes it")
    func repeatedInBareWords() throws {
        let rehearsal = try poisoned()
        rehearsal.outcome = { $0.key.contains("quarantine") ? .permanent : .delivered }
        rehearsal.begin()
        rehearsal.run(to: Self.start.adding(seconds: 1_000))
        let bare = rehearsal.sent.filter { $0.key.hasPrefix("case1.quarantine.") }
        let waves = Dictionary(grouping: bare) { $0.at.seconds(since: Self.start) / 300 }
        #expect(waves.keys.sorted() == [0, 1, 2, 3])
        let reachable = rehearsal.engine.rulebook.people.values.filter(\.isReachable).map(\.id)
        #expect(Set(waves[1]?.map(\.person) ?? []) == Set(reachable))

        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 3 * 3_600))
        let last = rehearsal.sent.last { $0.key.hasPrefix("case1.quarantine.") }
        #expect(last.map { $0.at.seconds(since: Self.start) < 1_800 } == true, "then it rests")
    }

    @Test("It stays aside over a restart and is taken up again under other files")
    func released() throws {
        let rehearsal = try poisoned()
        rehearsal.begin()
        rehearsal.begin()
        #expect(try lines(rehearsal, "SELECT count(*) FROM quarantine") == ["1"])
        rehearsal.turn([.replace(Self.rulebook(), changes: [], reply: { _ in })])
        #expect(try lines(rehearsal, "SELECT count(*) FROM quarantine") == ["1"], "the same files")
        rehearsal.turn([.replace(Self.rulebook(hash: "mended"), changes: [], reply: { _ in })])
        #expect(try lines(rehearsal, "SELECT count(*) FROM quarantine") == ["0"])
        let before = rehearsal.sent.count
        rehearsal.run(to: Self.start.adding(seconds: 3 * 86_400))
        #expect(rehearsal.sent.dropFirst(before).contains { $0.key.hasPrefix("case1.") })
    }

    @Test("It may be set aside a second time before anything happened to it")
    func setAsideAgain() throws {
        let rehearsal = try poisoned()
        rehearsal.begin()
        rehearsal.turn([.replace(Self.rulebook(hash: "mended"), changes: [], reply: { _ in })])
        #expect(try lines(rehearsal, "SELECT count(*) FROM quarantine") == ["0"])
        let before = rehearsal.sent.count
        rehearsal.begin()
        #expect(try lines(rehearsal, "SELECT case_number FROM quarantine") == ["1"])
        #expect(
            rehearsal.sent.dropFirst(before).contains { $0.key.hasPrefix("case1.quarantine.") }
        )
    }

    @Test("Lost pages of a case set aside stop nobody else's, and the bare one goes out once more")
    func lostPages() throws {
        let rehearsal = try poisoned(outcome: {
            $0.key.hasPrefix("case1.") ? .transient : .delivered
        })
        let event = CaseEvent(.escalated, at: rehearsal.now, by: "anna", reason: "big")
        try rehearsal.act(event, on: 1)
        let pages = Set(rehearsal.sent.filter { $0.key.hasPrefix("case1.") }.map(\.key))
        #expect(pages.count > 1)
        rehearsal.begin()
        rehearsal.run(to: Self.start.adding(seconds: 3_600))
        let sent = rehearsal.sent
        #expect(
            sent.contains { $0.key.hasPrefix("case2.") && $0.at > Self.start.adding(seconds: 600) }
        )
        let bare = sent.filter { $0.key.hasPrefix("case1.quarantine.") && $0.key.contains(".2.") }
        #expect(!bare.isEmpty)
        #expect(try lines(rehearsal, "SELECT id FROM notifications WHERE next_attempt < 0") == [])
    }

    #if DEBUG
    @Test("A trap in a case's decision ends the process with that case marked, and none other")
    func trap() async {
        #if arch(x86_64)
        let trap = SIGILL
        #else
        let trap = SIGTRAP
        #endif
        await #expect(processExitsWith: .signal(trap)) {
            let marked = Mutex<WorkMarker.Unit?>(nil)
            let rehearsal = try Rehearsal(
                rulebook: SetAsideTests.rulebook(),
                from: SetAsideTests.start
            ) { setting in
                setting.marker = WorkMarker(
                    begin: { unit in marked.withLock { $0 = unit } },
                    end: { _ in marked.withLock { $0 = nil } },
                    poison: nil
                )
                setting.plantedTrap = { value in
                    guard value.number == 2 else { return }
                    precondition(marked.withLock { $0 } != .watched(2), "a planted trap")
                }
            }
            for title in ["first", "second"] {
                _ = try rehearsal.open(SetAsideTests.request(title))
            }
            rehearsal.run(to: SetAsideTests.start.adding(seconds: 86_400))
            exit(0)
        }
    }
    #endif

    @Test("After a restore there is one digest, no page, and the ladders begin a quarter hour on")
    func restored() throws {
        let rehearsal = try Rehearsal(rulebook: Self.rulebook(), from: Self.start) { setting in
            setting.emergency = Self.emergency
        }
        for title in ["first", "second", "third"] {
            _ = try rehearsal.open(Self.request(title))
        }
        try rehearsal.act(CaseEvent(.acknowledged, at: rehearsal.now, by: "anna"), on: 2)
        // The backup is put back a day later.
        rehearsal.skip(to: Self.start.adding(seconds: 86_400))
        try rehearsal.database.write { connection throws(StoreError) in
            try connection.run(script: "INSERT INTO meta VALUES ('restored', 'monday.db')")
        }
        let before = rehearsal.sent.count
        rehearsal.begin()
        let at = Self.start.adding(seconds: 86_400)
        let told = rehearsal.sent.dropFirst(before)
        #expect(!told.isEmpty)
        #expect(told.allSatisfy { $0.kind == "notice" }, "\(told)")
        #expect(Set(told.map(\.person)).count == told.count, "one digest each")
        let digests = try lines(
            rehearsal,
            "SELECT summary FROM notifications WHERE why = 'a backup was restored'"
        )
        #expect(
            digests.allSatisfy { text in
                ["monday.db", "case 1,", "case 2,", "case 3,"].allSatisfy { text.contains($0) }
            }
        )
        let quiet = rehearsal.sent.count
        rehearsal.run(to: at.adding(seconds: 899))
        let meanwhile = rehearsal.sent.dropFirst(quiet)
        #expect(!meanwhile.contains { $0.kind == "page" }, "\(meanwhile)")
        #expect(meanwhile.allSatisfy { $0.at > at }, "nothing overdue: \(meanwhile)")
        rehearsal.run(to: at.adding(seconds: 2 * 86_400))
        let later = rehearsal.sent.dropFirst(quiet)
        for number in [1, 2, 3] {
            #expect(later.contains { $0.key.hasPrefix("case\(number).page.") }, "case \(number)")
        }
        #expect(
            later.filter { $0.kind == "page" }.allSatisfy { $0.at >= at.adding(seconds: 900) }
        )
    }

    @Test("A copy that holds a case set aside: its page goes out, and nothing decides about it")
    func restoredAside() throws {
        let rehearsal = try poisoned()
        rehearsal.outcome = { $0.key.contains("quarantine") ? .transient : .delivered }
        rehearsal.begin()
        #expect(try lines(rehearsal, "SELECT case_number FROM quarantine") == ["1"])
        // The backup is put back a day later, with a page in it that nobody took yet.
        rehearsal.skip(to: Self.start.adding(seconds: 86_400))
        try rehearsal.database.write { connection throws(StoreError) in
            try connection.run(script: "INSERT INTO meta VALUES ('restored', 'monday.db')")
        }
        let before = rehearsal.sent.count
        rehearsal.outcome = { _ in .delivered }
        rehearsal.begin()
        #expect(try lines(rehearsal, "SELECT case_number FROM quarantine") == ["1"])
        let armed = "SELECT number FROM cases WHERE is_open = 1 AND next_due IS NOT NULL"
        #expect(try lines(rehearsal, armed) == ["2"])
        let digests = try lines(
            rehearsal,
            "SELECT summary FROM notifications WHERE why = 'a backup was restored'"
        )
        #expect(!digests.isEmpty)
        #expect(digests.allSatisfy { $0.contains("vu (set aside)") }, "\(digests)")
        rehearsal.run(to: rehearsal.now.adding(seconds: 2 * 86_400))
        let told = rehearsal.sent.dropFirst(before)
        #expect(told.contains { $0.key.hasPrefix("case1.quarantine.") })
        #expect(told.contains { $0.key.hasPrefix("case2.page.") })
        #expect(!told.contains { $0.key.hasPrefix("case1.page.") })
        let audit = try rehearsal.engine.reader.read { snapshot throws(StoreError) in
            try snapshot.audit(at: rehearsal.now.milliseconds)
        }
        #expect(audit.faults == [])
    }

    @Test("A request that two processes died of is refused, and its bare words are paged")
    func refused() throws {
        let request = Self.request("déjà vu")
        let rehearsal = try Rehearsal(rulebook: Self.rulebook(), from: Self.start) { setting in
            setting.emergency = Self.emergency
            setting.marker = WorkMarker(begin: { _ in }, end: { _ in }, poison: request.unit)
        }
        rehearsal.begin()
        do {
            _ = try rehearsal.open(request)
            Issue.record("it was opened")
        } catch let refusal as Refusal {
            #expect(refusal.code == .conflict)
            #expect(refusal.message.contains("failed at this request twice"))
        }
        let bare = rehearsal.sent.filter { $0.key.contains(".quarantine.") }
        #expect(!bare.isEmpty)
        #expect(bare.allSatisfy { $0.kind == "page" })
        let bodies = try lines(
            rehearsal,
            "SELECT CAST(body AS TEXT) FROM notifications WHERE occasion LIKE 'quarantine%'"
        )
        #expect(bodies.allSatisfy { $0.contains("d??j?? vu") }, "\(bodies)")
        let journal = rehearsal.journal.lines.withLock { $0 }
        #expect(journal.contains { $0.contains("A case cannot be opened") })
        #expect(try lines(rehearsal, "SELECT number FROM cases WHERE is_open = 1") == [])
        #expect(try rehearsal.open(Self.request("other words")).isNew)
    }

    @Test("Once a day, from nine on, admins hear what lies ahead and leadership how things stand")
    func daily() throws {
        let rehearsal = try Rehearsal(rulebook: Self.rulebook(), from: Self.start) { setting in
            setting.emergency = Self.emergency
            setting.isWatched = true
        }
        func words(_ why: String) throws -> [String] {
            try lines(rehearsal, "SELECT summary FROM notifications WHERE why LIKE '%\(why)%'")
        }
        // 2026-02-02T02:40Z: nothing before nine, and nothing of a day that was not watched.
        _ = try rehearsal.open(Self.request("first"))
        rehearsal.skip(to: Self.start.adding(seconds: 8 * 3_600))
        rehearsal.turn()
        #expect(try words("alarm of Tocsin").isEmpty, "said as the files were loaded")
        #expect(try words("daily digest").isEmpty)
        rehearsal.skip(to: Self.start.adding(seconds: 32 * 3_600))
        rehearsal.turn()
        #expect(try words("alarm of Tocsin").count == 1)
        #expect(try words("alarm of Tocsin")[0].contains("zone files are of 2019a"))
        rehearsal.skip(to: Self.start.adding(seconds: 33 * 3_600))
        rehearsal.turn()
        #expect(try words("alarm of Tocsin").count == 1, "once a day")
        let digest = try words("daily digest")
        #expect(!digest.isEmpty)
        #expect(digest.allSatisfy { $0.contains("1 cases are open: case 1, P1, Northwind: first") })
        let stands = try #require(digest[0].firstMatch(of: /at event (\d+), ([0-9a-f]{64})\./))
        let link = "SELECT lower(hex(link)) FROM events WHERE number = \(stands.1)"
        #expect(try lines(rehearsal, link) == [String(stands.2)], "where the log stands")
        #expect(try words("daily check of every channel").count >= 1)
    }
}
