package import Store
package import StoreSQLite

/// A database as an older version left it: its schema ends at a number of before, and every table
/// of it has rows.
package struct OlderDatabase: StandIn {
    package let real: SQLiteDatabase
    private let schema: Int

    /// Made at `path`, where there is none.
    package init(path: String, schema: Int) throws(StoreError) {
        real = try SQLiteDatabase(path: path)
        self.schema = schema
        _ = try CaseStore(self)
        try real.write { connection throws(StoreError) in
            for table in Self.tables where table.since <= schema {
                try connection.run(script: table.script)
            }
        }
    }

    package var migrations: [Migration] { real.migrations.filter { $0.number <= schema } }

    package func write<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try real.write(body)
    }

    /// What the rows of a database that was once at `schema` say; the same at every later one.
    package static func rows(
        of database: SQLiteDatabase,
        once schema: Int
    ) throws(StoreError) -> [String] {
        let queries = tables.filter { $0.since <= schema }.map(\.query)
        return try texts(queries, in: database)
    }

    /// Every table, index and trigger, in SQL.
    package static func catalogue(of database: SQLiteDatabase) throws(StoreError) -> [String] {
        try texts(
            ["SELECT name || ' ' || ifnull(sql, '') FROM sqlite_master ORDER BY name"],
            in: database
        )
    }

    private static func texts(
        _ queries: [String],
        in database: SQLiteDatabase
    ) throws(StoreError) -> [String] {
        var texts: [String] = []
        try database.read { connection throws(StoreError) in
            for query in queries {
                try connection.rows(SQL(query), []) { row throws(StoreError) in
                    texts.append(row.text(0) ?? "")
                }
            }
        }
        return texts
    }

    private struct Table {
        /// The migration that made it.
        var since: Int
        var script: String
        var query: String
    }

    /// In an order that every reference allows.
    private static let tables = [
        Table(
            since: 1,
            script: """
                INSERT INTO cases (number, id, key, intake, customer, title, policy, priority,
                    status, is_open, opened_at, next_due, updated_at, event_count, revision, fold)
                VALUES (1, 'case-1', 'k', 'monitoring', 'Northwind', 'checkout', 'quik', 'P1',
                    'open', 1, 1000, 2000, 1500, 1, 1, x'00ff'),
                    (2, 'case-2', 'k', 'monitoring', 'Northwind', 'logins', 'quik', 'P1',
                    'resolved', 0, 1000, NULL, 1500, 1, 1, x'00ff'),
                    (3, 'case-3', NULL, 'api', 'Northwind', 'mail', 'quik', 'P2',
                    'in_progress', 1, 1000, 3000, 1500, 1, 1, x'00ff');
                """,
            query: """
                SELECT number || id || title || status || hex(fold) FROM cases ORDER BY number
                """
        ),
        Table(
            since: 1,
            script: """
                INSERT INTO events (case_id, sequence, name, at, recorded_at, way)
                VALUES ('case-1', 1, 'opened', 1000, 1000, 'api'),
                    ('case-2', 1, 'opened', 1000, 1000, 'api'),
                    ('case-3', 1, 'opened', 1000, 1000, 'api');
                """,
            query: "SELECT case_id || sequence || name FROM events ORDER BY case_id"
        ),
        Table(
            since: 1,
            script: """
                INSERT INTO idempotency (scope, key, case_id, expires_at)
                VALUES ('api', 'a', 'case-1', 9000);
                """,
            query: "SELECT scope || key || case_id FROM idempotency"
        ),
        Table(
            since: 2,
            script: """
                INSERT INTO notifications (id, key, case_id, case_number, occasion, kind, event,
                    contact, channel, address, due_at, not_before, urgency, state, next_attempt,
                    deadline, attempts, created_at, summary, why, body)
                VALUES (1, 'key 1', 'case-1', 1, 'page.c1.s1.r0', 'page', 'paged', 'push', 'ntfy',
                    'anna', 1000, 1000, 0, 'pending', 1000, 9000, 1, 1000, 's', 'w', x'00ff');
                """,
            query: "SELECT id || key || state || attempts || hex(body) FROM notifications"
        ),
        Table(
            since: 2,
            script: """
                INSERT INTO attempts (notification_id, number, started_at, millis, outcome)
                VALUES (1, 1, 1000, 41, 'transient');
                """,
            query: "SELECT notification_id || outcome FROM attempts"
        ),
        Table(
            since: 3,
            script: """
                INSERT INTO tokens (id, hash, name, role, created_at)
                VALUES ('t', zeroblob(32), 'ops', 'admin', 1000);
                """,
            query: "SELECT id || hex(hash) || name FROM tokens"
        ),
        Table(
            since: 4,
            script: """
                INSERT INTO quarantine (case_number, since, rulebook, notification_id)
                VALUES (1, 1000, 'r', 1);
                """,
            query: "SELECT case_number || rulebook FROM quarantine"
        ),
        Table(
            since: 6,
            script: """
                INSERT INTO link_tries (subject, count, expires_at) VALUES ('s', 1, 9000);
                INSERT INTO feeds (name, generation) VALUES ('anna', 2);
                """,
            query: """
                SELECT subject || count FROM link_tries
                UNION ALL SELECT name || generation FROM feeds
                """
        ),
    ]
}
