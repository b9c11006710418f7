package import CivilTime

/// Who answers at one instant, and by which rule.
package struct Answer: Hashable, Sendable {
    /// Empty only where nobody at all answers.
    package var people: [PersonID]
    /// `nil` for an override and for `if_nobody`.
    package var layer: String?
    package var isOverride: Bool
    /// Whether no layer and no override answers; `if_nobody` may still name people.
    package var isGap: Bool
    /// The line that put them on call: the member version, the override, or the rotation itself.
    package var source: SourceLine

    package init(
        people: [PersonID],
        layer: String?,
        isOverride: Bool,
        isGap: Bool,
        source: SourceLine
    ) {
        self.people = people
        self.layer = layer
        self.isOverride = isOverride
        self.isGap = isGap
        self.source = source
    }
}

/// An unbroken stretch `[start, end)` with one answer.
package struct Shift: Hashable, Sendable {
    package var start: Instant
    package var end: Instant
    package var answer: Answer

    package init(start: Instant, end: Instant, answer: Answer) {
        self.start = start
        self.end = end
        self.answer = answer
    }
}
