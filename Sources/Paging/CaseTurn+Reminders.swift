import CivilTime
import Clocks
import OnCall

/// Reminders of an owed public update: before due, at due, then each quarter interval without end
///
extension CaseTurn {
    /// How long before due the first reminder comes, at most.
    static let reminderLeadSeconds = 600
    /// The shortest wait between reminders of a late update.
    static let reminderFloorSeconds = 300

    private var updateClock: Clock? {
        guard let clock = clock(.update), !clock.isStopped, clock.state != .paused,
            clock.due != nil
        else { return nil }
        return clock
    }

    private func interval(_ clock: Clock) -> Int {
        max(1, clock.targetSeconds ?? clock.due?.seconds(since: clock.anchor) ?? 3_600)
    }

    var reminderItem: Item? {
        guard let clock = updateClock else { return nil }
        let mark = value.progress.reminded
        let index = mark.run == clock.run ? mark.count : 0
        // A promise around the clock is reminded of around the clock.
        guard let due = reminderInstant(clock, index: index) else { return nil }
        let at = clock.calendar.isAlwaysOpen ? due : held(due, to: clock.calendar)
        return Item(at: max(at, value.snoozedUntil ?? at), action: .reminder(index: index))
    }

    private func reminderInstant(_ clock: Clock, index: Int) -> Instant? {
        guard let due = clock.due else { return nil }
        if index == 0 {
            let lead = min(Self.reminderLeadSeconds, interval(clock) / 4)
            return max(due.adding(seconds: -lead), clock.anchor)
        }
        let quarter = max(interval(clock) / 4, Self.reminderFloorSeconds)
        return paced(index - 1) { count in
            let (seconds, overflow) = quarter.multipliedReportingOverflow(by: count)
            return overflow ? nil : after(clock, due: due, seconds: seconds)
        }
    }

    /// Counted in the clock's own time, and never outside its calendar's hours.
    private func after(_ clock: Clock, due: Instant, seconds: Int) -> Instant? {
        let hours = clock.calendar
        guard seconds > 0, !hours.isAlwaysOpen else { return due.adding(seconds: seconds) }
        guard clock.countsOpenTime else {
            return hours.nextOpening(atOrAfter: due.adding(seconds: seconds))
        }
        return hours.instant(afterOpenSeconds: seconds, from: due)
            .flatMap { hours.nextOpening(atOrAfter: $0) }
    }

    /// Reminds once, for the latest index that has passed; earlier ones missed in an absence are
    /// not sent.
    mutating func remind(index: Int, dueAt: Instant) {
        guard let clock = updateClock, let due = clock.due else { return }
        let first = index
        let index = latestIndex(from: first) { reminderInstant(clock, index: $0) }
        let at = index == first ? dueAt : reminderInstant(clock, index: index) ?? dueAt
        let occasion = Occasion.reminder(run: clock.run, index: index).text
        let summary = reminderSummary(clock, due: due)
        record(CaseEvent(.reminded, at: now, text: summary, occasion: occasion))
        send(
            ownerOrOnCall,
            kind: .reminder,
            event: .reminded,
            occasion: occasion,
            summary: { $0.reminderSummary(clock, due: due) },
            why: "\(policy.id) \(priority.name) update \(clock.target)",
            dueAt: at
        )
    }

    /// Leadership hears at one and a half intervals.
    var lateUpdateItem: Item? {
        guard let clock = updateClock, let due = clock.due, clock.kind != .internal,
            value.progress.leadershipRemindedRun != clock.run,
            let at = after(clock, due: due, seconds: interval(clock) / 2)
        else { return nil }
        return Item(at: at, action: .lateUpdate)
    }

    mutating func tellLateUpdate(dueAt: Instant) {
        guard let clock = updateClock, let due = clock.due else { return }
        let occasion = Occasion.lateUpdate(run: clock.run).text
        let holder = value.owner.flatMap { rulebook.people[$0]?.name } ?? "nobody"
        func summary(_ turn: CaseTurn) -> String {
            "The public update (\(clock.target)) due at \(turn.spoken(due))"
                + " is missing by half an interval;"
                + " the owner is \(holder)."
        }
        record(CaseEvent(.noticed, at: now, text: summary(self), occasion: occasion))
        send(
            people(of: ladder?.leadership ?? []),
            kind: .notice,
            event: .reminded,
            occasion: occasion,
            summary: summary,
            why: "\(policy.id) \(priority.name) update \(clock.target) at one and a half intervals",
            dueAt: dueAt
        )
    }
}
