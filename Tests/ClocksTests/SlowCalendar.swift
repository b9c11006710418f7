import CivilTime
import Clocks

/// What the wall of a zone shows at each minute of some days.
///
/// It asks the zone at every minute, and looks openings and closings up in what it saw.
final class WallMinutes: Sendable {
    let zone: Zone
    /// The first minute, in minutes since the epoch.
    let first: Int
    let firstDay: Int
    let days: Int
    /// In minutes since 1970-01-01 00:00 on the wall.
    let walls: [Int]
    private let lowest: Int
    /// By minutes on the wall since `lowest`.
    private let firsts: [Int]
    private let lasts: [Int?]

    /// Two days more than `days` on either side.
    init(_ zone: Zone, firstDay: Int, days: Int) {
        let first = (firstDay - 2) * 1_440
        let walls = (first..<(first + (days + 4) * 1_440)).map { minute in
            minute + zone.offsetSeconds(at: Instant(secondsSinceEpoch: minute * 60)) / 60
        }
        let lowest = walls.first ?? 0
        var firsts: [Int] = []
        var lasts = [Int?](repeating: nil, count: (walls.max() ?? lowest) - lowest + 1)
        for (index, wall) in walls.enumerated() {
            // A minute that the wall skips is looked up as the first after the gap.
            while lowest + firsts.count <= wall { firsts.append(index) }
            if wall >= lowest { lasts[wall - lowest] = index }
        }
        self.zone = zone
        self.first = first
        self.firstDay = firstDay
        self.days = days
        self.walls = walls
        self.lowest = lowest
        self.firsts = firsts
        self.lasts = lasts
    }

    /// The first minute that shows it; where the wall skips it, the first after the gap.
    func firstIndex(showing wall: Int) -> Int? {
        let place = wall - lowest
        return firsts.indices.contains(place) ? firsts[place] : nil
    }

    /// The last minute that shows it; where the wall skips it, the first after the gap.
    func lastIndex(showing wall: Int) -> Int? {
        let place = wall - lowest
        return lasts.indices.contains(place) ? lasts[place] ?? firsts[place] : nil
    }
}

/// The slow, obvious reading of a calendar: a list of minutes, each open or closed.
struct SlowCalendar {
    let calendar: BusinessCalendar
    let wall: WallMinutes
    private(set) var open: [Bool]

    private var first: Int { wall.first }
    private var walls: [Int] { wall.walls }

    init(_ calendar: BusinessCalendar, _ wall: WallMinutes) {
        self.calendar = calendar
        self.wall = wall
        open = Array(repeating: calendar.isAlwaysOpen, count: wall.walls.count)
        guard !calendar.isAlwaysOpen else { return }
        for day in (wall.firstDay - 2)..<(wall.firstDay + wall.days + 2) {
            for stretch in stretches(startingOn: day) + mornings(of: day) {
                var index = stretch.lowerBound
                while index < stretch.upperBound {
                    open[index] = true
                    index += 1
                }
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
            return wall.firstIndex(showing: walls[start] + count * 1_440)
        case .businessDays(let count, let endOfDay):
            guard let opening = open[start...].firstIndex(of: true) else { return nil }
            var day = floorDay(walls[opening])
            let minute = walls[opening] - day * 1_440
            var left = count
            while left > 0 {
                day += 1
                guard day * 1_440 < (walls.last ?? 0) else { return nil }
                if calendar.isAlwaysOpen || !stretches(startingOn: day).isEmpty { left -= 1 }
            }
            guard let close = close(of: day),
                let due = wall.firstIndex(showing: day * 1_440 + minute)
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
        if calendar.isAlwaysOpen { return wall.firstIndex(showing: (day + 1) * 1_440) }
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
        guard from < to, let start = wall.firstIndex(showing: day * 1_440 + from) else {
            return nil
        }
        let end =
            to == 1_440
            ? wall.firstIndex(showing: (day + 1) * 1_440)
            : wall.lastIndex(showing: day * 1_440 + to)
        guard let end, start < end else { return nil }
        return start..<end
    }

    private func floorDay(_ minutes: Int) -> Int {
        minutes >= 0 ? minutes / 1_440 : (minutes - 1_439) / 1_440
    }
}
