package import CivilTime
package import OnCall

/// Who answers for a rotation at an instant, until when, and who is next.
package struct Watch: Hashable, Sendable {
    package var rotation: RotationID
    package var answer: Answer
    /// Where people, layer or override next change; `nil` where not within `horizonSeconds`.
    package var until: Instant?
    package var next: Next?

    package struct Next: Hashable, Sendable {
        /// Empty where nobody answers then.
        package var people: [PersonID]
        package var from: Instant
    }

    /// How far ahead a change is looked for.
    package static let horizonSeconds = 400 * 86_400

    package init(rotation: RotationID, answer: Answer, until: Instant?, next: Next?) {
        self.rotation = rotation
        self.answer = answer
        self.until = until
        self.next = next
    }

    /// `nil` where there is no such rotation.
    package init?(_ rotation: RotationID, at instant: Instant, in rotations: Rotations) {
        guard let answer = rotations.answer(rotation, at: instant) else { return nil }
        self.rotation = rotation
        self.answer = answer
        // Most changes are days away: asking for the whole horizon at once costs the most.
        for days in [9, 60, 400] {
            let end = instant.adding(seconds: days * 86_400)
            let shifts = rotations.shifts(rotation, from: instant, to: end)
            guard shifts.count > 1, let first = shifts.first else { continue }
            until = first.end
            next = Next(people: shifts[1].answer.people, from: shifts[1].start)
            return
        }
    }
}

extension JSONWriter {
    /// The answer of `tocsin who` and `/v1/oncall`.
    package mutating func value(_ watches: [Watch], at instant: Instant) {
        beginObject()
        field("at", instant)
        key("rotations")
        beginArray()
        for watch in watches { value(watch) }
        endArray()
        endObject()
    }

    private mutating func value(_ watch: Watch) {
        beginObject()
        field("rotation", watch.rotation)
        field("people", watch.answer.people)
        field("layer", watch.answer.layer)
        field("override", watch.answer.isOverride)
        field("gap", watch.answer.isGap)
        field("until", watch.until)
        key("next")
        if let next = watch.next {
            beginObject()
            field("people", next.people)
            field("from", next.from)
            endObject()
        } else {
            null()
        }
        field("source", watch.answer.source.description)
        endObject()
    }

    /// The answer of `tocsin shifts` and `/v1/rotations/{name}/shifts`.
    package mutating func value(_ shifts: [Shift], of rotation: RotationID) {
        beginObject()
        field("rotation", rotation)
        key("shifts")
        beginArray()
        for shift in shifts {
            beginObject()
            field("start", shift.start)
            field("end", shift.end)
            field("people", shift.answer.people)
            field("layer", shift.answer.layer)
            field("override", shift.answer.isOverride)
            field("gap", shift.answer.isGap)
            endObject()
        }
        endArray()
        endObject()
    }
}
