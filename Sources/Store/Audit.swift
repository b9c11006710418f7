/// What an auditor finds who asks the tables alone and shares no code with the engine
/// (reliability.md 2.7).
package struct Audit: Sendable {
    /// How long the page that is due the longest has waited for its first attempt; 0 where none
    /// waits.
    package var oldestUnattempted: Milliseconds = 0
    /// One sentence for each rule that does not hold; empty where all is well.
    package var faults: [String] = []
    /// Channels that many messages could not use lately, with how many, by name.
    package var failingChannels: [String: Int] = [:]
    /// Open cases with no instant at which the engine looks at them again; whether that is right
    /// follows from their clocks (I7, I8).
    package var unarmed: [StoredCase] = []

    package init() {}

    /// What may lie due before it is a fault rather than a busy moment.
    package static let overdueMilliseconds: Milliseconds = 60_000
    /// Failures older than this are history.
    static let failingMilliseconds: Milliseconds = 600_000
    static let failingMin = 3
    static let unarmedMax = 500
    /// How far back deaths are looked at.
    static let deathMilliseconds: Milliseconds = 86_400_000
}

extension Records {
    /// Every check at `instant`; `patience` is a minute in the engine's milliseconds.
    package func audit(
        at instant: Milliseconds,
        patience: Milliseconds = Audit.overdueMilliseconds
    ) throws(StoreError) -> Audit {
        var audit = Audit()
        let oldest = try number(AuditSQL.oldestUnattempted, [])
        audit.oldestUnattempted = max(0, oldest.map { instant - $0 } ?? 0)
        try add(AuditSQL.overdueCases, [.int(instant - patience)], to: &audit) {
            "\($0) open cases fell due over a minute ago and were not looked at (I7)"
        }
        try add(AuditSQL.lapsedLeases, [.int(instant - patience)], to: &audit) {
            "\($0) deliveries are claimed by nobody who lives"
        }
        try add(AuditSQL.silentDeaths, [.int(instant - Audit.deathMilliseconds)], to: &audit) {
            "\($0) pages ended undelivered and nobody else was paged for it (I6)"
        }
        try add(AuditSQL.unpagedQuarantine, [], to: &audit) {
            "\($0) cases in quarantine have no page (I20)"
        }
        try add(AuditSQL.unlogged, [.int(instant - Audit.deathMilliseconds)], to: &audit) {
            "\($0) cases do not have the log that they count"
        }
        audit.failingChannels = try failingChannels(since: instant - Audit.failingMilliseconds)
        audit.unarmed = try connection.all(
            AuditSQL.unarmed,
            [.int(Audit.unarmedMax)],
            StoredCase.decoded
        )
        return audit
    }

    private func number(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int64? {
        try connection.first(sql, arguments) { fields in fields.optionalInt64() } ?? nil
    }

    private func add(
        _ sql: SQL,
        _ arguments: [SQLValue],
        to audit: inout Audit,
        _ words: (Int64) -> String
    ) throws(StoreError) {
        guard let count = try number(sql, arguments), count > 0 else { return }
        audit.faults.append(words(count))
    }

    private func failingChannels(since instant: Milliseconds) throws(StoreError) -> [String: Int] {
        let rows = try connection.all(
            AuditSQL.failingChannels,
            [.int(instant), .int(Audit.failingMin)]
        ) { fields throws(StoreError) in (try fields.text(), try fields.int()) }
        return Dictionary(rows) { first, _ in first }
    }
}

private enum AuditSQL {
    static let oldestUnattempted = SQL(
        """
        SELECT min(next_attempt) FROM notifications
        WHERE state = 'pending' AND urgency IN (0, 1) AND attempts = 0
        """
    )
    static let overdueCases = SQL("SELECT count(*) FROM cases WHERE next_due < ?1")
    static let lapsedLeases = SQL(
        "SELECT count(*) FROM notifications WHERE state = 'sending' AND lease_until < ?1"
    )
    /// A page to a person who is not yet reached otherwise, of a ladder that nothing has stopped
    /// or started again since.
    static let silentDeaths = SQL(
        """
        SELECT count(*) FROM notifications AS dead JOIN cases ON cases.number = dead.case_number
        WHERE (dead.state = 'dead' OR (dead.state = 'pending' AND dead.attempts > 0))
            AND dead.state = 'dead' AND dead.kind = 'page' AND dead.page_drill = 0
            AND dead.person IS NOT NULL AND cases.is_open = 1 AND dead.ended_at > ?1
            AND NOT EXISTS (SELECT 1 FROM notifications AS sibling
                WHERE sibling.page_id = dead.page_id
                AND sibling.state IN ('pending', 'sending', 'delivered'))
            AND NOT EXISTS (SELECT 1 FROM events WHERE events.case_id = dead.case_id
                AND events.recorded_at >= dead.created_at
                AND (events.name = 'undelivered' AND events.person = dead.person
                    OR events.name IN ('acknowledged', 'unacknowledged', 'ack_expired',
                        'reassigned', 'responded', 'priority_changed', 'status_changed',
                        'reopened', 'snoozed', 'exhausted')
                    OR events.name = 'paged' AND events.occasion <> dead.occasion))
            AND NOT EXISTS (SELECT 1 FROM quarantine
                WHERE quarantine.case_number = dead.case_number)
        """
    )
    static let unpagedQuarantine = SQL(
        """
        SELECT count(*) FROM quarantine WHERE NOT EXISTS (SELECT 1 FROM notifications
            WHERE id = quarantine.notification_id AND state <> 'cancelled')
        """
    )
    /// Of what changed lately, as many as a minute can bring and more.
    static let unlogged = SQL(
        """
        SELECT count(*) FROM (SELECT id, event_count FROM cases
            WHERE is_open = 1 AND updated_at > ?1 ORDER BY opened_at DESC LIMIT 2000) AS lately
        WHERE event_count <> (SELECT coalesce(max(sequence), 0) FROM events
            WHERE case_id = lately.id)
        """
    )
    /// The condition of the index stands first, word for word.
    static let failingChannels = SQL(
        """
        SELECT channel, count(*) FROM notifications
        WHERE (state = 'dead' OR (state = 'pending' AND attempts > 0))
            AND coalesce(ended_at, claimed_at) > ?1
        GROUP BY channel HAVING count(*) >= ?2
        """
    )
    static let unarmed = SQL(
        """
        SELECT \(CaseSQL.columns) FROM cases
        WHERE is_open = 1 AND next_due IS NULL
            AND number NOT IN (SELECT case_number FROM quarantine)
        LIMIT ?1
        """
    )
}
