package import CivilTime
package import Clocks
import OnCall

/// One thing that would be sent, or a step that would be skipped.
package struct PlanStep: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case page, reminder, notice, warning, breach, skip
    }

    /// Someone it goes to.
    package struct Recipient: Hashable, Sendable {
        /// A person's key, or a customer's address.
        package var person: String
        /// In the order they are used.
        package var channels: [String]
    }

    package var at: Instant
    package var kind: Kind
    /// The clock it is about; pages belong to the response clock.
    package var clock: ClockName?
    /// The ladder step, from 1, of a page or skip.
    package var step: Int?
    package var to: [Recipient]
    package var why: String
}

/// Everything that would be sent for a case if nobody acts: the engine's own decision, asked again
/// and again at each next instant, so that a plan and a run can never differ.
package struct Plan: Sendable {
    package var steps: [PlanStep]
    /// Where the plan was cut off before `until`, because it has very many steps.
    package var isCut: Bool
    /// The case as it would stand at the end.
    package var value: Case

    /// The most steps one plan holds.
    package static let stepsMax = 2_000

    /// What happens to `value`, as it stands at `start`, before `until`, while people do `events`.
    ///
    /// Events are in order of time; an acknowledgement without a person is taken by whoever is on
    /// call.
    package init(
        _ value: Case,
        from start: Instant,
        until: Instant,
        events: [CaseEvent] = [],
        rulebook: Rulebook
    ) {
        var current = value
        var steps: [PlanStep] = []
        var now = start
        var pending = events[...]
        var isCut = false
        while now < until {
            if steps.count >= Self.stepsMax {
                isCut = true
                break
            }
            var taken: [CaseEvent] = []
            while let event = pending.first, event.at <= now {
                taken.append(event.completed(for: current, rulebook: rulebook, at: now))
                pending = pending.dropFirst()
            }
            let decision = current.decision(after: taken, rulebook: rulebook, at: now)
            steps += PlanStep.steps(of: decision, at: now)
            current = decision.value
            let next = [decision.nextDue, pending.first?.at].compactMap { $0 }.min()
            guard let next else { break }
            now = max(next, now)
        }
        self.steps = steps
        self.isCut = isCut
        self.value = current
    }
}

extension CaseEvent {
    /// Who acts in a plan where the event does not say: the owner, else the first person on call.
    func completed(for value: Case, rulebook: Rulebook, at now: Instant) -> CaseEvent {
        guard by == nil, name == .acknowledged else { return self }
        var event = self
        let turn = CaseTurn(value, rulebook: rulebook, now: now)
        event.by = value.progress.currentPeople.first ?? turn.ownerOrOnCall.first?.person.id
        return event
    }
}

extension PlanStep {
    /// What one decision sends, grouped by occasion, with the steps it skips.
    static func steps(of decision: Decision, at now: Instant) -> [PlanStep] {
        var steps = decision.events.filter { $0.name == .stepSkipped }.map { event in
            PlanStep(
                at: now,
                kind: .skip,
                clock: .response,
                step: event.occasion.flatMap { Occasion($0) }?.step,
                to: [],
                why: event.reason ?? ""
            )
        }
        var groups: [(occasion: String, notifications: [Notification])] = []
        for notification in decision.notifications {
            if let last = groups.indices.last, groups[last].occasion == notification.occasion {
                groups[last].notifications.append(notification)
            } else {
                groups.append((notification.occasion, [notification]))
            }
        }
        for group in groups {
            guard let first = group.notifications.first else { continue }
            steps.append(PlanStep(group.notifications, first: first, at: now))
        }
        return steps
    }

    private init(_ notifications: [Notification], first: Notification, at now: Instant) {
        let occasion = Occasion(first.occasion)
        var to: [Recipient] = []
        for notification in notifications {
            let name = notification.person ?? notification.contact.address
            if let index = to.firstIndex(where: { $0.person == name }) {
                to[index].channels.append(notification.contact.channel)
            } else {
                to.append(Recipient(person: name, channels: [notification.contact.channel]))
            }
        }
        self.init(
            at: now,
            kind: Kind(rawValue: first.kind.rawValue) ?? .notice,
            clock: occasion?.clock ?? (first.kind == .page ? .response : nil),
            step: first.page?.step,
            to: to,
            why: first.why
        )
    }
}

extension Occasion {
    /// The ladder step it belongs to, from 1.
    var step: Int? {
        if case .page(_, let step, _) = self { step } else { nil }
    }

    /// The clock it belongs to, where it does.
    var clock: ClockName? {
        switch self {
        case .page, .escalation: .response
        case .warning(let clock, _, _): clock
        case .reminder, .lateUpdate: .update
        case .duty(let duty, _, _): duty.clock
        case .lease, .notice: nil
        }
    }
}

extension Duty {
    /// The clock it is about, where it is about one.
    var clock: ClockName? {
        switch self {
        case .objective, .unstaffedResponse, .triage, .tier: .response
        case .bestBy, .overdue, .diagnosis, .estimate, .followUp, .unstaffedResolution: .resolution
        case .handoff, .handover: .ownership
        case .silence, .chase, .maintenance: nil
        }
    }
}
