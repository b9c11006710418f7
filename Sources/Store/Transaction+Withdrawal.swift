package import Paging

extension Transaction {
    /// Notifications of a case that are being sent; the courier may still hold them unbegun.
    package func sending(
        caseID: String,
        kinds: Set<Notification.Kind>
    ) throws(StoreError) -> [Int64] {
        let rows = try connection.all(WithdrawalSQL.sendingOfCase, [.text(caseID)]) {
            fields throws(StoreError) in
            (id: try fields.int64(), kind: try fields.choice(Notification.Kind.self))
        }
        return rows.filter { kinds.contains($0.kind) }.map(\.id)
    }

    /// Ends a notification that was being sent and whose reason is gone; `false` where it had
    /// ended.
    ///
    /// `token` is the number of the attempt it stands at, and `nil` takes it back unbegun;
    /// `sequence` is the event of the case that caused it.
    @discardableResult
    package func cancelSending(
        _ id: Int64,
        token: Int? = nil,
        reason: String,
        causedBy sequence: Int,
        at instant: Milliseconds
    ) throws(StoreError) -> Bool {
        try connection.execute(
            WithdrawalSQL.cancelSending,
            [.int(id), .optional(token), .text(reason), .int(sequence), .int(instant)]
        ) == 1
    }

    /// The same with the attempt that failed.
    package func recordCancelled(
        _ id: Int64,
        attempt: StoredAttempt,
        reason: String,
        causedBy sequence: Int,
        at instant: Milliseconds
    ) throws(StoreError) {
        let isEnded = try cancelSending(
            id,
            token: attempt.number,
            reason: reason,
            causedBy: sequence,
            at: instant
        )
        if isEnded { try insert(attempt) }
    }

    /// Takes pending pages of a case to a person out of the outbox, but for those of `occasion`.
    package func cancelSuperseded(
        caseID: String,
        person: String,
        by occasion: String,
        causedBy sequence: Int,
        at instant: Milliseconds
    ) throws(StoreError) {
        try connection.execute(
            WithdrawalSQL.cancelSuperseded,
            [
                .text(caseID), .text(person), .text(occasion), .text("superseded by \(occasion)"),
                .int(sequence), .int(instant),
            ]
        )
    }

    /// The length of the log of the case that a notification belongs to; 0 where there is none.
    package func eventCount(ofCaseWith id: Int64) throws(StoreError) -> Int {
        try connection.first(WithdrawalSQL.eventCount, [.int(id)]) { fields throws(StoreError) in
            try fields.int()
        } ?? 0
    }

    /// Starts the wait for a confirmed delivery of a notification.
    package func setConfirm(_ id: Int64, by instant: Milliseconds) throws(StoreError) {
        try connection.execute(WithdrawalSQL.setConfirm, [.int(id), .int(instant)])
    }
}

private enum WithdrawalSQL {
    static let sendingOfCase = SQL(
        """
        SELECT id, kind FROM notifications
        WHERE case_id = ?1 AND state = 'sending' ORDER BY id
        """
    )
    static let cancelSending = SQL(
        """
        UPDATE notifications SET state = 'cancelled', lease_until = NULL, confirm_by = NULL,
            cancel_reason = ?3, cancelled_by = ?4, ended_at = ?5
        WHERE id = ?1 AND state = 'sending' AND (?2 IS NULL OR attempts = ?2)
        """
    )
    static let cancelSuperseded = SQL(
        """
        UPDATE notifications SET state = 'cancelled', next_attempt = NULL, confirm_by = NULL,
            cancel_reason = ?4, cancelled_by = ?5, ended_at = ?6
        WHERE case_id = ?1 AND state = 'pending' AND kind = 'page' AND person = ?2
            AND occasion <> ?3
        """
    )
    static let eventCount = SQL(
        """
        SELECT event_count FROM cases
        WHERE id = (SELECT case_id FROM notifications WHERE id = ?1)
        """
    )
    static let setConfirm = SQL(
        "UPDATE notifications SET confirm_by = ?2 WHERE id = ?1 AND state IN ('pending', 'sending')"
    )
}
