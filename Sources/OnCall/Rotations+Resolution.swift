extension Rotations {
    /// Rule 1: the override, else the last listed layer with anybody, else `if_nobody`.
    func resolution(of index: Int, at second: Int) -> Resolution {
        let table = tables[index]
        var until = Int.max
        if let override = table.override(at: second, until: &until) {
            return Resolution(
                people: table.overrides[override].people,
                answerer: .override(override),
                version: 0,
                until: until
            )
        }
        var taken: [PersonID]?
        for layer in table.layers.indices.reversed() {
            guard let turn = table.layers[layer].turn(at: second, until: &until) else { continue }
            if taken == nil { taken = peopleToAvoid(table, at: second, until: &until) }
            let people = table.layers[layer].people(
                version: turn.version,
                place: turn.place,
                avoiding: taken ?? [],
                at: second,
                until: &until
            )
            if people.isEmpty { continue }
            return Resolution(
                people: people,
                answerer: .layer(layer),
                version: turn.version,
                until: max(until, second + 1)
            )
        }
        let people = standIns(table, at: second, until: &until)
        return Resolution(
            people: people,
            answerer: .ifNobody,
            version: 0,
            until: max(until, second + 1)
        )
    }

    /// Whom a layer names by itself; empty where it is inactive or all are away.
    func people(
        of layer: Int,
        in table: RotationTable,
        at second: Int,
        until: inout Int
    ) -> [PersonID] {
        guard let turn = table.layers[layer].turn(at: second, until: &until) else { return [] }
        let taken = peopleToAvoid(table, at: second, until: &until)
        return table.layers[layer].people(
            version: turn.version,
            place: turn.place,
            avoiding: taken,
            at: second,
            until: &until
        )
    }

    /// Whom `distinct_from` names (rule 5): everyone who answers for that rotation.
    private func peopleToAvoid(
        _ table: RotationTable,
        at second: Int,
        until: inout Int
    ) -> [PersonID] {
        guard let other = table.distinctFrom else { return [] }
        let resolution = resolution(of: other, at: second)
        until = min(until, resolution.until)
        return resolution.people
    }

    private func standIns(_ table: RotationTable, at second: Int, until: inout Int) -> [PersonID] {
        var people: [PersonID] = []
        for standIn in table.standIns {
            let added: [PersonID]
            switch standIn {
            case .people(let presence):
                added = presence.people(at: second, until: &until)
            case .rotation(let other):
                let resolution = resolution(of: other, at: second)
                until = min(until, resolution.until)
                added = resolution.people
            }
            if people.isEmpty {
                people = added
            } else {
                people += added.filter { !people.contains($0) }
            }
        }
        return people
    }

    /// Where the shift that `first` belongs to ends, and what answers from there on.
    ///
    /// `nil` where that is not before `end`. With `byVersion` a new member version that changes
    /// nobody ends it as well.
    func change(
        of index: Int,
        after first: Resolution,
        before end: Int,
        byVersion: Bool = false
    ) -> (at: Int, resolution: Resolution)? {
        var until = first.until
        while until < end {
            let next = resolution(of: index, at: until)
            let isNew = byVersion && next.version != first.version
            if isNew || !next.continues(first) { return (until, next) }
            until = next.until
        }
        return nil
    }
}
