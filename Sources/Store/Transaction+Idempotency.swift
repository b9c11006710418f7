extension Transaction {
    /// Keeps which case a request with this key was answered with, until `expiresAt`.
    ///
    /// `scope` says whose keys they are, so that two senders may use the same.
    package func remember(
        scope: String,
        key: String,
        caseID: String,
        expiresAt: Milliseconds
    ) throws(StoreError) {
        try connection.execute(
            IdempotencySQL.remember,
            [.text(scope), .text(key), .text(caseID), .int(expiresAt)]
        )
    }

    /// Drops keys that have expired; answers how many.
    @discardableResult
    package func forgetExpired(at instant: Milliseconds) throws(StoreError) -> Int {
        try connection.execute(IdempotencySQL.forget, [.int(instant)])
    }
}

extension Records {
    /// The case that a request with this key was answered with; `nil` where there was none or its
    /// time is over.
    package func recalled(
        scope: String,
        key: String,
        at instant: Milliseconds
    ) throws(StoreError) -> String? {
        try connection.first(
            IdempotencySQL.recall,
            [.text(scope), .text(key), .int(instant)]
        ) { fields throws(StoreError) in try fields.text() }
    }
}

private enum IdempotencySQL {
    static let remember = SQL(
        """
        INSERT INTO idempotency (scope, key, case_id, expires_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (scope, key) DO UPDATE
        SET case_id = excluded.case_id, expires_at = excluded.expires_at
        """
    )
    static let recall = SQL(
        "SELECT case_id FROM idempotency WHERE scope = ?1 AND key = ?2 AND expires_at > ?3"
    )
    static let forget = SQL("DELETE FROM idempotency WHERE expires_at <= ?1")
}
