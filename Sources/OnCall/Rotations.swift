package import CivilTime

/// All rotations with their overrides and absences, compiled once and then only asked.
///
/// The one resolver: pages, `who`, `shifts`, the calendar page and the feeds all ask it. Asking
/// costs the same however far the instant is from where a rotation began.
package struct Rotations: Sendable {
    package let rotations: [RotationID: Rotation]
    let tables: [RotationTable]
    let absences: Absences
    private let indices: [RotationID: Int]

    /// Compiles them; of rotations with one id the last holds.
    ///
    /// Those in `unreachable`, whose `page` list names no contact they have, are never cover
    /// (rule 9).
    package init(
        rotations: [Rotation],
        overrides: [Override],
        away: [Away],
        unreachable: Set<PersonID>
    ) {
        let compiler = RotationCompiler(
            rotations: rotations,
            overrides: overrides,
            absences: Absences(away: away, unreachable: unreachable)
        )
        self.rotations = compiler.rotations
        tables = compiler.tables()
        absences = compiler.absences
        indices = compiler.indices
    }

    /// Who answers for `rotation` at `instant`; `nil` where there is no such rotation.
    package func answer(_ rotation: RotationID, at instant: Instant) -> Answer? {
        guard let index = indices[rotation] else { return nil }
        let second = Self.bounded(instant)
        return tables[index].answer(resolution(of: index, at: second))
    }

    /// The unbroken stretches of `[start, end)`, clipped to it, contiguous, gaps among them.
    ///
    /// A stretch ends where its people, its layer or its override change. Its answer is the one
    /// at its start: a later member version that changes nobody does not end it.
    package func shifts(
        _ rotation: RotationID,
        from start: Instant,
        to end: Instant
    ) -> [Shift] {
        stretches(rotation, from: start, to: end, byVersion: false)
    }

    /// The same, and also cut where a new member version begins that changes nobody.
    ///
    /// Within each stretch `answer(_:at:)` says exactly the same, its source line included.
    package func answers(
        _ rotation: RotationID,
        from start: Instant,
        to end: Instant
    ) -> [Shift] {
        stretches(rotation, from: start, to: end, byVersion: true)
    }

    private func stretches(
        _ rotation: RotationID,
        from start: Instant,
        to end: Instant,
        byVersion: Bool
    ) -> [Shift] {
        let (start, end) = (Self.bounded(start), Self.bounded(end))
        guard let index = indices[rotation], start < end else { return [] }
        var shifts: [Shift] = []
        var begun = (at: start, resolution: resolution(of: index, at: start))
        while begun.at < end {
            let next = change(
                of: index,
                after: begun.resolution,
                before: end,
                byVersion: byVersion
            )
            shifts.append(
                Shift(
                    start: Instant(secondsSinceEpoch: begun.at),
                    end: Instant(secondsSinceEpoch: next?.at ?? end),
                    answer: tables[index].answer(begun.resolution)
                )
            )
            guard let next else { break }
            begun = next
        }
        return shifts
    }

    /// The stretches of `[start, end)` that no layer and no override answers.
    ///
    /// Each names whom `if_nobody` puts in; a gap is in two where they change.
    package func gaps(_ rotation: RotationID, from start: Instant, to end: Instant) -> [Shift] {
        shifts(rotation, from: start, to: end).filter(\.answer.isGap)
    }

    /// The first instant after `instant` at which people, layer or override change.
    ///
    /// `nil` where there is no such rotation, or nothing changes within `lookaheadSeconds`.
    package func nextChange(_ rotation: RotationID, after instant: Instant) -> Instant? {
        guard let index = indices[rotation] else { return nil }
        let second = Self.bounded(instant)
        let end = Self.bounded(instant.adding(seconds: Self.lookaheadSeconds))
        return change(of: index, after: resolution(of: index, at: second), before: end)
            .map { Instant(secondsSinceEpoch: $0.at) }
    }

    /// How far `nextChange` looks: two years and a bit, so that a yearly holiday desk is seen.
    package static let lookaheadSeconds = 800 * Int.day

    /// The index of `rotation` in `tables`.
    func index(of rotation: RotationID) -> Int? { indices[rotation] }

    static func bounded(_ instant: Instant) -> Int {
        min(max(instant, .distantPast), .distantFuture).secondsSinceEpoch
    }
}
