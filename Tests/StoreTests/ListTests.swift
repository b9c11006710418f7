import CivilTime
import Paging
import Store
import Testing

@Suite("Lists go on from where they ended")
struct ListTests {
    @Test("Cases come with the latest opened first, page by page", arguments: Backing.allCases)
    func pages(backing: Backing) throws {
        let store = try backing.opened().store
        try store.transaction { tx throws(StoreError) in
            for number in 1...7 {
                let seconds = nine.secondsSinceEpoch + number / 3
                var value = Case.sample(number, at: Instant(secondsSinceEpoch: seconds))
                if number == 5 { value.status = .closed }
                try tx.insert(StoredCase(value: value, nextDue: nil))
            }
        }
        func listed(_ state: CaseFilter.State) throws -> [[Int]] {
            try store.read { snapshot throws(StoreError) in
                var pages: [[Int]] = []
                var cursor: CaseCursor?
                repeat {
                    let filter = CaseFilter(state: state)
                    let page = try snapshot.cases(filter, limit: 3, after: cursor)
                    pages.append(page.cases.map(\.value.number))
                    cursor = page.next.flatMap { CaseCursor($0.description) }
                } while cursor != nil
                return pages
            }
        }
        #expect(try listed(.open) == [[7, 6, 4], [3, 2, 1]])
        #expect(try listed(.all) == [[7, 6, 5], [4, 3, 2], [1]])
    }

    @Test("A filter names priority, owner and next instant", arguments: Backing.allCases)
    func filters(backing: Backing) throws {
        let store = try backing.opened().store
        try store.transaction { tx throws(StoreError) in
            for number in 1...4 {
                var value = Case.sample(number)
                if number % 2 == 0 { value.priority = "P2" }
                if number > 2 { value.owner = "anna" }
                let due: Milliseconds? = number == 4 ? nil : Milliseconds(number * 100)
                try tx.insert(StoredCase(value: value, nextDue: due))
            }
        }
        func numbers(_ filter: CaseFilter) throws -> [Int] {
            try store.read { snapshot throws(StoreError) in
                try snapshot.cases(filter, limit: 9).cases.map(\.value.number)
            }
        }
        #expect(try numbers(CaseFilter(priority: "P2")) == [4, 2])
        #expect(try numbers(CaseFilter(owner: "anna")) == [4, 3])
        #expect(try numbers(CaseFilter(priority: "P1", owner: "anna")) == [3])
        #expect(try numbers(CaseFilter(state: .all, dueBefore: 300)) == [2, 1])
    }

    @Test(
        "By urgency the first clock due comes first, what has none last",
        arguments: Backing.allCases
    )
    func urgency(backing: Backing) throws {
        let store = try backing.opened().store
        let due: [Milliseconds?] = [900, nil, 300, 300, -7, nil, 100]
        try store.transaction { tx throws(StoreError) in
            for (index, due) in due.enumerated() {
                var value = Case.sample(index + 1)
                if due == 100 { value.status = .closed }
                try tx.insert(StoredCase(value: value, nextDue: nil, clockDue: due))
            }
        }
        try store.read { snapshot throws(StoreError) in
            var pages: [[Int]] = []
            var rests: [Int] = []
            var cursor: CaseCursor?
            repeat {
                let page = try snapshot.urgentCases(limit: 2, after: cursor)
                pages.append(page.cases.map(\.value.number))
                rests.append(page.rest)
                cursor = page.next
            } while cursor != nil
            #expect(pages == [[5, 3], [4, 1], [2, 6]])
            #expect(rests == [4, 2, 0])
        }
        try store.transaction { tx throws(StoreError) in
            var stored = try tx.storedCase(number: 1)
            #expect(stored?.clockDue == 900)
            stored?.clockDue = 50
            if let stored { try tx.update(stored) }
        }
        let first = try store.read { snapshot throws(StoreError) in
            try snapshot.urgentCases(limit: 9).cases.map(\.value.number)
        }
        #expect(first == [5, 1, 3, 4, 2, 6])
    }

    @Test("Open cases of an older file come first, and the engine is to look at them again")
    func unknownUrgency() throws {
        let opened = try Backing.file.opened()
        try opened.store.transaction { tx throws(StoreError) in
            for number in 1...3 {
                var value = Case.sample(number)
                if number == 3 { value.status = .closed }
                try tx.insert(
                    StoredCase(value: value, nextDue: nil, clockDue: 500, updatedAt: 77)
                )
            }
        }
        try opened.run(
            """
            DROP INDEX cases_urgent;
            DROP INDEX cases_ended_key;
            ALTER TABLE cases DROP COLUMN clock_due;
            DROP TRIGGER notifications_unsent;
            DROP TRIGGER notifications_body;
            ALTER TABLE notifications DROP COLUMN unsent;
            DROP TRIGGER events_chained;
            DROP INDEX events_number;
            ALTER TABLE events DROP COLUMN number;
            ALTER TABLE events DROP COLUMN link;
            CREATE TRIGGER notifications_body BEFORE UPDATE OF body ON notifications
            BEGIN SELECT 1; END;
            UPDATE meta SET value = '8' WHERE key = 'schema';
            """
        )
        let store = try CaseStore(opened.database)
        try store.transaction { tx throws(StoreError) in
            try tx.insert(StoredCase(value: .sample(4), nextDue: nil, clockDue: 1))
        }
        try store.read { snapshot throws(StoreError) in
            let cases = try snapshot.urgentCases(limit: 9).cases
            #expect(cases.map(\.value.number) == [1, 2, 4])
            #expect(cases.map(\.nextDue) == [77, 77, nil])
        }
    }

    @Test("A cursor that is not one is refused", arguments: ["", "1", "1-", "a-b", "1-2-3"])
    func cursor(text: String) {
        #expect(CaseCursor(text) == nil)
    }

    @Test(
        "Deliveries come newest first, with attempts and without bodies",
        arguments: Backing.allCases
    )
    func deliveries(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1, 2)
        let dead = try store.enqueue(.sample("dead", state: .sending))
        let failed = try store.enqueue(.sample("failed", of: 2, state: .sending))
        let fresh = try store.enqueue(.sample("fresh"))
        try store.transaction { tx throws(StoreError) in
            try tx.recordDead(dead, token: 1, attempt: .sample(dead, "permanent"), at: 9)
            let attempt = StoredAttempt.sample(failed, "transient")
            try tx.recordRetry(failed, token: 1, attempt: attempt, nextAttempt: 9)
        }
        try store.read { snapshot throws(StoreError) in
            let all = try snapshot.deliveries(limit: 2)
            #expect(all.deliveries.map(\.notification.id) == [fresh, failed])
            #expect(all.deliveries.map { $0.attempts.map(\.outcome) } == [[], ["transient"]])
            #expect(all.deliveries.allSatisfy { $0.notification.body.isEmpty })
            let rest = try snapshot.deliveries(limit: 2, before: all.next)
            #expect(rest.deliveries.map(\.notification.id) == [dead])
            #expect(rest.deliveries.first?.endedAt == 9)
            #expect(rest.next == nil)
            let failing = try snapshot.deliveries(failing: true, limit: 9).deliveries
            #expect(failing.map(\.notification.id) == [failed, dead])
            let own = try snapshot.deliveries(caseID: "case-1", failing: true, limit: 9).deliveries
            #expect(own.map(\.notification.id) == [dead])
            let counts = try snapshot.counts()
            #expect(counts.openCases == 2 && counts.pending == 2)
            #expect(counts.sending == 0 && counts.failing == 2)
        }
    }
}
