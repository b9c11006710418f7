import CivilTime

/// A calendar's windows, sorted by day and cut at midnight once, so that a query is integer work.
final class OpenHours: Sendable {
    /// A stretch of one local day, `start` to `end` exclusive, in seconds after its midnight.
    struct Piece: Sendable {
        var start: Int
        var end: Int
    }

    /// The windows of a day of one kind: what is open on it, and what starts on it.
    struct Day: Sendable {
        var open: [Piece]
        var starting: [Piece]
        /// Where its last window ends after midnight, in seconds of the next day, or 0.
        var spill = 0
        /// Of the last end of a window that starts on it, without `spill`.
        var end: Int { starting.map(\.end).max() ?? 0 }
    }

    let days: LocalDays
    /// Monday to Sunday.
    let week: [Day]
    /// Sorted; `overrides` has the same order.
    let overriddenDays: [Int]
    let overrides: [Day]
    /// Open seconds of a week without overrides and changes of the clocks.
    let secondsPerWeek: Int

    init(
        days: LocalDays,
        hours: [BusinessCalendar.Window],
        dates: [CivilDate: [BusinessCalendar.Window]],
        holidays: Set<CivilDate>
    ) {
        self.days = days
        let week = Self.week(of: hours)
        self.week = week
        secondsPerWeek = week.reduce(0) { sum, day in
            sum + day.open.reduce(0) { $0 + $1.end - $1.start }
        }
        let dated = Set(dates.keys).union(holidays).sorted()
        overriddenDays = dated.map(\.daysSinceEpoch)
        overrides = dated.map { date in
            let pieces = Self.union(of: (dates[date] ?? []).map { Self.cut($0).today })
            return Day(open: pieces, starting: pieces)
        }
    }

    /// The day's windows: its override's, or else its weekday's.
    func windows(of day: Int) -> Day {
        let index = overriddenDays.firstIndexAtLeast(day)
        if index < overriddenDays.count, overriddenDays[index] == day { return overrides[index] }
        return week[Self.weekdayIndex(of: day)]
    }

    func isOverridden(_ day: Int) -> Bool {
        let index = overriddenDays.firstIndexAtLeast(day)
        return index < overriddenDays.count && overriddenDays[index] == day
    }

    /// 0 for Monday.
    static func weekdayIndex(of day: Int) -> Int {
        let index = (day + 3) % 7
        return index < 0 ? index + 7 : index
    }

    private static func week(of hours: [BusinessCalendar.Window]) -> [Day] {
        let starting = Weekday.allCases.map { weekday in
            hours.filter { $0.days.contains(weekday) }.map(cut)
        }
        return starting.indices.map { index in
            let today = starting[index]
            let yesterday = starting[(index + 6) % 7]
            let spilled = yesterday.map { Piece(start: 0, end: $0.spill) }
            return Day(
                open: union(of: today.map(\.today) + spilled),
                starting: union(of: today.map(\.today)),
                spill: today.map(\.spill).max() ?? 0
            )
        }
    }

    /// A window's part before midnight, and where the rest ends on the next day.
    private static func cut(_ window: BusinessCalendar.Window) -> (today: Piece, spill: Int) {
        let from = window.from.secondsSinceMidnight
        let to = window.to.secondsSinceMidnight
        guard to <= from else { return (Piece(start: from, end: to), 0) }
        return (Piece(start: from, end: LocalDays.secondsPerDay), to)
    }

    private static func union(of pieces: [Piece]) -> [Piece] {
        var merged: [Piece] = []
        for piece in pieces.sorted(by: { $0.start < $1.start }) where piece.start < piece.end {
            if let last = merged.last, piece.start <= last.end {
                merged[merged.count - 1].end = max(last.end, piece.end)
            } else {
                merged.append(piece)
            }
        }
        return merged
    }
}
