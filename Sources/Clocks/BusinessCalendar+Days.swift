import CivilTime

/// Promises counted in days: business days, and dates on the wall.
extension BusinessCalendar {
    /// The same wall time on the `count`th business day after the start, never after its close.
    ///
    /// The close itself with `endOfDay`. The start is `instant`, or the next opening.
    func due(businessDays count: Int, endOfDay: Bool, from instant: Instant) -> Instant? {
        guard let start = nextOpening(atOrAfter: instant) else { return nil }
        let (today, wall) = days.local(at: start.secondsSinceEpoch)
        guard let day = businessDay(count, after: today), let close = closing(ofDay: day) else {
            return nil
        }
        if endOfDay { return Instant(secondsSinceEpoch: close) }
        let due = days.first(day: day, wall: wall, in: days.span(of: day))
        return Instant(secondsSinceEpoch: min(due, close))
    }

    /// The same wall time so many dates later, its first occurrence.
    func due(days count: Int, from instant: Instant) -> Instant? {
        let (today, wall) = days.local(at: instant.secondsSinceEpoch)
        let (day, overflow) = today.addingReportingOverflow(count)
        guard !overflow, abs(day) < Self.lastDay else { return nil }
        return Instant(
            secondsSinceEpoch: days.first(day: day, wall: wall, in: days.span(of: day))
        )
    }

    /// A cadence's due in calendar days, moved off a date without windows.
    ///
    /// To the same wall time of the last business day before it, not later than its close; it stays
    /// where that is not after `anchor`.
    func pulledBack(_ due: Instant, anchor: Instant) -> Instant {
        guard let compiled else { return due }
        let (day, wall) = days.local(at: due.secondsSinceEpoch)
        guard compiled.windows(of: day).open.isEmpty, let earlier = businessDay(before: day),
            let close = closing(ofDay: earlier)
        else { return due }
        let moved = min(days.first(day: earlier, wall: wall, in: days.span(of: earlier)), close)
        return moved > anchor.secondsSinceEpoch ? Instant(secondsSinceEpoch: moved) : due
    }

    private static let lastDay =
        Instant.distantFuture.secondsSinceEpoch / LocalDays.secondsPerDay

    /// Whether a window starts on the day; one that a change of the clocks swallows does not.
    private func isBusinessDay(_ day: Int) -> Bool {
        guard let compiled else { return true }
        let starting = compiled.windows(of: day).starting
        if days.span(of: day).offset != nil { return !starting.isEmpty }
        return lastEnd(of: starting, day: day) != nil
    }

    /// Where the last of a day's windows ends, those that a change of the clocks swallows left out.
    private func lastEnd(of pieces: [OpenHours.Piece], day: Int) -> Int? {
        let span = days.span(of: day)
        return pieces.compactMap { piece in
            let end = days.last(day: day, wall: piece.end, in: span)
            return days.first(day: day, wall: piece.start, in: span) < end ? end : nil
        }.max()
    }

    private func businessDay(_ count: Int, after today: Int) -> Int? {
        guard !isAlwaysOpen else {
            let (day, overflow) = today.addingReportingOverflow(count)
            return overflow || abs(day) >= Self.lastDay ? nil : day
        }
        var day = today
        var left = count
        var closedDays = 0
        while left > 0 {
            day += 1
            closedDays += 1
            if isBusinessDay(day) {
                left -= 1
                closedDays = 0
            }
            guard closedDays < Self.searchDaysMax, day < Self.lastDay else { return nil }
        }
        return day
    }

    private func businessDay(before day: Int) -> Int? {
        (1...Self.searchDaysMax).lazy.map { day - $0 }.first { isBusinessDay($0) }
    }

    /// The end of the last window that starts on the day, after midnight where one passes it.
    private func closing(ofDay day: Int) -> Int? {
        guard let compiled else {
            return days.first(day: day, wall: LocalDays.secondsPerDay, in: days.span(of: day))
        }
        let windows = compiled.windows(of: day)
        if windows.spill > 0, !compiled.isOverridden(day + 1) {
            return days.last(day: day + 1, wall: windows.spill, in: days.span(of: day + 1))
        }
        let span = days.span(of: day)
        if span.offset == nil { return lastEnd(of: windows.starting, day: day) }
        return days.last(day: day, wall: windows.end, in: span)
    }
}
