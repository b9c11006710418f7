import OnCall

/// Whether rotations lead somewhere, and not round in circles.
struct RotationChecks {
    let compiled: Compilation
    let uses: Uses
    let findings: Findings

    private struct Edge {
        var label: String
        var target: RotationID
        var place: Place
    }

    /// The rotations of which nobody can say who is on call: they go round in circles, or lead to
    /// too many others.
    func run() -> Set<RotationID> {
        checkIfNobody()
        return checkCycles()
    }

    private func checkIfNobody() {
        for draft in compiled.rotations where draft.ifNobody.isEmpty {
            guard let promise = uses.aroundTheClock[draft.rotation.id] else { continue }
            findings.error(
                .ifNobody,
                at: draft.place,
                "\(draft.rotation.id) has no `if_nobody`, and \(promise) pages it around the clock",
                fix: "Write `if_nobody: [NAME]`: who is paged when no layer has anyone"
            )
        }
    }

    private func checkCycles() -> Set<RotationID> {
        var edges: [RotationID: [Edge]] = [:]
        for draft in compiled.rotations {
            let rotations = compiled.names.rotations
            var own = draft.ifNobody.compactMap { value -> Edge? in
                guard let name = value.plain, rotations.contains(name) else { return nil }
                return Edge(label: "if_nobody", target: name, place: value.place)
            }
            if let other = draft.rotation.distinctFrom, let place = draft.distinctPlace {
                own.append(Edge(label: "distinct_from", target: other, place: place))
            }
            edges[draft.rotation.id] = own
        }
        var costs: [RotationID: Int] = [:]
        var circular: Set<RotationID> = []
        for draft in compiled.rotations { walk(draft.rotation.id, edges, &costs, &circular) }
        for draft in compiled.rotations {
            guard let cost = costs[draft.rotation.id], cost > Self.lookUpsMax,
                (edges[draft.rotation.id] ?? []).allSatisfy({
                    (costs[$0.target] ?? 0) <= Self.lookUpsMax
                })
            else { continue }
            findings.error(
                .limit,
                at: draft.place,
                "\(draft.rotation.id) leads to other rotations in more than"
                    + " \(Self.lookUpsMax) ways",
                fix: "Name people in `if_nobody`, and take `distinct_from` out of the chain"
            )
        }
        return circular.union(costs.filter { $0.value > Self.lookUpsMax }.keys)
    }

    /// One answer may look into as many rotations, each time it comes by one.
    private static let lookUpsMax = 1_000

    /// A depth-first walk with its own stack: a chain of rotations may be as long as the files are.
    ///
    /// Leaves in `costs` how many rotations an answer may look into, at most `lookUpsMax` and one.
    private func walk(
        _ start: RotationID,
        _ edges: [RotationID: [Edge]],
        _ costs: inout [RotationID: Int],
        _ circular: inout Set<RotationID>
    ) {
        guard costs[start] == nil else { return }
        var path: [(id: RotationID, label: String, next: Int)] = [(start, "", 0)]
        while let top = path.last {
            let own = edges[top.id] ?? []
            guard top.next < own.count else {
                let below = own.reduce(1) { $0 + (costs[$1.target] ?? 0) }
                costs[top.id] = min(below, Self.lookUpsMax + 1)
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            let edge = own[top.next]
            if let index = path.firstIndex(where: { $0.id == edge.target }) {
                circular.formUnion(path[index...].map(\.id))
                report(path[index...].map { ($0.id, $0.label) }, closing: edge)
            } else if costs[edge.target] == nil {
                path.append((edge.target, edge.label, 0))
            }
        }
    }

    private func report(_ path: [(id: RotationID, label: String)], closing edge: Edge) {
        var text = path.first?.id ?? ""
        for step in path.dropFirst() { text += " → \(step.label) \(step.id)" }
        findings.error(
            .cycle,
            at: edge.place,
            text + " → \(edge.label) \(edge.target)",
            fix: "Name a person instead"
        )
    }
}
