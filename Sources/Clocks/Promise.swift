package import CivilTime

/// One line of a policy: a target on a calendar.
package struct Promise: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case commitment, goal, `internal`
    }
    package enum Start: Hashable, Sendable {
        case opened, diagnosed
    }

    /// `nil` where only an event bounds it (`by: next maintenance window`).
    package var target: Target?
    /// The lower bound of a range, where a warning is due.
    package var bestBy: Target?
    package var kind: Kind
    package var calendar: BusinessCalendar
    package var startsOn: Start
    /// The event that may end it instead, in the policy's words, such as `next release`.
    ///
    /// Once a release is linked, its instant is the due.
    package var orEvent: String?
    /// The target as the policy wrote it, such as `4 business hours`.
    package var text: String

    package init(
        target: Target?,
        bestBy: Target? = nil,
        kind: Kind = .commitment,
        calendar: BusinessCalendar,
        startsOn: Start = .opened,
        orEvent: String? = nil,
        text: String
    ) {
        self.target = target
        self.bestBy = bestBy
        self.kind = kind
        self.calendar = calendar
        self.startsOn = startsOn
        self.orEvent = orEvent
        self.text = text
    }
}

extension Promise {
    /// Whether it counts dates on a calendar that names no zone, which no file may say.
    package var lacksZone: Bool {
        calendar.zone == nil && (target?.needsZone == true || bestBy?.needsZone == true)
    }
}

/// How often a public update is owed.
package struct Cadence: Hashable, Sendable {
    package var every: Target
    package var kind: Promise.Kind
    package var calendar: BusinessCalendar
    /// Whether it runs only after a `delayed` event (S3).
    package var onlyWhenDelayed: Bool
    package var text: String

    package init(
        every: Target,
        kind: Promise.Kind = .commitment,
        calendar: BusinessCalendar,
        onlyWhenDelayed: Bool = false,
        text: String
    ) {
        self.every = every
        self.kind = kind
        self.calendar = calendar
        self.onlyWhenDelayed = onlyWhenDelayed
        self.text = text
    }
}

extension Cadence {
    /// Whether it counts dates on a calendar that names no zone, which no file may say.
    package var lacksZone: Bool { calendar.zone == nil && every.needsZone }
}

/// A status that can pause a clock.
package enum PauseReason: String, Hashable, Sendable, CaseIterable {
    case pendingCustomer = "pending:customer"
    case pendingFix = "pending:fix"
    case pendingOther = "pending:other"
    case onHold = "on_hold"
}

/// What one priority of a policy promises.
package struct PriorityPromises: Hashable, Sendable {
    package var name: String
    package var response: Promise?
    package var update: Cadence?
    package var resolution: Promise?
    /// `resolution: continuous effort`: from the first acknowledgement until resolved a named owner
    /// is on shift.
    package var ownership: Bool
    /// What pauses the resolution clock.
    package var resolutionPauses: Set<PauseReason>
    package var updatePauses: Set<PauseReason>
    /// Response promises of channels (S3 f), by api, mail, phone or web; the stricter holds.
    package var channelResponses: [String: Promise]

    package init(
        name: String,
        response: Promise? = nil,
        update: Cadence? = nil,
        resolution: Promise? = nil,
        ownership: Bool = false,
        resolutionPauses: Set<PauseReason> = [.pendingCustomer, .onHold],
        updatePauses: Set<PauseReason> = [.onHold],
        channelResponses: [String: Promise] = [:]
    ) {
        self.name = name
        self.response = response
        self.update = update
        self.resolution = resolution
        self.ownership = ownership
        self.resolutionPauses = resolutionPauses
        self.updatePauses = updatePauses
        self.channelResponses = channelResponses
    }
}

extension [PriorityPromises] {
    /// When a policy that is in force from `date` begins.
    ///
    /// Midnight in the zone of the first priority's calendar, in UTC where that has none.
    package func start(of date: CivilDate) -> Instant {
        let first = self.first
        let calendar = first?.response?.calendar ?? first?.resolution?.calendar
        let midnight = CivilDateTime(date: date, time: .midnight)
        return (calendar?.zone ?? .utc).first(of: midnight)
    }
}
