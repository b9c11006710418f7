extension Transaction {
    /// Keeps which case a request with this key was answered with, until `expiresAt`, or which
    /// event of it.
    ///
    /// `scope` says whose keys they are, so that two senders may use the same.
    package func remember(
        scope: String,
        key: String,
        caseID: String,
        event sequence: Int? = nil,
        expiresAt: Milliseconds
    ) throws(StoreError) {
        try connection.execute(
            IdempotencySQL.remember,
            [
                .text(scope), .text(key), .text(caseID), .int(expiresAt),
                .optional(sequence.map { String($0) }),
            ]
        )
    }

    /// Drops one key.
    package func forget(scope: String, key: String) throws(StoreError) {
        try connection.execute(IdempotencySQL.forgetOne, [.text(scope), .text(key)])
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

    /// Every key of a scope that is kept.
    package func recalledKeys(
        scope: String,
        at instant: Milliseconds
    ) throws(StoreError) -> [String] {
        try connection.all(IdempotencySQL.keys, [.text(scope), .int(instant)]) {
            fields throws(StoreError) in try fields.text()
        }
    }

    /// The sequence of the event of that case which a request with this key was answered with.
    package func recalledEvent(
        scope: String,
        key: String,
        of caseID: String,
        at instant: Milliseconds
    ) throws(StoreError) -> Int? {
        let text = try connection.first(
            IdempotencySQL.recallEvent,
            [.text(scope), .text(key), .int(instant), .text(caseID)]
        ) { fields throws(StoreError) in try fields.text() }
        return text.flatMap { Int($0) }
    }
}

private enum IdempotencySQL {
    static let remember = SQL(
        """
        INSERT INTO idempotency (scope, key, case_id, expires_at, answer)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (scope, key) DO UPDATE
        SET case_id = excluded.case_id, expires_at = excluded.expires_at, answer = excluded.answer
        """
    )
    static let recall = SQL(
        "SELECT case_id FROM idempotency WHERE scope = ?1 AND key = ?2 AND expires_at > ?3"
    )
    static let recallEvent = SQL(
        """
        SELECT answer FROM idempotency
        WHERE scope = ?1 AND key = ?2 AND case_id = ?4 AND expires_at > ?3 AND answer IS NOT NULL
        """
    )
    static let keys = SQL("SELECT key FROM idempotency WHERE scope = ?1 AND expires_at > ?2")
    static let forgetOne = SQL("DELETE FROM idempotency WHERE scope = ?1 AND key = ?2")
    static let forget = SQL("DELETE FROM idempotency WHERE expires_at <= ?1")
}
