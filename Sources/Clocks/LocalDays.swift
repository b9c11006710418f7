import CivilTime

/// The local days of one zone as integers, so that most days cost no look at the zone's rules.
///
/// A day is *regular* where it and its neighbours see no change of offset; only there may its
/// instants be computed by adding. Days outside the horizon count as irregular: right, but slower.
final class LocalDays: Sendable {
    /// Days from the one asked for up to `last` that share an offset; `nil` marks an irregular day.
    struct Span {
        var offset: Int?
        var last: Int
    }

    static let secondsPerDay = 86_400
    /// 2000-01-01 and 2100-01-01, as days since 1970-01-01.
    static let horizon = 10_957..<47_482

    let zone: Zone
    private let changes: [Int]
    /// One more than `changes`: the offset before the first, then the one after each.
    private let offsets: [Int]
    private let irregularFirst: [Int]
    private let irregularLast: [Int]
    /// For each block of days from the horizon's first on, where to begin in `irregularLast` and in
    /// `changes`: hardly a block has more than one change, so that nothing is searched.
    private let irregularStarts: [Int]
    private let changeStarts: [Int]

    /// A block is 64 days.
    private static let blockBits = 6

    init(zone: Zone) {
        let start = Instant(secondsSinceEpoch: Self.horizon.lowerBound * Self.secondsPerDay)
        let end = Instant(secondsSinceEpoch: Self.horizon.upperBound * Self.secondsPerDay)
        let transitions = zone.transitions(from: start, to: end)
        self.zone = zone
        changes = transitions.map(\.at.secondsSinceEpoch)
        offsets =
            [transitions.first?.offsetBeforeSeconds ?? zone.offsetSeconds(at: start)]
            + transitions.map(\.offsetAfterSeconds)
        irregularFirst = transitions.map { change in
            let offset = min(change.offsetBeforeSeconds, change.offsetAfterSeconds)
            return Self.day(ofLocal: change.at.secondsSinceEpoch + offset) - 1
        }
        irregularLast = transitions.map { change in
            let offset = max(change.offsetBeforeSeconds, change.offsetAfterSeconds)
            return Self.day(ofLocal: change.at.secondsSinceEpoch + offset) + 1
        }
        let blocks = 0...(Self.horizon.count >> Self.blockBits)
        let firstDays = blocks.map { Self.horizon.lowerBound + $0 << Self.blockBits }
        irregularStarts = firstDays.map { [irregularLast] in irregularLast.firstIndexAtLeast($0) }
        changeStarts = firstDays.map { [changes] in
            changes.firstIndexAtLeast($0 * Self.secondsPerDay)
        }
    }

    /// What `sorted.firstIndexAtLeast(value)` says, `starts` having where to begin; `day` lies in
    /// the horizon.
    private static func index(in sorted: [Int], of value: Int, day: Int, _ starts: [Int]) -> Int {
        var index = starts[(day - horizon.lowerBound) >> blockBits]
        while index < sorted.count, sorted[index] < value { index += 1 }
        return index
    }

    /// The day and the seconds after its midnight that the wall shows at `seconds` since the epoch.
    func local(at seconds: Int) -> (day: Int, wall: Int) {
        let local = seconds + offset(at: seconds)
        let day = Self.day(ofLocal: local)
        return (day, local - day * Self.secondsPerDay)
    }

    func span(of day: Int) -> Span {
        guard day > Self.horizon.lowerBound + 1, day < Self.horizon.upperBound - 2 else {
            return Span(offset: nil, last: day)
        }
        let index = Self.index(in: irregularLast, of: day, day: day, irregularStarts)
        guard index < irregularLast.count else {
            return Span(offset: offsets[index], last: Self.horizon.upperBound - 3)
        }
        if irregularFirst[index] <= day { return Span(offset: nil, last: day) }
        return Span(offset: offsets[index], last: irregularFirst[index] - 1)
    }

    /// The first instant at or after a wall time of a day; 86,400 is the next day's first instant.
    func first(day: Int, wall: Int, in span: Span) -> Int {
        if let offset = span.offset { return day * Self.secondsPerDay + wall - offset }
        return zone.first(of: Self.civil(day: day, wall: wall)).secondsSinceEpoch
    }

    /// The last occurrence of a wall time of a day, for closings; 24:00 is not one of them.
    func last(day: Int, wall: Int, in span: Span) -> Int {
        if let offset = span.offset { return day * Self.secondsPerDay + wall - offset }
        let civil = Self.civil(day: day, wall: wall)
        let isMidnight = wall == Self.secondsPerDay
        return (isMidnight ? zone.first(of: civil) : zone.last(of: civil)).secondsSinceEpoch
    }

    private func offset(at seconds: Int) -> Int {
        let day = Self.day(ofLocal: seconds)
        guard Self.horizon.contains(day) else {
            return zone.offsetSeconds(at: Instant(secondsSinceEpoch: seconds))
        }
        return offsets[Self.index(in: changes, of: seconds + 1, day: day, changeStarts)]
    }

    private static func day(ofLocal seconds: Int) -> Int {
        let quotient = seconds / secondsPerDay
        return seconds < quotient * secondsPerDay ? quotient - 1 : quotient
    }

    private static func civil(day: Int, wall: Int) -> CivilDateTime {
        let carry = wall >= secondsPerDay ? 1 : 0
        let time = WallTime(secondsSinceMidnight: wall - carry * secondsPerDay) ?? .midnight
        return CivilDateTime(date: CivilDate(daysSinceEpoch: day + carry), time: time)
    }
}

extension [Int] {
    /// The place of the first element not less than `value` in a sorted array, or the count.
    func firstIndexAtLeast(_ value: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
