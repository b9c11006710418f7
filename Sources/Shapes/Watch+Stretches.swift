package import CivilTime
package import OnCall

extension Watch {
    /// The watches of `[start, end)`, each from its own instant up to the next one's.
    ///
    /// At every instant of a stretch `Watch(_:at:in:)` says the same. `nil` stands for a stretch of
    /// which that cannot be said: how far was looked ahead depends on where one stands. Empty where
    /// there is no such rotation.
    package static func stretches(
        of rotation: RotationID,
        in rotations: Rotations,
        from start: Instant,
        to end: Instant
    ) -> [(start: Instant, watch: Watch?)] {
        var shifts = rotations.shifts(rotation, from: start, to: end)[...]
        return rotations.answers(rotation, from: start, to: end).map { answer in
            while let shift = shifts.first, shift.end <= answer.start {
                shifts = shifts.dropFirst()
            }
            guard let shift = shifts.first, let next = shifts.dropFirst().first else {
                // The last one goes on beyond `end`.
                let watch = Watch(rotation, at: answer.start, in: rotations)
                return (answer.start, watch?.unseenFrom == nil ? watch : nil)
            }
            let watch = Watch(
                rotation: rotation,
                answer: answer.answer,
                until: shift.end,
                next: Next(people: next.answer.people, from: next.start)
            )
            return (answer.start, watch)
        }
    }
}
