import CivilTime
import Clocks
import Paging

/// Answers to the plain form of `clocks --batch`, without a case or a tree of JSON in between.
///
/// It says `false` to every other line, which then goes the general way; both ways give the same
/// bytes.
struct ClocksBatch {
    /// A policy with its names as bytes, as lines have them.
    fileprivate struct Known {
        var name: [UInt8]
        var promises: [PriorityPromises]
        var priorities: [(bytes: [UInt8], name: String)]
        /// Earlier openings are refused, or fall under another policy.
        var startsAt: Instant
    }

    private let policies: [Known]
    /// The policy of the last line: most lines of a batch share it.
    private var last = 0
    private var events: [PlainStory.Event] = []
    private var records: [ClockRecord] = []

    init(_ rulebook: Rulebook) {
        let policies = rulebook.policies.values.sorted { $0.id < $1.id }
        self.policies = policies.filter { ClockLine.writes($0.promises) }.map { policy in
            Known(
                name: Array(policy.id.utf8),
                promises: policy.promises,
                priorities: policy.priorities.map { (Array($0.name.utf8), $0.name) },
                startsAt: max(
                    policy.effectiveFrom.map { policy.promises.start(of: $0) } ?? .distantPast,
                    policy.effectiveAt ?? .distantPast
                )
            )
        }
    }

    /// Appends the answer without its line end; `false` where the line is not of the plain form.
    mutating func answer(_ line: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        guard let story = PlainStory(line, events: &events), let at = story.at,
            takePolicy(named: story.policy)
        else { return false }
        let known = policies[last]
        guard let priority = known.name(of: story.priority), story.opened >= known.startsAt,
            takeRecords(of: known, opened: story.opened)
        else { return false }
        let told = CaseClocks(
            priorities: known.promises,
            priority: priority,
            openedAt: story.opened,
            channel: story.channel.map { String(decoding: $0, as: UTF8.self) },
            records: records
        )
        ClockLine.append(told.clocks(at: at), to: &output)
        return true
    }

    private mutating func takePolicy(named name: UnsafeRawBufferPointer) -> Bool {
        if policies.indices.contains(last), policies[last].name.elementsEqual(name) { return true }
        guard let index = policies.firstIndex(where: { $0.name.elementsEqual(name) }) else {
            return false
        }
        last = index
        return true
    }

    /// The line's events as the clocks keep them: in order of time, ties in the order told.
    ///
    /// What the general way refuses is left to it.
    private mutating func takeRecords(of known: Known, opened: Instant) -> Bool {
        let earliest = opened.adding(seconds: -Case.aheadSecondsMax)
        records.removeAll(keepingCapacity: true)
        for told in events {
            guard told.at >= earliest, let event = known.event(told.word) else { return false }
            if case .onHold(let until) = event, until <= told.at { return false }
            let record = ClockRecord(at: told.at, event: event)
            if records.last.map({ $0.at <= told.at }) ?? true {
                records.append(record)
            } else {
                let place = records.lastIndex { $0.at <= told.at }.map { $0 + 1 } ?? 0
                records.insert(record, at: place)
            }
        }
        return true
    }
}

extension ClocksBatch.Known {
    fileprivate func name(of priority: UnsafeRawBufferPointer) -> String? {
        priorities.first { $0.bytes.elementsEqual(priority) }?.name
    }

    /// What the clocks make of an event word; `nil` where it is none of the plain ones.
    fileprivate func event(_ word: UnsafeRawBufferPointer) -> ClockEvent? {
        if word.holds("responded") { return .responded }
        if word.holds("updated") { return .updated(next: nil) }
        if word.holds("acknowledged") { return .acknowledged }
        if word.holds("pending:customer") { return .pending(.pendingCustomer) }
        if word.holds("pending:fix") { return .pending(.pendingFix) }
        if word.holds("pending:other") { return .pending(.pendingOther) }
        if word.holds("in_progress") { return .inProgress }
        if word.holds("customer_wrote") { return .customerWrote }
        if word.holds("diagnosed") { return .diagnosed }
        if word.holds("delayed") { return .delayed }
        if word.holds("resolved") { return .resolved }
        if word.holds("reopened") { return .reopened }
        if word.holds("closed") { return .closed }
        if let until = word.rest(after: "on_hold:").flatMap(Instant.init(plain:)) {
            return .onHold(until: until)
        }
        if let at = word.rest(after: "linked_release:").flatMap(Instant.init(plain:)) {
            return .linkedRelease(at: at)
        }
        if let priority = word.rest(after: "priority:").flatMap(name(of:)) {
            return .priority(priority)
        }
        return nil
    }
}
