package import CivilTime
package import Clocks
package import OnCall

/// One customer's problem, folded from its events; a value that never reads a clock or waits.
package struct Case: Hashable, Sendable {
    /// Sortable by time of opening, unique across nodes.
    package var id: String
    /// Short, shown to people: 4711.
    package var number: Int
    /// The sender's dedup key, unique in its intake while the case is open.
    package var key: String?
    /// The intake entry it came by, such as `monitoring`; `cli` or `api` for the own doors.
    package var intake: String
    package var customer: String
    package var title: String
    package var details: String
    package var links: [String]
    /// Addresses to inform on the customer's side.
    package var contacts: [String]
    package var tags: [String]

    package var policy: String
    package var priority: String
    /// The priority it was opened with; clocks replay the changes from there.
    package var openedPriority: String
    /// api, mail, phone or web, where known: picks channel promises.
    package var channel: String?
    package var status: CaseStatus
    package var statusReason: String?
    package var statusUntil: Instant?
    package var owner: PersonID?
    package var openedAt: Instant
    /// Milliseconds cut off `openedAt` (0 to 999): timers of the case keep this phase, so that
    /// cases opened in one second do not all fall due in one millisecond.
    package var openedPhaseMilliseconds: Int

    /// What the clocks need of the log, in order.
    package var records: [ClockRecord]
    package var acknowledgement: Acknowledgement?
    /// The last time a person said or did something on the case.
    package var lastWordAt: Instant
    /// No page and no reminder before this instant, where someone snoozed it.
    package var snoozedUntil: Instant?
    /// The last public update, for reminders.
    package var lastUpdate: Word?
    package var responders: [PersonID]
    /// Whether nobody has chosen its priority: it came without one and took the policy's default.
    package var isUnassessed = false
    /// The time that the last estimate named to the customer; `nil` while none was given.
    package var estimateAt: Instant?
    /// When the case ends by itself unless its sender renews it; `nil` for all that do not expire.
    package var expiresAt: Instant?
    /// What its sender did after the opening: ended it itself, and raised it again.
    package var flapping = Flapping()
    /// How far paging, reminders and warnings have come.
    package var progress: Progress

    /// A lease: it ends by itself; `CaseTurn` says when, from the clocks.
    package struct Acknowledgement: Hashable, Sendable {
        package var by: PersonID
        package var at: Instant
        /// Since when somebody has had the case: one who takes it over leaves it as it is.
        package var since: Instant

        package init(by person: PersonID, at instant: Instant, since: Instant? = nil) {
            by = person
            at = instant
            self.since = since ?? instant
        }
    }

    /// For so long an acknowledgement can be taken back as if it had never been.
    package static let undoSeconds = 600

    /// What a person wrote, and when.
    package struct Word: Hashable, Sendable {
        package var by: PersonID?
        package var at: Instant
        package var text: String
    }

    package var isOpen: Bool { status.isOpen }
}
