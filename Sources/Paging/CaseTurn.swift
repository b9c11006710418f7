package import CivilTime
package import Clocks
import OnCall

/// One pass over one case at one instant: what is due, done in order of its due instants.
///
/// Each stream (ladder, warnings, reminders, lease, hold) knows only its own next item; the turn
/// takes the earliest until nothing is due. Facets of this type hold one stream each.
struct CaseTurn {
    private(set) var value: Case
    let rulebook: Rulebook
    let policy: Policy
    /// The priority in force and its ladder, looked up once and again when a verb changes them.
    private(set) var priority: Policy.Priority
    private(set) var ladder: Ladder?
    private(set) var now: Instant
    private(set) var caseClocks: CaseClocks
    private(set) var clocks: [Clock] = []
    private(set) var events: [CaseEvent] = []
    private(set) var notifications: [Notification] = []
    private(set) var cancellations: [Decision.Cancellation] = []
    /// The zone of whoever will read the words being made; `nil` for the log.
    var readerZone: Zone?
    let shiftEnds = ShiftEnds()
    /// Whether sentences are made and the log is kept; where they are not, all else is decided
    /// alike, and of the log skipped steps alone are kept.
    let isWorded: Bool
    /// Whether of all messages pages alone are looked for: what tells and asks for nothing changes
    /// neither the ladder nor the clocks, so it is passed over.
    let isPagesOnly: Bool
    /// Those found where pages alone are looked for; `notifications` stays empty then.
    private(set) var pages: [FoundPage] = []
    /// The response target in its clock's own time; an hour where the priority promises none.
    private(set) var responseSeconds = 3_600

    /// Items done in one turn before the rest waits for the next one, so that no case starves
    /// others.
    static let itemsMax = 1_000

    init(
        _ value: Case,
        rulebook: Rulebook,
        now: Instant,
        isWorded: Bool = true,
        isPagesOnly: Bool = false
    ) {
        self.value = value
        self.isWorded = isWorded && !isPagesOnly
        self.isPagesOnly = isPagesOnly
        self.rulebook = rulebook
        self.now = now
        policy = rulebook.policy(for: value)
        priority = policy.priority(named: value.priority) ?? policy.highest
        ladder = rulebook.ladders[priority.ladder]
        caseClocks = value.caseClocks(policy: policy)
        refreshTimes()
    }

    /// Goes on to a later instant, as a new turn of the same case would begin there.
    mutating func move(to instant: Instant) {
        let holdsStill = caseClocks.hold(clocks, from: now, at: instant)
        now = instant
        events.removeAll(keepingCapacity: true)
        notifications.removeAll(keepingCapacity: true)
        cancellations.removeAll(keepingCapacity: true)
        if !holdsStill { refreshTimes() }
    }

    /// One thing that falls due by itself.
    struct Item {
        var at: Instant
        var action: Action

        enum Action {
            case ladder
            case warning(ClockName, percent: Int)
            case breachRecord(ClockName)
            case reminder(index: Int)
            case lateUpdate
            case leaseWarning
            case leaseEnd
            case holdEnd
            case expiry
            case duty(Duty)
        }
    }

    /// Does everything due at `now`; answers when to look again.
    mutating func runDue() -> Instant? {
        for _ in 0..<Self.itemsMax {
            guard let item = nextItem() else { return nil }
            guard item.at <= now else { return item.at }
            perform(item)
        }
        return now.adding(seconds: 1)
    }

    private func nextItem() -> Item? {
        guard value.isOpen else { return nil }
        if value.isMaintenance(under: policy) { return dutyItem }
        var earliest = Self.earlier(ladderItem, leaseItem)
        earliest = Self.earlier(earliest, expiryItem)
        earliest = Self.earlier(earliest, holdItem)
        if isPagesOnly { return Self.earlier(earliest, dutyItem) }
        earliest = Self.earlier(earliest, reminderItem)
        earliest = Self.earlier(earliest, lateUpdateItem)
        for index in clocks.indices
        where clocks[index].name == .response || clocks[index].name == .resolution {
            earliest = Self.earlier(earliest, warningItem(clocks[index]))
            earliest = Self.earlier(earliest, breachItem(clocks[index]))
        }
        return Self.earlier(earliest, dutyItem)
    }

    private static func earlier(_ left: Item?, _ right: Item?) -> Item? {
        guard let left, let right else { return left ?? right }
        return right.at < left.at ? right : left
    }

    private mutating func perform(_ item: Item) {
        switch item.action {
        case .ladder: climb(dueAt: item.at)
        case .warning(let clock, let percent): warn(clock, percent: percent, dueAt: item.at)
        case .breachRecord(let clock): recordBreach(clock)
        case .reminder(let index): remind(index: index, dueAt: item.at)
        case .lateUpdate: tellLateUpdate(dueAt: item.at)
        case .leaseWarning: warnOfLeaseEnd(dueAt: item.at)
        case .leaseEnd: endLease(at: item.at)
        case .holdEnd: endHold(at: item.at)
        case .expiry: expire(at: item.at)
        case .duty(let duty): perform(duty, dueAt: item.at)
        }
    }

    // MARK: Effects

    /// Takes an event into the case and its log.
    mutating func record(_ event: CaseEvent) {
        value.apply(event)
        if isWorded || (event.name == .stepSkipped && !isPagesOnly) { events.append(event) }
        if event.name == .priorityChanged {
            priority = policy.priority(named: value.priority) ?? policy.highest
            ladder = rulebook.ladders[priority.ladder]
        }
        if event.clockRecord != nil { refreshClocks() }
    }

    /// The one thing of a case that no event tells: its sender may say it every minute.
    mutating func put(expiry instant: Instant?) { value.expiresAt = instant }

    mutating func enqueue(_ notification: Notification) {
        var decided = notification
        decided.rulebook = rulebook.shortHash
        notifications.append(decided)
    }

    mutating func note(pageTo person: PersonID, step: Int) {
        pages.append(FoundPage(at: now, person: person, step: step))
    }

    mutating func cancel(
        _ scope: Decision.Cancellation.Scope,
        because cause: CaseEvent.Name,
        _ reason: String
    ) {
        if isPagesOnly {
            if scope.covers(.page) { pages.removeAll { $0.at == now } }
            return
        }
        cancellations.append(.init(scope: scope, cause: cause, reason: reason))
        // What this same turn decided a moment ago has not left either.
        notifications.removeAll { scope.covers($0.kind) }
    }

    /// Words as made for a reader whose times are those of `zone`.
    mutating func words(in zone: Zone, _ words: (CaseTurn) -> String) -> String {
        guard isWorded else { return "" }
        readerZone = zone
        defer { readerZone = nil }
        return words(self)
    }

    /// An instant in the reader's zone, else the case's own, zone and all.
    func spoken(_ instant: Instant) -> String {
        guard isWorded else { return "" }
        return (readerZone ?? priority.promises.response?.calendar.zone ?? .utc).spoken(instant)
    }

    func clock(_ name: ClockName) -> Clock? { clocks.first { $0.name == name } }

    private mutating func refreshClocks() {
        caseClocks = value.caseClocks(policy: policy)
        refreshTimes()
    }

    private mutating func refreshTimes() {
        clocks = caseClocks.clocks(at: now)
        let response = clocks.firstIndex { $0.name == .response }
        responseSeconds = response.flatMap { clocks[$0].targetSeconds } ?? 3_600
    }

    /// What was decided; the turn is over.
    consuming func decision(nextDue: Instant?) -> Decision {
        Decision(
            value: value,
            events: events,
            notifications: notifications,
            cancellations: cancellations,
            clocks: clocks,
            nextDue: nextDue
        )
    }
}

extension Decision.Cancellation.Scope {
    package func covers(_ kind: Notification.Kind) -> Bool {
        switch self {
        case .pages: kind == .page
        case .reminders: kind == .reminder
        case .all: kind != .notice
        }
    }
}

extension Case {
    /// None for maintenance, which promises no answer; under a policy that does not know the
    /// priority those of its highest.
    func caseClocks(policy: Policy) -> CaseClocks {
        let isKnown = policy.rank(of: openedPriority) != nil
        return CaseClocks(
            priorities: isMaintenance(under: policy) ? [] : policy.promises,
            priority: isKnown ? openedPriority : policy.highest.name,
            openedAt: openedAt,
            channel: channel,
            records: records
        )
    }

    /// The clocks of this case under its policy, as they stand at `now`.
    package func clocks(rulebook: Rulebook, at now: Instant) -> [Clock] {
        caseClocks(policy: rulebook.policy(for: self)).clocks(at: now)
    }
}
