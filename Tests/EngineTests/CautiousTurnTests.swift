import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("A turn that fails by a defect of ours is done again, case by case")
struct CautiousTurnTests {
    /// Two cases opened in one instant, so that each of their pages falls due in one turn.
    private func rehearsal() throws -> Rehearsal {
        var random = SplitMix64(seed: 7)
        let start = Instant(secondsSinceEpoch: 1_770_000_000)
        let rehearsal = try Rehearsal(
            rulebook: RandomRules.rulebook(using: &random),
            from: start
        )
        for title in ["first", "second"] {
            var request = OpenRequest(
                policy: "random",
                customer: "Northwind",
                title: title,
                intake: "cli",
                way: "cli"
            )
            request.priority = "P1"
            _ = try rehearsal.open(request)
        }
        return rehearsal
    }

    private func run(_ script: String, on rehearsal: Rehearsal) throws {
        try rehearsal.database.write { connection throws(StoreError) in
            try connection.run(script: script)
        }
    }

    private func pages(of number: Int, by rehearsal: Rehearsal) -> [Rehearsal.Sent] {
        rehearsal.sent.filter { $0.key.hasPrefix("case\(number).page.") }
    }

    @Test("One case whose page cannot be kept holds up no other, and is tried again in a minute")
    func oneDefect() throws {
        let rehearsal = try rehearsal()
        rehearsal.run(to: rehearsal.now)
        let before = (1...2).map { pages(of: $0, by: rehearsal).count }
        #expect(before[0] == before[1])
        try run(
            """
            CREATE TRIGGER defect BEFORE INSERT ON notifications
            WHEN NEW.case_number = 1 AND NEW.kind = 'page'
            BEGIN SELECT RAISE(ABORT, 'a defect of ours'); END
            """,
            on: rehearsal
        )
        var waited = 0
        while pages(of: 2, by: rehearsal).count == before[1], waited < 3 * 86_400 {
            rehearsal.run(to: rehearsal.now.adding(seconds: 10))
            waited += 10
        }
        let paged = pages(of: 2, by: rehearsal).dropFirst(before[1])
        #expect(!paged.isEmpty)
        #expect(pages(of: 1, by: rehearsal).count == before[0])
        let told = rehearsal.journal.lines.withLock { lines in
            lines.filter { $0.hasPrefix("case 1 put off for a minute") }
        }
        #expect(!told.isEmpty)

        try run("DROP TRIGGER defect", on: rehearsal)
        rehearsal.run(to: rehearsal.now.adding(seconds: 60))
        #expect(
            Set(pages(of: 1, by: rehearsal).dropFirst(before[0]).map(\.person))
                == Set(paged.map(\.person))
        )
    }

    @Test("An outcome of which nothing can follow holds up no other case, and is heard again")
    func outcomeDefect() throws {
        let rehearsal = try rehearsal()
        // Whoever of the first case is not reached cannot be put on record.
        try run(
            """
            CREATE TRIGGER defect BEFORE INSERT ON events
            WHEN NEW.case_id = 'case1' AND NEW.name = 'undelivered'
            BEGIN SELECT RAISE(ABORT, 'a defect of ours'); END
            """,
            on: rehearsal
        )
        rehearsal.outcome = { _ in .permanent }
        rehearsal.run(to: rehearsal.now.adding(seconds: 1_800))
        let undelivered = try rehearsal.database.read { connection throws(StoreError) in
            var cases: Set<String> = []
            let sql = SQL("SELECT case_id FROM events WHERE name = 'undelivered'")
            try connection.rows(sql, []) { row in cases.insert(row.text(0) ?? "") }
            return cases
        }
        #expect(undelivered == ["case2"], "the other case goes on")
        let told = rehearsal.journal.lines.withLock { lines in
            lines.filter { $0.contains("put off for a minute") }
        }
        #expect(!told.isEmpty)

        try run("DROP TRIGGER defect", on: rehearsal)
        rehearsal.outcome = { _ in .delivered }
        let before = pages(of: 1, by: rehearsal).count
        rehearsal.run(to: rehearsal.now.adding(seconds: 1_800))
        #expect(pages(of: 1, by: rehearsal).count > before, "and this one again")
    }

    @Test("A turn without a defect puts nothing off")
    func noDefect() throws {
        let rehearsal = try rehearsal()
        rehearsal.run(to: rehearsal.now.adding(seconds: 3_600))
        #expect(pages(of: 1, by: rehearsal).count == pages(of: 2, by: rehearsal).count)
        #expect(rehearsal.journal.lines.withLock { $0.isEmpty })
    }
}
