import CivilTime
import Paging
import Store

/// 2027-01-04T09:00:00Z.
let nine = Instant(secondsSinceEpoch: 1_799_053_200)
let nineMilliseconds: Milliseconds = 1_799_053_200_000

extension Case {
    static func sample(_ number: Int = 1, key: String? = nil, at instant: Instant = nine) -> Case {
        var value = Case(
            id: "case-\(number)",
            number: number,
            policy: "quik",
            priority: "P1",
            customer: "Northwind",
            title: "Checkout returns 502",
            openedAt: instant
        )
        value.key = key
        value.intake = "monitoring"
        return value
    }
}

extension StoredNotification {
    static func sample(
        _ key: String,
        of number: Int = 1,
        kind: Notification.Kind = .page,
        person: String? = "anna",
        occasion: String = "page.c1.s1.r0",
        state: DeliveryState = .pending,
        due: Milliseconds = nineMilliseconds,
        confirmBy: Milliseconds? = nil
    ) -> StoredNotification {
        let page = Notification.Page(
            id: "case-\(number).1.1.0.anna",
            step: 2,
            steps: [1, 2],
            cycle: 1,
            round: 0,
            isDrill: false
        )
        let notification = Notification(
            occasion: occasion,
            kind: kind,
            event: .paged,
            person: person,
            contact: Contact(name: "push", channel: "ntfy", address: "anna-pager"),
            dueAt: nine,
            notBefore: nine,
            summary: "Acknowledge: checkout returns 502",
            why: "step 1, platform by layer primary (platform.yaml:3)",
            page: kind == .page ? page : nil
        )
        return StoredNotification(
            key: key,
            caseID: "case-\(number)",
            caseNumber: number,
            notification: notification,
            body: [0, 1, 255],
            state: state,
            nextAttempt: state == .pending ? due : nil,
            deadline: due + 300_000,
            attempts: state == .sending ? 1 : 0,
            leaseUntil: state == .sending ? due + 30_000 : nil,
            confirmBy: confirmBy,
            createdAt: due
        )
    }
}

extension StoredAttempt {
    static func sample(_ id: Int64, _ outcome: String, number: Int = 1) -> StoredAttempt {
        StoredAttempt(
            notificationID: id,
            number: number,
            startedAt: nineMilliseconds,
            millis: 41,
            outcome: outcome,
            status: outcome == "delivered" ? 200 : 503,
            error: outcome == "delivered" ? nil : "503 from the receiver"
        )
    }
}

extension CaseStore {
    /// Keeps open cases with these numbers and no events.
    func keep(cases numbers: Int...) throws {
        try transaction { tx throws(StoreError) in
            for number in numbers {
                try tx.insert(StoredCase(value: .sample(number), nextDue: nil))
            }
        }
    }

    func enqueue(_ stored: StoredNotification) throws -> Int64 {
        try transaction { tx throws(StoreError) in try tx.enqueue(stored) }
    }

    /// Claims all that is due at `instant`, with leases of 30 s.
    @discardableResult
    func claim(at instant: Milliseconds = nineMilliseconds) throws -> [StoredNotification] {
        try transaction { tx throws(StoreError) in
            try tx.claimDue(before: instant, limit: 100) { _ in instant + 30_000 }
        }
    }

    func kept(_ id: Int64) throws -> StoredNotification? {
        try read { snapshot throws(StoreError) in try snapshot.notification(id: id) }
    }

    func attempts(of id: Int64) throws -> [String] {
        try read { snapshot throws(StoreError) in
            try snapshot.attempts(of: id).map { "\($0.number) \($0.outcome)" }
        }
    }
}
