enum OutboxSQL {
    /// In the order of `StoredNotification.arguments`, after `id` that of `decoded`.
    private static let kept = """
        key, case_id, case_number, occasion, kind, event, person, contact, channel, address,
        due_at, not_before, summary, why, page_id, page_step, page_steps, page_cycle, page_round,
        page_drill, state, next_attempt, deadline, attempts, lease_until, confirm_by, created_at,
        urgency, rulebook, bundle, unsent
        """
    static let columns = "id, \(kept), body, checksum"
    /// The same without the payload, which lists do not show.
    static let listColumns = "id, \(kept), NULL, NULL"

    static let insert = SQL(
        """
        INSERT INTO notifications (\(kept), body, claimed_at, checksum)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)
        """
    )

    static let byID = SQL("SELECT \(columns) FROM notifications WHERE id = ?1")
    static let byKey = SQL("SELECT \(columns) FROM notifications WHERE key = ?1")
    static let byPage = SQL("SELECT \(columns) FROM notifications WHERE page_id = ?1 ORDER BY id")
    /// Of one case; unlike those that died or were taken back, it reaches somebody or still may.
    static let laterPage = SQL(
        """
        SELECT id FROM notifications
        WHERE case_id = ?1 AND kind = 'page' AND created_at > ?2
            AND state IN ('pending', 'sending', 'delivered') LIMIT 1
        """
    )
    static let pendingOfCase = SQL(
        """
        SELECT id, kind, occasion, person FROM notifications
        WHERE case_id = ?1 AND state = 'pending' ORDER BY id
        """
    )
    static let living = SQL(
        "SELECT \(columns) FROM notifications WHERE state = 'pending'"
            + " UNION ALL SELECT \(columns) FROM notifications WHERE state = 'sending'"
    )
    static let due = SQL(
        """
        SELECT \(columns) FROM notifications
        WHERE state = 'pending' AND urgency = ?1 AND next_attempt <= ?2
        ORDER BY next_attempt, id LIMIT ?3
        """
    )
    static let lapsed = SQL(
        """
        SELECT \(columns) FROM notifications
        WHERE state = 'sending' AND lease_until <= ?1 ORDER BY lease_until, id
        """
    )
    static let unconfirmed = SQL(
        """
        SELECT \(columns) FROM notifications
        WHERE confirm_by <= ?1 ORDER BY confirm_by, id LIMIT ?2
        """
    )
    /// Each subquery takes the first entry of one index.
    static let earliest = SQL(
        """
        SELECT (SELECT min(next_due) FROM cases WHERE next_due IS NOT NULL),
            (SELECT min(first) FROM (\(firstOfUrgencies))),
            (SELECT min(lease_until) FROM notifications WHERE state = 'sending'),
            (SELECT min(confirm_by) FROM notifications WHERE confirm_by IS NOT NULL)
        """
    )
    private static let firstOfUrgencies = StoredNotification.urgencies
        .map { urgency in
            """
            SELECT min(next_attempt) AS first FROM notifications
            WHERE state = 'pending' AND urgency = \(urgency)
            """
        }
        .joined(separator: " UNION ALL ")

    static let claim = SQL(
        """
        UPDATE notifications SET state = 'sending', attempts = attempts + 1, next_attempt = NULL,
            lease_until = ?2, claimed_at = ?3
        WHERE id = ?1 AND state = 'pending'
        """
    )
    static let reclaim = SQL(
        """
        UPDATE notifications SET state = 'pending', next_attempt = ?2, lease_until = NULL
        WHERE id = ?1 AND state = 'sending'
        """
    )
    static let closeUnknown = SQL(
        """
        INSERT INTO attempts (notification_id, number, started_at, millis, outcome, error)
        SELECT id, attempts, claimed_at, ?2 - claimed_at, 'unknown', ?3
        FROM notifications WHERE id = ?1
        ON CONFLICT (notification_id, number) DO NOTHING
        """
    )
    static let makeDue = SQL(
        "UPDATE notifications SET next_attempt = ?2 WHERE id = ?1 AND state = 'pending'"
    )
    static let cancel = SQL(
        """
        UPDATE notifications SET state = 'cancelled', next_attempt = NULL, confirm_by = NULL,
            cancel_reason = ?2, cancelled_by = ?3, ended_at = ?4
        WHERE id = ?1 AND state = 'pending'
        """
    )
    static let delivered = SQL(
        """
        UPDATE notifications SET state = 'delivered', next_attempt = NULL, lease_until = NULL,
            confirm_by = NULL, ended_at = ?2
        WHERE id = ?1 AND state <> 'delivered' AND state <> 'cancelled'
        """
    )
    static let retry = SQL(
        """
        UPDATE notifications SET state = 'pending', next_attempt = ?3, lease_until = NULL
        WHERE id = ?1 AND state = 'sending' AND attempts = ?2
        """
    )
    static let dead = SQL(
        """
        UPDATE notifications SET state = 'dead', next_attempt = NULL, lease_until = NULL,
            confirm_by = NULL, ended_at = ?3
        WHERE id = ?1 AND state IN ('pending', 'sending') AND attempts = ?2
        """
    )
    static let clearConfirm = SQL(
        "UPDATE notifications SET confirm_by = NULL WHERE id = ?1 AND confirm_by IS NOT NULL"
    )
    static let clearConfirmOfPage = SQL(
        "UPDATE notifications SET confirm_by = NULL WHERE page_id = ?1 AND confirm_by IS NOT NULL"
    )

    /// The newest first, `limit` of them with an id below the cursor.
    static let list = SQL(listed("id < ?1"))
    static let listOfCase = SQL(listed("case_id = ?3 AND id < ?1"))
    /// `failing` repeats the condition of its index word for word, which is how SQLite finds it.
    static let listFailing = SQL(listed("id < ?1 AND \(failing)"))
    static let listFailingOfCase = SQL(listed("case_id = ?3 AND id < ?1 AND \(failing)"))
    private static let failing = "(state = 'dead' OR (state = 'pending' AND attempts > 0))"

    private static func listed(_ condition: String) -> String {
        """
        SELECT \(listColumns), ended_at, cancel_reason, cancelled_by FROM notifications
        WHERE \(condition) ORDER BY id DESC LIMIT ?2
        """
    }

    static let counts = SQL(
        """
        SELECT (SELECT count(*) FROM cases WHERE is_open = 1),
            (SELECT count(*) FROM notifications WHERE state = 'pending'),
            (SELECT count(*) FROM notifications WHERE state = 'sending'),
            (SELECT count(*) FROM notifications WHERE \(failing))
        """
    )
}
