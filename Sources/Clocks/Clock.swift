package import CivilTime

/// What a clock measures; raw values are the words of the API and the command line.
package enum ClockName: String, Hashable, Sendable, CaseIterable {
    case response, update, resolution, ownership
}

/// Where a clock stands; raw values are the words of the API and the command line.
package enum ClockState: String, Hashable, Sendable {
    case notStarted = "not_started"
    case running, paused, met, breached
}

/// A promise applied to one case, as it stands at one instant.
package struct Clock: Hashable, Sendable {
    package var name: ClockName
    package var kind: Promise.Kind
    package var state: ClockState
    /// `nil` while paused (on hold: the instant that holds if the hold ends as agreed), before the
    /// event it waits for, for a stopped update clock, or bound to an event only.
    ///
    /// A clock that waits for the next opening has its due already.
    package var due: Instant?
    /// The next opening where `due` is a closing instant, else `nil`.
    package var dueLatest: Instant?
    /// The internal objective of a split promise, else `nil`.
    package var objective: Instant?
    /// Since `anchor` in the clock's own time, pauses cut out; a raise does not reset it.
    package var elapsedSeconds: Int
    /// The target as the policy wrote it.
    package var target: String
    /// Whether the clock has stopped for good (met, or its late stop).
    package var isStopped: Bool
    /// Where this run of the clock began: the opening, last public update, diagnosis or reopening.
    package var anchor: Instant
    /// Counts the runs of this clock in this case, from 0; updates and reopenings begin a new one.
    package var run: Int
    /// From `startsAt` to the due in the clock's own time, `nil` where nothing bounds it.
    ///
    /// After a raise it is what the new promise gives, or what the old one has left.
    package var targetSeconds: Int?
    /// The calendar whose zone `due` is shown in.
    package var calendar: BusinessCalendar
    /// The lower bound of a range, else `nil`.
    package var bestBy: Instant?
    /// From when the promise in force counts; `nil` before the event it waits for.
    ///
    /// `anchor`, or the instant a raise brought it, or the next opening after that.
    package var startsAt: Instant?
    /// When it stopped; `nil` while it has not.
    package var stoppedAt: Instant?
    /// Whether the clock's own time is open time of `calendar`, else elapsed time.
    package var countsOpenTime: Bool
    /// What has been cut out of its time since `anchor`, in order; a hold reaches its agreed end.
    package var pauses: [Pause]

    /// A stretch in which the clock stands still, `start` to `end` exclusive.
    package struct Pause: Hashable, Sendable {
        package var start: Instant
        package var end: Instant

        package init(start: Instant, end: Instant) {
            self.start = start
            self.end = end
        }
    }

    package init(
        name: ClockName,
        kind: Promise.Kind,
        state: ClockState,
        due: Instant? = nil,
        dueLatest: Instant? = nil,
        objective: Instant? = nil,
        elapsedSeconds: Int = 0,
        target: String,
        isStopped: Bool = false,
        anchor: Instant,
        run: Int = 0,
        targetSeconds: Int? = nil,
        calendar: BusinessCalendar,
        bestBy: Instant? = nil,
        startsAt: Instant? = nil,
        stoppedAt: Instant? = nil,
        countsOpenTime: Bool = false,
        pauses: [Pause] = []
    ) {
        self.name = name
        self.kind = kind
        self.state = state
        self.due = due
        self.dueLatest = dueLatest
        self.objective = objective
        self.elapsedSeconds = elapsedSeconds
        self.target = target
        self.isStopped = isStopped
        self.anchor = anchor
        self.run = run
        self.targetSeconds = targetSeconds
        self.calendar = calendar
        self.bestBy = bestBy
        self.startsAt = startsAt
        self.stoppedAt = stoppedAt
        self.countsOpenTime = countsOpenTime
        self.pauses = pauses
    }
}

extension Clock {
    /// The earliest instant of a share of the target, if nothing else happens.
    ///
    /// In hundredths of a percent of its own time, from `startsAt`; 10,000 is `due`, more is
    /// later. `nil` where it never comes: paused without an end, stopped, or without a target.
    package func instant(basisPoints: Int) -> Instant? {
        guard !isStopped, let due else { return nil }
        if basisPoints == 10_000 { return due }
        guard let startsAt, let targetSeconds, basisPoints >= 0 else { return nil }
        let (product, overflow) = targetSeconds.multipliedReportingOverflow(by: basisPoints)
        guard !overflow else { return nil }
        let needed = product / 10_000 + (product % 10_000 == 0 ? 0 : 1)
        guard needed > 0 else { return basisPoints < 10_000 ? min(startsAt, due) : due }
        guard
            var reached = calendar.instant(after: needed, from: startsAt, openOnly: countsOpenTime)
        else { return nil }
        for pause in pauses where pause.start < reached {
            let covered = calendar.seconds(
                from: max(pause.start, startsAt),
                to: pause.end,
                openOnly: countsOpenTime
            )
            guard covered > 0 else { continue }
            guard
                let moved = calendar.instant(
                    after: covered,
                    from: reached,
                    openOnly: countsOpenTime
                )
            else { return nil }
            reached = moved
        }
        return basisPoints < 10_000 ? min(reached, due) : max(reached, due)
    }
}

extension [Clock] {
    /// The one that has neither been met nor stopped and is due first, where any is due.
    package var nearest: Clock? {
        lazy.filter { !$0.isStopped && $0.due != nil && $0.state != .met }
            .min { ($0.due ?? .distantFuture) < ($1.due ?? .distantFuture) }
    }
}
