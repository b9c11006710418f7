extension Transaction {
    /// Records that a channel accepted it; needs no token, because success only moves forward.
    ///
    /// `false` where it was delivered before, or cancelled, or is unknown. A late success of an
    /// attempt that was closed as `unknown` leaves that attempt as it stands (append-only).
    @discardableResult
    package func recordDelivered(
        _ id: Int64,
        attempt: StoredAttempt
    ) throws(StoreError) -> Bool {
        let endedAt = attempt.startedAt + Int64(attempt.millis)
        let changed = try connection.execute(OutboxSQL.delivered, [.int(id), .int(endedAt)])
        try insert(attempt)
        return changed == 1
    }

    /// Records a failure that may pass; `false`, and nothing kept, where `token` is not the number
    /// of the attempt it stands at.
    @discardableResult
    package func recordRetry(
        _ id: Int64,
        token: Int,
        attempt: StoredAttempt,
        nextAttempt: Milliseconds
    ) throws(StoreError) -> Bool {
        let changed = try connection.execute(
            OutboxSQL.retry,
            [.int(id), .int(token), .int(nextAttempt)]
        )
        guard changed == 1 else { return false }
        try insert(attempt)
        return true
    }

    /// Gives it up; `false`, and nothing kept, where `token` is not the number of its attempt.
    ///
    /// `attempt` is `nil` where none was made, as when its deadline has passed.
    @discardableResult
    package func recordDead(
        _ id: Int64,
        token: Int,
        attempt: StoredAttempt?,
        at instant: Milliseconds
    ) throws(StoreError) -> Bool {
        let changed = try connection.execute(
            OutboxSQL.dead,
            [.int(id), .int(token), .int(instant)]
        )
        guard changed == 1 else { return false }
        if let attempt { try insert(attempt) }
        return true
    }

    /// Keeps a finished attempt; one that is on record stays as it is.
    func insert(_ attempt: StoredAttempt) throws(StoreError) {
        try connection.execute(
            AttemptSQL.insert,
            [
                .int(attempt.notificationID), .int(attempt.number), .int(attempt.startedAt),
                .int(attempt.millis), .text(attempt.outcome), .optional(attempt.status),
                .optional(attempt.error),
            ]
        )
    }
}

enum AttemptSQL {
    private static let columns =
        "notification_id, number, started_at, millis, outcome, status, error"

    /// An attempt that is on record stays as it is.
    static let insert = SQL(
        """
        INSERT INTO attempts (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (notification_id, number) DO NOTHING
        """
    )
    static let byNotification = SQL(
        "SELECT \(columns) FROM attempts WHERE notification_id = ?1 ORDER BY number"
    )
}

extension StoredAttempt {
    static func decoded(_ fields: inout Fields) throws(StoreError) -> StoredAttempt {
        StoredAttempt(
            notificationID: try fields.int64(),
            number: try fields.int(),
            startedAt: try fields.int64(),
            millis: try fields.int(),
            outcome: try fields.text(),
            status: fields.optionalInt(),
            error: fields.optionalText()
        )
    }
}
