import CivilTime

/// Who of a few people can be paged, at every instant: those reachable and not away (rule 9).
struct PresenceTable: Sendable {
    /// Sorted instants at which somebody leaves or comes back.
    private let changes: [Int]
    /// Who is there before each change, and last who is there after all of them.
    private let present: [[PersonID]]

    init(_ people: [PersonID], absences: Absences) {
        let reachable = people.filter { !absences.unreachable.contains($0) }
        let away = reachable.map { absences.stretches[$0] ?? [] }
        let changes = Set(away.joined().flatMap { [$0.start, $0.end] }).sorted()
        self.changes = changes
        present = ([Int.min] + changes).map { second in
            zip(reachable, away)
                .filter { _, stretches in
                    !stretches.contains { $0.start <= second && second < $0.end }
                }
                .map(\.0)
        }
    }

    /// Empty where all are away; takes `until` back to the next who leaves or comes back.
    func people(at second: Int, until: inout Int) -> [PersonID] {
        let passed = changes.isEmpty ? 0 : changes.count(upTo: second)
        if passed < changes.count { until = min(until, changes[passed]) }
        return present[passed]
    }
}

/// Everybody's reasons not to be cover.
struct Absences: Sendable {
    var unreachable: Set<PersonID>
    /// Stretches `[start, end)`, in no order, by person.
    var stretches: [PersonID: [(start: Int, end: Int)]]

    init(away: [Away], unreachable: Set<PersonID>) {
        self.unreachable = unreachable
        stretches = [:]
        for absence in away where absence.start < absence.end {
            let stretch = (absence.start.secondsSinceEpoch, absence.end.secondsSinceEpoch)
            stretches[absence.person, default: []].append(stretch)
        }
    }

    func isAway(_ person: PersonID, at second: Int) -> Bool {
        stretches[person]?.contains { $0.start <= second && second < $0.end } ?? false
    }
}
