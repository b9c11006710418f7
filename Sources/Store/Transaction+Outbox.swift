package import Paging

extension Transaction {
    /// Puts a notification into the outbox: pending, or sending with its first attempt begun.
    ///
    /// Answers its row id. A key that was enqueued before is a `constraint` fault (I1).
    @discardableResult
    package func enqueue(_ stored: StoredNotification) throws(StoreError) -> Int64 {
        try connection.insert(OutboxSQL.insert, stored.arguments)
    }

    /// Takes pending notifications of a case out of the outbox; what is being sent stays.
    ///
    /// `person` and `occasionPrefix` narrow `kinds` where they are not `nil`; `sequence` is the
    /// event of the case that caused it. Answers the ids that were cancelled, ascending.
    @discardableResult
    package func cancel(
        caseID: String,
        kinds: Set<Notification.Kind>,
        person: String? = nil,
        occasionPrefix: String? = nil,
        reason: String,
        causedBy sequence: Int,
        at instant: Milliseconds
    ) throws(StoreError) -> [Int64] {
        let pending = try connection.all(OutboxSQL.pendingOfCase, [.text(caseID)]) {
            fields throws(StoreError) in
            (
                id: try fields.int64(), kind: try fields.choice(Notification.Kind.self),
                occasion: try fields.text(), person: fields.optionalText()
            )
        }
        var cancelled: [Int64] = []
        for row in pending where kinds.contains(row.kind) {
            if let person, row.person != person { continue }
            if let occasionPrefix, !row.occasion.hasPrefix(occasionPrefix) { continue }
            try connection.execute(
                OutboxSQL.cancel,
                [.int(row.id), .text(reason), .int(sequence), .int(instant)]
            )
            cancelled.append(row.id)
        }
        return cancelled
    }

    /// Begins an attempt for notifications that are due: each is then sending, with its token
    /// raised and its lease set by `leaseUntil`.
    ///
    /// By urgency, then the longest due first. Whether a deadline has passed is the caller's to
    /// see.
    package func claimDue(
        before instant: Milliseconds,
        limit: Int,
        leaseUntil: (StoredNotification) -> Milliseconds
    ) throws(StoreError) -> [StoredNotification] {
        var claimed: [StoredNotification] = []
        for urgency in StoredNotification.urgencies where claimed.count < limit {
            claimed += try connection.all(
                OutboxSQL.due,
                [.int(urgency), .int(instant), .int(limit - claimed.count)],
                StoredNotification.decoded
            )
        }
        for index in claimed.indices {
            let lease = leaseUntil(claimed[index])
            claimed[index].state = .sending
            claimed[index].attempts += 1
            claimed[index].nextAttempt = nil
            claimed[index].leaseUntil = lease
            try connection.execute(
                OutboxSQL.claim,
                [.int(claimed[index].id), .int(lease), .int(instant)]
            )
        }
        return claimed
    }

    /// Ends claims whose lease is over, or every claim where `isAtStart` (they are of a daemon that
    /// is gone): pending again and due now, the attempt closed as `unknown`.
    ///
    /// Those of a living courier `isHeld` keeps; it is not asked at the start.
    package func reclaimLapsed(
        at instant: Milliseconds,
        isAtStart: Bool = false,
        unless isHeld: (StoredNotification) -> Bool = { _ in false }
    ) throws(StoreError) -> [StoredNotification] {
        let until: Milliseconds = isAtStart ? .max : instant
        var lapsed = try connection.all(OutboxSQL.lapsed, [.int(until)], StoredNotification.decoded)
        if !isAtStart { lapsed.removeAll(where: isHeld) }
        for index in lapsed.indices {
            let id = lapsed[index].id
            try connection.execute(
                OutboxSQL.closeUnknown,
                [.int(id), .int(instant), .text("the daemon lost sight of it")]
            )
            try connection.execute(OutboxSQL.reclaim, [.int(id), .int(instant)])
            lapsed[index].state = .pending
            lapsed[index].leaseUntil = nil
            lapsed[index].nextAttempt = instant
        }
        return lapsed
    }

    /// Makes a pending notification due at `instant`; `false` where it is not pending.
    package func makeDue(_ id: Int64, at instant: Milliseconds) throws(StoreError) -> Bool {
        try connection.execute(OutboxSQL.makeDue, [.int(id), .int(instant)]) == 1
    }

    /// Ends the wait for a confirmed delivery of a page, on all its contacts.
    package func clearConfirm(pageID: String) throws(StoreError) {
        try connection.execute(OutboxSQL.clearConfirmOfPage, [.text(pageID)])
    }

    /// Ends the wait for a confirmed delivery of single notifications.
    package func clearConfirm(ids: [Int64]) throws(StoreError) {
        for id in ids { try connection.execute(OutboxSQL.clearConfirm, [.int(id)]) }
    }
}

extension Records {
    package func notification(id: Int64) throws(StoreError) -> StoredNotification? {
        try connection.first(OutboxSQL.byID, [.int(id)], StoredNotification.decoded)
    }

    package func notification(key: String) throws(StoreError) -> StoredNotification? {
        try connection.first(OutboxSQL.byKey, [.text(key)], StoredNotification.decoded)
    }

    /// Whether a page of the case was made after `instant` that reaches somebody or still may.
    package func hasPage(
        ofCase id: String,
        after instant: Milliseconds
    ) throws(StoreError) -> Bool {
        try connection.first(OutboxSQL.laterPage, [.text(id), .int(instant)]) {
            fields throws(StoreError) in try fields.int64()
        } != nil
    }

    /// The notifications of a page, one for each contact, in order of enqueueing.
    package func notifications(pageID: String) throws(StoreError) -> [StoredNotification] {
        try connection.all(OutboxSQL.byPage, [.text(pageID)], StoredNotification.decoded)
    }

    /// Pages whose wait for a confirmed delivery is over, the longest over first.
    package func unconfirmed(
        before instant: Milliseconds,
        limit: Int
    ) throws(StoreError) -> [StoredNotification] {
        try connection.all(
            OutboxSQL.unconfirmed,
            [.int(instant), .int(limit)],
            StoredNotification.decoded
        )
    }

    /// The next instants at which the store has work; each `nil` where there is none.
    package func earliest() throws(StoreError) -> Earliest {
        try connection.first(OutboxSQL.earliest) { fields in
            Earliest(
                case: fields.optionalInt64(),
                notification: fields.optionalInt64(),
                lease: fields.optionalInt64(),
                confirm: fields.optionalInt64()
            )
        } ?? Earliest()
    }
}

/// The next instant of each kind of work, in milliseconds; `nil` where there is none.
package struct Earliest: Hashable, Sendable {
    /// A case falls due.
    package var `case`: Milliseconds?
    /// A pending notification's next attempt.
    package var notification: Milliseconds?
    /// A claim lapses.
    package var lease: Milliseconds?
    /// The wait for a confirmed page is over.
    package var confirm: Milliseconds?
}
