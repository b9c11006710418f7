import Store

extension Migration {
    /// The log of all cases as one chain (docs/decisions/0021).
    ///
    /// `number` counts all events from 1; `link` is a SHA-256 over the link before and this row.
    /// Events of before have neither.
    static let m0012Chain = Migration(
        number: 12,
        script: """
            ALTER TABLE events ADD COLUMN number INTEGER;
            ALTER TABLE events ADD COLUMN link BLOB;
            CREATE UNIQUE INDEX events_number ON events (number) WHERE number IS NOT NULL;
            CREATE TRIGGER events_chained BEFORE INSERT ON events
            WHEN NEW.link IS NULL OR length(NEW.link) <> 32 OR NEW.number IS NOT 1 + coalesce(
                (SELECT number FROM events WHERE number IS NOT NULL
                    ORDER BY number DESC LIMIT 1), 0)
            BEGIN
                SELECT RAISE(ABORT, 'an event is linked to the one before it');
            END;
            """
    )
}
