import Store

extension Migration {
    /// Pages that leave together in one message (docs/decisions/0014).
    ///
    /// `bundle` is the row of the message that names a page too, and the page's own row where it is
    /// that message: its body alone is made anew, once, as its first attempt begins.
    static let m0007Bundles = Migration(
        number: 7,
        script: """
            ALTER TABLE notifications ADD COLUMN bundle INTEGER REFERENCES notifications (id);
            CREATE INDEX notifications_bundled ON notifications (bundle)
                WHERE bundle IS NOT NULL AND state = 'sending';
            DROP TRIGGER notifications_fixed;
            CREATE TRIGGER notifications_fixed BEFORE UPDATE OF id, key, case_id, case_number,
                occasion, kind, event, person, contact, channel, address, due_at, page_id,
                page_step, page_steps, page_cycle, page_round, page_drill, created_at, summary,
                why ON notifications
            BEGIN
                SELECT RAISE(ABORT, 'what a notification says is never changed');
            END;
            CREATE TRIGGER notifications_body BEFORE UPDATE OF body ON notifications
            WHEN NEW.bundle IS NOT NEW.id OR OLD.bundle IS NEW.id OR OLD.state <> 'sending'
            BEGIN
                SELECT RAISE(ABORT, 'what a notification says is never changed');
            END;
            """
    )
}
