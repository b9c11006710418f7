import Store

extension Migration {
    /// Cases, their logs, and the single values.
    ///
    /// Every instant is in milliseconds since 1970.
    /// Checks spell `IN` out as `OR`: SQLite builds a table for a longer `IN` on every insert.
    static let m0001Cases = Migration(
        number: 1,
        script: """
            CREATE TABLE meta (
                key TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE cases (
                number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
                id TEXT NOT NULL UNIQUE,
                key TEXT,
                intake TEXT NOT NULL,
                customer TEXT NOT NULL,
                title TEXT NOT NULL,
                policy TEXT NOT NULL,
                priority TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status = 'open' OR status = 'in_progress'
                    OR status = 'pending' OR status = 'on_hold' OR status = 'resolved'
                    OR status = 'closed'),
                owner TEXT,
                is_open INTEGER NOT NULL CHECK (is_open = (status NOT IN ('resolved', 'closed'))),
                opened_at INTEGER NOT NULL,
                next_due INTEGER,
                updated_at INTEGER NOT NULL,
                event_count INTEGER NOT NULL CHECK (event_count >= 0),
                revision INTEGER NOT NULL CHECK (revision > 0),
                fold BLOB NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX cases_open_key ON cases (intake, key)
                WHERE is_open = 1 AND key IS NOT NULL;
            CREATE INDEX cases_due ON cases (next_due) WHERE next_due IS NOT NULL;
            CREATE INDEX cases_opened ON cases (is_open, opened_at);
            CREATE TRIGGER cases_kept BEFORE DELETE ON cases BEGIN
                SELECT RAISE(ABORT, 'a case is never deleted');
            END;

            CREATE TABLE events (
                case_id TEXT NOT NULL,
                sequence INTEGER NOT NULL CHECK (sequence > 0),
                name TEXT NOT NULL,
                at INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL,
                by TEXT,
                way TEXT NOT NULL,
                text TEXT,
                reason TEXT,
                until INTEGER,
                priority TEXT,
                status TEXT,
                person TEXT,
                occasion TEXT,
                PRIMARY KEY (case_id, sequence)
            ) STRICT, WITHOUT ROWID;
            CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN
                SELECT RAISE(ABORT, 'an event is never changed');
            END;
            CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN
                SELECT RAISE(ABORT, 'an event is never deleted');
            END;

            CREATE TABLE idempotency (
                scope TEXT NOT NULL,
                key TEXT NOT NULL,
                case_id TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (scope, key)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX idempotency_expiry ON idempotency (expires_at);
            """
    )
}
