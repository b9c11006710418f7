package import CivilTime

/// A change of the clocks in a zone that rotations use, and what it does to them.
package struct ClockChange: Hashable, Sendable {
    /// A handoff, or an end of `hours`, at a local time that is skipped or repeated that day.
    package struct Moved: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case handoff, opening, closing
        }

        package var rotation: RotationID
        package var layer: String
        package var kind: Kind
        /// As the file has it.
        package var local: CivilDateTime
        /// Whether the clocks skip it; else they show it twice.
        package var isMissing: Bool
        /// When it happens: once, by rule 10 of rotations.md.
        package var at: Instant
        package var source: SourceLine
    }

    package var zone: Zone
    package var at: Instant
    /// The local day that is shorter or longer.
    package var date: CivilDate
    /// From its first instant to the next day's: 82,800 or 90,000 as a rule.
    package var daySeconds: Int
    /// By instant, then in the order of the files' keys and layers.
    package var moved: [Moved]
}

extension Rotations {
    /// The clock changes of all zones that layers are in, with `start <= at < end`, in order.
    package func clockChanges(from start: Instant, to end: Instant) -> [ClockChange] {
        var changes: [ClockChange] = []
        for zone in Set(rotations.values.flatMap(\.layers).map(\.zone)) {
            for transition in zone.transitions(from: start, to: end) {
                let date = zone.civil(at: transition.at).date
                let next = CivilDateTime(date: date.adding(days: 1), time: .midnight)
                let first = zone.first(of: CivilDateTime(date: date, time: .midnight))
                let moved = tables.sorted { $0.rotation.id < $1.rotation.id }
                    .flatMap { $0.moved(by: transition, in: zone) }
                changes.append(
                    ClockChange(
                        zone: zone,
                        at: transition.at,
                        date: date,
                        daySeconds: zone.first(of: next).seconds(since: first),
                        moved: moved.sorted { $0.at < $1.at }
                    )
                )
            }
        }
        return changes.sorted { ($0.at, $0.zone.name) < ($1.at, $1.zone.name) }
    }
}

extension RotationTable {
    /// The handoffs and window ends of layers in `zone` that one change of its clocks moves.
    fileprivate func moved(by change: ZoneTransition, in zone: Zone) -> [ClockChange.Moved] {
        let edges = [change.offsetBeforeSeconds, change.offsetAfterSeconds]
            .map { change.at.secondsSinceEpoch + $0 }.sorted()
        let locals = edges[0]..<edges[1]
        let isMissing = change.offsetAfterSeconds > change.offsetBeforeSeconds
        return zip(rotation.layers, layers).filter { $0.0.zone == zone }.flatMap { layer, table in
            table.times(in: locals, at: change.at.secondsSinceEpoch).map { kind, local, source in
                let civil = CivilDateTime(local: local)
                return ClockChange.Moved(
                    rotation: rotation.id,
                    layer: layer.name,
                    kind: kind,
                    local: civil,
                    isMissing: isMissing,
                    at: kind == .closing ? zone.last(of: civil) : zone.first(of: civil),
                    source: source.map { layer.versions[$0].source } ?? layer.source
                )
            }
        }
    }
}

extension LayerTable {
    /// Its handoffs (with their version) and window ends in a short range of local seconds.
    fileprivate func times(
        in locals: Range<Int>,
        at second: Int
    ) -> [(kind: ClockChange.Moved.Kind, local: Int, version: Int?)] {
        var times: [(kind: ClockChange.Moved.Kind, local: Int, version: Int?)] = []
        for (index, version) in versions.enumerated() where version.order.count > 1 {
            let end = index + 1 < versions.count ? versions[index + 1].start : .max
            guard version.start <= second, second < end else { continue }
            times += version.turns.handoffs(in: locals).map { (.handoff, $0, index) }
        }
        times += (active.hours?.edges(in: locals) ?? []).map { edge in
            (edge.isOpening ? .opening : .closing, edge.local, nil)
        }
        return times
    }
}

extension HoursTable {
    /// Openings and closings in a range of local seconds that is shorter than a day.
    fileprivate func edges(in locals: Range<Int>) -> [(local: Int, isOpening: Bool)] {
        let first = locals.lowerBound.quotient(flooredBy: .day) - 1
        var edges: Set<Int> = []
        var openings: Set<Int> = []
        for day in first...first + 2 {
            for window in windows[(day + 3).remainder(flooredBy: 7)] {
                openings.insert(day * .day + window.open)
                edges.insert(day * .day + window.close)
            }
        }
        return edges.filter(locals.contains).sorted().map { ($0, false) }
            + openings.filter(locals.contains).sorted().map { ($0, true) }
    }
}

extension TurnTable {
    /// Handoffs after the first in a range of local seconds that is shorter than a day.
    fileprivate func handoffs(in locals: Range<Int>) -> [Int] {
        switch self {
        case .wall(let anchor, let period), .covered(let anchor, let period, turns: _):
            let last = (locals.upperBound - 1 - anchor).quotient(flooredBy: period)
            let first = (locals.lowerBound - 1 - anchor).quotient(flooredBy: period) + 1
            guard first <= last else { return [] }
            return (first...last).filter { $0 > 0 }.map { anchor + $0 * period }
        case .elapsed:
            return []
        case .monthly(let month, let every, let day, let at):
            let days = [locals.lowerBound, locals.upperBound - 1]
                .map { ($0 - at).quotient(flooredBy: .day) }
            return (days[0] - 1...days[1] + 1).filter { date in
                let local = date * .day + at
                let civil = CivilDate(daysSinceEpoch: date).components
                let length = CivilDate.daysInMonth(year: civil.year, month: civil.month)
                let months = civil.year * 12 + civil.month - 1 - month
                return locals.contains(local) && civil.day == min(day, length) && months > 0
                    && months % every == 0
            }.map { $0 * .day + at }
        }
    }
}

extension CivilDateTime {
    /// From seconds since 1970-01-01T00:00 on the wall.
    fileprivate init(local: Int) {
        let day = local.quotient(flooredBy: .day)
        self.init(
            date: CivilDate(daysSinceEpoch: day),
            time: WallTime(secondsSinceMidnight: local - day * .day) ?? .midnight
        )
    }
}
