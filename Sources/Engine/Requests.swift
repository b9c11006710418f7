package import CivilTime
package import OnCall
package import Paging

/// What a door asks for to open a case.
package struct OpenRequest: Sendable {
    package var policy: String
    /// The sender's word; `nil` takes the policy's default for the intake channel.
    package var priority: String?
    package var customer: String
    package var title: String
    package var details = ""
    /// The sender's dedup key: an open case of this intake with the same key is joined.
    package var key: String?
    /// The intake entry, or `cli`, `api`.
    package var intake: String
    /// api, mail, phone or web, where known: picks default priority and channel promises.
    package var channel: String?
    package var openedAt: Instant?
    package var links: [String] = []
    package var contacts: [String] = []
    package var tags: [String] = []
    package var by: PersonID?
    package var way: String
    /// Kept 24 h in the transaction of the case; the same again answers with the same case.
    package var idempotencyKey: String?
    /// When the case ends by itself unless it is asked for again with a later instant.
    package var expiresAt: Instant?

    package init(policy: String, customer: String, title: String, intake: String, way: String) {
        self.policy = policy
        self.customer = customer
        self.title = title
        self.intake = intake
        self.way = way
    }
}

/// How a caller names a case.
package enum CaseReference: Hashable, Sendable, CustomStringConvertible {
    case id(String)
    case number(Int)
    /// The dedup key of an open case of an intake.
    case key(String, intake: String)

    /// A number where the text is one (a leading `#` is allowed), else an id.
    package init(_ text: String) {
        let digits = text.hasPrefix("#") ? String(text.dropFirst()) : text
        if let number = Int(digits), digits.count <= 12 {
            self = .number(number)
        } else {
            self = .id(text)
        }
    }

    package var description: String {
        switch self {
        case .id(let id): id
        case .number(let number): "\(number)"
        case .key(let key, _): key
        }
    }
}

/// A verb on a case, under its event's name.
package struct VerbRequest: Sendable {
    package var reference: CaseReference
    package var event: CaseEvent
    /// Kept 24 h in the transaction of the event; the same again answers with the same event.
    package var idempotencyKey: String?
    /// How many events the case must have, where the caller has read it; else it has changed.
    package var eventCount: Int?

    package init(reference: CaseReference, event: CaseEvent) {
        self.reference = reference
        self.event = event
    }
}

/// A case as it stands after a request, with what the request recorded.
package struct Outcome: Sendable {
    package var value: Case
    package var events: [CaseEvent]
    /// Whether the request changed anything: `false` where it joined an open case or repeated
    /// itself.
    package var isNew: Bool

    package init(value: Case, events: [CaseEvent], isNew: Bool) {
        self.value = value
        self.events = events
        self.isNew = isNew
    }
}
