import CivilTime

/// A layer compiled for lookups: local arithmetic on integers, no walking, no allocation.
final class LayerTable: Sendable {
    /// A line-up with its turns.
    struct Version: Sendable {
        /// The instant of `at` on its `from`.
        let start: Int
        let turns: TurnTable
        /// The entry that takes turn 0.
        let first: Int
        let order: [PresenceTable]
    }

    let clock: WallClock
    let active: ActiveTimes
    /// Sorted by start.
    let versions: [Version]
    private let starts: [Int]

    init(_ layer: Layer, clock: WallClock, absences: Absences) {
        let active = ActiveTimes(layer)
        self.clock = clock
        self.active = active
        versions = layer.versions.map { version in
            let anchor =
                version.from.daysSinceEpoch * .day + layer.handoff.at.secondsSinceMidnight
            return Version(
                start: clock.first(of: anchor),
                turns: TurnTable(layer.handoff, from: version.from, active: active, clock: clock),
                first: version.first,
                order: version.order.map { PresenceTable($0, absences: absences) }
            )
        }
        starts = versions.map(\.start)
    }

    /// The index of the version in force, or `nil` before the first begins.
    func version(at second: Int, until: inout Int) -> Int? {
        let begun = starts.count(upTo: second)
        if begun < starts.count { until = min(until, starts[begun]) }
        return begun == 0 ? nil : begun - 1
    }

    /// The version and the place in its order whose turn it is; `nil` where the layer is inactive.
    func turn(at second: Int, until: inout Int) -> (version: Int, place: Int)? {
        guard let index = version(at: second, until: &until) else { return nil }
        let span = clock.span(at: second)
        guard active.isActive(at: second, in: span, until: &until) else { return nil }
        return (index, place(at: second, in: span, version: index, until: &until))
    }

    private func place(at second: Int, in span: WallSpan, version: Int, until: inout Int) -> Int {
        let count = versions[version].order.count
        // Whoever stands alone in the order never hands off.
        guard count > 1 else { return 0 }
        let turn = versions[version].turns.number(at: second, in: span, until: &until)
        return (versions[version].first + turn).remainder(flooredBy: count)
    }

    /// The people of a turn: its entry, or the next in order who are there (rules 4, 5 and 12).
    ///
    /// An entry that shares someone with `taken` gives way where another does not. Nobody where
    /// all are away.
    func people(
        version: Int,
        place: Int,
        avoiding taken: [PersonID],
        at second: Int,
        until: inout Int
    ) -> [PersonID] {
        let count = versions[version].order.count
        var shared: [PersonID] = []
        for step in 0..<count {
            let place = (place + step) % count
            let people = versions[version].order[place].people(at: second, until: &until)
            if people.isEmpty { continue }
            if taken.isEmpty || !people.contains(where: taken.contains) { return people }
            if shared.isEmpty { shared = people }
        }
        return shared
    }
}
