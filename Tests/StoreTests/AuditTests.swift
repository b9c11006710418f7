import Paging
import Store
import StoreSQLite
import Testing

@Suite("The auditor sees what no constraint can refuse")
struct AuditTests {
    static let minute: Milliseconds = 60_000

    /// A fault put into the tables by hand, and the words it is told in.
    struct Fault: Sendable, CustomTestStringConvertible {
        var words: String
        var sql: String
        var testDescription: String { words }
    }

    static let faults = [
        Fault(
            words: "were not looked at (I7)",
            sql: "UPDATE cases SET next_due = \(nineMilliseconds - 61_000)"
        ),
        Fault(
            words: "claimed by nobody who lives",
            sql: """
                UPDATE notifications SET lease_until = \(nineMilliseconds - 61_000)
                WHERE state = 'sending'
                """
        ),
        Fault(
            words: "nobody else was paged for it (I6)",
            sql: """
                UPDATE notifications SET state = 'dead', next_attempt = NULL, lease_until = NULL,
                    ended_at = \(nineMilliseconds)
                """
        ),
        Fault(
            words: "do not have the log that they count",
            sql: "UPDATE cases SET event_count = 9, updated_at = \(nineMilliseconds), "
                + "revision = revision + 1"
        ),
        Fault(
            words: "in quarantine have no page (I20)",
            sql: """
                INSERT INTO quarantine VALUES (1, 1, 'r', 1);
                UPDATE notifications SET state = 'cancelled', next_attempt = NULL,
                    cancel_reason = 'x', cancelled_by = 1, ended_at = 1 WHERE id = 1
                """
        ),
    ]

    @Test("A store in which all is well has no finding")
    func clean() throws {
        let audit = try Self.audit(try Self.sample())
        #expect(audit.faults == [])
        #expect(audit.unarmed.isEmpty)
        #expect(audit.failingChannels.isEmpty)
        #expect(audit.oldestUnattempted == 0)
    }

    @Test("A fault in the tables is found", arguments: faults)
    func found(fault: Fault) throws {
        let opened = try Self.sample()
        try opened.run(fault.sql)
        let faults = try Self.audit(opened).faults
        #expect(faults.count == 1)
        #expect(faults.first?.contains(fault.words) == true, "\(faults)")
    }

    @Test("A dead page whose escalation is on record is no fault")
    func escalated() throws {
        let opened = try Self.sample()
        try opened.run(Self.faults[2].sql)
        try opened.run(
            """
            INSERT INTO events
                (case_id, sequence, name, at, recorded_at, way, person, number, link)
            SELECT 'case-1', 2, 'undelivered', 1, \(nineMilliseconds + 9), 'engine', 'anna',
                1 + coalesce(max(number), 0), zeroblob(32) FROM events;
            UPDATE cases SET event_count = 2, revision = revision + 1
            """
        )
        #expect(try Self.audit(opened).faults == [])
    }

    @Test("How long the oldest page has waited is told, and an open case with nothing due")
    func waits() throws {
        let opened = try Self.sample()
        try opened.run(
            "UPDATE notifications SET next_attempt = \(nineMilliseconds - 90_000) WHERE id = 1"
        )
        try opened.run("UPDATE cases SET next_due = NULL")
        let audit = try Self.audit(opened)
        #expect(audit.oldestUnattempted == 90_000)
        #expect(audit.unarmed.map(\.value.number) == [1])
    }

    @Test("A channel that three messages could not use lately is failing")
    func channels() throws {
        let opened = try Self.sample()
        try opened.store.transaction { tx throws(StoreError) in
            for key in ["x", "y", "z"] {
                try tx.enqueue(.sample(key, kind: .notice, state: .sending))
            }
        }
        try opened.run(
            """
            UPDATE notifications SET state = 'dead', lease_until = NULL,
                ended_at = \(nineMilliseconds - 1_000) WHERE kind = 'notice'
            """
        )
        #expect(try Self.audit(opened).failingChannels == ["ntfy": 3])
    }

    /// An armed open case with its log, one page waiting and one being sent.
    private static func sample() throws -> Backing.Opened {
        let opened = try Backing.memory.opened()
        try opened.store.transaction { tx throws(StoreError) in
            var stored = StoredCase(value: .sample(1), nextDue: nineMilliseconds + 1)
            try tx.append([CaseEvent(.opened, at: nine)], to: &stored, recordedAt: 1)
            try tx.insert(stored)
            try tx.enqueue(.sample("1", due: nineMilliseconds + 1))
            try tx.enqueue(.sample("2", state: .sending))
        }
        return opened
    }

    private static func audit(_ opened: Backing.Opened) throws -> Audit {
        try opened.store.read { snapshot throws(StoreError) in
            try snapshot.audit(at: nineMilliseconds)
        }
    }
}
