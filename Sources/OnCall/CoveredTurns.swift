import CivilTime

/// How many periods between handoffs have covered time, for `turns: covered`.
///
/// A period counts when any instant of it is inside the layer's own dates and hours, whoever is
/// away. Periods are numbered from the version's anchor.
enum CoveredTurns: Sendable {
    /// A layer on dates: the covered periods, sorted.
    case dated([Int])
    /// A layer on hours alone: periods repeat with the week. `counts` holds, for each period of a
    /// cycle, the covered ones before it, and last their number in the whole cycle. Clock changes
    /// make exceptions: sorted periods, and what each adds to the count from there on.
    case weekly(counts: [Int], exceptions: [Int], sums: [Int])

    init(anchor: Int, days: Int, active: ActiveTimes, clock: WallClock) {
        let periods = Periods(anchor: anchor, length: days * .day, active: active, clock: clock)
        if let dates = active.dates {
            self = .dated(periods.covered(on: dates))
            return
        }
        // On clocks that never change, the week alone decides.
        let plain = Periods(
            anchor: anchor,
            length: days * .day,
            active: active,
            clock: WallClock(zone: .utc, from: anchor)
        )
        var counts = [0]
        for period in 0..<(days % 7 == 0 ? 1 : 7) {
            counts.append(counts[period] + (plain.isCovered(period) ? 1 : 0))
        }
        var exceptions: [Int] = []
        var sums: [Int] = []
        for period in periods.nearClockChanges() {
            let index = period % (counts.count - 1)
            let usual = counts[index + 1] - counts[index]
            let actual = periods.isCovered(period) ? 1 : 0
            guard actual != usual else { continue }
            exceptions.append(period)
            sums.append((sums.last ?? 0) + actual - usual)
        }
        self = .weekly(counts: counts, exceptions: exceptions, sums: sums)
    }

    func count(before period: Int) -> Int {
        switch self {
        case .dated(let covered):
            return covered.count(upTo: period - 1)
        case .weekly(let counts, let exceptions, let sums):
            let cycle = counts.count - 1
            let usual = period / cycle * counts[cycle] + counts[period % cycle]
            guard !exceptions.isEmpty else { return usual }
            let passed = exceptions.count(upTo: period - 1)
            return passed == 0 ? usual : usual + sums[passed - 1]
        }
    }
}

/// The periods of one handoff, and whether each has an active instant.
private struct Periods {
    let anchor: Int
    let length: Int
    let active: ActiveTimes
    let clock: WallClock

    func isCovered(_ period: Int) -> Bool {
        var second = clock.first(of: anchor + period * length)
        let end = clock.first(of: anchor + (period + 1) * length)
        while second < end {
            var until = Int.max
            let span = clock.span(at: second)
            if active.isActive(at: second, in: span, until: &until) { return true }
            second = max(second + 1, min(until, span.end))
        }
        return false
    }

    /// The covered periods of a layer that is active on `dates` alone.
    func covered(on dates: [Int]) -> [Int] {
        var covered: [Int] = []
        var next = 0
        for date in dates {
            let first = (date * .day - anchor).quotient(flooredBy: length)
            // One further, for clocks that go back over midnight.
            let last = ((date + 1) * .day - anchor).quotient(flooredBy: length) + 1
            while next <= last {
                next = max(next, first)
                if isCovered(next) { covered.append(next) }
                next += 1
            }
        }
        return covered
    }

    /// The periods that hold, or border on, a local time that is skipped or repeated.
    func nearClockChanges() -> [Int] {
        var found: [Int] = []
        for (before, after) in zip(clock.spans, clock.spans.dropFirst()) {
            let edges = (after.start + before.offset, after.start + after.offset)
            let low = (min(edges.0, edges.1) - 1 - anchor).quotient(flooredBy: length)
            let high = (max(edges.0, edges.1) + 1 - anchor).quotient(flooredBy: length)
            var period = max(low, (found.last ?? -1) + 1, 0)
            while period <= high {
                found.append(period)
                period += 1
            }
        }
        return found
    }
}
