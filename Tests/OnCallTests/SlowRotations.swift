import CivilTime
import OnCall

/// The rules of who is on call, evaluated the slow and obvious way.
///
/// It walks every handoff from the anchor, looks at every quarter of an hour to see whether a turn
/// is covered, and scans all overrides and absences. It shares no code with the resolver.
final class SlowRotations {
    let rotations: [Rotation]
    let overrides: [Override]
    let absences: [Away]
    let unreachable: Set<PersonID>
    private var covered: [String: Bool] = [:]

    init(
        rotations: [Rotation],
        overrides: [Override],
        away: [Away],
        unreachable: Set<PersonID>
    ) {
        self.rotations = rotations
        self.overrides = overrides
        self.absences = away
        self.unreachable = unreachable
    }

    /// Who answers, as `people by`, in the words of a timeline.
    func answer(_ id: RotationID, at instant: Instant) -> (people: [PersonID], by: String) {
        guard let rotation = rotations.first(where: { $0.id == id }) else { return ([], "none") }
        for override in overrides where override.rotation == id {
            let people = override.people.filter { !unreachable.contains($0) }
            if override.start <= instant, instant < override.end, !people.isEmpty {
                return (people, "override \(override.source.line)")
            }
        }
        let taken = rotation.distinctFrom.map { answer($0, at: instant).people } ?? []
        for layer in rotation.layers.reversed() {
            let people = people(of: layer, at: instant, avoiding: taken)
            if !people.isEmpty { return (people, layer.name) }
        }
        var people: [PersonID] = []
        for name in rotation.ifNobody {
            let isRotation = rotations.contains { $0.id == name }
            let named = isRotation ? answer(name, at: instant).people : there([name], at: instant)
            for person in named where !people.contains(person) { people.append(person) }
        }
        return (people, "gap")
    }

    private func people(
        of layer: Layer,
        at instant: Instant,
        avoiding taken: [PersonID]
    ) -> [PersonID] {
        let begun = layer.versions.filter { handoff(0, of: layer, from: $0.from) <= instant }
        guard let version = begun.last, isActive(layer, at: instant) else { return [] }
        var turn = 0
        var period = 0
        while handoff(period + 1, of: layer, from: version.from) <= instant {
            if counts(period, of: layer, from: version.from) { turn += 1 }
            period += 1
        }
        let count = version.order.count
        let entries = (0..<count).map { step in
            there(version.order[(version.first + turn + step) % count], at: instant)
        }
        let filled = entries.filter { !$0.isEmpty }
        return filled.first { Set($0).isDisjoint(with: taken) } ?? filled.first ?? []
    }

    private func there(_ people: [PersonID], at instant: Instant) -> [PersonID] {
        people.filter { person in
            !unreachable.contains(person)
                && !absences.contains { absence in
                    absence.person == person && absence.start <= instant && instant < absence.end
                }
        }
    }

    private func isActive(_ layer: Layer, at instant: Instant) -> Bool {
        let today = layer.zone.civil(at: instant).date
        if let dates = layer.onDates, !dates.contains(today) { return false }
        guard let windows = layer.hours else { return true }
        for day in -3...2 {
            let start = today.adding(days: day)
            for window in windows where window.days.contains(start.weekday) {
                let passesMidnight = window.to <= window.from
                let end = CivilDateTime(
                    date: start.adding(days: passesMidnight ? 1 : 0),
                    time: window.to
                )
                let opening = CivilDateTime(date: start, time: window.from)
                if layer.zone.first(of: opening) <= instant, instant < layer.zone.last(of: end) {
                    return true
                }
            }
        }
        return false
    }

    private func handoff(_ index: Int, of layer: Layer, from: CivilDate) -> Instant {
        let at = layer.handoff.at
        let anchor = CivilDateTime(date: from, time: at)
        switch layer.handoff.every {
        case .hours(let hours) where 24 % hours == 0:
            let seconds = at.secondsSinceMidnight + index * hours * 3600
            let date = from.adding(days: seconds / 86_400)
            let time = WallTime(secondsSinceMidnight: seconds % 86_400) ?? .midnight
            return layer.zone.first(of: CivilDateTime(date: date, time: time))
        case .hours(let hours):
            return layer.zone.first(of: anchor).adding(seconds: index * hours * 3600)
        case .days(let days):
            let date = from.adding(days: index * days)
            return layer.zone.first(of: CivilDateTime(date: date, time: at))
        case .weeks(let weeks, on: _):
            let date = from.adding(days: index * weeks * 7)
            return layer.zone.first(of: CivilDateTime(date: date, time: at))
        case .months(let months, let day):
            var (year, month) = (from.year, from.month)
            for _ in 0..<(index * months) {
                (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
            }
            var last = day
            while CivilDate(year: year, month: month, day: last) == nil { last -= 1 }
            let date = CivilDate(year: year, month: month, day: last) ?? from
            return layer.zone.first(of: CivilDateTime(date: date, time: at))
        }
    }

    private func counts(_ period: Int, of layer: Layer, from: CivilDate) -> Bool {
        guard layer.handoff.countsCoveredTurnsOnly else { return true }
        let key = "\(layer.source.line) \(from.daysSinceEpoch) \(period)"
        if let known = covered[key] { return known }
        let start = handoff(period, of: layer, from: from)
        let end = handoff(period + 1, of: layer, from: from)
        let quarters = stride(
            from: start.secondsSinceEpoch,
            to: end.secondsSinceEpoch,
            by: 900
        ).map { Instant(secondsSinceEpoch: $0) }
        let changes = layer.zone.transitions(from: start, to: end).map(\.at)
        let counts = (quarters + changes).contains { isActive(layer, at: $0) }
        covered[key] = counts
        return counts
    }
}
