/// One attempt to be made: a body, ready for the wire, for one address of one endpoint.
package struct Parcel: Sendable {
    /// What leaves first where not everything can leave at once.
    package enum Urgency: Int, Sendable, CaseIterable {
        case foremostPage, page, reminder, notice

        package var isPage: Bool { self == .foremostPage || self == .page }
    }

    /// The outbox row; reports carry it back.
    package var id: Int64
    /// From 1.
    package var attempt: Int
    package var endpoint: String
    /// The idempotency key: the webhook's id, the same for every attempt.
    package var key: String
    package var urgency: Urgency
    /// The mail recipient; what a webhook's or local address says stands in the body already.
    package var address: String
    /// Webhook JSON, a MIME message or local text.
    package var body: [UInt8]
    /// The other pages that the body brings, whose links it holds under seal too.
    package var others: [Other] = []

    package struct Other: Sendable {
        package var key: String
        /// What its acknowledge page asks for.
        package var number: String

        package init(key: String, number: String) {
            self.key = key
            self.number = number
        }
    }

    package init(
        id: Int64,
        attempt: Int,
        endpoint: String,
        key: String,
        urgency: Urgency,
        address: String,
        body: [UInt8]
    ) {
        self.id = id
        self.attempt = attempt
        self.endpoint = endpoint
        self.key = key
        self.urgency = urgency
        self.address = address
        self.body = body
    }
}

/// How an attempt ended, in the only terms the outbox needs to choose what to do next.
package enum AttemptOutcome: String, Hashable, Sendable, CaseIterable {
    /// The receiver has taken it over.
    case delivered
    /// It certainly was not taken; trying again may help.
    case transient
    /// It was sent whole but the answer never came: it may or may not have been taken.
    case unknown
    /// The receiver will never take it.
    case permanent
    /// Something in our own settings must change first; the operator is to be alarmed.
    case configuration
    /// It was taken back before it began; nothing was sent.
    case withdrawn
}

/// One finished attempt.
package struct AttemptReport: Hashable, Sendable {
    package var id: Int64
    package var attempt: Int
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var startedAt: Int64
    package var millis: Int
    package var outcome: AttemptOutcome
    /// HTTP status or SMTP code, where one came.
    package var status: Int?
    /// One sentence without secrets or bodies; `nil` where delivered.
    package var error: String?
    /// Seconds the receiver asked to wait.
    package var retryAfterSeconds: Int?
    /// Nothing was tried: the endpoint's breaker is open, so whoever waits should not.
    package var isBehindBreaker = false

    /// HTTP 410: the receiver wants nothing any more, so its channel is closed until a reload, and
    /// the operator is to be alarmed.
    package var isEndpointGone: Bool { outcome == .permanent && status == 410 }

    package init(
        id: Int64,
        attempt: Int,
        startedAt: Int64,
        millis: Int,
        outcome: AttemptOutcome,
        status: Int? = nil,
        error: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.id = id
        self.attempt = attempt
        self.startedAt = startedAt
        self.millis = millis
        self.outcome = outcome
        self.status = status
        self.error = error
        self.retryAfterSeconds = retryAfterSeconds
    }
}
