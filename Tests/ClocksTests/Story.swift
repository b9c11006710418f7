import CivilTime
import Clocks

/// A case with random pauses, and a resolution clock that is stepped through it minute by minute.
struct Story {
    static let minutes = 5 * 1_440

    let clocks: CaseClocks
    let opened: Instant
    private let target: Target
    private let calendar: BusinessCalendar
    private let targetMinutes: Int
    /// For each minute since the opening: whether the calendar is open, and what the status is.
    private let open: [Bool]
    private let records: [ClockRecord]

    struct Answer {
        var elapsed: Int
        var state: ClockState
        /// `nil` also where it lies further than the stepping sees.
        var due: Instant?
    }

    /// The end of what the stepping sees.
    var horizon: Instant { opened.adding(seconds: open.count * 60) }

    /// A case opened in the first four days of `wall`, which has 24.
    init(on wall: WallMinutes, using random: inout SplitMix64) {
        let calendar = PropertyTests.randomCalendar(
            wall.zone,
            firstDay: wall.firstDay,
            using: &random
        )
        let start = Int.random(in: 0..<4 * 1_440, using: &random)
        let opened = Instant(secondsSinceEpoch: wall.firstDay * 86_400 + start * 60)
        let minutes = Int.random(in: 1...2_000, using: &random)
        let target: Target =
            Bool.random(using: &random)
            ? .open(seconds: minutes * 60) : .elapsed(seconds: minutes * 60)
        var records: [ClockRecord] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let minute = Int.random(in: 0..<Self.minutes, using: &random)
            let now = opened.adding(seconds: minute * 60)
            let event: ClockEvent =
                switch Int.random(in: 0..<9, using: &random) {
                case 0, 1: .pending(.pendingCustomer)
                case 2: .pending(.pendingFix)
                case 3, 4:
                    .onHold(
                        until: now.adding(seconds: Int.random(in: -60...2_000, using: &random) * 60)
                    )
                case 5: .customerWrote
                case 6: .resolved
                case 7: .reopened
                default: .inProgress
                }
            records.append(record(now, event))
        }
        records.sort { $0.at < $1.at }
        self.opened = opened
        self.target = target
        self.calendar = calendar
        self.records = records
        targetMinutes = minutes
        let slow = SlowCalendar(calendar, wall)
        let first = slow.index(of: opened)
        open = Array(slow.open[first..<(first + (wall.days - 4) * 1_440)])
        clocks = CaseClocks(
            priorities: Policies.resolution(target, calendar),
            priority: "only",
            openedAt: opened,
            records: records
        )
    }

    private enum Status: Equatable {
        case going, waiting, waitingForCustomer, resolved
        case held(until: Int)

        func pauses(at minute: Int) -> Bool {
            switch self {
            case .going, .waiting: false
            case .waitingForCustomer, .resolved: true
            case .held(let until): minute < until
            }
        }
    }

    private func status(_ status: Status, after event: ClockEvent) -> Status {
        if status == .resolved { return event == .reopened ? .going : .resolved }
        switch event {
        case .pending(.pendingCustomer): return .waitingForCustomer
        case .pending: return .waiting
        case .onHold(let until): return .held(until: until.seconds(since: opened) / 60)
        case .customerWrote: return status == .waitingForCustomer ? .going : status
        case .inProgress: return .going
        case .resolved: return .resolved
        default: return status
        }
    }

    private func counts(_ minute: Int) -> Bool {
        if case .open = target { return minute < open.count && open[minute] }
        return true
    }

    /// Walks through the minutes up to `now`, then on to the due as if nothing more happened.
    func stepped(to now: Int) -> Answer {
        var status = Status.going
        var next = 0
        var elapsed = 0
        var reached: Int?
        var hasOpened = false
        for minute in 0...now {
            let instant = opened.adding(seconds: minute * 60)
            while next < records.count, records[next].at <= instant {
                status = self.status(status, after: records[next].event)
                next += 1
            }
            hasOpened = hasOpened || counts(minute)
            guard minute < now else { break }
            if counts(minute), !status.pauses(at: minute) { elapsed += 1 }
            if reached == nil, elapsed == targetMinutes { reached = minute + 1 }
        }
        var isEndless = true
        var minute = now
        var future = elapsed
        // A resolved case shows the due that it had when it stopped.
        while reached == nil, future < targetMinutes, minute < open.count {
            if status == .resolved { return resolvedAnswer(now: now, elapsed: elapsed) }
            if status == .waitingForCustomer { break }
            if counts(minute), !status.pauses(at: minute) { future += 1 }
            minute += 1
            if future == targetMinutes { isEndless = false }
        }
        let due = reached ?? (isEndless ? nil : minute)
        let state: ClockState =
            if let reached, reached < now {
                status == .resolved && resolvedMinute(before: now) <= reached ? .met : .breached
            } else if status == .resolved {
                .met
            } else if status.pauses(at: now) {
                .paused
            } else {
                hasOpened ? .running : .notStarted
            }
        let isShown = state != .paused || status != .waitingForCustomer
        return Answer(
            elapsed: elapsed,
            state: state,
            due: isShown ? due.map { opened.adding(seconds: $0 * 60) } : nil
        )
    }

    /// The due of a case resolved before it: what it was when it stopped.
    private func resolvedAnswer(now: Int, elapsed: Int) -> Answer {
        var minute = resolvedMinute(before: now)
        var future = elapsed
        while future < targetMinutes, minute < open.count {
            if counts(minute) { future += 1 }
            minute += 1
        }
        let due = future == targetMinutes ? opened.adding(seconds: minute * 60) : nil
        return Answer(elapsed: elapsed, state: .met, due: due)
    }

    private func resolvedMinute(before now: Int) -> Int {
        var status = Status.going
        var resolved = 0
        for record in records where record.at <= opened.adding(seconds: now * 60) {
            let following = self.status(status, after: record.event)
            if following == .resolved, status != .resolved {
                resolved = record.at.seconds(since: opened) / 60
            }
            status = following
        }
        return resolved
    }
}
