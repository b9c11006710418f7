import Store

extension Migration {
    /// What the schema did not refuse yet, and the cases that the engine no longer decides.
    ///
    /// Triggers name the columns that statements of ours never set, so that they cost nothing; the
    /// others compare two numbers of one row.
    static let m0004Guards = Migration(
        number: 4,
        script: """
            CREATE TRIGGER cases_fixed BEFORE UPDATE OF number, id, intake, key, customer, title,
                policy, opened_at ON cases
            BEGIN
                SELECT RAISE(ABORT, 'what a case was opened as is never changed');
            END;
            CREATE TRIGGER cases_log BEFORE UPDATE OF event_count, revision ON cases
            WHEN NEW.event_count < OLD.event_count OR NEW.revision <= OLD.revision
            BEGIN
                SELECT RAISE(ABORT, 'the log and the revision of a case only grow');
            END;
            CREATE TRIGGER attempts_begun BEFORE INSERT ON attempts
            WHEN NEW.number > (SELECT attempts FROM notifications WHERE id = NEW.notification_id)
            BEGIN
                SELECT RAISE(ABORT, 'an attempt was claimed before it is recorded');
            END;

            CREATE TABLE quarantine (
                case_number INTEGER NOT NULL PRIMARY KEY REFERENCES cases (number),
                since INTEGER NOT NULL,
                rulebook TEXT NOT NULL,
                notification_id INTEGER NOT NULL REFERENCES notifications (id)
            ) STRICT;
            CREATE TRIGGER quarantine_paged BEFORE INSERT ON quarantine
            WHEN NOT EXISTS (SELECT 1 FROM notifications WHERE id = NEW.notification_id
                AND case_number = NEW.case_number AND kind = 'page')
            BEGIN
                SELECT RAISE(ABORT, 'a case in quarantine has its page');
            END;
            CREATE TRIGGER quarantine_fixed BEFORE UPDATE ON quarantine BEGIN
                SELECT RAISE(ABORT, 'a quarantine is ended, never changed');
            END;
            """
    )
}
