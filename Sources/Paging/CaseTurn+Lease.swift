package import CivilTime
import Clocks
import OnCall

/// An acknowledgement is a lease: silence ends it, and the ladder starts again at the owner.
extension CaseTurn {
    /// How long an acknowledgement lasts after the last word of a person.
    static let leaseSeconds = 3_600
    /// However near a promise is, whoever acknowledges keeps the case at least so long.
    static let leaseFloorSeconds = 600
    /// How long before its end the owner is warned, where there is time.
    static let leaseWarningSeconds = 600

    var leaseEnd: Instant? {
        guard let acknowledgement = value.acknowledgement, !isQuiet else { return nil }
        let last = max(value.lastWordAt, acknowledgement.at)
        var end = inLadderHours(seconds: Self.leaseSeconds * slowness, from: last) ?? .distantFuture
        if let owed = nextOwed { end = min(end, owed.due) }
        end = max(end, acknowledgement.at.adding(seconds: Self.leaseFloorSeconds))
        return max(end, value.snoozedUntil ?? end)
    }

    /// The promise that falls due next after the acknowledgement; one missed before it is past, and
    /// so is one that a change of priority brought to an earlier instant: it stands.
    private var nextOwed: (name: ClockName, due: Instant)? {
        guard let acknowledgement = value.acknowledgement else { return nil }
        let changed = value.records.last { if case .priority = $0.event { true } else { false } }
        let start = max(acknowledgement.at, changed?.at ?? acknowledgement.at)
        var next: (name: ClockName, due: Instant)?
        for clock in clocks
        where (clock.name == .response || clock.name == .update) && !clock.isStopped {
            guard let due = clock.due, clock.state != .paused, due > start,
                due < next?.due ?? .distantFuture
            else { continue }
            next = (clock.name, due)
        }
        return next
    }

    /// What keeps the lease from ending at `end`, as the owner would type it.
    private func remedy(at end: Instant) -> String {
        let number = value.number
        guard let owed = nextOwed, owed.due <= end else {
            return "Say what you are doing: tocsin note \(number) --text \"…\"."
        }
        return owed.name == .response
            ? "Answer the customer and record it: tocsin respond \(number)."
            : "Post the update that is owed: tocsin update \(number) --text \"…\"."
    }

    var leaseItem: Item? {
        guard let acknowledgement = value.acknowledgement, let end = leaseEnd else { return nil }
        if isPagesOnly { return Item(at: end, action: .leaseEnd) }
        let warning = held(end.adding(seconds: -Self.leaseWarningSeconds))
        if value.progress.leaseWarnedFor != end, warning < end, warning > acknowledgement.at,
            end > now
        {
            return Item(at: warning, action: .leaseWarning)
        }
        return Item(at: end, action: .leaseEnd)
    }

    mutating func warnOfLeaseEnd(dueAt: Instant) {
        guard let end = leaseEnd, let owner = value.owner else { return }
        let count = value.progress.notices + 1
        let occasion = Occasion.lease(cycle: value.progress.cycle, notice: count).text
        let (number, remedy) = (value.number, remedy(at: end))
        func summary(_ turn: CaseTurn) -> String {
            "Your acknowledgement of case \(number) ends at \(turn.spoken(end))"
                + " and you will be paged again. \(remedy)"
        }
        record(
            CaseEvent(
                .noticed,
                at: now,
                text: summary(self),
                until: end,
                person: owner,
                occasion: occasion
            )
        )
        send(
            people(of: [owner]),
            kind: .notice,
            event: .ackExpired,
            occasion: occasion,
            summary: summary,
            why: "the acknowledgement of \(owner) is a lease and about to end",
            dueAt: dueAt
        )
    }

    mutating func endLease(at end: Instant) {
        guard let acknowledgement = value.acknowledgement else { return }
        let text =
            "\(acknowledgement.by) acknowledged at \(spoken(acknowledgement.at));"
            + (nextOwed.map { $0.due <= end } ?? false
                ? " a promise has fallen due" : " nobody has said a word since")
        record(CaseEvent(.ackExpired, at: end, text: text, person: acknowledgement.by))
    }

    /// The customer's hold is over: clocks run again and the owner hears of it.
    var holdItem: Item? {
        guard value.status == .onHold, let until = value.statusUntil else { return nil }
        return Item(at: until, action: .holdEnd)
    }

    mutating func endHold(at end: Instant) {
        record(CaseEvent(.holdEnded, at: end, text: "the hold agreed with the customer ended"))
        tell(
            ownerOrOnCall,
            kind: .reminder,
            event: .holdEnded,
            why: "the hold agreed with the customer is over",
            dueAt: end
        ) { turn in
            "The hold on case \(turn.value.number) ended at \(turn.spoken(end));"
                + " its clocks run again."
        }
        tellStatus()
    }
}

extension Case {
    /// When the acknowledgement ends by itself if nobody says a word until then; `nil` without one.
    package func leaseEnd(rulebook: Rulebook, at now: Instant) -> Instant? {
        guard acknowledgement != nil else { return nil }
        return CaseTurn(self, rulebook: rulebook, now: now).leaseEnd
    }
}
