package import CivilTime

/// What one layer by itself says over time, whether or not a later one covers it.
package struct Band: Hashable, Sendable {
    /// A stretch `[start, end)` with one line-up.
    package struct Stretch: Hashable, Sendable {
        package var start: Instant
        package var end: Instant
        /// Never empty.
        package var people: [PersonID]
    }

    package var layer: String
    /// Sorted and disjoint; where the layer is inactive, or all are away, there is none.
    package var stretches: [Stretch]
}

extension Rotations {
    /// The layers of `rotation` in the order of its file, over `[start, end)` and clipped to it.
    ///
    /// Empty where there is no such rotation.
    package func bands(
        _ rotation: RotationID,
        from start: Instant,
        to end: Instant
    ) -> [Band] {
        guard let index = index(of: rotation) else { return [] }
        let range = (Self.bounded(start), Self.bounded(end))
        return tables[index].layers.indices.map { layer in
            Band(
                layer: tables[index].rotation.layers[layer].name,
                stretches: stretches(of: layer, in: tables[index], from: range.0, to: range.1)
            )
        }
    }

    private func stretches(
        of layer: Int,
        in table: RotationTable,
        from start: Int,
        to end: Int
    ) -> [Band.Stretch] {
        var stretches: [Band.Stretch] = []
        var second = start
        while second < end {
            var until = Int.max
            let people = people(of: layer, in: table, at: second, until: &until)
            let (from, to) = (second, min(end, max(until, second + 1)))
            second = to
            guard !people.isEmpty else { continue }
            if let last = stretches.last, last.people == people,
                last.end.secondsSinceEpoch == from
            {
                stretches[stretches.count - 1].end = Instant(secondsSinceEpoch: to)
            } else {
                stretches.append(
                    Band.Stretch(
                        start: Instant(secondsSinceEpoch: from),
                        end: Instant(secondsSinceEpoch: to),
                        people: people
                    )
                )
            }
        }
        return stretches
    }
}
