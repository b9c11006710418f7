package import CivilTime
package import OnCall

/// One entry of a case's append-only log.
package struct CaseEvent: Hashable, Sendable {
    /// What happened; raw values are the event names of the API and the log.
    package enum Name: String, Hashable, Sendable, CaseIterable {
        case opened, acknowledged, unacknowledged, responded, updated, noted
        case statusChanged = "status_changed"
        case priorityChanged = "priority_changed"
        case snoozed, escalated, reassigned
        case responderAdded = "responder_added"
        case estimateGiven = "estimate_given"
        case diagnosed, delayed
        case workaroundFound = "workaround_found"
        case customerWrote = "customer_wrote"
        case linkedRelease = "linked_release"
        case dueOverridden = "due_overridden"
        case resolved, reopened, closed
        /// The sender itself ended the case a moment ago and raises it again.
        case raisedAgain = "raised_again"
        // What the engine itself records.
        case paged
        case stepSkipped = "step_skipped"
        case reminded, warned, breached
        case noticed
        case ackExpired = "ack_expired"
        case holdEnded = "hold_ended"
        case undelivered
        case exhausted
        case caughtUp = "caught_up"
    }

    package var name: Name
    /// When it happened; orders the fold.
    package var at: Instant
    /// Who did it; `nil` for the engine.
    package var by: PersonID?
    /// By which way it came, such as `cli`, `api`, `pagerduty`; the engine's own are `engine`.
    package var way: String
    /// Free text: the update, the note, the engine's why.
    package var text: String?
    package var reason: String?
    /// An instant the event names: the next update, the end of a hold, an estimate.
    package var until: Instant?
    package var priority: String?
    package var status: CaseStatus?
    /// Who it was done to: the new owner, the person paged.
    package var person: PersonID?
    /// Where the ladder stood, for `paged` and `step_skipped`; also the occasion of reminders and
    /// warnings.
    package var occasion: String?

    package init(
        _ name: Name,
        at: Instant,
        by: PersonID? = nil,
        way: String = "engine",
        text: String? = nil,
        reason: String? = nil,
        until: Instant? = nil,
        priority: String? = nil,
        status: CaseStatus? = nil,
        person: PersonID? = nil,
        occasion: String? = nil
    ) {
        self.name = name
        self.at = at
        self.by = by
        self.way = way
        self.text = text
        self.reason = reason
        self.until = until
        self.priority = priority
        self.status = status
        self.person = person
        self.occasion = occasion
    }
}

extension CaseEvent {
    /// The same event under its own name: a status of `resolved` or `closed` is that verb.
    package var canonical: CaseEvent {
        guard name == .statusChanged else { return self }
        var event = self
        switch status {
        case .resolved: event.name = .resolved
        case .closed: event.name = .closed
        case .open, .inProgress, .pending, .onHold, nil: break
        }
        return event
    }
}

/// Where a case stands; Quadrotech's six.
package enum CaseStatus: String, Hashable, Sendable, CaseIterable {
    case open
    case inProgress = "in_progress"
    case pending
    case onHold = "on_hold"
    case resolved, closed

    /// Whether the case is still watched.
    package var isOpen: Bool { self != .resolved && self != .closed }
}
