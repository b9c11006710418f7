import CivilTime
import Paging
import Store
import Testing

@Suite("Each event is linked to the one recorded before it")
struct EventChainTests {
    /// Two cases with three events each, taking turns.
    private func log(_ backing: Backing = .memory) throws -> Backing.Opened {
        let opened = try backing.opened()
        try opened.store.keep(cases: 1, 2)
        for round in 1...3 {
            for number in 1...2 { try note("word \(round)", in: number, opened.store) }
        }
        return opened
    }

    private func note(_ text: String, in number: Int, _ store: CaseStore) throws {
        try store.transaction { tx throws(StoreError) in
            guard var stored = try tx.storedCase(number: number) else { return }
            let event = CaseEvent(.noted, at: Instant(secondsSinceEpoch: 7), way: "web", text: text)
            try tx.append([event, event], to: &stored, recordedAt: 9)
            try tx.update(stored)
        }
    }

    private func count(_ store: CaseStore) throws -> Int64 {
        try store.read { snapshot throws(StoreError) in try snapshot.checkEventChain().count }
    }

    @Test("As recorded it holds, over the end of a process too", arguments: Backing.allCases)
    func holds(backing: Backing) throws {
        let opened = try log(backing)
        let before = try count(opened.store)
        #expect(before == 12)
        let again = try CaseStore(opened.database)
        try note("after", in: 2, again)
        #expect(try count(again) == before + 2)
        let heads = try again.read { snapshot throws(StoreError) in
            [try snapshot.eventChain(), try snapshot.checkEventChain()]
        }
        #expect(heads[0] == heads[1])
        #expect(heads[0].headText.count == 64)
    }

    @Test("What is undone in a turn leaves no hole")
    func undone() throws {
        let opened = try log()
        try opened.store.transaction { tx throws(StoreError) in
            guard var stored = try tx.storedCase(number: 1) else { return }
            let event = CaseEvent(.noted, at: Instant(secondsSinceEpoch: 7), way: "web")
            do throws(StoreError) {
                try tx.nested { () throws(StoreError) in
                    var copy = stored
                    try tx.append([event], to: &copy, recordedAt: 9)
                    throw StoreError.busy
                }
            } catch {}
            try tx.append([event], to: &stored, recordedAt: 9)
            try tx.update(stored)
        }
        #expect(try count(opened.store) == 13)
    }

    @Test(
        "Whatever is changed, taken out, put in or made another's is found",
        arguments: [
            "UPDATE events SET text = 'another' WHERE number = 5",
            "UPDATE events SET by = 'ben' WHERE number = 5",
            "UPDATE events SET at = at + 1 WHERE number = 5",
            "UPDATE events SET case_id = 'case-9' WHERE number = 5",
            "UPDATE events SET text = NULL, reason = text WHERE number = 5",
            "UPDATE events SET link = zeroblob(32) WHERE number = 12",
            "DELETE FROM events WHERE number = 5",
            "DELETE FROM events WHERE number = 1",
            """
            UPDATE events SET number = -1 WHERE number = 5;
            UPDATE events SET number = 5 WHERE number = 6;
            UPDATE events SET number = 6 WHERE number = -1
            """,
            """
            INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
            SELECT 'case-9', 1, 'noted', 1, 1, 'web', 1 + max(number), max(link) FROM events
            """,
        ]
    )
    func changed(sql: String) throws {
        let opened = try log()
        try opened.run("DROP TRIGGER events_unchanged; DROP TRIGGER events_kept;")
        _ = try count(opened.store)
        try opened.run(sql)
        let error = #expect(throws: StoreError.self) { _ = try count(opened.store) }
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Events of before there were links are passed over, and the next ones linked")
    func older() throws {
        let opened = try log()
        try opened.run(
            "DROP TRIGGER events_unchanged; UPDATE events SET number = NULL, link = NULL;"
        )
        #expect(try count(opened.store) == 0)
        try note("first of the new", in: 1, opened.store)
        #expect(try count(opened.store) == 2)
    }
}
