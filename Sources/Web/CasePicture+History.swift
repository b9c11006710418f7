import CivilTime
import Clocks
import OnCall
import Paging
import Pictures

extension CasePicture {
    /// A case's log, what was sent of it, and its clocks as a picture.
    init(_ value: Case, clocks: [Clock], sources: CasePage.Sources) {
        let events = sources.events.map(\.event)
        let last = [
            events.last?.at, sources.deliveries.compactMap(\.endedAt).max(), value.openedAt,
        ]
        self.init(
            title: "Case \(value.number), what happened when",
            opened: value.openedAt,
            until: value.isOpen ? sources.now : last.compactMap { $0 }.max() ?? sources.now,
            isOpen: value.isOpen,
            zone: sources.zone,
            names: sources.rulebook.people.mapValues(\.name)
        )
        marks = events.map { Mark($0, sources) }
        marks += sources.deliveries.compactMap { Mark($0, sources) }
        flags = clocks.compactMap { Flag($0) }
        addStretches(value, events)
    }

    /// Folds the log again, and notes where the phase or the holder changes.
    private mutating func addStretches(_ value: Case, _ events: [CaseEvent]) {
        var folded = Case(
            id: value.id,
            number: value.number,
            policy: value.policy,
            priority: value.openedPriority,
            customer: value.customer,
            title: value.title,
            openedAt: value.openedAt
        )
        var isAnswered = false
        note(folded, isAnswered, at: value.openedAt)
        for event in events.enumerated().sorted(by: {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }).map(\.element) {
            folded.apply(event)
            if event.name == .responded { isAnswered = true }
            if event.name == .reopened { isAnswered = false }
            note(folded, isAnswered, at: max(event.at, value.openedAt))
        }
    }

    private mutating func note(_ folded: Case, _ isAnswered: Bool, at instant: Instant) {
        let holder: Holder
        if let person = folded.acknowledgement?.by {
            holder = .person(person)
        } else {
            holder = folded.isOpen ? .nobody : .noneNeeded
        }
        if holders.last?.value != holder {
            holders.append(Stretch(start: instant, value: holder, text: words(holder)))
        }
        let phase: Phase
        switch folded.status {
        case .resolved, .closed: phase = .ended
        case .pending, .onHold: phase = .waiting
        case .open, .inProgress:
            phase = isAnswered ? .responded : folded.isTaken ? .acknowledged : .open
        }
        if phases.last?.value != phase {
            let isStatus = phase == .ended || phase == .waiting
            let text = isStatus ? folded.status.words : phase.rawValue
            phases.append(Stretch(start: instant, value: phase, text: text))
        }
    }

    private func words(_ holder: Holder) -> String {
        switch holder {
        case .person(let person): names[person] ?? person
        case .nobody, .noneNeeded: "nobody"
        }
    }
}

extension Case {
    fileprivate var isTaken: Bool { acknowledgement != nil }
}

extension CasePicture.Flag {
    /// `nil` for a clock that is due at no instant.
    fileprivate init?(_ clock: Clock) {
        guard let due = clock.due else { return nil }
        let name = clock.name.rawValue
        switch clock.state {
        case .breached: self.init(at: due, tone: .bad, text: "\(name) missed")
        case .met: self.init(at: due, tone: .good, text: "\(name) met")
        case .notStarted, .paused, .running:
            self.init(at: due, tone: .plain, text: "\(name) due")
        }
    }
}

extension CasePicture.Mark {
    fileprivate init(_ event: CaseEvent, _ sources: CasePage.Sources) {
        self.init(
            at: event.at,
            lane: event.lane,
            tone: event.markTone,
            word: event.name.rawValue.split(separator: "_").joined(separator: " "),
            text: event.sentence(sources)
        )
    }

    /// `nil` while it is under way.
    fileprivate init?(_ delivery: Delivered, _ sources: CasePage.Sources) {
        guard let at = delivery.endedAt else { return nil }
        let isDelivered = delivery.state == "delivered"
        guard isDelivered || delivery.state == "dead" else { return nil }
        let contact = delivery.notification.contact
        let whom = delivery.notification.person.map { sources.rulebook.names([$0]) }
        let word = isDelivered ? "delivered" : "failed"
        self.init(
            at: at,
            lane: delivery.notification.kind == .page ? .pages : .messages,
            tone: isDelivered ? .good : .bad,
            word: word,
            text: "\(contact.channel) to \(whom ?? contact.address) \(word)"
        )
    }
}

extension CaseEvent {
    fileprivate var lane: CasePicture.Lane {
        switch name {
        case .paged, .stepSkipped, .exhausted, .undelivered: .pages
        case .reminded, .warned, .noticed: .messages
        case .opened, .breached, .ackExpired, .caughtUp, .holdEnded: .course
        default: way == "engine" ? .course : .team
        }
    }

    fileprivate var markTone: CasePicture.Tone {
        switch tone {
        case "bad": name == .stepSkipped ? .quiet : .bad
        case "good": .good
        default: .plain
        }
    }
}
