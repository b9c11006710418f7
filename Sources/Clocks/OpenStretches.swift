import CivilTime

/// The open stretches of a calendar in order of time, at most one day long, never overlapping.
///
/// Two that meet at midnight come one after the other, touching. Ends after ten years without any.
struct OpenStretches {
    struct Stretch {
        var start: Int
        var end: Int
    }

    private let hours: OpenHours
    private var day: Int
    private var pieces: [OpenHours.Piece]
    private var index = 0
    private var span: LocalDays.Span
    private var nextOverride: Int
    private var coveredUntil: Int
    private var emptyDays = 0

    /// The stretches that end after `seconds` since the epoch, the first cut to begin there.
    init(of hours: OpenHours, from seconds: Int) {
        let today = hours.days.local(at: seconds).day
        // Near a change of the clocks yesterday's last window may reach into today.
        let isRegular = hours.days.span(of: today).offset != nil
        self.init(of: hours, fromDay: isRegular ? today : today - 1, coveredUntil: seconds)
    }

    init(of hours: OpenHours, fromDay day: Int, coveredUntil: Int) {
        self.hours = hours
        self.day = day
        self.coveredUntil = coveredUntil
        span = hours.days.span(of: day)
        nextOverride = hours.overriddenDays.firstIndexAtLeast(day)
        pieces = []
        load()
    }

    mutating func next() -> Stretch? {
        while true {
            while index < pieces.count {
                let piece = pieces[index]
                index += 1
                let start = hours.days.first(day: day, wall: piece.start, in: span)
                let end = hours.days.last(day: day, wall: piece.end, in: span)
                let stretch = Stretch(start: max(start, coveredUntil), end: end)
                guard stretch.start < stretch.end else { continue }
                coveredUntil = end
                emptyDays = 0
                return stretch
            }
            guard emptyDays < BusinessCalendar.searchDaysMax, day < Self.lastDay else { return nil }
            emptyDays += 1
            move(by: 1)
        }
    }

    /// Leaves out whole weeks that hold no override and no change of the clocks.
    ///
    /// As many as fit in `atMost` open seconds and end before `before`; returns those seconds.
    mutating func skipWeeks(atMost seconds: Int, before end: Int) -> Int {
        guard index >= pieces.count, hours.secondsPerWeek > 0, day < span.last else { return 0 }
        var weeks = min(seconds / hours.secondsPerWeek, (span.last - day) / 7)
        if nextOverride < hours.overriddenDays.count {
            weeks = min(weeks, (hours.overriddenDays[nextOverride] - day - 1) / 7)
        }
        weeks = min(weeks, (end - coveredUntil) / (7 * LocalDays.secondsPerDay) - 1)
        guard weeks > 0 else { return 0 }
        day += weeks * 7
        coveredUntil += weeks * 7 * LocalDays.secondsPerDay
        return weeks * hours.secondsPerWeek
    }

    private static let lastDay =
        Instant.distantFuture.secondsSinceEpoch / LocalDays.secondsPerDay - 1

    private mutating func move(by count: Int) {
        day += count
        if day > span.last { span = hours.days.span(of: day) }
        load()
    }

    private mutating func load() {
        index = 0
        if nextOverride < hours.overriddenDays.count, hours.overriddenDays[nextOverride] == day {
            pieces = hours.overrides[nextOverride].open
            nextOverride += 1
        } else {
            pieces = hours.week[OpenHours.weekdayIndex(of: day)].open
        }
    }
}
