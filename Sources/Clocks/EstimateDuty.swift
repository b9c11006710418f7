package import CivilTime

/// What a promised estimate of the solution owes (S2 line 44).
package enum EstimateDuty: Hashable, Sendable {
    /// None was given by the first response: a reminder to give one is due since then.
    case give(since: Instant)
    /// The time named last has come or will come: the customer hears how things stand.
    case followUp(at: Instant)

    /// What is owed of a case, `nil` where nothing is: not yet answered, or resolved.
    ///
    /// `estimate` is the time that the last estimate named, given at any time since the opening.
    package static func owed(
        respondedAt: Instant?,
        estimate: Instant?,
        stoppedAt: Instant?
    ) -> EstimateDuty? {
        guard stoppedAt == nil else { return nil }
        if let estimate { return .followUp(at: estimate) }
        return respondedAt.map { .give(since: $0) }
    }
}
