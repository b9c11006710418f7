import CivilTime

/// What the history of a case says about each clock at one instant.
extension CaseHistory {
    /// A run with what it comes to.
    private struct Reading {
        var run: ClockHistory.Run
        var term: Term
        var due: Instant?
        /// What is cut out of its time, from its start on.
        var pauses: [Clock.Pause]
        /// Whether the time of its due counts as open time; a named time never does.
        var countsOpenTime: Bool
    }

    /// Appends the clock of that name, where the case has one.
    func append(_ name: ClockName, at now: Instant, to clocks: inout [Clock]) {
        let history = history(of: name)
        let asOf = history.stoppedAt ?? now
        let readings = readings(of: history, name, asOf: asOf)
        guard let shown = shown(of: readings, priority: history.priority) else { return }
        let due = earliestDue(of: readings, manual: history.manualDue)
        let isBreached =
            history.hasBreached || hasRecordedBreach(name, run: history.run, asOf: asOf)
            || due.map { asOf > $0 } ?? false
        let pause = history.stoppedAt == nil ? pauseInForce(for: shown.term, at: now) : nil

        let anchor = readings.reduce(nil) { earlier($0, $1.run.start) } ?? history.base
        let startsAt = startsAt(of: shown)
        var clock = Clock(
            name: name,
            kind: shown.term.kind,
            state: .running,
            target: shown.term.text,
            isStopped: history.stoppedAt != nil,
            anchor: anchor,
            run: history.run,
            calendar: shown.term.calendar,
            startsAt: startsAt,
            stoppedAt: history.stoppedAt,
            countsOpenTime: shown.countsOpenTime,
            pauses: shown.run.start == anchor
                ? shown.pauses : standstills(for: shown.term, from: anchor, asOf: asOf)
        )
        clock.elapsedSeconds =
            shown.run.start == nil ? 0 : ownTime(of: clock, from: anchor, until: asOf)
        clock.targetSeconds = targetSeconds(of: clock, shown, due: due)
        clock.state =
            if history.stoppedAt != nil {
                isBreached && name != .update ? .breached : .met
            } else if isBreached {
                .breached
            } else if !readings.contains(where: { $0.run.start != nil }) {
                .notStarted
            } else if pause != nil {
                .paused
            } else {
                hasStarted(readings, shown: startsAt, by: now) ? .running : .notStarted
            }
        let isWithoutEnd = pause.map { $0.end == nil } ?? false
        let isOwed = !(history.stoppedAt != nil && name == .update)
        if let due, isOwed, !isWithoutEnd || asOf > due { show(due, of: shown, in: &clock) }
        clocks.append(clock)
    }

    /// From the first acknowledgement of this cycle until resolved; never due.
    func ownershipClock(at now: Instant) -> Clock? {
        guard priorities[priority].ownership else { return nil }
        let asOf = stoppedAt ?? now
        let start = acknowledgedAt
        return Clock(
            name: .ownership,
            kind: .commitment,
            state: stoppedAt != nil ? .met : start == nil ? .notStarted : .running,
            elapsedSeconds: start.map { max(0, asOf.seconds(since: $0)) } ?? 0,
            target: "continuous effort",
            isStopped: stoppedAt != nil,
            anchor: start ?? openedAt,
            calendar: priorities[priority].response?.calendar ?? .always,
            startsAt: start,
            stoppedAt: stoppedAt
        )
    }

    /// Whether the due has passed, or had before it was moved.
    func isBreached(_ history: ClockHistory, _ name: ClockName, at now: Instant) -> Bool {
        if history.hasBreached || history.stoppedAt != nil { return history.hasBreached }
        let readings = readings(of: history, name, asOf: now)
        return earliestDue(of: readings, manual: history.manualDue).map { now > $0 } ?? false
    }

    private func history(of name: ClockName) -> ClockHistory {
        switch name {
        case .response: response
        case .update: update
        case .resolution, .ownership: resolution
        }
    }

    // MARK: Dues

    private func readings(
        of history: ClockHistory,
        _ name: ClockName,
        asOf: Instant
    ) -> [Reading] {
        history.runs.compactMap { run in
            guard let term = term(of: run, name) else { return nil }
            let isTimed = run.named != nil || (term.isEventBound && releaseAt != nil)
            var reading = Reading(
                run: run,
                term: term,
                due: nil,
                pauses: [],
                countsOpenTime: !isTimed && term.target?.countsOpenTime == true
            )
            guard let start = run.start else { return reading }
            reading.pauses = standstills(for: term, from: start, asOf: asOf)
            if term.isEventBound, let releaseAt {
                reading.due = releaseAt
            } else if let named = run.named {
                reading.due = moved(named, by: reading)
            } else if let target = term.target {
                reading.due = due(target, of: reading, from: start, receipt: history.base)
            }
            return reading
        }
    }

    private func due(
        _ target: Target,
        of reading: Reading,
        from start: Instant,
        receipt: Instant
    ) -> Instant? {
        let calendar = reading.term.calendar
        guard var due = calendar.due(target, from: start, receipt: receipt) else { return nil }
        if reading.term.isCadence, case .days = target {
            due = calendar.pulledBack(due, anchor: start)
        }
        return moved(due, by: reading)
    }

    /// A due with its pauses cut out: later by the open time they covered, or by all their time.
    ///
    /// A pause that begins at the due or after it moves nothing.
    private func moved(_ due: Instant, by reading: Reading) -> Instant? {
        var due = due
        let calendar = reading.term.calendar
        for pause in reading.pauses where pause.start < due {
            let covered = calendar.seconds(
                from: pause.start,
                to: pause.end,
                openOnly: reading.countsOpenTime
            )
            guard covered > 0 else { continue }
            guard
                let later = calendar.instant(
                    after: covered,
                    from: due,
                    openOnly: reading.countsOpenTime
                )
            else { return nil }
            due = later
        }
        return due
    }

    private func earliestDue(of readings: [Reading], manual: Instant?) -> Instant? {
        guard !readings.isEmpty else { return nil }
        return readings.reduce(manual) { earlier($0, $1.due) }
    }

    private func earlier(_ left: Instant?, _ right: Instant?) -> Instant? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// The promise whose words the clock shows: one of the priority in force, if it has started.
    ///
    /// Of two the stricter.
    private func shown(of readings: [Reading], priority: Int) -> Reading? {
        if readings.count <= 1 { return readings.first }
        let started = readings.filter { $0.run.start != nil }
        let inForce = started.filter { $0.run.priority == priority }
        let candidates = inForce.isEmpty ? started : inForce
        return candidates.min { left, right in
            guard let leftDue = left.due else { return false }
            return right.due.map { leftDue < $0 } ?? true
        } ?? readings.last
    }

    // MARK: Time

    /// What a term's pauses cut out from `start` on; one without an end reaches to `asOf` for now.
    private func standstills(
        for term: Term,
        from start: Instant,
        asOf: Instant
    ) -> [Clock.Pause] {
        guard !pauses.isEmpty, !term.pausedBy.isEmpty else { return [] }
        return pauses.compactMap { pause in
            guard term.pausedBy.contains(pause.reason) else { return nil }
            let from = max(pause.start, start)
            let to = pause.end ?? asOf
            return from < to ? Clock.Pause(start: from, end: to) : nil
        }
    }

    private func pauseInForce(for term: Term, at now: Instant) -> Pause? {
        guard let last = pauses.last, term.pausedBy.contains(last.reason) else { return nil }
        return last.end.map { $0 > now } ?? true ? last : nil
    }

    /// The clock's own time between two instants, pauses cut out.
    private func ownTime(of clock: Clock, from start: Instant, until end: Instant) -> Int {
        let all = clock.calendar.seconds(
            from: start,
            to: end,
            openOnly: clock.countsOpenTime
        )
        return clock.pauses.reduce(all) { left, pause in
            left
                - clock.calendar.seconds(
                    from: max(pause.start, start),
                    to: min(pause.end, end),
                    openOnly: clock.countsOpenTime
                )
        }
    }

    private func targetSeconds(of clock: Clock, _ shown: Reading, due: Instant?) -> Int? {
        guard let due, let start = shown.run.start else { return nil }
        // The usual clock needs no second look at the calendar.
        if due == shown.due, shown.run.named == nil {
            switch shown.term.target {
            case .elapsed(let seconds) where !shown.term.isEventBound: return seconds
            case .open(let seconds) where shown.countsOpenTime: return seconds
            default: break
            }
        }
        return ownTime(of: clock, from: start, until: due)
    }

    private func startsAt(of reading: Reading) -> Instant? {
        guard let start = reading.run.start, reading.countsOpenTime else {
            return reading.run.start
        }
        return reading.term.calendar.nextOpening(atOrAfter: start)
    }

    private func hasStarted(_ readings: [Reading], shown: Instant?, by now: Instant) -> Bool {
        if let shown, shown <= now { return true }
        return readings.count > 1
            && readings.contains { startsAt(of: $0).map { $0 <= now } ?? false }
    }

    private func show(_ due: Instant, of reading: Reading, in clock: inout Clock) {
        let calendar = reading.term.calendar
        clock.due = due
        if calendar.isClosing(at: due) { clock.dueLatest = calendar.nextOpening(after: due) }
        guard let start = reading.run.start, let target = reading.term.target, reading.due != nil,
            !(reading.term.isEventBound && releaseAt != nil)
        else { return }
        if case .split = target, let own = reading.due {
            let objective = calendar.objective(of: target, from: start, due: own)
            clock.objective = objective.map { min($0, due) }
        }
        if let bestBy = reading.term.bestBy {
            let lower = self.due(bestBy, of: reading, from: start, receipt: start)
            clock.bestBy = lower.map { min($0, due) }
        }
    }
}
