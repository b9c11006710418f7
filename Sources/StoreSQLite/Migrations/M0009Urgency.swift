import Store

extension Migration {
    /// When the first clock of an open case is due, for lists by urgency.
    ///
    /// 0 where it is not known yet; the engine, which knows, looks at each of them again.
    static let m0009Urgency = Migration(
        number: 9,
        script: """
            ALTER TABLE cases ADD COLUMN clock_due INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX cases_urgent ON cases (clock_due) WHERE is_open = 1;
            UPDATE cases SET next_due = updated_at
                WHERE is_open = 1 AND number NOT IN (SELECT case_number FROM quarantine);
            """
    )
}
