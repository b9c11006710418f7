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

        /// A copy of the row as number 10 and `id` x, but for one column.
        static func otherCase(_ rule: String, _ column: String, _ value: String) -> Break {
            let changes = ["number": "10", "id": "'x'"].merging([column: value]) { $1 }
            return Break(rule, copy("cases", changes, caseColumns))
        }

        /// A copy of the pending notification under another key, but for some columns.
        static func notification(_ rule: String, _ changes: [String: String]) -> Break {
            let changes = ["id": "NULL", "key": "'x'"].merging(changes) { $1 }
            return Break(rule, copy("notifications", changes, notificationColumns))
        }

        static func token(_ rule: String, _ values: String) -> Break {
            let insert = "INSERT INTO tokens (id, hash, name, role, created_at) VALUES"
            let first = "\(insert) ('a', zeroblob(32), 'n', 'admin', 1);"
            return Break(rule, "\(first)\n\(insert) (\(values), 1)")
        }

        private static func copy(
            _ table: String,
            _ changes: [String: String],
            _ columns: String
        ) -> String {
            let names = columns.split(whereSeparator: \.isWhitespace).map(String.init)
            let values = names.map { changes[$0] ?? $0 }.joined(separator: ", ")
            return """
                INSERT INTO \(table) (\(names.joined(separator: ", ")))
                    SELECT \(values) FROM \(table) LIMIT 1
                """
        }

        private static let caseColumns = """
            number id key intake customer title policy priority status is_open opened_at
            updated_at event_count revision fold
            """
        private static let notificationColumns = """
            id key case_id case_number occasion kind event contact channel address due_at not_before
            urgency page_id page_step page_steps page_cycle page_round page_drill state next_attempt
            deadline attempts unsent created_at summary why body
            """
    }

    // 1 pending, 2 sending, 3 delivered, 4 cancelled, 5 dead.
    static let breaks: [Break] = rows + values + identities + keys

    private static let rows: [Break] = [
        Break(
            "UNIQUE constraint failed: cases.number",
            "INSERT INTO cases SELECT * FROM cases"
        ),
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
        Break(
            "the log and the revision of a case only grow",
            "UPDATE cases SET event_count = 0"
        ),
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
        Break(
            "UNIQUE constraint failed: attempts",
            "INSERT INTO attempts SELECT * FROM attempts"
        ),
        Break(
            "CHECK constraint failed: outcome",
            "INSERT INTO attempts VALUES (2, 1, 1, 1, 'maybe', NULL, NULL)"
        ),
        Break(
            "FOREIGN KEY constraint failed",
            "INSERT INTO attempts VALUES (99, 1, 1, 1, 'unknown', NULL, NULL)"
        ),
    ]

    /// What single columns may hold.
    private static let values: [Break] = [
        .otherCase("CHECK constraint failed: number > 0", "number", "0"),
        .otherCase("CHECK constraint failed: event_count >= 0", "event_count", "-1"),
        .otherCase("CHECK constraint failed: revision > 0", "revision", "0"),
        Break(
            "CHECK constraint failed: sequence > 0",
            """
            INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
                SELECT 'case-9', 0, 'noted', 1, 1, 'web', 1 + max(number), max(link) FROM events
            """
        ),
        .notification("CHECK constraint failed: kind", ["kind": "'letter'"]),
        .notification("CHECK constraint failed: urgency", ["urgency": "4"]),
        .state("CHECK constraint failed: urgency", 1, "urgency = -1"),
        .notification("CHECK constraint failed: page_drill", ["page_drill": "2"]),
        .notification("CHECK constraint failed: attempts >= 0", ["attempts": "-1"]),
        .notification("CHECK constraint failed: unsent", ["unsent": "1"]),
        .notification("CHECK constraint failed: unsent", ["unsent": "-1"]),
        .state("what a notification says is never changed", 1, "rulebook = 'other'"),
        Break(
            "CHECK constraint failed: number > 0",
            "INSERT INTO attempts VALUES (2, 0, 1, 1, 'unknown', NULL, NULL)"
        ),
        .token("CHECK constraint failed: length(hash) = 32", "'b', zeroblob(31), 'n', 'admin'"),
        .token("CHECK constraint failed: role", "'b', randomblob(32), 'n', 'owner'"),
        Break(
            "CHECK constraint failed: count > 0",
            "INSERT INTO link_tries VALUES ('s', 0, 1)"
        ),
        Break("CHECK constraint failed: generation > 0", "INSERT INTO feeds VALUES ('f', 0)"),
    ]

    private static let identities: [Break] = [
        "page_step", "page_steps", "page_cycle", "page_round", "page_drill",
    ].map { Break.notification("a_page_has_an_identity", [$0: "NULL"]) }

    /// What is there once.
    private static let keys: [Break] = [
        Break(
            "UNIQUE constraint failed: cases.intake, cases.key",
            """
            INSERT INTO cases SELECT number + 10, 'x', 'k', intake, customer, title, policy,
                priority, status, owner, is_open, opened_at, next_due, updated_at, event_count,
                revision, fold, checksum, clock_due FROM cases WHERE number = 1;
            INSERT INTO cases SELECT number + 11, 'y', 'k', intake, customer, title, policy,
                priority, status, owner, is_open, opened_at, next_due, updated_at, event_count,
                revision, fold, checksum, clock_due FROM cases WHERE number = 1
            """
        ),
        .notification("UNIQUE constraint failed: notifications.id", ["id": "id"]),
        .notification("UNIQUE constraint failed: notifications.key", ["key": "key"]),
        // Behind the chain's own rule, which no row gets past.
        Break(
            "UNIQUE constraint failed: events.number",
            """
            DROP TRIGGER events_chained;
            INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
                SELECT 'case-9', 1, 'noted', 1, 1, 'web', max(number), max(link) FROM events
            """
        ),
        Break("UNIQUE constraint failed: meta.key", "INSERT INTO meta SELECT * FROM meta"),
        Break(
            "UNIQUE constraint failed: idempotency.scope, idempotency.key",
            """
            INSERT INTO idempotency VALUES ('s', 'k', 'case-1', 1, NULL);
            INSERT INTO idempotency VALUES ('s', 'k', 'case-2', 2, NULL)
            """
        ),
        .token("UNIQUE constraint failed: tokens.id", "'a', randomblob(32), 'n', 'admin'"),
        .token("UNIQUE constraint failed: tokens.hash", "'b', zeroblob(32), 'n', 'admin'"),
        Break(
            "UNIQUE constraint failed: link_tries.subject",
            "INSERT INTO link_tries VALUES ('s', 1, 1); INSERT INTO link_tries VALUES ('s', 2, 1)"
        ),
        Break(
            "UNIQUE constraint failed: feeds.name",
            "INSERT INTO feeds VALUES ('f', 1); INSERT INTO feeds VALUES ('f', 2)"
        ),
    ]

    @Test("A rule of the schema holds", arguments: breaks)
    func rule(broken: Break) throws {
        let opened = try Self.oneOfEachState()
        let refusal = try opened.refusal(of: broken.sql)
        let words = try #require(refusal, "accepted: \(broken.sql)")
        #expect(words.contains(broken.rule))
    }

    @Test("Each check and each unique key of the schema is broken by one of those rows")
    func everyConstraint() throws {
        let words = try Self.breaks.compactMap { try Self.oneOfEachState().refusal(of: $0.sql) }
        #expect(words.count == Self.breaks.count)
        let opened = try Backing.memory.opened()
        var rules = try opened.texts("SELECT sql FROM sqlite_master WHERE type = 'table'")
            .flatMap(Self.checks)
            .map { "CHECK constraint failed: \($0)" }
        #expect(rules.count > 20, "\(rules)")
        rules += try opened.texts(
            """
            SELECT 'UNIQUE constraint failed: ' || (
                SELECT group_concat(tables.name || '.' || columns.name, ', ')
                FROM pragma_index_info(indexes.name) AS columns)
            FROM sqlite_master AS tables, pragma_index_list(tables.name) AS indexes
            WHERE tables.type = 'table' AND indexes."unique" = 1
            """
        )
        #expect(rules.contains("UNIQUE constraint failed: cases.intake, cases.key"))
        for rule in rules {
            #expect(words.contains { $0.contains(rule) }, "no row breaks: \(rule)")
        }
    }

    @Test("Without any one trigger, a row that it refuses is refused by it no more")
    func everyTrigger() throws {
        let triggers = try Backing.memory.opened()
            .texts("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        #expect(triggers.count > 10)
        for text in triggers {
            let name = text.split(whereSeparator: \.isWhitespace)[2]
            let isNeeded = try Self.breaks.filter { text.contains($0.rule) }.contains { broken in
                let opened = try Self.oneOfEachState()
                try opened.run("DROP TRIGGER \(name)")
                return try opened.refusal(of: broken.sql)?.contains(broken.rule) != true
            }
            #expect(isNeeded, "no row needs \(name)")
        }
    }

    @Test(
        "What a row was written as is fixed column by column, and what moves is named here",
        arguments: [
            (
                "notifications", "notifications_fixed", "what a notification says is never changed",
                [
                    "not_before", "urgency", "state", "next_attempt", "deadline", "attempts",
                    "lease_until",
                    "claimed_at", "confirm_by", "ended_at", "cancel_reason", "cancelled_by",
                    "bundle", "checksum", "unsent",
                    // Each has a trigger of its own.
                    "body", "rulebook",
                ]
            ),
            (
                "cases", "cases_fixed", "what a case was opened as is never changed",
                [
                    "priority", "status", "owner", "is_open", "next_due", "updated_at",
                    "event_count", "revision", "fold", "checksum", "clock_due",
                ]
            ),
        ] as [(String, String, String, [String])]
    )
    func fixed(table: String, trigger: String, words: String, moving: [String]) throws {
        let opened = try Self.oneOfEachState()
        let texts = try opened.texts("SELECT sql FROM sqlite_master WHERE name = '\(trigger)'")
        let text = try #require(texts.first)
        let list = try #require(
            text.split(separator: "UPDATE OF ").last?.split(separator: " ON \(table)").first
        )
        let columns = list.split { $0 == "," || $0.isWhitespace }.map(String.init)
        let all = try opened.texts("SELECT name FROM pragma_table_info('\(table)')")
        #expect(Set(all) == Set(columns + moving))
        #expect(all.count == columns.count + moving.count, "none is both")
        for column in columns {
            let refusal = try opened.refusal(of: "UPDATE \(table) SET \(column) = \(column)")
            #expect(refusal?.contains(words) == true, "\(column): \(refusal ?? "accepted")")
        }
    }

    /// The checks of a table as SQLite names them in a refusal: by their name or their text.
    private static func checks(in sql: String) -> [String] {
        let parts = sql.split(separator: "CHECK (", omittingEmptySubsequences: false)
        return zip(parts, parts.dropFirst()).map { before, after in
            let words = before.split(whereSeparator: \.isWhitespace)
            if words.count > 1, words[words.count - 2] == "CONSTRAINT" {
                return String(words[words.count - 1])
            }
            var depth = 1
            return String(
                after.prefix { character in
                    if character == "(" { depth += 1 }
                    if character == ")" { depth -= 1 }
                    return depth > 0
                }
            )
        }
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
    /// What a constraint answers to that SQL; `nil` where it is accepted.
    fileprivate func refusal(of sql: String) throws -> String? {
        do {
            try run(sql)
            return nil
        } catch StoreError.constraint(let words) {
            return words
        }
    }

    /// The first column of each row.
    fileprivate func texts(_ sql: String) throws -> [String] {
        try database.write { connection throws(StoreError) in
            var texts: [String] = []
            try connection.rows(SQL(sql), []) { row in texts.append(row.text(0) ?? "") }
            return texts
        }
    }

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
