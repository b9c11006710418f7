package import CivilTime

/// How long a promise gives, in the unit that the policy wrote.
package enum Target: Hashable, Sendable {
    /// `15 min`, `24 h`: elapsed time, also inside a business calendar.
    case elapsed(seconds: Int)
    /// `4 business hours`: open time.
    case open(seconds: Int)
    /// `1 business day`; `endOfDay` is the other common reading.
    case businessDays(Int, endOfDay: Bool)
    /// `3 days`, `1 week`: calendar days at the same wall time.
    case days(Int)
    /// `{in_hours: 1 h, outside: 4 h}`.
    case split(inHoursSeconds: Int, outsideSeconds: Int)

    /// Whether it is counted in dates, which only a calendar with a zone has.
    package var needsZone: Bool {
        switch self {
        case .businessDays, .days: true
        case .elapsed, .open, .split: false
        }
    }

    /// Whether its own time is open time, so that it waits for the next opening.
    package var countsOpenTime: Bool {
        switch self {
        case .open, .businessDays: true
        case .elapsed, .days, .split: false
        }
    }
}

extension BusinessCalendar {
    /// The instant at which `target` runs out when it counts from `start`, if nothing moves it.
    ///
    /// `receipt` decides the side of a split target and is `start` where it is left out.
    /// `nil` where the calendar stays closed for ten years, or past the year 9999.
    package func due(_ target: Target, from start: Instant, receipt: Instant? = nil) -> Instant? {
        switch target {
        case .elapsed(let seconds):
            return start.adding(seconds: seconds)
        case .open(let seconds):
            return instant(afterOpenSeconds: seconds, from: start)
        case .businessDays(let count, let endOfDay):
            return due(businessDays: count, endOfDay: endOfDay, from: start)
        case .days(let count):
            return due(days: count, from: start)
        case .split(let inHours, let outside):
            return start.adding(seconds: isOpen(at: receipt ?? start) ? inHours : outside)
        }
    }

    /// The internal objective of a split target, `nil` for others.
    ///
    /// The earlier of `due` and the in-hours target from `start` or the next opening.
    func objective(of target: Target, from start: Instant, due: Instant) -> Instant? {
        guard case .split(let inHours, _) = target else { return nil }
        guard let opening = nextOpening(atOrAfter: start) else { return due }
        return min(due, opening.adding(seconds: inHours))
    }

    /// Time between two instants as a target counts it: open time, or all of it.
    func seconds(from start: Instant, to end: Instant, openOnly: Bool) -> Int {
        openOnly ? openSeconds(from: start, to: end) : max(0, end.seconds(since: start))
    }

    /// The earliest instant at which so much time, as a target counts it, has passed since `start`.
    func instant(after seconds: Int, from start: Instant, openOnly: Bool) -> Instant? {
        openOnly
            ? instant(afterOpenSeconds: seconds, from: start)
            : start.adding(seconds: max(0, seconds))
    }
}
