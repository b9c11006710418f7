package import CivilTime
package import Clocks

/// What a turn decided for one case: the new value and its effects, to be committed together.
package struct Decision: Sendable {
    package var value: Case
    /// To append to the log, in order.
    package var events: [CaseEvent]
    /// To enqueue, after the cancellations.
    package var notifications: [Notification]
    package var cancellations: [Cancellation]
    /// The clocks of `value`, as they stand at the instant of the decision.
    package var clocks: [Clock]
    /// The next instant to look at the case; `nil` where nothing falls due by itself.
    package var nextDue: Instant?

    /// Unsent notifications that must not leave any more.
    package struct Cancellation: Hashable, Sendable {
        package enum Scope: String, Hashable, Sendable {
            /// Pages of the case.
            case pages
            /// Reminders and warnings of the case.
            case reminders
            /// Everything of the case but notices.
            case all
        }

        package var scope: Scope
        /// The event that caused it, and in words why.
        package var cause: CaseEvent.Name
        package var reason: String
    }
}

extension Case {
    /// Applies `events` (a person's verbs, or facts from delivery) and everything that is due at
    /// `now`.
    ///
    /// Pure: the same case, events, rulebook and instant give the same decision, so the daemon,
    /// `plan`, `why` and the simulation all ask here and nowhere else.
    package func decision(
        after events: [CaseEvent] = [],
        rulebook: Rulebook,
        at now: Instant
    ) -> Decision {
        var turn = CaseTurn(self, rulebook: rulebook, now: now)
        for event in events { turn.take(event) }
        let nextDue = turn.runDue()
        return turn.decision(nextDue: nextDue)
    }
}
