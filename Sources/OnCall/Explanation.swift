package import CivilTime

/// How an answer came about: what was asked in turn, and why it did not answer.
package struct Explanation: Hashable, Sendable {
    package var answer: Answer
    /// In the order asked, the last listed layer first; empty where an override answers.
    package var considerations: [Consideration]
}

/// What one layer said at one instant.
package struct Consideration: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case answers
        /// A later layer answers already.
        case notReached
        /// Its first member version begins at that instant, or it has none.
        case notBegun(until: Instant?)
        /// The local date is none of its dates.
        case outsideDates
        case outsideHours
        /// It is active, but everyone in its order is away or unreachable.
        case nobodyThere
    }

    /// An entry whose turn it was, or to which it fell, and who did not take it.
    package struct PassedOver: Hashable, Sendable {
        package enum Reason: Hashable, Sendable {
            case away
            case unreachable
            /// They answer for the rotation that `distinct_from` names.
            case answersElsewhere
        }

        package var person: PersonID
        package var reason: Reason
    }

    package var layer: String
    package var outcome: Outcome
    /// In order, up to whoever takes the turn; of a shared turn, also those who are left out.
    package var passedOver: [PassedOver]
    /// The line of the member version in force, or of the layer before the first.
    package var source: SourceLine
}

extension Rotations {
    /// Why `answer(_:at:)` says what it says; `nil` where there is no such rotation.
    package func explanation(_ rotation: RotationID, at instant: Instant) -> Explanation? {
        guard let index = index(of: rotation) else { return nil }
        let second = Self.bounded(instant)
        let resolution = resolution(of: index, at: second)
        let answer = tables[index].answer(resolution)
        if answer.isOverride { return Explanation(answer: answer, considerations: []) }
        let considerations = tables[index].layers.indices.reversed().map { layer in
            consideration(of: tables[index], layer: layer, answerer: resolution, at: second)
        }
        return Explanation(answer: answer, considerations: considerations)
    }

    private func consideration(
        of table: RotationTable,
        layer index: Int,
        answerer: Resolution,
        at second: Int
    ) -> Consideration {
        let (layer, lookup) = (table.rotation.layers[index], table.layers[index])
        var consideration = Consideration(
            layer: layer.name,
            outcome: .nobodyThere,
            passedOver: [],
            source: layer.source
        )
        var until = Int.max
        guard let version = lookup.version(at: second, until: &until) else {
            let start = lookup.versions.first.map { Instant(secondsSinceEpoch: $0.start) }
            consideration.outcome = .notBegun(until: start)
            return consideration
        }
        consideration.source = layer.versions[version].source
        if case .layer(let answering) = answerer.answerer, answering > index {
            consideration.outcome = .notReached
            return consideration
        }
        let span = lookup.clock.span(at: second)
        guard lookup.active.holdsDate(at: second, in: span, until: &until) else {
            consideration.outcome = .outsideDates
            return consideration
        }
        guard let turn = lookup.turn(at: second, until: &until) else {
            consideration.outcome = .outsideHours
            return consideration
        }
        if answerer.answerer == .layer(index) { consideration.outcome = .answers }
        consideration.passedOver = passedOver(
            of: layer.versions[version].order,
            place: turn.place,
            taker: answerer.answerer == .layer(index) ? answerer.people : [],
            at: second
        )
        return consideration
    }

    private func passedOver(
        of order: [[PersonID]],
        place: Int,
        taker: [PersonID],
        at second: Int
    ) -> [Consideration.PassedOver] {
        var passed: [Consideration.PassedOver] = []
        for step in order.indices {
            let entry = order[(place + step) % order.count]
            for person in entry where !taker.contains(person) {
                let reason: Consideration.PassedOver.Reason =
                    absences.unreachable.contains(person)
                    ? .unreachable
                    : absences.isAway(person, at: second) ? .away : .answersElsewhere
                passed.append(Consideration.PassedOver(person: person, reason: reason))
            }
            if entry.contains(where: taker.contains) { break }
        }
        return passed
    }
}
