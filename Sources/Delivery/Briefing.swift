package import CivilTime
package import Clocks
package import Paging

/// Everything that the words of one notification are made of; the same briefing gives the same
/// bytes, so every attempt of a message is byte-identical.
package struct Briefing: Sendable {
    package var notification: Notification
    package var value: Case
    /// As they stand at `at`.
    package var clocks: [Clock]
    package var nextDueAt: Instant?
    /// When the acknowledgement of the case ends by itself, where there is one.
    package var acknowledgedUntil: Instant?
    /// `nil` where the address belongs to nobody in the files.
    package var person: Person?
    package var policyTitle: String
    /// Shown to the customer's contacts.
    package var printed: [Policy.PrintedLine]
    /// What links begin with, without a slash at the end; `nil` leaves links out.
    package var baseURL: String?
    package var acknowledgeURL: String?
    /// What the acknowledge page asks a person to type; under seal as the link is.
    package var acknowledgeNumber: String?
    /// Pages of other cases that this message brings too; empty where it is about one.
    package var others: [Other] = []
    package var rulebook: String
    /// The last event's place in the case's log.
    package var sequence: Int
    /// The instant of the wording, written into dates and timestamps.
    package var at: Instant

    package init(
        notification: Notification,
        value: Case,
        clocks: [Clock],
        nextDueAt: Instant?,
        acknowledgedUntil: Instant? = nil,
        person: Person?,
        policyTitle: String,
        printed: [Policy.PrintedLine] = [],
        baseURL: String?,
        acknowledgeURL: String? = nil,
        acknowledgeNumber: String? = nil,
        rulebook: String,
        sequence: Int,
        at: Instant
    ) {
        self.notification = notification
        self.value = value
        self.clocks = clocks
        self.nextDueAt = nextDueAt
        self.acknowledgedUntil = acknowledgedUntil
        self.person = person
        self.policyTitle = policyTitle
        self.printed = printed
        self.baseURL = baseURL
        self.acknowledgeURL = acknowledgeURL
        self.acknowledgeNumber = acknowledgeNumber
        self.rulebook = rulebook
        self.sequence = sequence
        self.at = at
    }

    /// A page of another case in the same message.
    package struct Other: Sendable {
        package var value: Case
        /// Where its link leads; under seal.
        package var acknowledgeURL: String?
        /// What is typed there; under seal.
        package var acknowledgeNumber: String?

        package init(value: Case, acknowledgeURL: String?, acknowledgeNumber: String?) {
            self.value = value
            self.acknowledgeURL = acknowledgeURL
            self.acknowledgeNumber = acknowledgeNumber
        }
    }

    /// The idempotency key of the notification.
    package var key: String { notification.key(caseID: value.id) }

    /// The zone of its times: the person's, or that of the first clock's calendar.
    var zone: Zone {
        person?.zone ?? clocks.lazy.compactMap(\.calendar.zone).first ?? .utc
    }
}
