import CivilTime

/// Which turn of a member version an instant falls in, without walking from the anchor (rule 3).
enum TurnTable: Sendable {
    /// A fixed number of wall seconds: days, weeks, and hours that divide 24.
    case wall(anchor: Int, period: Int)
    /// `turns: covered`: wall periods of which only those with active time count.
    case covered(anchor: Int, period: Int, turns: CoveredTurns)
    /// Hours that do not divide 24, from an instant.
    case elapsed(start: Int, period: Int)
    /// Months on a day of the month; `month` counts from year 0, `at` is seconds after midnight.
    case monthly(month: Int, every: Int, day: Int, at: Int)

    /// More than any file means, and small enough that no product overflows.
    private static let intervalMax = 1_000_000

    init(_ handoff: Handoff, from date: CivilDate, active: ActiveTimes, clock: WallClock) {
        let at = handoff.at.secondsSinceMidnight
        let anchor = date.daysSinceEpoch * .day + at
        func bounded(_ interval: Int) -> Int { min(max(interval, 1), Self.intervalMax) }
        func days(_ count: Int) -> TurnTable {
            guard handoff.countsCoveredTurnsOnly else {
                return .wall(anchor: anchor, period: count * .day)
            }
            let turns = CoveredTurns(anchor: anchor, days: count, active: active, clock: clock)
            return .covered(anchor: anchor, period: count * .day, turns: turns)
        }
        switch handoff.every {
        case .hours(let count):
            let period = bounded(count) * 3600
            self =
                Int.day % period == 0
                ? .wall(anchor: anchor, period: period)
                : .elapsed(start: clock.first(of: anchor), period: period)
        case .days(let count):
            self = days(bounded(count))
        case .weeks(let count, on: _):
            self = days(7 * bounded(count))
        case .months(let count, let day):
            let from = date.components
            self = .monthly(
                month: from.year * 12 + from.month - 1,
                every: bounded(count),
                day: min(max(day, 1), 31),
                at: at
            )
        }
    }

    /// The turn at `second`, from 0; takes `until` back to the next handoff.
    func number(at second: Int, in span: WallSpan, until: inout Int) -> Int {
        let local = span.firstReached(at: second)
        switch self {
        case .wall(let anchor, let period):
            let turn = max(0, (local - anchor).quotient(flooredBy: period))
            span.limit(&until, toFirst: anchor + (turn + 1) * period)
            return turn
        case .covered(let anchor, let period, let turns):
            let turn = max(0, (local - anchor).quotient(flooredBy: period))
            span.limit(&until, toFirst: anchor + (turn + 1) * period)
            return turns.count(before: turn)
        case .elapsed(let start, let period):
            let turn = max(0, (second - start) / period)
            until = min(until, start + (turn + 1) * period)
            return turn
        case .monthly(let month, let every, let day, let at):
            let date = CivilDate(daysSinceEpoch: (local - at).quotient(flooredBy: .day))
            let today = date.components
            var months = today.year * 12 + today.month - 1 - month
            let length = CivilDate.daysInMonth(year: today.year, month: today.month)
            if today.day < min(day, length) { months -= 1 }
            let turn = max(0, months.quotient(flooredBy: every))
            if let next = Self.date(inMonth: month + (turn + 1) * every, day: day) {
                span.limit(&until, toFirst: next.daysSinceEpoch * .day + at)
            }
            return turn
        }
    }

    private static func date(inMonth month: Int, day: Int) -> CivilDate? {
        let (year, month) = (month / 12, month % 12 + 1)
        let length = CivilDate.daysInMonth(year: year, month: month)
        return CivilDate(year: year, month: month, day: min(day, length))
    }
}
