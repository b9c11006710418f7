import CivilTime

/// Turns rotations, overrides and absences into tables.
struct RotationCompiler {
    let rotations: [RotationID: Rotation]
    let indices: [RotationID: Int]
    let absences: Absences
    private let ordered: [Rotation]
    private let overrides: [RotationID: [RotationTable.Stretch]]

    init(rotations: [Rotation], overrides: [Override], absences: Absences) {
        var indices: [RotationID: Int] = [:]
        var ordered: [Rotation] = []
        for rotation in rotations {
            if let index = indices[rotation.id] {
                ordered[index] = rotation
            } else {
                indices[rotation.id] = ordered.count
                ordered.append(rotation)
            }
        }
        self.rotations = Dictionary(ordered.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        self.indices = indices
        self.ordered = ordered
        self.absences = absences
        self.overrides = Dictionary(
            grouping: overrides.filter { $0.start < $0.end },
            by: \.rotation
        ).mapValues { list in
            list.compactMap { Self.stretch($0, unreachable: absences.unreachable) }
        }
    }

    func tables() -> [RotationTable] {
        let clocks = self.clocks()
        let links = acyclicLinks()
        return ordered.enumerated().map { index, rotation in
            RotationTable(
                rotation,
                layers: rotation.layers.map { layer in
                    LayerTable(
                        layer,
                        clock: clocks[layer.zone] ?? WallClock(zone: layer.zone, from: 0),
                        absences: absences
                    )
                },
                overrides: overrides[rotation.id] ?? [],
                standIns: standIns(of: rotation, links: links[index]),
                distinctFrom: rotation.distinctFrom.flatMap { indices[$0] }
                    .flatMap { links[index].contains($0) ? $0 : nil }
            )
        }
    }

    /// An override stands for someone away, but nobody can be paged who is unreachable.
    private static func stretch(
        _ override: Override,
        unreachable: Set<PersonID>
    ) -> RotationTable.Stretch? {
        let people = override.people.filter { !unreachable.contains($0) }
        guard !people.isEmpty else { return nil }
        return RotationTable.Stretch(
            start: override.start.secondsSinceEpoch,
            end: override.end.secondsSinceEpoch,
            people: people,
            source: override.source
        )
    }

    /// One clock for each zone, from the earliest line-up that is told in it.
    private func clocks() -> [Zone: WallClock] {
        var starts: [Zone: Int] = [:]
        for layer in ordered.flatMap(\.layers) {
            guard let from = layer.versions.first?.from else { continue }
            starts[layer.zone] = min(starts[layer.zone] ?? .max, from.daysSinceEpoch * .day)
        }
        return starts.reduce(into: [:]) { clocks, start in
            clocks[start.key] = WallClock(zone: start.key, from: start.value)
        }
    }

    private func standIns(
        of rotation: Rotation,
        links: Set<Int>
    ) -> [RotationTable.StandIn] {
        rotation.ifNobody.compactMap { name in
            guard let index = indices[name] else {
                return .people(PresenceTable([name], absences: absences))
            }
            return links.contains(index) ? .rotation(index) : nil
        }
    }

    /// The rotations that each rotation asks, without those that would lead back to it.
    ///
    /// Files with such a circle are refused; here it must only not go round for ever.
    private func acyclicLinks() -> [Set<Int>] {
        var links = ordered.map { rotation in
            Set(
                (rotation.ifNobody + [rotation.distinctFrom].compactMap(\.self)).compactMap {
                    indices[$0]
                }
            )
        }
        var isDone = [Bool](repeating: false, count: ordered.count)
        var path: [Int] = []
        func visit(_ index: Int) {
            path.append(index)
            for next in links[index].sorted() {
                if path.contains(next) {
                    links[index].remove(next)
                } else if !isDone[next] {
                    visit(next)
                }
            }
            path.removeLast()
            isDone[index] = true
        }
        for index in links.indices where !isDone[index] { visit(index) }
        return links
    }
}
