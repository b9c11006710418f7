package import CivilTime
package import OnCall

/// Who answers for a rotation at an instant, until when, and who is next.
package struct Watch: Hashable, Sendable {
    package var rotation: RotationID
    package var answer: Answer
    /// Where people, layer or override next change; `nil` where they never do.
    package var until: Instant?
    package var next: Next?
    /// How far was looked ahead in vain; `nil` where it is known that and when they change.
    package var unseenFrom: Instant?

    package struct Next: Hashable, Sendable {
        /// Empty where nobody answers then.
        package var people: [PersonID]
        package var from: Instant
    }

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
        switch rotations.ahead(of: rotation, after: instant) {
        case .changes(let at, let answer):
            until = at
            next = Next(people: answer.people, from: at)
        case .unseen(let instant): unseenFrom = instant
        case .never, nil: break
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
