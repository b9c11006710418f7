import Paging

extension Transaction {
    /// Ends everything that was pending or being sent when a backup was made; answers how many.
    package func abandonOutbox(
        reason: String,
        sparing prefix: String,
        at instant: Milliseconds
    ) throws(StoreError) -> Int {
        try connection.execute(
            RestoreSQL.abandon,
            [.text(reason), .int(instant), .text(prefix)]
        )
    }
}

extension Records {
    /// Open cases in order of number, from the one after `number` on.
    package func openCases(
        after number: Int,
        limit: Int
    ) throws(StoreError) -> [StoredCase] {
        try connection.all(
            RestoreSQL.openCases,
            [.int(number), .int(limit)],
            StoredCase.decoded
        )
    }

    /// What a day did: cases opened and resolved, pages and those that reached nobody, since
    /// `instant`.
    package func dayCounts(since instant: Milliseconds) throws(StoreError) -> DayCounts {
        try connection.first(RestoreSQL.day, [.int(instant)]) { fields throws(StoreError) in
            DayCounts(
                opened: try fields.int(),
                ended: try fields.int(),
                pages: try fields.int(),
                dead: try fields.int()
            )
        } ?? DayCounts()
    }
}

/// The figures of a daily digest.
package struct DayCounts: Hashable, Sendable {
    package var opened = 0
    package var ended = 0
    package var pages = 0
    package var dead = 0
}

private enum RestoreSQL {
    static let abandon = SQL(
        """
        UPDATE notifications SET state = 'cancelled', next_attempt = NULL, lease_until = NULL,
            confirm_by = NULL, cancel_reason = ?1, ended_at = ?2,
            cancelled_by = (SELECT event_count FROM cases WHERE number = case_number)
        WHERE (state = 'pending' OR state = 'sending') AND NOT (kind = 'page'
            AND substr(occasion, 1, length(?3)) = ?3
            AND case_number IN (SELECT case_number FROM quarantine))
        """
    )
    static let openCases = SQL(
        """
        SELECT \(CaseSQL.columns) FROM cases WHERE is_open = 1 AND number > ?1
        ORDER BY number LIMIT ?2
        """
    )
    /// Customers' cases only: what the product says of itself stands in closed cases of its own.
    static let day = SQL(
        """
        SELECT (SELECT count(*) FROM cases
                WHERE opened_at >= ?1 AND intake <> 'engine' AND intake <> 'drill'),
            (SELECT count(*) FROM cases WHERE is_open = 0 AND updated_at >= ?1
                AND intake <> 'engine' AND intake <> 'drill'),
            (SELECT count(*) FROM notifications WHERE kind = 'page' AND created_at >= ?1
                AND page_drill = 0),
            (SELECT count(*) FROM notifications WHERE kind = 'page' AND created_at >= ?1
                AND page_drill = 0 AND state = 'dead')
        """
    )
}
