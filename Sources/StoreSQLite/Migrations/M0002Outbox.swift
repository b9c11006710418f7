import Store

extension Migration {
    /// Notifications and their attempts, with the invariants of delivery.
    static let m0002Outbox = Migration(
        number: 2,
        script: """
            CREATE TABLE notifications (
                id INTEGER NOT NULL PRIMARY KEY,
                key TEXT NOT NULL UNIQUE,
                case_id TEXT NOT NULL,
                case_number INTEGER NOT NULL REFERENCES cases (number),
                occasion TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind = 'page' OR kind = 'reminder' OR kind = 'notice'
                    OR kind = 'warning' OR kind = 'breach'),
                event TEXT NOT NULL,
                person TEXT,
                contact TEXT NOT NULL,
                channel TEXT NOT NULL,
                address TEXT NOT NULL,
                due_at INTEGER NOT NULL,
                not_before INTEGER NOT NULL,
                urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 3),
                page_id TEXT,
                page_step INTEGER,
                page_steps TEXT,
                page_cycle INTEGER,
                page_round INTEGER,
                page_drill INTEGER CHECK (page_drill IN (0, 1)),
                state TEXT NOT NULL CHECK (state = 'pending' OR state = 'sending'
                    OR state = 'delivered' OR state = 'cancelled' OR state = 'dead'),
                next_attempt INTEGER,
                deadline INTEGER NOT NULL,
                attempts INTEGER NOT NULL CHECK (attempts >= 0),
                lease_until INTEGER,
                claimed_at INTEGER,
                confirm_by INTEGER,
                ended_at INTEGER,
                cancel_reason TEXT,
                cancelled_by INTEGER,
                created_at INTEGER NOT NULL,
                summary TEXT NOT NULL,
                why TEXT NOT NULL,
                body BLOB NOT NULL,
                CONSTRAINT a_page_has_an_identity
                    CHECK (page_id IS NULL OR page_step + page_cycle + page_round + page_drill
                        + length(page_steps) IS NOT NULL),
                CONSTRAINT pending_has_a_next_attempt
                    CHECK ((state = 'pending') = (next_attempt IS NOT NULL)),
                CONSTRAINT sending_has_a_lease
                    CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
                CONSTRAINT sending_has_a_token
                    CHECK (state <> 'sending' OR (attempts > 0 AND claimed_at IS NOT NULL)),
                CONSTRAINT cancelled_has_a_reason
                    CHECK ((state = 'cancelled') = (cancel_reason IS NOT NULL)),
                CONSTRAINT cancelled_has_a_cause
                    CHECK ((state = 'cancelled') = (cancelled_by IS NOT NULL)),
                CONSTRAINT an_end_has_an_instant
                    CHECK ((state IN ('pending', 'sending')) = (ended_at IS NULL)),
                CONSTRAINT only_the_living_are_confirmed
                    CHECK (confirm_by IS NULL OR state IN ('pending', 'sending'))
            ) STRICT;
            CREATE INDEX notifications_case ON notifications (case_id);
            CREATE INDEX notifications_waiting ON notifications (case_id) WHERE state = 'pending';
            CREATE INDEX notifications_page ON notifications (page_id) WHERE page_id IS NOT NULL;
            CREATE INDEX notifications_pending ON notifications (urgency, next_attempt)
                WHERE state = 'pending';
            CREATE INDEX notifications_sending ON notifications (lease_until)
                WHERE state = 'sending';
            CREATE INDEX notifications_unconfirmed ON notifications (confirm_by)
                WHERE confirm_by IS NOT NULL;
            CREATE INDEX notifications_failing ON notifications (id)
                WHERE (state = 'dead' OR (state = 'pending' AND attempts > 0));
            CREATE TRIGGER notifications_final BEFORE UPDATE ON notifications
            WHEN OLD.state IN ('delivered', 'cancelled')
                OR (OLD.state = 'dead' AND NEW.state <> 'delivered')
            BEGIN
                SELECT RAISE(ABORT, 'a finished notification is never changed');
            END;
            CREATE TRIGGER notifications_token BEFORE UPDATE OF attempts ON notifications
            WHEN NEW.attempts <= OLD.attempts
            BEGIN
                SELECT RAISE(ABORT, 'the token of a notification only rises');
            END;
            CREATE TRIGGER notifications_fixed BEFORE UPDATE OF id, key, case_id, case_number,
                occasion, kind, event, person, contact, channel, address, due_at, page_id,
                page_step, page_steps, page_cycle, page_round, page_drill, created_at, summary,
                why, body ON notifications
            BEGIN
                SELECT RAISE(ABORT, 'what a notification says is never changed');
            END;
            CREATE TRIGGER notifications_kept BEFORE DELETE ON notifications BEGIN
                SELECT RAISE(ABORT, 'a notification is never deleted');
            END;

            CREATE TABLE attempts (
                notification_id INTEGER NOT NULL REFERENCES notifications (id),
                number INTEGER NOT NULL CHECK (number > 0),
                started_at INTEGER NOT NULL,
                millis INTEGER NOT NULL,
                outcome TEXT NOT NULL CHECK (outcome = 'delivered' OR outcome = 'transient'
                    OR outcome = 'unknown' OR outcome = 'permanent'
                    OR outcome = 'configuration'),
                status INTEGER,
                error TEXT,
                PRIMARY KEY (notification_id, number)
            ) STRICT, WITHOUT ROWID;
            CREATE TRIGGER attempts_unchanged BEFORE UPDATE ON attempts BEGIN
                SELECT RAISE(ABORT, 'an attempt is never changed');
            END;
            CREATE TRIGGER attempts_kept BEFORE DELETE ON attempts BEGIN
                SELECT RAISE(ABORT, 'an attempt is never deleted');
            END;
            """
    )
}
