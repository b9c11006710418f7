package import CivilTime

/// All clocks of a case under a policy: a pure function of what happened.
package struct CaseClocks: Sendable {
    /// From highest to lowest, as the policy lists them.
    package var priorities: [PriorityPromises]
    package var priority: String
    package var openedAt: Instant
    /// The intake channel (api, mail, phone, web), where known.
    package var channel: String?
    /// Ties in order of recording; need not be sorted.
    package var records: [ClockRecord]
    /// Breaches written down when they happened: no edit of the rules forgives one.
    package var breaches: [RecordedBreach] = []
    /// What stopped clocks came to under the rules of their time; at most one a stop.
    package var verdicts: [Verdict] = []

    package init(
        priorities: [PriorityPromises],
        priority: String,
        openedAt: Instant,
        channel: String? = nil,
        records: [ClockRecord]
    ) {
        self.priorities = priorities
        self.priority = priority
        self.openedAt = openedAt
        self.channel = channel
        self.records = records
    }

    /// The clocks that the priority in force at `now` has, and those an earlier one left running or
    /// stopped; records after `now` are ignored.
    ///
    /// In the order response, update, resolution, ownership. Empty where the policy has no such
    /// priority; a change to a priority that it does not have changes nothing.
    package func clocks(at now: Instant) -> [Clock] {
        guard let history = history(at: now) else { return [] }
        var clocks: [Clock] = []
        clocks.reserveCapacity(4)
        history.append(.response, at: now, to: &clocks)
        history.append(.update, at: now, to: &clocks)
        history.append(.resolution, at: now, to: &clocks)
        if let clock = history.ownershipClock(at: now) { clocks.append(clock) }
        if verdicts.isEmpty { return clocks }
        return clocks.map { clock in verdicts.reduce(clock) { $0.frozen(by: $1) } }
    }

    /// The earliest instant at which the running `clock` reaches `percent` of its target in its own
    /// time if nothing else happens (R-26: integer arithmetic `elapsed * 100 >= percent * target`);
    /// `nil` where it never will (paused, stopped, no target).
    package func instant(of clock: Clock, percent: Int) -> Instant? {
        let (basisPoints, overflow) = percent.multipliedReportingOverflow(by: 100)
        return overflow ? nil : clock.instant(basisPoints: basisPoints)
    }

    /// Whether `clocks`, as they stand at `now`, read the same at a later `instant`, their
    /// `elapsedSeconds` aside; says so only where that is plain.
    package func hold(_ clocks: [Clock], from now: Instant, at instant: Instant) -> Bool {
        let isPlain =
            verdicts.isEmpty
            && records.allSatisfy { record in
                switch record.event {
                case .pending, .onHold: false
                default: record.at <= now
                }
            }
        return isPlain
            && clocks.allSatisfy { clock in
                if clock.isStopped || clock.name == .ownership { return true }
                switch clock.state {
                case .running: return clock.due.map { instant <= $0 } ?? true
                case .breached, .met: return true
                case .notStarted, .paused: return false
                }
            }
    }

    func history(at now: Instant) -> CaseHistory? {
        guard let index = priorities.firstIndex(where: { $0.name == priority }) else { return nil }
        var history = CaseHistory(of: self, priority: index)
        for record in orderedRecords {
            guard record.at <= now else { break }
            history.apply(record.event, at: max(record.at, openedAt))
        }
        return history
    }

    private var orderedRecords: [ClockRecord] {
        let isOrdered = zip(records, records.dropFirst()).allSatisfy { $0.at <= $1.at }
        if isOrdered { return records }
        return records.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }
}
