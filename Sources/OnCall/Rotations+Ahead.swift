package import CivilTime

/// What becomes of a rotation after an instant, however far ahead that is.
package enum RotationAhead: Hashable, Sendable {
    /// People, layer or override change at `at`; `answer` says who answers from there on.
    case changes(at: Instant, answer: Answer)
    /// As long as the files stay as they are.
    case never
    /// Nothing changes before this instant; what comes later was not looked at.
    case unseen(from: Instant)
}

extension Rotations {
    /// How often something that could change the answer is passed before looking ahead ends.
    ///
    /// A rotation that hands off every day and never to anyone else is seen for over a century.
    static let boundariesMax = 50_000

    /// The first change after `instant`; `nil` where there is no such rotation.
    ///
    /// Goes from one instant that could change the answer to the next, so ten quiet years cost no
    /// more than the handoffs in them.
    package func ahead(of rotation: RotationID, after instant: Instant) -> RotationAhead? {
        guard let index = index(of: rotation) else { return nil }
        let first = resolution(of: index, at: Self.bounded(instant))
        let end = Instant.distantFuture.secondsSinceEpoch
        var until = first.until
        for _ in 0..<Self.boundariesMax {
            guard until < end else { return .never }
            let next = resolution(of: index, at: until)
            guard next.continues(first) else {
                return .changes(
                    at: Instant(secondsSinceEpoch: until),
                    answer: tables[index].answer(next)
                )
            }
            until = next.until
        }
        return .unseen(from: Instant(secondsSinceEpoch: until))
    }
}
