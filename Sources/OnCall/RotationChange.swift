package import CivilTime

/// A stretch `[start, end)` in which other people answer for a rotation than by the old files.
package struct RotationChange: Hashable, Sendable {
    package var rotation: RotationID
    package var start: Instant
    package var end: Instant
    /// By the old files, at `start`; `nil` where they have no such rotation.
    package var before: Answer?
    /// By the new files, at `start`; `nil` where they have no such rotation.
    package var after: Answer?

    package init(
        rotation: RotationID,
        start: Instant,
        end: Instant,
        before: Answer?,
        after: Answer?
    ) {
        self.rotation = rotation
        self.start = start
        self.end = end
        self.before = before
        self.after = after
    }

    /// Empty where nobody answered, or there was no such rotation.
    package var peopleBefore: [PersonID] { before?.people ?? [] }
    /// Empty where nobody will answer, or there is no such rotation any more.
    package var peopleAfter: [PersonID] { after?.people ?? [] }
}

/// What changed files mean for one person.
package struct PersonChange: Hashable, Sendable {
    /// A stretch `[start, end)` of duty.
    package struct Stretch: Hashable, Sendable {
        package var rotation: RotationID
        package var start: Instant
        package var end: Instant
    }

    package var person: PersonID
    /// Duty that they get, in order of time.
    package var gains: [Stretch]
    /// Duty that they lose, in order of time.
    package var losses: [Stretch]
}

extension Rotations {
    /// Where other people answer by `next` than by these, in `[start, end)` and clipped to it.
    ///
    /// By rotation, then by time. The order in which people share a turn counts, because the first
    /// is named first; their layer does not.
    package func changes(
        to next: Rotations,
        from start: Instant,
        to end: Instant
    ) -> [RotationChange] {
        Set(rotations.keys).union(next.rotations.keys).sorted().flatMap { rotation in
            [RotationChange](
                of: rotation,
                before: rotations[rotation].map { _ in shifts(rotation, from: start, to: end) },
                after: next.rotations[rotation].map { _ in
                    next.shifts(rotation, from: start, to: end)
                }
            )
        }
    }

    /// Rotations for which other people answer at `instant` by `next` than by these.
    ///
    /// By rotation; each change is a second long.
    package func changes(to next: Rotations, at instant: Instant) -> [RotationChange] {
        changes(to: next, from: instant, to: instant.adding(seconds: 1))
    }

    /// People whose duty in `[start, end)` differs by `next`, by their keys.
    package func personChanges(
        to next: Rotations,
        from start: Instant,
        to end: Instant
    ) -> [PersonChange] {
        changes(to: next, from: start, to: end).byPerson
    }
}

extension [RotationChange] {
    /// Where two schedules of one rotation name other people; `nil` is one without the rotation.
    ///
    /// Both are sorted and contiguous over the same stretch; they are walked at once.
    package init(of rotation: RotationID, before: [Shift]?, after: [Shift]?) {
        let cuts = Set(((before ?? []) + (after ?? [])).flatMap { [$0.start, $0.end] }).sorted()
        var changes: [RotationChange] = []
        var (old, new) = ((before ?? [])[...], (after ?? [])[...])
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            while let shift = old.first, shift.end <= start { old = old.dropFirst() }
            while let shift = new.first, shift.end <= start { new = new.dropFirst() }
            let change = RotationChange(
                rotation: rotation,
                start: start,
                end: end,
                before: old.first?.answer,
                after: new.first?.answer
            )
            let isSame =
                change.peopleBefore == change.peopleAfter && (before == nil) == (after == nil)
            guard !isSame else { continue }
            if let last = changes.last, last.end == start,
                last.peopleBefore == change.peopleBefore, last.peopleAfter == change.peopleAfter
            {
                changes[changes.count - 1].end = end
            } else {
                changes.append(change)
            }
        }
        self = changes
    }

    /// What they mean for each person, by their keys; whoever stays on is left out.
    package var byPerson: [PersonChange] {
        var persons: [PersonID: PersonChange] = [:]
        func note(
            _ people: [PersonID],
            _ change: RotationChange,
            in list: WritableKeyPath<PersonChange, [PersonChange.Stretch]>
        ) {
            for person in people {
                var entry =
                    persons[person] ?? PersonChange(person: person, gains: [], losses: [])
                if let last = entry[keyPath: list].last, last.rotation == change.rotation,
                    last.end == change.start
                {
                    entry[keyPath: list][entry[keyPath: list].count - 1].end = change.end
                } else {
                    entry[keyPath: list].append(
                        PersonChange.Stretch(
                            rotation: change.rotation,
                            start: change.start,
                            end: change.end
                        )
                    )
                }
                persons[person] = entry
            }
        }
        for change in self {
            let (before, after) = (change.peopleBefore, change.peopleAfter)
            note(after.filter { !before.contains($0) }, change, in: \.gains)
            note(before.filter { !after.contains($0) }, change, in: \.losses)
        }
        return persons.values.sorted { $0.person < $1.person }.map { entry in
            var entry = entry
            entry.gains.sort { ($0.start, $0.rotation) < ($1.start, $1.rotation) }
            entry.losses.sort { ($0.start, $0.rotation) < ($1.start, $1.rotation) }
            return entry
        }
    }
}
