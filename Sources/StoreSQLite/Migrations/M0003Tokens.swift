import Store

extension Migration {
    /// Tokens of the HTTP API, and what a request with an idempotency key was answered.
    ///
    /// Of a token only the SHA-256 is kept. `answer` is null where the answer is the case itself,
    /// else the sequence of the event in its log.
    static let m0003Tokens = Migration(
        number: 3,
        script: """
            CREATE TABLE tokens (
                id TEXT NOT NULL PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
                name TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role = 'intake' OR role = 'viewer'
                    OR role = 'responder' OR role = 'leader' OR role = 'admin'),
                person TEXT,
                created_at INTEGER NOT NULL,
                expires_at INTEGER,
                last_used_at INTEGER
            ) STRICT, WITHOUT ROWID;

            ALTER TABLE idempotency ADD COLUMN answer TEXT;
            """
    )
}
