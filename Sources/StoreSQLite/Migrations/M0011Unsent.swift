import Store

extension Migration {
    /// Attempts that the courier refused behind an open breaker (docs/decisions/0019).
    ///
    /// `unsent` is how many of the first attempts certainly sent nothing; while it is all of them,
    /// the message may still be made anew.
    static let m0011Unsent = Migration(
        number: 11,
        script: """
            ALTER TABLE notifications ADD COLUMN unsent INTEGER NOT NULL DEFAULT 0
                CHECK (unsent >= 0 AND unsent <= attempts);
            CREATE TRIGGER notifications_unsent BEFORE UPDATE OF unsent ON notifications
            WHEN OLD.state <> 'sending' OR NEW.unsent <> OLD.attempts
                OR OLD.unsent <> OLD.attempts - 1
            BEGIN
                SELECT RAISE(ABORT, 'what may have left is never taken for unsent');
            END;
            DROP TRIGGER notifications_body;
            CREATE TRIGGER notifications_body BEFORE UPDATE OF body ON notifications
            WHEN OLD.state <> 'sending' OR (NEW.unsent < NEW.attempts
                AND (NEW.bundle IS NOT NEW.id OR OLD.bundle IS NEW.id))
            BEGIN
                SELECT RAISE(ABORT, 'what a notification says is never changed');
            END;
            """
    )
}
