import Paging

/// Which cases to list; every condition must hold.
package struct CaseFilter: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// Every status but resolved and closed.
        case open
        case all
    }

    package var state: State
    package var priority: String?
    package var owner: String?
    /// Only cases whose next instant lies before this one.
    package var dueBefore: Milliseconds?

    package init(
        state: State = .open,
        priority: String? = nil,
        owner: String? = nil,
        dueBefore: Milliseconds? = nil
    ) {
        self.state = state
        self.priority = priority
        self.owner = owner
        self.dueBefore = dueBefore
    }
}

/// Where a list of cases goes on; its text is opaque to callers of the API.
package struct CaseCursor: Hashable, Sendable, LosslessStringConvertible {
    /// What the list is ordered by: the opening, or the first clock due.
    fileprivate var instant: Milliseconds
    fileprivate var number: Int64

    fileprivate init(_ instant: Milliseconds, number: Int64) {
        self.instant = instant
        self.number = number
    }

    /// `nil` where the text is not a cursor.
    package init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let instant = Int64(parts[0]), let number = Int64(parts[1])
        else { return nil }
        self.init(instant, number: number)
    }

    package var description: String { "\(instant)-\(number)" }
}

/// A notification as lists show it: without its body, with its attempts and its end.
package struct StoredDelivery: Sendable {
    /// Its `body` is empty here.
    package var notification: StoredNotification
    /// In order.
    package var attempts: [StoredAttempt]
    /// When it was delivered, cancelled or given up.
    package var endedAt: Milliseconds?
    package var cancelReason: String?
    /// The sequence of the event that cancelled it.
    package var cancelledBy: Int?
}

/// How much the store holds of what is still to be done.
package struct StoreCounts: Hashable, Sendable {
    package var openCases: Int
    package var pending: Int
    package var sending: Int
    /// Dead, or pending after an attempt that failed.
    package var failing: Int
}

extension Records {
    /// Cases, the latest opened first; `next` is `nil` at the end of the list.
    package func cases(
        _ filter: CaseFilter = CaseFilter(),
        limit: Int,
        after cursor: CaseCursor? = nil
    ) throws(StoreError) -> (cases: [StoredCase], next: CaseCursor?) {
        var cases = try connection.all(
            filter.state == .open ? CaseSQL.openList : CaseSQL.allList,
            [
                .int(cursor?.instant ?? .max), .int(cursor?.number ?? .max),
                .optional(filter.priority), .optional(filter.owner), .optional(filter.dueBefore),
                .int(Self.limitForMore(limit)),
            ],
            StoredCase.decoded
        )
        guard cases.count > limit else { return (cases, nil) }
        cases.removeLast(cases.count - limit)
        let next = cases.last.map { last in
            CaseCursor(last.value.openedAtMilliseconds, number: Int64(last.value.number))
        }
        return (cases, next)
    }

    /// Open cases, the one first whose clock is due first, and how many come after those answered.
    ///
    /// `next` is where the list goes on; `nil` at its end.
    package func urgentCases(
        limit: Int,
        after cursor: CaseCursor? = nil
    ) throws(StoreError) -> (cases: [StoredCase], next: CaseCursor?, rest: Int) {
        let cases = try connection.all(
            CaseSQL.urgentList,
            [
                .int(cursor?.instant ?? .min), .int(cursor?.number ?? .min),
                .int(min(max(limit, 0), Self.listMax)),
            ],
            StoredCase.decoded
        )
        guard let last = cases.last, cases.count >= limit else { return (cases, nil, 0) }
        let end = CaseCursor(
            last.clockDue ?? CaseSQL.nothingDue,
            number: Int64(last.value.number)
        )
        let rest =
            try connection.first(
                CaseSQL.urgentCount,
                [.int(end.instant), .int(end.number)]
            ) { fields throws(StoreError) in try fields.int() } ?? 0
        return (cases, rest > 0 ? end : nil, rest)
    }

    /// Notifications with their attempts, the newest first; `next` is `nil` at the end of the list.
    ///
    /// `failing` keeps only those that are dead, or pending after an attempt that failed.
    package func deliveries(
        caseID: String? = nil,
        failing: Bool = false,
        limit: Int,
        before cursor: Int64? = nil
    ) throws(StoreError) -> (deliveries: [StoredDelivery], next: Int64?) {
        var arguments: [SQLValue] = [.int(cursor ?? .max), .int(Self.limitForMore(limit))]
        if let caseID { arguments.append(.text(caseID)) }
        let sql =
            switch (caseID, failing) {
            case (nil, false): OutboxSQL.list
            case (nil, true): OutboxSQL.listFailing
            case (_?, false): OutboxSQL.listOfCase
            case (_?, true): OutboxSQL.listFailingOfCase
            }
        var found = try connection.all(sql, arguments, StoredDelivery.decoded)
        let hasMore = found.count > limit
        if hasMore { found.removeLast(found.count - limit) }
        for index in found.indices {
            found[index].attempts = try attempts(of: found[index].notification.id)
        }
        return (found, hasMore ? found.last?.notification.id : nil)
    }

    /// The finished attempts of a notification, in order.
    package func attempts(of notificationID: Int64) throws(StoreError) -> [StoredAttempt] {
        try connection.all(
            AttemptSQL.byNotification,
            [.int(notificationID)],
            StoredAttempt.decoded
        )
    }

    package func counts() throws(StoreError) -> StoreCounts {
        try connection.first(OutboxSQL.counts) { fields throws(StoreError) in
            StoreCounts(
                openCases: try fields.int(),
                pending: try fields.int(),
                sending: try fields.int(),
                failing: try fields.int()
            )
        } ?? StoreCounts(openCases: 0, pending: 0, sending: 0, failing: 0)
    }

    /// One row more than asked for tells whether the list goes on.
    private static func limitForMore(_ limit: Int) -> Int { min(max(limit, 0), listMax) + 1 }
    private static var listMax: Int { 10_000 }
}

extension StoredDelivery {
    fileprivate static func decoded(
        _ fields: inout Fields
    ) throws(StoreError) -> StoredDelivery {
        let notification = try StoredNotification.decoded(&fields)
        return StoredDelivery(
            notification: notification,
            attempts: [],
            endedAt: fields.optionalInt64(),
            cancelReason: fields.optionalText(),
            cancelledBy: fields.optionalInt()
        )
    }
}
