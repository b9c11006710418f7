import Store

extension Migration {
    /// Each notification keeps which rulebook decided it; of older ones that is not known.
    static let m0005Rulebooks = Migration(
        number: 5,
        script: """
            ALTER TABLE notifications ADD COLUMN rulebook TEXT;
            CREATE TRIGGER notifications_rulebook BEFORE UPDATE OF rulebook ON notifications
            BEGIN
                SELECT RAISE(ABORT, 'what a notification says is never changed');
            END;
            """
    )
}
