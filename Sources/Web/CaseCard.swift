package import CivilTime
import Clocks
package import Paging

/// An open case in a list, with what falls due next.
package struct CaseCard: Sendable {
    var number: Int
    var address: String
    var priority: String
    var tone: Int
    var customer: String
    var title: String
    var status: String
    /// Who has it; `nil` where nobody acknowledged it.
    var owner: String?
    var isOpen: Bool
    var due: Moment?
    /// `response`, and whether it was missed.
    var clock: String?
    var isBreached: Bool
    var ended: Moment?
    /// Two processes died of it: it has no clock, and nothing decides about it.
    var isSetAside: Bool
    /// Nearest due first, then the oldest.
    var order: Order

    struct Order: Comparable, Sendable {
        var due: Instant
        var number: Int

        static func < (left: Order, right: Order) -> Bool {
            (left.due, left.number) < (right.due, right.number)
        }
    }

    /// `endedAt` of a case that is resolved or closed; no clock is worked out of one set aside.
    package init(
        _ value: Case,
        rulebook: Rulebook,
        zone: Zone,
        at now: Instant,
        endedAt: Instant? = nil,
        isSetAside: Bool = false
    ) {
        let isRunning = value.isOpen && !isSetAside
        let clocks = isRunning ? value.clocks(rulebook: rulebook, at: now) : []
        self.init(value, clocks: clocks, rulebook: rulebook, zone: zone, at: now)
        self.isSetAside = isSetAside
        // Nothing watches it but whoever reads this.
        if isSetAside { order.due = .distantPast }
        ended = endedAt.map { Moment($0, in: zone, at: now) }
    }

    /// `clocks` are those of the case at `now`.
    init(_ value: Case, clocks: [Clock], rulebook: Rulebook, zone: Zone, at now: Instant) {
        number = value.number
        address = "/cases/\(value.number)"
        priority = value.priority
        tone = rulebook.tone(of: value)
        customer = value.customer
        title = value.title
        status = value.status.words
        isOpen = value.isOpen
        owner = value.acknowledgement.map { rulebook.people[$0.by]?.name ?? $0.by }
        let next = value.isOpen ? clocks.nearest : nil
        due = next?.due.map { Moment($0, in: zone, at: now) }
        clock = next?.name.rawValue
        isBreached = next?.state == .breached
        isSetAside = false
        order = Order(due: next?.due ?? .distantFuture, number: value.number)
    }
}

extension Rulebook {
    /// How grave a case's priority is among its policy's, from 1; 4 and all after it look alike.
    func tone(of value: Case) -> Int {
        let names = policy(for: value).priorities.map(\.name)
        return min((names.firstIndex(of: value.priority) ?? 3) + 1, 4)
    }
}

extension CaseStatus {
    /// As a page says it.
    var words: String {
        switch self {
        case .open: "open"
        case .inProgress: "in progress"
        case .pending: "pending"
        case .onHold: "on hold"
        case .resolved: "resolved"
        case .closed: "closed"
        }
    }
}
