package import CivilTime
package import Clocks
package import OnCall

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
    /// call. Where `isWorded` is false the steps have no `why` and name one channel a person: many
    /// plans are counted that nobody reads.
    package init(
        _ value: Case,
        from start: Instant,
        until: Instant,
        events: [CaseEvent] = [],
        rulebook: Rulebook,
        isWorded: Bool = true
    ) {
        // One turn that moves on decides as a new one for each instant would.
        var turn = CaseTurn(value, rulebook: rulebook, now: start, isWorded: isWorded)
        var steps: [PlanStep] = []
        var pending = events[...]
        var isCut = false
        while turn.now < until {
            if steps.count >= Self.stepsMax {
                isCut = true
                break
            }
            let due = pending.prefix { $0.at <= turn.now }
            pending = pending.dropFirst(due.count)
            for event in due.map({ $0.completed(by: turn) }) { turn.take(event) }
            let nextDue = turn.runDue()
            steps += PlanStep.steps(turn.events, turn.notifications, at: turn.now)
            let told = pending.first?.at
            guard let next = nextDue.map({ min($0, told ?? $0) }) ?? told, next < until else {
                break
            }
            turn.move(to: max(next, turn.now))
        }
        self.steps = steps
        self.isCut = isCut
        self.value = turn.value
    }
}

/// A page that a case would send to one person.
package struct FoundPage: Hashable, Sendable {
    package var at: Instant
    package var person: PersonID
    /// Of the ladder, from 1; that of its last step for a page outside it.
    package var step: Int

    package init(at: Instant, person: PersonID, step: Int) {
        self.at = at
        self.person = person
        self.step = step
    }
}

extension Plan {
    /// A page to four people every five minutes for three months.
    package static let pagesMax = 100_000

    /// The pages alone of what a plan over the same time would hold, with a fraction of the work.
    ///
    /// The clocks are as they stand at `until`, but for their `elapsedSeconds`, which is that of
    /// the last instant at which one of them changed. `isCut` where there are more pages than
    /// `pagesMax`.
    package static func pages(
        _ value: Case,
        from start: Instant,
        until: Instant,
        events: [CaseEvent],
        rulebook: Rulebook
    ) -> (pages: [FoundPage], clocks: [Clock], isCut: Bool) {
        var turn = CaseTurn(value, rulebook: rulebook, now: start, isPagesOnly: true)
        var pending = events[...]
        while turn.now < until, turn.pages.count < pagesMax {
            while let event = pending.first, event.at <= turn.now {
                turn.take(event.completed(by: turn))
                pending.removeFirst()
            }
            let nextDue = turn.runDue()
            let told = pending.first?.at
            guard let next = nextDue.map({ min($0, told ?? $0) }) ?? told, next < until else {
                break
            }
            turn.move(to: max(next, turn.now))
        }
        let isCut = turn.pages.count >= pagesMax
        turn.move(to: max(until, turn.now))
        return (turn.pages, turn.clocks, isCut)
    }
}

extension CaseEvent {
    /// Who acts in a plan where the event does not say: the owner, else the first person on call.
    func completed(by turn: CaseTurn) -> CaseEvent {
        guard by == nil, name == .acknowledged else { return self }
        var event = self
        event.by =
            turn.value.progress.currentPeople.first ?? turn.ownerOrOnCall.first?.person.id
        return event
    }
}

extension PlanStep {
    /// What one turn sends, grouped by occasion, with the steps it skips.
    static func steps(
        _ events: [CaseEvent],
        _ notifications: [Notification],
        at now: Instant
    ) -> [PlanStep] {
        var steps = events.filter { $0.name == .stepSkipped }.map { event in
            PlanStep(
                at: now,
                kind: .skip,
                clock: .response,
                step: event.occasion.flatMap { Occasion($0) }?.step,
                to: [],
                why: event.reason ?? ""
            )
        }
        var rest = notifications[...]
        while let first = rest.first {
            let group = rest.prefix { $0.occasion == first.occasion }
            rest = rest.dropFirst(group.count)
            steps.append(PlanStep(group, first: first, at: now))
        }
        return steps
    }

    private init(_ notifications: ArraySlice<Notification>, first: Notification, at now: Instant) {
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
        case .page, .escalation, .raise: .response
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
        case .handoff, .handover, .unowned: .ownership
        case .silence, .chase, .maintenance: nil
        }
    }
}
