import Paging
import Store
import Testing

@Suite("The outbox keeps what is owed until it has an end")
struct OutboxTests {
    @Test("A notification comes back as it was enqueued", arguments: Backing.allCases)
    func roundTrip(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let page = StoredNotification.sample("a", confirmBy: nineMilliseconds + 20_000)
        let notice = StoredNotification.sample(
            "b",
            kind: .notice,
            person: nil,
            occasion: "notice.1"
        )
        let ids = [try store.enqueue(page), try store.enqueue(notice)]
        for (id, sent) in zip(ids, [page, notice]) {
            let found = try #require(try store.kept(id))
            #expect(found.notification == sent.notification)
            #expect(found.body == sent.body)
            #expect(found.state == .pending)
            #expect(found.nextAttempt == sent.nextAttempt)
            #expect(found.confirmBy == sent.confirmBy)
            #expect(found.urgency == sent.urgency)
        }
        try store.read { snapshot throws(StoreError) in
            #expect(try snapshot.notification(key: "b")?.id == ids[1])
            #expect(try snapshot.notifications(pageID: "case-1.1.1.0.anna").map(\.id) == [ids[0]])
        }
    }

    @Test(
        "Claims come by urgency, then by due instant, and carry the token",
        arguments: Backing.allCases
    )
    func claim(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        for (key, kind, due) in [
            ("notice", Notification.Kind.notice, 1), ("reminder", .reminder, 2),
            ("late page", .page, 9), ("early page", .page, 3), ("future", .page, 11),
        ] {
            _ = try store.enqueue(.sample(key, kind: kind, due: Milliseconds(due)))
        }
        let claimed = try store.claim(at: 10)
        #expect(claimed.map(\.key) == ["early page", "late page", "reminder", "notice"])
        #expect(claimed.allSatisfy { $0.state == .sending && $0.attempts == 1 })
        for one in claimed {
            let kept = try #require(try store.kept(one.id))
            #expect(kept.state == .sending)
            #expect(kept.attempts == 1)
            #expect(kept.leaseUntil == 30_010)
            #expect(kept.nextAttempt == nil)
        }
        #expect(try store.claim(at: 10).isEmpty)
        let limited = try store.transaction { tx throws(StoreError) in
            try tx.claimDue(before: 99, limit: 0) { _ in 0 }
        }
        #expect(limited.isEmpty)
    }

    @Test("A delivery ends it, once", arguments: Backing.allCases)
    func delivered(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a", state: .sending, confirmBy: 1))
        let took = try store.transaction { tx throws(StoreError) in
            [
                try tx.recordDelivered(id, attempt: .sample(id, "delivered")),
                try tx.recordDelivered(id, attempt: .sample(id, "delivered")),
            ]
        }
        #expect(took == [true, false])
        #expect(try store.kept(id)?.state == .delivered)
        #expect(try store.kept(id)?.confirmBy == nil)
        #expect(try store.attempts(of: id) == ["1 delivered"])
    }

    @Test("A failure counts only with the token of its attempt", arguments: Backing.allCases)
    func fencedFailure(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a"))
        try store.claim()
        func retry(_ token: Int) throws -> Bool {
            try store.transaction { tx throws(StoreError) in
                try tx.recordRetry(
                    id,
                    token: token,
                    attempt: .sample(id, "transient", number: token),
                    nextAttempt: nineMilliseconds
                )
            }
        }
        func dead(_ token: Int) throws -> Bool {
            try store.transaction { tx throws(StoreError) in
                let attempt = StoredAttempt.sample(id, "permanent", number: token)
                return try tx.recordDead(id, token: token, attempt: attempt, at: nineMilliseconds)
            }
        }
        #expect(try !retry(2))
        #expect(try retry(1))
        #expect(try !retry(1))
        try store.claim()
        #expect(try !dead(1))
        #expect(try dead(2))
        #expect(try !dead(2))
        #expect(try !retry(2))
        #expect(try store.kept(id)?.state == .dead)
        #expect(try store.attempts(of: id) == ["1 transient", "2 permanent"])
    }

    @Test(
        "What was refused before it left is unsent; after one attempt in doubt it never is again",
        arguments: Backing.allCases
    )
    func unsent(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a"))
        func refuse(_ token: Int, body: [UInt8]? = nil) throws -> Bool {
            try store.transaction { tx throws(StoreError) in
                let isUnsent = try tx.recordUnsent(id, token: token, body: body)
                try tx.recordRetry(
                    id,
                    token: token,
                    attempt: .sample(id, "transient", number: token),
                    nextAttempt: nineMilliseconds
                )
                return isUnsent
            }
        }
        #expect(try store.claim().map(\.isUnsent) == [true])
        #expect(try !refuse(2), "another attempt's word")
        #expect(try refuse(1))
        #expect(try store.kept(id)?.isUnsent == true)
        #expect(try store.claim().map(\.isUnsent) == [true])
        #expect(try refuse(2, body: [7]))
        #expect(try store.kept(id)?.body == [7])
        try store.claim()
        // The process ends, and whether anything left is not known.
        try store.transaction { tx throws(StoreError) in
            _ = try tx.reclaimLapsed(at: nineMilliseconds, isAtStart: true)
        }
        #expect(try store.kept(id)?.isUnsent == false)
        #expect(try store.claim().map(\.isUnsent) == [false])
        #expect(try !refuse(4, body: [8]))
        #expect(try store.kept(id)?.isUnsent == false)
        #expect(try store.kept(id)?.body == [7])
    }

    @Test("A late success turns dead into delivered", arguments: Backing.allCases)
    func lateSuccess(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a", state: .sending))
        let took = try store.transaction { tx throws(StoreError) in
            [
                try tx.recordDead(id, token: 1, attempt: nil, at: nineMilliseconds),
                try tx.recordDelivered(id, attempt: .sample(id, "delivered")),
            ]
        }
        #expect(took == [true, true])
        #expect(try store.kept(id)?.state == .delivered)
    }

    @Test(
        "Only what is pending is cancelled, by kind, person and occasion",
        arguments: Backing.allCases
    )
    func cancel(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1, 2)
        let sending = try store.enqueue(.sample("sending", state: .sending))
        // Tried once, and waiting to be tried again.
        let page = try store.enqueue(.sample("page", state: .sending))
        try store.transaction { tx throws(StoreError) in
            _ = try tx.recordRetry(
                page,
                token: 1,
                attempt: .sample(page, "transient"),
                nextAttempt: nineMilliseconds
            )
        }
        let other = try store.enqueue(.sample("other", person: "ben"))
        let second = try store.enqueue(.sample("second", occasion: "page.c2.s1.r0"))
        let notice = try store.enqueue(.sample("notice", kind: .notice))
        let stranger = try store.enqueue(.sample("stranger", of: 2))
        func cancel(person: String? = nil, prefix: String? = nil) throws -> [Int64] {
            try store.transaction { tx throws(StoreError) in
                try tx.cancel(
                    caseID: "case-1",
                    kinds: [.page],
                    person: person,
                    occasionPrefix: prefix,
                    reason: "acknowledged by anna",
                    causedBy: 3,
                    at: nineMilliseconds
                )
            }
        }
        #expect(try cancel(person: "anna", prefix: "page.c1.") == [page])
        #expect(try cancel() == [other, second])
        #expect(try cancel() == [])
        for id in [sending, notice, stranger] {
            #expect(try store.kept(id)?.state != .cancelled)
        }
        let shown = try store.read { snapshot throws(StoreError) in
            try snapshot.deliveries(caseID: "case-1", limit: 9).deliveries.last {
                $0.cancelledBy != nil
            }
        }
        #expect(shown?.cancelReason == "acknowledged by anna")
        #expect(shown?.cancelledBy == 3)
        #expect(shown?.endedAt == nineMilliseconds)
        let took = try store.transaction { tx throws(StoreError) in
            try tx.recordDelivered(page, attempt: .sample(page, "delivered"))
        }
        #expect(!took)
    }

    @Test("A lapsed claim is pending again with its attempt unknown", arguments: Backing.allCases)
    func reclaim(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a"))
        try store.claim()
        func reclaim(at instant: Milliseconds, isAtStart: Bool = false) throws -> [Int64] {
            try store.transaction { tx throws(StoreError) in
                try tx.reclaimLapsed(at: instant, isAtStart: isAtStart).map(\.id)
            }
        }
        #expect(try reclaim(at: nineMilliseconds + 29_999) == [])
        #expect(try reclaim(at: nineMilliseconds + 30_000) == [id])
        #expect(try store.kept(id)?.nextAttempt == nineMilliseconds + 30_000)
        try store.claim(at: nineMilliseconds + 30_000)
        #expect(try reclaim(at: nineMilliseconds + 30_001, isAtStart: true) == [id])
        #expect(try store.attempts(of: id) == ["1 unknown", "2 unknown"])

        // The reply of the first attempt was on its way after all: forward, and the log stands.
        let took = try store.transaction { tx throws(StoreError) in
            try tx.recordDelivered(id, attempt: .sample(id, "delivered"))
        }
        #expect(took)
        #expect(try store.attempts(of: id) == ["1 unknown", "2 unknown"])
    }

    @Test("The wait for a confirmed page ends with the page", arguments: Backing.allCases)
    func confirm(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let first = try store.enqueue(.sample("a", confirmBy: 200))
        let second = try store.enqueue(.sample("b", confirmBy: 100))
        func waiting() throws -> [Int64] {
            try store.read { snapshot throws(StoreError) in
                try snapshot.unconfirmed(before: 200, limit: 9).map(\.id)
            }
        }
        #expect(try waiting() == [second, first])
        try store.transaction { tx throws(StoreError) in try tx.clearConfirm(ids: [second]) }
        #expect(try waiting() == [first])
        try store.transaction { tx throws(StoreError) in
            try tx.clearConfirm(pageID: "case-1.1.1.0.anna")
        }
        #expect(try waiting() == [])
    }

    @Test("The earliest work of each kind is known without a scan", arguments: Backing.allCases)
    func earliest(backing: Backing) throws {
        let store = try backing.opened().store
        func earliest() throws -> Earliest {
            try store.read { snapshot throws(StoreError) in try snapshot.earliest() }
        }
        let none = try earliest()
        #expect(none.case == nil && none.notification == nil)
        #expect(none.lease == nil && none.confirm == nil)
        try store.keep(cases: 1)
        try store.transaction { tx throws(StoreError) in
            try tx.update(StoredCase(value: .sample(1), nextDue: 70))
        }
        _ = try store.enqueue(.sample("a", due: 50))
        _ = try store.enqueue(.sample("b", kind: .notice, due: 40))
        _ = try store.enqueue(.sample("c", state: .sending, due: 10, confirmBy: 60))
        let found = try earliest()
        #expect(found.case == 70)
        #expect(found.notification == 40)
        #expect(found.lease == 30_010)
        #expect(found.confirm == 60)
    }

    @Test("Only a pending notification can be made due", arguments: Backing.allCases)
    func makeDue(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let pending = try store.enqueue(.sample("a"))
        let sending = try store.enqueue(.sample("b", state: .sending))
        let made = try store.transaction { tx throws(StoreError) in
            [try tx.makeDue(pending, at: 7), try tx.makeDue(sending, at: 7)]
        }
        #expect(made == [true, false])
        #expect(try store.kept(pending)?.nextAttempt == 7)
    }
}
