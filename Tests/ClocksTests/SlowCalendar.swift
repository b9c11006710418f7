import CivilTime
import Clocks

/// The slow, obvious reading of a calendar: a list of minutes, each open or closed.
///
/// It asks the zone what the wall shows at each minute and looks for openings and closings there.
struct SlowCalendar {
    let calendar: BusinessCalendar
    let zone: Zone
    /// The first minute, in minutes since the epoch.
    let first: Int
    /// What the wall shows at each minute, in minutes since 1970-01-01 00:00 there.
    private let walls: [Int]
    private(set) var open: [Bool]

    init(_ calendar: BusinessCalendar, zone: Zone, firstDay: Int, days: Int) {
        self.calendar = calendar
        self.zone = zone
        let first = (firstDay - 2) * 1_440
        self.first = first
        walls = (first..<(first + (days + 4) * 1_440)).map { minute in
            let instant = Instant(secondsSinceEpoch: minute * 60)
            return minute + zone.offsetSeconds(at: instant) / 60
        }
        open = Array(repeating: calendar.isAlwaysOpen, count: walls.count)
        guard !calendar.isAlwaysOpen else { return }
        for day in (firstDay - 2)..<(firstDay + days + 2) {
            for stretch in stretches(startingOn: day) + mornings(of: day) {
                for index in stretch { open[index] = true }
            }
        }
    }

    func index(of instant: Instant) -> Int { instant.secondsSinceEpoch / 60 - first }

    func instant(at index: Int) -> Instant { Instant(secondsSinceEpoch: (first + index) * 60) }

    // MARK: Answers

    /// Steps minute by minute until so many open ones lie behind.
    func instant(afterOpenMinutes minutes: Int, from start: Int) -> Int? {
        var index = start
        var passed = 0
        while passed < minutes {
            guard index < open.count else { return nil }
            if open[index] { passed += 1 }
            index += 1
        }
        return index
    }

    func due(_ target: Target, from start: Int) -> Int? {
        switch target {
        case .elapsed(let seconds): return start + seconds / 60
        case .open(let seconds): return instant(afterOpenMinutes: seconds / 60, from: start)
        case .split(let inHours, let outside):
            return start + (open[start] ? inHours : outside) / 60
        case .days(let count):
            return firstIndex(showing: walls[start] + count * 1_440)
        case .businessDays(let count, let endOfDay):
            guard let opening = open[start...].firstIndex(of: true) else { return nil }
            var day = floorDay(walls[opening])
            let wall = walls[opening] - day * 1_440
            var left = count
            while left > 0 {
                day += 1
                guard day * 1_440 < (walls.last ?? 0) else { return nil }
                if calendar.isAlwaysOpen || !stretches(startingOn: day).isEmpty { left -= 1 }
            }
            guard let close = close(of: day), let due = firstIndex(showing: day * 1_440 + wall)
            else { return nil }
            return endOfDay ? close : min(due, close)
        }
    }

    // MARK: Windows

    private func isOverridden(_ date: CivilDate) -> Bool {
        calendar.dates[date] != nil || calendar.holidays.contains(date)
    }

    /// The windows that start on a day, the parts before midnight.
    private func stretches(startingOn day: Int) -> [Range<Int>] {
        let date = CivilDate(daysSinceEpoch: day)
        let windows =
            calendar.dates[date]
            ?? (isOverridden(date)
                ? [] : (calendar.hours ?? []).filter { $0.days.contains(date.weekday) })
        return windows.compactMap { window in
            let to = window.to <= window.from ? 1_440 : window.to.secondsSinceMidnight / 60
            return range(day: day, from: window.from.secondsSinceMidnight / 60, to: to)
        }
    }

    /// The parts after midnight of the windows that start on the day before.
    private func mornings(of day: Int) -> [Range<Int>] {
        let date = CivilDate(daysSinceEpoch: day)
        guard !isOverridden(date) else { return [] }
        let before = date.adding(days: -1).weekday
        return (calendar.hours ?? []).compactMap { window in
            guard window.days.contains(before), window.to <= window.from else { return nil }
            return range(day: day, from: 0, to: window.to.secondsSinceMidnight / 60)
        }
    }

    private func close(of day: Int) -> Int? {
        if calendar.isAlwaysOpen { return firstIndex(showing: (day + 1) * 1_440) }
        var ends = stretches(startingOn: day).map(\.upperBound)
        let date = CivilDate(daysSinceEpoch: day)
        if !isOverridden(date) {
            let isFirst = (calendar.hours ?? []).contains { window in
                window.days.contains(date.weekday) && window.to <= window.from
            }
            let own = (calendar.hours ?? []).filter { $0.days.contains(date.weekday) }
            if isFirst, !isOverridden(date.adding(days: 1)) {
                ends += own.compactMap { window in
                    guard window.to <= window.from else { return nil }
                    let to = window.to.secondsSinceMidnight / 60
                    return range(day: day + 1, from: 0, to: to)?.upperBound
                }
            }
        }
        return ends.max()
    }

    private func range(day: Int, from: Int, to: Int) -> Range<Int>? {
        guard from < to, let start = firstIndex(showing: day * 1_440 + from) else { return nil }
        let end =
            to == 1_440
            ? firstIndex(showing: (day + 1) * 1_440) : lastIndex(showing: day * 1_440 + to)
        guard let end, start < end else { return nil }
        return start..<end
    }

    /// The first minute that shows it; where the wall skips it, the first after the gap.
    private func firstIndex(showing wall: Int) -> Int? {
        near(wall).first { walls[$0] >= wall }
    }

    /// The last minute that shows it; where the wall skips it, the first after the gap.
    private func lastIndex(showing wall: Int) -> Int? {
        near(wall).last { walls[$0] == wall } ?? firstIndex(showing: wall)
    }

    /// No zone is more than a day away from UTC.
    private func near(_ wall: Int) -> Range<Int> {
        let middle = wall - first
        let lower = max(0, middle - 1_000)
        return lower..<max(lower, min(walls.count, middle + 1_000))
    }

    private func floorDay(_ minutes: Int) -> Int {
        minutes >= 0 ? minutes / 1_440 : (minutes - 1_439) / 1_440
    }
}
