package import CivilTime

/// What the author of a calendar must mend.
extension BusinessCalendar {
    /// A window that says nothing, or says what another says already.
    package struct Fault: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            /// No time between `from` and `to`, or no weekday.
            case empty
            /// It shares time with `other`.
            case overlapping
            /// Windows of a date end at 24:00 at the latest.
            case passesMidnight
        }

        package var kind: Kind
        /// The date whose entry it is in; `nil` for the weekly hours.
        package var date: CivilDate?
        /// Its place in `hours`, or in the date's list.
        package var index: Int
        /// The place of the earlier window it overlaps, in the same list; `nil` for other faults.
        package var other: Int?
        /// The weekday on which the two overlap; `nil` inside `dates`.
        package var weekday: Weekday?
    }

    /// Faults of the weekly hours in file order, then of the dates in order of date.
    package var faults: [Fault] {
        let weekly = weeklyFaults(of: hours ?? [])
        let dated = dates.keys.sorted().flatMap { date in
            dateFaults(of: dates[date] ?? [], on: date)
        }
        return weekly + dated
    }

    private func weeklyFaults(of windows: [Window]) -> [Fault] {
        var found: [Fault] = []
        for (index, window) in windows.enumerated() {
            // From 08:00 to 08:00 is a whole day that passes midnight; from 24:00 is nothing today.
            if window.days.isEmpty || window.from == .endOfDay {
                found.append(Fault(kind: .empty, index: index))
                continue
            }
            for other in 0..<index {
                guard let weekday = sharedWeekday(window, windows[other]) else { continue }
                let fault = Fault(kind: .overlapping, index: index, other: other, weekday: weekday)
                found.append(fault)
            }
        }
        return found
    }

    private func dateFaults(of windows: [Window], on date: CivilDate) -> [Fault] {
        var found: [Fault] = []
        for (index, window) in windows.enumerated() {
            guard window.from < window.to else {
                let kind: Fault.Kind = window.from == window.to ? .empty : .passesMidnight
                found.append(Fault(kind: kind, date: date, index: index))
                continue
            }
            for other in 0..<index {
                let earlier = windows[other]
                guard earlier.from < earlier.to, earlier.from < window.to, window.from < earlier.to
                else { continue }
                found.append(Fault(kind: .overlapping, date: date, index: index, other: other))
            }
        }
        return found
    }

    /// The first weekday, Monday first, on which both windows are open at once.
    private func sharedWeekday(_ left: Window, _ right: Window) -> Weekday? {
        for weekday in Weekday.allCases {
            let before = Weekday.allCases[(weekday.rawValue + 5) % 7]
            let leftParts = parts(of: left, on: weekday, before: before)
            let rightParts = parts(of: right, on: weekday, before: before)
            for part in leftParts {
                if rightParts.contains(where: { part.overlaps($0) }) { return weekday }
            }
        }
        return nil
    }

    /// What of a weekly window lies on a weekday, in seconds after its midnight.
    private func parts(
        of window: Window,
        on weekday: Weekday,
        before: Weekday
    ) -> [Range<Int>] {
        let from = window.from.secondsSinceMidnight
        let to = window.to.secondsSinceMidnight
        let passesMidnight = to <= from
        var parts: [Range<Int>] = []
        if window.days.contains(weekday) {
            parts.append(from..<(passesMidnight ? LocalDays.secondsPerDay : to))
        }
        if passesMidnight, window.days.contains(before) { parts.append(0..<to) }
        return parts
    }
}
