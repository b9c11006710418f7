package import Paging

extension Transaction {
    /// The number for a new case: one more than the highest ever given.
    package func nextNumber() throws(StoreError) -> Int {
        try connection.first(CaseSQL.lastNumber) { fields in fields.optionalInt() }
            .map { ($0 ?? 0) + 1 } ?? 1
    }

    /// Keeps a new case; its number, its id and its open key in its intake must all be unused.
    package func insert(_ stored: StoredCase) throws(StoreError) {
        let value = stored.value
        let fold = value.encoded()
        try connection.execute(
            CaseSQL.insert,
            [
                .int(value.number), .text(value.id), .optional(value.key), .text(value.intake),
                .text(value.customer), .text(value.title), .text(value.policy),
                .text(value.priority), .text(value.status.rawValue), .optional(value.owner),
                .int(value.isOpen ? 1 : 0), .int(value.openedAtMilliseconds),
                .optional(stored.nextDue), .int(stored.updatedAt), .int(stored.eventCount),
                .int(stored.revision), .bytes(fold), .int(Checksum.of(fold)),
                .int(stored.clockDue ?? CaseSQL.nothingDue),
            ]
        )
    }

    /// Keeps a changed case over the one with its number, and raises its revision.
    package func update(_ stored: StoredCase) throws(StoreError) {
        let value = stored.value
        let fold = value.encoded()
        let changed = try connection.execute(
            CaseSQL.update,
            [
                .int(value.number), .text(value.priority), .text(value.status.rawValue),
                .optional(value.owner), .int(value.isOpen ? 1 : 0), .optional(stored.nextDue),
                .int(stored.updatedAt), .int(stored.eventCount), .bytes(fold),
                .int(Checksum.of(fold)), .int(stored.clockDue ?? CaseSQL.nothingDue),
            ]
        )
        guard changed == 1 else {
            throw StoreError.constraint("case \(value.number) was never inserted")
        }
    }

    /// Makes every open case due at `nextDue`, so that a new rulebook is applied to each.
    @discardableResult
    package func touchOpenCases(nextDue: Milliseconds) throws(StoreError) -> Int {
        try connection.execute(CaseSQL.touch, [.int(nextDue)])
    }

    /// Appends to the log and counts on in `stored`, which is then to be inserted or updated in
    /// this same transaction; answers the sequences given.
    @discardableResult
    package func append(
        _ events: [CaseEvent],
        to stored: inout StoredCase,
        recordedAt: Milliseconds
    ) throws(StoreError) -> Range<Int> {
        let first = stored.eventCount + 1
        guard !events.isEmpty else { return first..<first }
        var chain = try eventChain()
        for event in events {
            stored.eventCount += 1
            let row = event.arguments(
                caseID: stored.value.id,
                sequence: stored.eventCount,
                recordedAt: recordedAt
            )
            chain = chain.adding(row)
            try connection.execute(
                EventSQL.insert,
                row + [.int(chain.count), .bytes(chain.head)]
            )
        }
        stored.updatedAt = recordedAt
        return first..<stored.eventCount + 1
    }
}

extension Records {
    package func storedCase(id: String) throws(StoreError) -> StoredCase? {
        try connection.first(CaseSQL.byID, [.text(id)], StoredCase.decoded)
    }

    package func storedCase(number: Int) throws(StoreError) -> StoredCase? {
        try connection.first(CaseSQL.byNumber, [.int(number)], StoredCase.decoded)
    }

    /// The open case of `intake` with the sender's key, of which there is at most one.
    package func storedCase(
        openKey key: String,
        intake: String
    ) throws(StoreError) -> StoredCase? {
        try connection.first(CaseSQL.byKey, [.text(intake), .text(key)], StoredCase.decoded)
    }

    /// The last case of `intake` with the sender's key that is not open any more.
    package func storedCase(
        endedKey key: String,
        intake: String
    ) throws(StoreError) -> StoredCase? {
        try connection.first(CaseSQL.byEndedKey, [.text(intake), .text(key)], StoredCase.decoded)
    }

    /// Cases to look at, the longest due first.
    package func dueCases(
        before instant: Milliseconds,
        limit: Int
    ) throws(StoreError) -> [StoredCase] {
        try connection.all(CaseSQL.due, [.int(instant), .int(limit)], StoredCase.decoded)
    }

    /// The log of a case, in order of recording; none where there is no such case.
    package func events(of caseID: String) throws(StoreError) -> [StoredEvent] {
        try connection.all(EventSQL.byCase, [.text(caseID)], StoredEvent.decoded)
    }

    package func openCaseCount() throws(StoreError) -> Int {
        try connection.first(CaseSQL.openCount) { fields throws(StoreError) in
            try fields.int()
        } ?? 0
    }
}
