package import CivilTime

/// What happened to a case, as far as clocks care; names are those of `tocsin clocks --event`.
package enum ClockEvent: Hashable, Sendable {
    case acknowledged
    case responded
    /// A public update; `next` names the next one's time, where the author gave one.
    case updated(next: Instant?)
    /// Status `pending`; `onHold` never comes here.
    case pending(PauseReason)
    case onHold(until: Instant)
    case inProgress
    case priority(String)
    case diagnosed
    case delayed
    case linkedRelease(at: Instant)
    case customerWrote
    case resolved
    case reopened
    case closed
    /// A due instant set by hand, beside the computed one.
    case dueOverridden(ClockName, at: Instant)
}

/// One event of a case with the time it happened, which orders the fold.
package struct ClockRecord: Hashable, Sendable {
    package var at: Instant
    package var event: ClockEvent

    package init(at: Instant, event: ClockEvent) {
        self.at = at
        self.event = event
    }
}
