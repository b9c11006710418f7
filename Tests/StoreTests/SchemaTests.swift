import Paging
import Store
import StoreSQLite
import Testing

@Suite("The schema refuses what must never be")
struct SchemaTests {
    /// SQL that breaks one rule, and the rule's own words in the refusal.
    struct Break: Sendable, CustomTestStringConvertible {
        var rule: String
        var sql: String
        var testDescription: String { rule }

        init(_ rule: String, _ sql: String) {
            self.rule = rule
            self.sql = sql
        }

        static func event(_ number: String, _ link: String) -> Break {
            Break(
                "an event is linked to the one before it",
                """
                INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
                    SELECT 'case-9', 1, 'noted', 1, 1, 'web', \(number), \(link) FROM events
                """
            )
        }

        static func state(_ rule: String, _ id: Int, _ changes: String) -> Break {
            Break(rule, "UPDATE notifications SET \(changes) WHERE id = \(id)")
        }
    }

    // 1 pending, 2 sending, 3 delivered, 4 cancelled, 5 dead.
    static let breaks: [Break] = [
        Break("UNIQUE constraint failed: cases.number", "INSERT INTO cases SELECT * FROM cases"),
        Break(
            "UNIQUE constraint failed: cases.id",
            """
            INSERT INTO cases SELECT number + 10, id, NULL, intake, customer, title, policy,
                priority, status, owner, is_open, opened_at, next_due, updated_at, event_count,
                revision, fold, checksum, clock_due FROM cases
            """
        ),
        Break("CHECK constraint failed: is_open", "UPDATE cases SET is_open = 0"),
        Break("CHECK constraint failed: status", "UPDATE cases SET status = 'gone'"),
        Break("a case is never deleted", "DELETE FROM cases"),
        Break(
            "what a case was opened as is never changed",
            "UPDATE cases SET title = 'another'"
        ),
        Break("the log and the revision of a case only grow", "UPDATE cases SET event_count = 0"),
        Break("the log and the revision of a case only grow", "UPDATE cases SET revision = 1"),
        Break(
            "an attempt was claimed before it is recorded",
            "INSERT INTO attempts VALUES (1, 1, 1, 1, 'unknown', NULL, NULL)"
        ),
        Break(
            "a case in quarantine has its page",
            "INSERT INTO quarantine VALUES (1, 1, 'r', 4)"
        ),
        Break(
            "a case in quarantine has its page",
            "INSERT INTO quarantine VALUES (1, 1, 'r', 99)"
        ),
        Break(
            "a quarantine is ended, never changed",
            """
            INSERT INTO quarantine VALUES (1, 1, 'r', 1);
            UPDATE quarantine SET rulebook = 's'
            """
        ),
        Break("an event is never changed", "UPDATE events SET text = ''"),
        Break("an event is never deleted", "DELETE FROM events"),
        Break(
            "UNIQUE constraint failed: events",
            """
            INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
                SELECT case_id, sequence, name, at, recorded_at, way,
                    (SELECT 1 + max(number) FROM events), link FROM events LIMIT 1
            """
        ),
        .event("max(number)", "max(link)"),
        .event("2 + max(number)", "max(link)"),
        .event("1 + max(number)", "NULL"),
        .event("1 + max(number)", "zeroblob(31)"),
        .state("what a notification says is never changed", 1, "id = 77"),
        .state("what a notification says is never changed", 1, "body = x'00'"),
        .state("what a notification says is never changed", 1, "key = 'other'"),
        .state("what a notification says is never changed", 1, "person = 'ben'"),
        .state("CHECK constraint failed: state", 1, "state = 'lost', next_attempt = NULL"),
        .state("pending_has_a_next_attempt", 1, "next_attempt = NULL"),
        .state("pending_has_a_next_attempt", 2, "next_attempt = 1"),
        .state("sending_has_a_lease", 2, "lease_until = NULL"),
        .state("sending_has_a_lease", 1, "lease_until = 1"),
        .state("sending_has_a_token", 2, "claimed_at = NULL"),
        .state(
            "sending_has_a_token",
            1,
            "state = 'sending', next_attempt = NULL, lease_until = 1, claimed_at = 1"
        ),
        .state(
            "cancelled_has_a_reason",
            1,
            "state = 'cancelled', next_attempt = NULL, cancelled_by = 1, ended_at = 1"
        ),
        .state(
            "cancelled_has_a_cause",
            1,
            "state = 'cancelled', next_attempt = NULL, cancel_reason = 'x', ended_at = 1"
        ),
        .state("an_end_has_an_instant", 1, "state = 'dead', next_attempt = NULL"),
        .state("an_end_has_an_instant", 1, "ended_at = 1"),
        .state(
            "only_the_living_are_confirmed",
            1,
            "state = 'dead', next_attempt = NULL, ended_at = 1, confirm_by = 1"
        ),
        .state("the token of a notification only rises", 2, "attempts = 0"),
        .state("the token of a notification only rises", 2, "attempts = 1"),
        .state("what may have left is never taken for unsent", 1, "unsent = 0"),
        .state("what may have left is never taken for unsent", 2, "unsent = 2"),
        .state("a finished notification is never changed", 3, "state = 'dead'"),
        .state("a finished notification is never changed", 3, "ended_at = 7"),
        .state("a finished notification is never changed", 4, "state = 'delivered'"),
        .state(
            "a finished notification is never changed",
            5,
            "state = 'pending', next_attempt = 1, ended_at = NULL"
        ),
        .state("a finished notification is never changed", 5, "ended_at = 7"),
        Break("a notification is never deleted", "DELETE FROM notifications"),
        Break("an attempt is never changed", "UPDATE attempts SET outcome = 'unknown'"),
        Break("an attempt is never deleted", "DELETE FROM attempts"),
        Break("UNIQUE constraint failed: attempts", "INSERT INTO attempts SELECT * FROM attempts"),
        Break(
            "CHECK constraint failed: outcome",
            "INSERT INTO attempts VALUES (2, 1, 1, 1, 'maybe', NULL, NULL)"
        ),
        Break(
            "FOREIGN KEY constraint failed",
            "INSERT INTO attempts VALUES (99, 1, 1, 1, 'unknown', NULL, NULL)"
        ),
    ]

    @Test("A rule of the schema holds", arguments: breaks)
    func rule(broken: Break) throws {
        let opened = try Self.oneOfEachState()
        let fault = #expect(throws: StoreError.self) { try opened.run(broken.sql) }
        guard case .constraint(let words) = fault else {
            Issue.record("\(broken.sql): \(fault.map(String.init(describing:)) ?? "accepted")")
            return
        }
        #expect(words.contains(broken.rule))
    }

    @Test("The idempotency key is unique", arguments: Backing.allCases)
    func uniqueKey(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        _ = try store.enqueue(.sample("a"))
        #expect(throws: StoreError.constraint("UNIQUE constraint failed: notifications.key")) {
            _ = try store.enqueue(.sample("a"))
        }
    }

    @Test("A notification belongs to a case", arguments: Backing.allCases)
    func belongs(backing: Backing) throws {
        let store = try backing.opened().store
        #expect(throws: StoreError.constraint("FOREIGN KEY constraint failed")) {
            _ = try store.enqueue(.sample("a"))
        }
    }

    @Test("Work is found through an index, never by a scan")
    func plans() throws {
        let opened = try Backing.memory.opened()
        for (sql, index) in [
            ("SELECT * FROM cases WHERE next_due <= 1 ORDER BY next_due, number", "cases_due"),
            ("SELECT count(*) FROM cases WHERE is_open = 1", "cases_opened"),
            (
                """
                SELECT * FROM cases INDEXED BY cases_urgent WHERE is_open = 1
                AND clock_due >= 1 AND (clock_due, number) > (1, 1)
                ORDER BY clock_due, number LIMIT 3
                """, "cases_urgent"
            ),
            ("SELECT * FROM notifications WHERE confirm_by <= 1", "notifications_unconfirmed"),
            (
                "SELECT * FROM notifications WHERE state = 'sending' AND lease_until <= 1",
                "notifications_sending"
            ),
            (
                """
                SELECT * FROM notifications WHERE state = 'pending' AND urgency = 0
                AND next_attempt <= 1 ORDER BY next_attempt, id
                """, "notifications_pending"
            ),
            (
                """
                SELECT * FROM notifications
                WHERE id < 9 AND (state = 'dead' OR (state = 'pending' AND attempts > 0))
                ORDER BY id DESC
                """, "notifications_failing"
            ),
        ] {
            let plan = try opened.plan(sql)
            #expect(plan.contains(index), "\(sql): \(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(sql): \(plan)")
        }
    }

    /// A case with one event, and a notification in each state, whose id is its place from 1.
    private static func oneOfEachState() throws -> Backing.Opened {
        let opened = try Backing.memory.opened()
        try opened.store.transaction { tx throws(StoreError) in
            var stored = StoredCase(value: .sample(1), nextDue: nil)
            try tx.append([CaseEvent(.opened, at: nine)], to: &stored, recordedAt: 1)
            try tx.insert(stored)
            try tx.enqueue(.sample("1"))
            for key in ["2", "3"] { try tx.enqueue(.sample(key, state: .sending)) }
            try tx.recordDelivered(3, attempt: .sample(3, "delivered"))
            try tx.enqueue(.sample("4", kind: .notice))
            try tx.cancel(caseID: "case-1", kinds: [.notice], reason: "r", causedBy: 1, at: 1)
            try tx.enqueue(.sample("5", state: .sending))
            try tx.recordDead(5, token: 1, attempt: nil, at: 1)
        }
        return opened
    }
}

extension Backing.Opened {
    fileprivate func plan(_ sql: String) throws -> String {
        try database.write { connection throws(StoreError) in
            var steps: [String] = []
            try connection.rows(SQL("EXPLAIN QUERY PLAN \(sql)"), []) { row in
                steps.append(row.text(3) ?? "")
            }
            return steps.joined(separator: "; ")
        }
    }
}
