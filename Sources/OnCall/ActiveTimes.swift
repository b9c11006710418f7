import CivilTime

/// The windows of a layer's `hours`, by the weekday they start on.
struct HoursTable: Sendable {
    /// Seconds after midnight of the starting day; `close` may pass the next midnight.
    struct Window: Sendable {
        var open: Int
        var close: Int
    }

    /// Seven lists, Monday first.
    let windows: [[Window]]
    /// Sorted seconds since Monday 00:00 on the wall at which a window opens.
    private let openings: [Int]

    init(_ hours: [HoursWindow]) {
        var windows = [[Window]](repeating: [], count: 7)
        var openings: Set<Int> = []
        for window in hours {
            let open = window.from.secondsSinceMidnight
            let close = window.to.secondsSinceMidnight
            for weekday in window.days {
                let index = weekday.rawValue - 1
                let end = close > open ? close : close + .day
                windows[index].append(Window(open: open, close: end))
                openings.insert((index * .day + open) % Self.week)
            }
        }
        self.windows = windows
        self.openings = openings.sorted()
    }

    private static let week = 7 * Int.day

    /// Whether a window holds `second`; takes `until` back to when that may change.
    func isOpen(at second: Int, in span: WallSpan, until: inout Int) -> Bool {
        let opened = span.firstReached(at: second)
        let closed = span.lastReached(at: second)
        // A window lasts at most a day, so one that still runs began the day before or later.
        let days = closed.quotient(flooredBy: .day) - 1...opened.quotient(flooredBy: .day)
        var close = Int.min
        for day in days {
            for window in windows[(day + 3).remainder(flooredBy: 7)]
            where day * .day + window.open <= opened && day * .day + window.close > closed {
                close = max(close, day * .day + window.close)
            }
        }
        if close > .min {
            span.limit(&until, toLast: close)
            return true
        }
        span.limit(&until, toFirst: nextOpening(after: opened))
        return false
    }

    private func nextOpening(after local: Int) -> Int {
        guard let first = openings.first else { return .max / 2 }
        // 1970-01-01 was a Thursday, three days into its week.
        let weekStart = (local + 3 * .day).quotient(flooredBy: Self.week) * Self.week - 3 * .day
        let next = openings.count(upTo: local - weekStart)
        return weekStart + (next < openings.count ? openings[next] : first + Self.week)
    }
}

/// When a layer is active, apart from its versions: its dates and its hours (rule 2).
struct ActiveTimes: Sendable {
    /// Sorted days since 1970-01-01; `nil` means every day.
    let dates: [Int]?
    /// `nil` means always.
    let hours: HoursTable?

    init(_ layer: Layer) {
        dates = layer.onDates.map { $0.map(\.daysSinceEpoch).sorted() }
        hours = layer.hours.map(HoursTable.init)
    }

    /// Whether `second` is on one of the dates and inside the hours.
    ///
    /// Takes `until` back to an instant up to which that certainly stays so.
    func isActive(at second: Int, in span: WallSpan, until: inout Int) -> Bool {
        holdsDate(at: second, in: span, until: &until)
            && (hours?.isOpen(at: second, in: span, until: &until) ?? true)
    }

    /// Whether the local date at `second`, taken by itself, is one of the dates.
    func holdsDate(at second: Int, in span: WallSpan, until: inout Int) -> Bool {
        guard let dates else { return true }
        let today = (second + span.offset).quotient(flooredBy: .day)
        until = min(until, span.end)
        let passed = dates.count(upTo: today)
        if passed > 0, dates[passed - 1] == today {
            until = min(until, (today + 1) * .day - span.offset)
            return true
        }
        if passed < dates.count { until = min(until, dates[passed] * .day - span.offset) }
        return false
    }
}
