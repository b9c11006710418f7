import CivilTime
import Clocks
import Paging
import Store
import Testing

@Suite("Cases and their logs are kept")
struct CaseRecordsTests {
    @Test("A case comes back as it was kept", arguments: Backing.allCases)
    func roundTrip(backing: Backing) throws {
        let store = try backing.opened().store
        var value = Case.sample(4711, key: "alert-1")
        value.details = "Zürich 東京 \u{0} end"
        value.tags = ["shop", ""]
        let stored = StoredCase(value: value, nextDue: nineMilliseconds + 1)
        try store.transaction { tx throws(StoreError) in try tx.insert(stored) }

        let found = try store.read { snapshot throws(StoreError) in
            [
                try snapshot.storedCase(id: "case-4711"),
                try snapshot.storedCase(number: 4711),
                try snapshot.storedCase(openKey: "alert-1", intake: "monitoring"),
            ]
        }
        for one in found {
            #expect(one?.value == value)
            #expect(one?.nextDue == nineMilliseconds + 1)
            #expect(one?.revision == 1)
        }
    }

    @Test("Each change raises the revision", arguments: Backing.allCases)
    func revision(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let revision = try store.transaction { tx throws(StoreError) in
            for _ in 1...3 { try tx.update(StoredCase(value: .sample(1), nextDue: nil)) }
            return try tx.storedCase(number: 1)?.revision
        }
        #expect(revision == 4)
    }

    @Test("A case that was never inserted cannot be updated", arguments: Backing.allCases)
    func updateOfNone(backing: Backing) throws {
        let store = try backing.opened().store
        #expect(throws: StoreError.constraint("case 9 was never inserted")) {
            try store.transaction { tx throws(StoreError) in
                try tx.update(StoredCase(value: .sample(9), nextDue: nil))
            }
        }
    }

    @Test("Numbers start at 1 and follow the highest", arguments: Backing.allCases)
    func numbers(backing: Backing) throws {
        let store = try backing.opened().store
        let numbers = try store.transaction { tx throws(StoreError) in
            let first = try tx.nextNumber()
            try tx.insert(StoredCase(value: .sample(4710), nextDue: nil))
            return [first, try tx.nextNumber()]
        }
        #expect(numbers == [1, 4711])
    }

    @Test(
        "An open case holds its key in its intake, a resolved one frees it",
        arguments: Backing.allCases
    )
    func openKey(backing: Backing) throws {
        let store = try backing.opened().store
        func open(_ number: Int) throws {
            try store.transaction { tx throws(StoreError) in
                try tx.insert(StoredCase(value: .sample(number, key: "alert"), nextDue: nil))
            }
        }
        try open(1)
        #expect(throws: StoreError.self) { try open(2) }
        try store.transaction { tx throws(StoreError) in
            var value = Case.sample(1, key: "alert")
            value.status = .resolved
            try tx.update(StoredCase(value: value, nextDue: nil))
        }
        try open(3)
        let found = try store.read { snapshot throws(StoreError) in
            try snapshot.storedCase(openKey: "alert", intake: "monitoring")?.value.number
        }
        #expect(found == 3)
    }

    @Test("Events come back in order with every field", arguments: Backing.allCases)
    func events(backing: Backing) throws {
        let store = try backing.opened().store
        let all = CaseEvent(
            .updated,
            at: Instant(secondsSinceEpoch: -5),
            by: "anna",
            way: "api",
            text: "",
            reason: "fix",
            until: nine,
            priority: "P2",
            status: .onHold,
            person: "ben",
            occasion: "page.c1.s1.r0"
        )
        let bare = CaseEvent(.opened, at: nine)
        var stored = StoredCase(value: .sample(1), nextDue: nil)
        let sequences = try store.transaction { tx throws(StoreError) in
            let first = try tx.append([bare, all], to: &stored, recordedAt: nineMilliseconds)
            let none = try tx.append([], to: &stored, recordedAt: 1)
            let second = try tx.append([bare], to: &stored, recordedAt: nineMilliseconds)
            try tx.insert(stored)
            return [first, none, second]
        }
        #expect(sequences == [1..<3, 3..<3, 3..<4])
        let (log, kept) = try store.read { snapshot throws(StoreError) in
            (try snapshot.events(of: "case-1"), try snapshot.storedCase(number: 1))
        }
        #expect(log.map(\.event) == [bare, all, bare])
        #expect(log.map(\.sequence) == [1, 2, 3])
        #expect(log.allSatisfy { $0.recordedAt == nine })
        #expect(kept?.eventCount == 3)
        #expect(kept?.updatedAt == nineMilliseconds)
    }

    @Test(
        "Due cases come by their instant, and a reload makes every open one due",
        arguments: Backing.allCases
    )
    func due(backing: Backing) throws {
        let store = try backing.opened().store
        func numbers(before instant: Milliseconds, limit: Int = 9) throws -> [Int] {
            try store.read { snapshot throws(StoreError) in
                try snapshot.dueCases(before: instant, limit: limit).map(\.value.number)
            }
        }
        try store.transaction { tx throws(StoreError) in
            for (number, due) in [(1, 300), (2, 100), (3, 200)] {
                try tx.insert(StoredCase(value: .sample(number), nextDue: Milliseconds(due)))
            }
            try tx.insert(StoredCase(value: .sample(4), nextDue: nil))
            var closed = Case.sample(5)
            closed.status = .closed
            try tx.insert(StoredCase(value: closed, nextDue: nil))
        }
        #expect(try numbers(before: 200) == [2, 3])
        #expect(try numbers(before: 1000, limit: 1) == [2])
        let touched = try store.transaction { tx throws(StoreError) in
            try tx.touchOpenCases(nextDue: 50)
        }
        #expect(touched == 4)
        #expect(try numbers(before: 50) == [1, 2, 3, 4])
        #expect(try store.read { s throws(StoreError) in try s.openCaseCount() } == 4)
    }

    @Test(
        "What throws is rolled back, and a nested fault undoes only its own",
        arguments: Backing.allCases
    )
    func rollback(backing: Backing) throws {
        let store = try backing.opened().store
        #expect(throws: StoreError.busy) {
            try store.transaction { tx throws(StoreError) in
                try tx.insert(StoredCase(value: .sample(1), nextDue: nil))
                throw StoreError.busy
            }
        }
        try store.transaction { tx throws(StoreError) in
            try tx.insert(StoredCase(value: .sample(2), nextDue: nil))
            do {
                try tx.nested { () throws(StoreError) in
                    try tx.insert(StoredCase(value: .sample(3), nextDue: nil))
                    throw StoreError.full
                }
            } catch {}
            try tx.nested { () throws(StoreError) in
                try tx.insert(StoredCase(value: .sample(4), nextDue: nil))
            }
        }
        let found = try store.read { snapshot throws(StoreError) in
            try snapshot.cases(CaseFilter(state: .all), limit: 9).cases.map(\.value.number)
        }
        #expect(found == [4, 2])
    }

    @Test("A request's key answers with its case until it expires", arguments: Backing.allCases)
    func idempotency(backing: Backing) throws {
        let store = try backing.opened().store
        let found = try store.transaction { tx throws(StoreError) in
            try tx.remember(scope: "api", key: "k", caseID: "case-1", expiresAt: 100)
            try tx.remember(scope: "cli", key: "k", caseID: "case-2", expiresAt: 300)
            let before = [
                try tx.recalled(scope: "api", key: "k", at: 99),
                try tx.recalled(scope: "api", key: "k", at: 100),
                try tx.recalled(scope: "cli", key: "k", at: 100),
                try tx.recalled(scope: "cli", key: "other", at: 100),
            ]
            let forgotten = try tx.forgetExpired(at: 100)
            return (before, forgotten, try tx.recalled(scope: "api", key: "k", at: 0))
        }
        #expect(found.0 == ["case-1", nil, "case-2", nil])
        #expect(found.1 == 1)
        #expect(found.2 == nil)
    }

    @Test("Single values are kept by key", arguments: Backing.allCases)
    func meta(backing: Backing) throws {
        let store = try backing.opened().store
        let values = try store.transaction { tx throws(StoreError) in
            let none = try tx.meta(Meta.highWater)
            try tx.set("1", for: Meta.highWater)
            try tx.set("2", for: Meta.highWater)
            return [none, try tx.meta(Meta.highWater)]
        }
        #expect(values == [nil, "2"])
    }
}
