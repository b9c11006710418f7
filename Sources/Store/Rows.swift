package import CivilTime
package import Paging

/// Milliseconds since 1970-01-01T00:00:00Z, the unit of every instant the store keeps for timers.
package typealias Milliseconds = Int64

/// A case as kept: the fold, and when to look at it next.
package struct StoredCase: Sendable {
    package var value: Case
    /// `nil` where nothing will ever fall due by itself.
    package var nextDue: Milliseconds?
    /// When the first of its clocks that run is due, which orders lists by urgency; `nil` where
    /// none is.
    package var clockDue: Milliseconds?
    /// Events in its log, which is the sequence of the last; `Transaction.append` counts on.
    package var eventCount: Int
    /// Raised by every change that is kept; the entity tag follows from it.
    package var revision: Int
    /// When its last event was recorded.
    package var updatedAt: Milliseconds

    package init(
        value: Case,
        nextDue: Milliseconds?,
        clockDue: Milliseconds? = nil,
        eventCount: Int = 0,
        revision: Int = 1,
        updatedAt: Milliseconds = 0
    ) {
        self.value = value
        self.nextDue = nextDue
        self.clockDue = clockDue
        self.eventCount = eventCount
        self.revision = revision
        self.updatedAt = updatedAt
    }
}

/// An event with its place in the case's log.
package struct StoredEvent: Sendable {
    package var caseID: String
    /// From 1 within the case.
    package var sequence: Int
    package var event: CaseEvent
    package var recordedAt: Instant

    package init(caseID: String, sequence: Int, event: CaseEvent, recordedAt: Instant) {
        self.caseID = caseID
        self.sequence = sequence
        self.event = event
        self.recordedAt = recordedAt
    }
}

/// Where a notification stands (reliability.md 2.2); `delivered`, `cancelled` and `dead` are final,
/// except that a late success turns `dead` into `delivered`.
package enum DeliveryState: String, Sendable, CaseIterable {
    case pending, sending, delivered, cancelled, dead
}

/// One notification in the outbox, body and all.
package struct StoredNotification: Sendable {
    /// Row id, ascending in order of enqueueing; 0 before it is stored.
    package var id: Int64
    /// The idempotency key, unique.
    package var key: String
    package var caseID: String
    package var caseNumber: Int
    package var notification: Notification
    /// The whole payload, fixed when it is enqueued (I14): webhook JSON, MIME message or local
    /// text.
    package var body: [UInt8]
    package var state: DeliveryState
    /// When its next attempt is due; `nil` unless pending.
    package var nextAttempt: Milliseconds?
    /// After this instant no further attempt is begun; it is dead.
    package var deadline: Milliseconds
    /// Attempts begun so far; also the token that fences late failures (I10).
    package var attempts: Int
    /// When its claim lapses; `nil` unless sending.
    package var leaseUntil: Milliseconds?
    /// A page's instant at which an unconfirmed delivery moves on (cases.md, "not reached"); `nil`
    /// when done or not a page, and as soon as it is neither pending nor sending.
    package var confirmBy: Milliseconds?
    package var createdAt: Milliseconds
    /// 0 leaves first; `urgencies` are the values allowed.
    package var urgency: Int
    /// The row of the message that names this page too, its own where it is that message; `nil`
    /// where it leaves alone (docs/decisions/0014).
    package var bundle: Int64?
    /// How many of its first attempts certainly sent nothing (docs/decisions/0019).
    package var unsent = 0

    /// Whether nothing of it can have left before the attempt that is being made, if any is.
    package var isUnsent: Bool { attempts - unsent <= (state == .sending ? 1 : 0) }

    /// Few, because each is looked at on its own when work is claimed.
    package static let urgencies = 0...3

    /// An `urgency` of `nil` takes 0 for pages, 2 for reminders, warnings and breaches, 3 for
    /// notices; 1 is for pages of what is not its policy's highest priority.
    package init(
        id: Int64 = 0,
        key: String,
        caseID: String,
        caseNumber: Int,
        notification: Notification,
        body: [UInt8],
        state: DeliveryState,
        nextAttempt: Milliseconds?,
        deadline: Milliseconds,
        attempts: Int,
        leaseUntil: Milliseconds?,
        confirmBy: Milliseconds?,
        createdAt: Milliseconds,
        urgency: Int? = nil
    ) {
        self.id = id
        self.key = key
        self.caseID = caseID
        self.caseNumber = caseNumber
        self.notification = notification
        self.body = body
        self.state = state
        self.nextAttempt = nextAttempt
        self.deadline = deadline
        self.attempts = attempts
        self.leaseUntil = leaseUntil
        self.confirmBy = confirmBy
        self.createdAt = createdAt
        self.urgency = urgency ?? notification.kind.urgency
    }
}

extension Notification.Kind {
    fileprivate var urgency: Int {
        switch self {
        case .page: 0
        case .reminder, .warning, .breach: 2
        case .notice: 3
        }
    }
}

/// One finished try to deliver a notification; append-only.
package struct StoredAttempt: Sendable {
    package var notificationID: Int64
    /// From 1.
    package var number: Int
    package var startedAt: Milliseconds
    package var millis: Int
    /// `delivered`, `transient`, `unknown`, `permanent`, `configuration`.
    package var outcome: String
    /// HTTP status or SMTP code, where one came.
    package var status: Int?
    package var error: String?

    package init(
        notificationID: Int64,
        number: Int,
        startedAt: Milliseconds,
        millis: Int,
        outcome: String,
        status: Int?,
        error: String?
    ) {
        self.notificationID = notificationID
        self.number = number
        self.startedAt = startedAt
        self.millis = millis
        self.outcome = outcome
        self.status = status
        self.error = error
    }
}
