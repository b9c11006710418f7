package import CivilTime

/// A change of the clocks in the zone of a calendar, and what it does to its hours.
package struct CalendarClockChange: Hashable, Sendable {
    /// An opening or closing at a local time that is skipped or repeated that day.
    package struct Moved: Hashable, Sendable {
        package var isOpening: Bool
        /// As the file has it.
        package var local: CivilDateTime
        /// Whether the clocks skip it; else they show it twice.
        package var isMissing: Bool
        /// When it happens.
        package var at: Instant
    }

    package var calendar: String
    package var zone: Zone
    package var at: Instant
    /// The local day that is shorter or longer.
    package var date: CivilDate
    /// From its first instant to the next day's: 82,800 or 90,000 as a rule.
    package var daySeconds: Int
    /// Open on that day, and what its hours would come to on any other day.
    package var openSeconds: Int
    package var usualSeconds: Int
    /// By instant.
    package var moved: [Moved]

    /// Whether any of its hours are moved, shortened or lengthened.
    package var isFelt: Bool { !moved.isEmpty || openSeconds != usualSeconds }
}

extension BusinessCalendar {
    /// The clock changes of its zone with `start <= at < end`, in order.
    ///
    /// None for plain `24x7`, which has no zone and counts nothing in days.
    package func clockChanges(from start: Instant, to end: Instant) -> [CalendarClockChange] {
        guard let zone else { return [] }
        return zone.transitions(from: start, to: end).map { change in
            let date = zone.civil(at: change.at).date
            let midnights = [date, date.adding(days: 1)].map {
                zone.first(of: CivilDateTime(date: $0, time: .midnight))
            }
            let edges = edges(on: date)
            return CalendarClockChange(
                calendar: id,
                zone: zone,
                at: change.at,
                date: date,
                daySeconds: midnights[1].seconds(since: midnights[0]),
                openSeconds: openSeconds(from: midnights[0], to: midnights[1]),
                usualSeconds: edges.reduce(0) { $0 + $1.closing - $1.opening },
                moved: edges.flatMap { moved($0, on: date, by: change, in: zone) }
                    .sorted { $0.at < $1.at }
            )
        }
    }

    /// Wall seconds `[opening, closing)` of the parts of its windows that lie on `date`.
    private func edges(on date: CivilDate) -> [(opening: Int, closing: Int)] {
        let day = LocalDays.secondsPerDay
        guard let hours else { return [(0, day)] }
        let before = date.adding(days: -1)
        if let own = dates[date] {
            return own.map { ($0.from.secondsSinceMidnight, $0.to.secondsSinceMidnight) }
        }
        guard !holidays.contains(date) else { return [] }
        let night = hours.filter { $0.to <= $0.from && $0.days.contains(before.weekday) }
        let isNightOpen = dates[before] == nil && !holidays.contains(before)
        return (isNightOpen ? night.map { (0, $0.to.secondsSinceMidnight) } : [])
            + hours.filter { $0.days.contains(date.weekday) }.map { window in
                let from = window.from.secondsSinceMidnight
                return (from, window.to > window.from ? window.to.secondsSinceMidnight : day)
            }
    }

    private func moved(
        _ edge: (opening: Int, closing: Int),
        on date: CivilDate,
        by change: ZoneTransition,
        in zone: Zone
    ) -> [CalendarClockChange.Moved] {
        let locals = [change.offsetBeforeSeconds, change.offsetAfterSeconds]
            .map { change.at.secondsSinceEpoch + $0 }.sorted()
        let midnight = date.daysSinceEpoch * LocalDays.secondsPerDay
        // Midnight is where a night is cut in two here; nothing opens or closes at it.
        return [(true, edge.opening), (false, edge.closing)].compactMap { isOpening, second in
            guard second > 0, let time = WallTime(secondsSinceMidnight: second),
                (locals[0]..<locals[1]).contains(midnight + second)
            else { return nil }
            let local = CivilDateTime(date: date, time: time)
            return CalendarClockChange.Moved(
                isOpening: isOpening,
                local: local,
                isMissing: change.offsetAfterSeconds > change.offsetBeforeSeconds,
                at: isOpening ? zone.first(of: local) : zone.last(of: local)
            )
        }
    }
}
