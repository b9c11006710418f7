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
        for clock in clocks
        where (clock.name == .response || clock.name == .update) && !clock.isStopped {
            if let due = clock.due, clock.state != .paused { end = min(end, due) }
        }
        end = max(end, acknowledgement.at.adding(seconds: Self.leaseFloorSeconds))
        return max(end, value.snoozedUntil ?? end)
    }

    var leaseItem: Item? {
        guard let acknowledgement = value.acknowledgement, let end = leaseEnd else { return nil }
        let warning = end.adding(seconds: -Self.leaseWarningSeconds)
        if value.progress.leaseWarnedFor != end, warning > acknowledgement.at, end > now {
            return Item(at: warning, action: .leaseWarning)
        }
        return Item(at: end, action: .leaseEnd)
    }

    mutating func warnOfLeaseEnd(dueAt: Instant) {
        guard let end = leaseEnd, let owner = value.owner else { return }
        let count = value.progress.notices + 1
        let occasion = Occasion.lease(cycle: value.progress.cycle, notice: count).text
        let summary =
            "Your acknowledgement of case \(value.number) ends at \(spoken(end))"
            + " and you will be paged again. Say what you are doing:"
            + " tocsin note \(value.number) --text \"…\", respond, or update."
        record(
            CaseEvent(
                .noticed,
                at: now,
                text: summary,
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
            summary: { _ in summary },
            why: "the acknowledgement of \(owner) is a lease and ends at \(spoken(end))",
            dueAt: dueAt
        )
    }

    mutating func endLease(at end: Instant) {
        guard let acknowledgement = value.acknowledgement else { return }
        let text =
            "\(acknowledgement.by) acknowledged at \(spoken(acknowledgement.at));"
            + " a promise fell due or"
            + " nobody said a word since"
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
            summary:
                "The hold on case \(value.number) ended at \(spoken(end)); its clocks run again.",
            dueAt: end
        )
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
