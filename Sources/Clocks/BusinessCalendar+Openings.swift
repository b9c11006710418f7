package import CivilTime

/// What is open, from when, until when, and how much of it lies between two instants.
extension BusinessCalendar {
    /// Whether `instant` lies in a window; an opening does, a closing does not.
    package func isOpen(at instant: Instant) -> Bool {
        guard let compiled else { return true }
        let seconds = instant.secondsSinceEpoch
        let (day, wall) = compiled.days.local(at: seconds)
        if compiled.days.span(of: day).offset != nil {
            return compiled.windows(of: day).open.contains { $0.start <= wall && wall < $0.end }
        }
        var stretches = OpenStretches(of: compiled, from: seconds)
        return stretches.next()?.start == seconds
    }

    /// Whether `instant` ends a window and no other goes on.
    package func isClosing(at instant: Instant) -> Bool {
        guard let compiled else { return false }
        let (day, wall) = compiled.days.local(at: instant.secondsSinceEpoch)
        if wall > 0, compiled.days.span(of: day).offset != nil {
            // Pieces of a day never touch.
            return compiled.windows(of: day).open.contains { $0.end == wall }
        }
        return !isOpen(at: instant) && isOpen(at: instant.adding(seconds: -1))
    }

    /// The first open instant at or after `instant`: itself where the calendar is open then.
    ///
    /// `nil` where no window comes within ten years.
    package func nextOpening(atOrAfter instant: Instant) -> Instant? {
        guard let compiled else { return instant }
        var stretches = OpenStretches(of: compiled, from: instant.secondsSinceEpoch)
        return stretches.next().map { Instant(secondsSinceEpoch: $0.start) }
    }

    /// The first instant after `instant` at which the calendar goes from closed to open.
    ///
    /// `nil` where none comes within ten years, as on a calendar that never closes.
    package func nextOpening(after instant: Instant) -> Instant? {
        guard let compiled else { return nil }
        let seconds = instant.secondsSinceEpoch
        let end = seconds + Self.searchDaysMax * LocalDays.secondsPerDay
        var stretches = OpenStretches(of: compiled, from: seconds)
        var previousEnd = seconds
        while let stretch = stretches.next(), stretch.start < end {
            if stretch.start > previousEnd { return Instant(secondsSinceEpoch: stretch.start) }
            previousEnd = stretch.end
        }
        return nil
    }

    /// The last instant at or before `instant` at which the calendar goes from open to closed.
    ///
    /// What R-12 asks for: staff are still in just before it. `nil` where none is within ten years.
    package func lastClosing(atOrBefore instant: Instant) -> Instant? {
        guard let compiled else { return nil }
        let seconds = instant.secondsSinceEpoch
        let today = compiled.days.local(at: seconds).day
        var daysBack = 8
        while true {
            let first = today - min(daysBack, Self.searchDaysMax)
            if let closing = lastClosing(in: compiled, from: first, atOrBefore: seconds) {
                return Instant(secondsSinceEpoch: closing)
            }
            guard daysBack < Self.searchDaysMax else { return nil }
            daysBack *= 8
        }
    }

    /// The open stretches between two instants, cut at both, those that meet joined into one.
    package func windows(from start: Instant, to end: Instant) -> [(start: Instant, end: Instant)] {
        guard start < end else { return [] }
        guard let compiled else { return [(start, end)] }
        var joined: [(start: Instant, end: Instant)] = []
        var stretches = OpenStretches(of: compiled, from: start.secondsSinceEpoch)
        while let stretch = stretches.next(), stretch.start < end.secondsSinceEpoch {
            let from = Instant(secondsSinceEpoch: stretch.start)
            let to = min(Instant(secondsSinceEpoch: stretch.end), end)
            if let last = joined.last, last.end == from {
                joined[joined.count - 1].end = to
            } else {
                joined.append((from, to))
            }
        }
        return joined
    }

    /// Open time between two instants; 0 where `end` is not after `start`.
    package func openSeconds(from start: Instant, to end: Instant) -> Int {
        guard start < end else { return 0 }
        guard let compiled else { return end.seconds(since: start) }
        var sum = 0
        let limit = end.secondsSinceEpoch
        var stretches = OpenStretches(of: compiled, from: start.secondsSinceEpoch)
        while let stretch = stretches.next(), stretch.start < limit {
            sum += min(stretch.end, limit) - stretch.start
            sum += stretches.skipWeeks(atMost: .max, before: limit)
        }
        return sum
    }

    /// The earliest instant at which so much open time has passed since `start`.
    ///
    /// `start` itself for 0 or less; `nil` where ten closed years come between.
    package func instant(afterOpenSeconds seconds: Int, from start: Instant) -> Instant? {
        guard seconds > 0 else { return start }
        guard let compiled else { return start.adding(seconds: seconds) }
        var remaining = seconds
        let limit = Instant.distantFuture.secondsSinceEpoch
        var stretches = OpenStretches(of: compiled, from: start.secondsSinceEpoch)
        while let stretch = stretches.next() {
            let length = stretch.end - stretch.start
            if remaining <= length {
                return Instant(secondsSinceEpoch: stretch.start + remaining)
            }
            remaining -= length
            remaining -= stretches.skipWeeks(atMost: remaining - 1, before: limit)
        }
        return nil
    }

    private func lastClosing(in hours: OpenHours, from day: Int, atOrBefore limit: Int) -> Int? {
        var found: Int?
        var end: Int?
        var stretches = OpenStretches(of: hours, fromDay: day, coveredUntil: .min)
        while let stretch = stretches.next() {
            if let end, end <= limit, stretch.start > end { found = end }
            if stretch.start > limit { return found }
            end = stretch.end
        }
        if let end, end <= limit { found = end }
        return found
    }
}
