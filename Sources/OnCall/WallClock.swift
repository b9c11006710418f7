import CivilTime

/// A stretch of instants `[start, end)` with one offset, in which local time is plain arithmetic.
///
/// Local times are seconds since 1970-01-01T00:00 on the wall. A span knows what the clocks
/// showed before it and show after it, so a repeated hour needs no search.
struct WallSpan: Sendable {
    var start: Int
    var end: Int
    var offset: Int
    /// The latest local second shown before `start`, where the clocks went back then.
    var shownBefore: Int
    /// The earliest local second shown again from `end` on, where the clocks go back then.
    var shownAgain: Int

    /// The latest local time whose first occurrence is not after `second`.
    func firstReached(at second: Int) -> Int { max(second + offset, shownBefore) }

    /// The latest local time whose last occurrence is not after `second`.
    func lastReached(at second: Int) -> Int { min(second + offset, shownAgain - 1) }

    /// Takes `until` back to the first occurrence of a local time that is not yet reached.
    func limit(_ until: inout Int, toFirst local: Int) {
        until = min(until, local - offset, end)
    }

    /// Takes `until` back to the last occurrence of a local time that is not yet passed.
    func limit(_ until: inout Int, toLast local: Int) {
        until = min(until, local >= shownAgain ? end : min(local - offset, end))
    }
}

/// The clocks on one zone's wall, written out as spans for the years that are asked about.
final class WallClock: Sendable {
    let zone: Zone
    /// Contiguous and sorted; later and earlier spans are worked out when asked for.
    let spans: [WallSpan]

    private static let yearsAhead = 100
    private static let yearSeconds = 366 * .day

    /// Writes out the spans from a little before `start` on.
    init(zone: Zone, from start: Int) {
        self.zone = zone
        let end = start + Self.yearsAhead * Self.yearSeconds
        spans = Self.spans(of: zone, from: start - 2 * .day, to: end)
    }

    func span(at second: Int) -> WallSpan {
        guard let first = spans.first, let last = spans.last,
            first.start <= second, second < last.end
        else { return span(beyondTableAt: second) }
        var low = 0
        var count = spans.count
        while count > 1 {
            let half = count / 2
            if spans[low + half].start <= second { low += half }
            count -= half
        }
        return spans[low]
    }

    /// A span of at most a year, found without the table.
    private func span(beyondTableAt second: Int) -> WallSpan {
        let (start, end) = (second - Self.yearSeconds / 2, second + Self.yearSeconds / 2)
        var span = WallSpan(from: start, to: end, in: zone)
        for change in Self.changes(of: zone, from: start, to: end) {
            if change.at.secondsSinceEpoch > second {
                span.close(at: change)
                break
            }
            span = WallSpan(after: change, to: end)
        }
        return span
    }

    /// The first occurrence of a local time, or the end of the gap that it falls into.
    func first(of local: Int) -> Int {
        let day = local.quotient(flooredBy: .day)
        let time = WallTime(secondsSinceMidnight: local - day * .day) ?? .midnight
        let civil = CivilDateTime(date: CivilDate(daysSinceEpoch: day), time: time)
        return zone.first(of: civil).secondsSinceEpoch
    }

    private static func spans(of zone: Zone, from start: Int, to end: Int) -> [WallSpan] {
        var open = WallSpan(from: start, to: end, in: zone)
        var spans: [WallSpan] = []
        for change in changes(of: zone, from: start, to: end) {
            open.close(at: change)
            spans.append(open)
            open = WallSpan(after: change, to: end)
        }
        return spans + [open]
    }

    private static func changes(of zone: Zone, from start: Int, to end: Int) -> [ZoneTransition] {
        // A change at `start` itself begins the first span, whose offset knows of it already.
        zone.transitions(
            from: Instant(secondsSinceEpoch: start + 1),
            to: Instant(secondsSinceEpoch: end)
        )
    }
}

extension WallSpan {
    /// A span of which only the offset is known.
    fileprivate init(from start: Int, to end: Int, in zone: Zone) {
        self.init(
            start: start,
            end: end,
            offset: zone.offsetSeconds(at: Instant(secondsSinceEpoch: start)),
            shownBefore: .min,
            shownAgain: .max
        )
    }

    /// The span that a change of offset begins.
    fileprivate init(after change: ZoneTransition, to end: Int) {
        let start = change.at.secondsSinceEpoch
        let goesBack = change.offsetAfterSeconds < change.offsetBeforeSeconds
        self.init(
            start: start,
            end: end,
            offset: change.offsetAfterSeconds,
            shownBefore: goesBack ? start + change.offsetBeforeSeconds - 1 : .min,
            shownAgain: .max
        )
    }

    /// Ends the span where a change of offset begins the next.
    fileprivate mutating func close(at change: ZoneTransition) {
        end = change.at.secondsSinceEpoch
        let goesBack = change.offsetAfterSeconds < change.offsetBeforeSeconds
        shownAgain = goesBack ? end + change.offsetAfterSeconds : .max
    }
}

extension Int {
    /// Seconds in a day on the wall.
    static let day = 86_400

    /// The quotient rounded down, so that days before 1970 count like those after it.
    func quotient(flooredBy divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// What `quotient(flooredBy:)` leaves: 0 up to `divisor`.
    func remainder(flooredBy divisor: Int) -> Int {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension [Int] {
    /// How many elements of this sorted array are at or before `limit`.
    func count(upTo limit: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= limit { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
