import CivilTime
import Clocks
import OnCall

/// What a verb of a person, or a fact from delivery, brings about besides its record.
extension CaseTurn {
    mutating func take(_ event: CaseEvent) {
        var event = event
        if event.name == .priorityChanged, event.reason == nil || event.reason == "" {
            event.reason = changeOfPriority(to: event.priority)
        }
        let status = value.status
        let holder = value.acknowledgement?.by
        let tried = value.progress.tried
        let cycle = value.progress.cycle
        let stale = value.progress.staleContacts
        let wasFlapping = value.flapping.isFlapping
        record(event)
        // One more end or raise of a case of which it was told that it flaps.
        let isHushed =
            wasFlapping && value.flapping.isFlapping && value.isOfSender(event)
        switch event.name {
        case .opened: takeOpening()
        case .acknowledged:
            cancel(.pages, because: event.name, "acknowledged by \(event.by ?? "someone")")
            standDown(after: event, former: holder)
        case .responded where holder == nil:
            cancel(.pages, because: event.name, "the customer was answered")
            standDown(after: event)
        case .updated:
            cancel(.reminders, because: event.name, "an update was posted")
        case .resolved, .closed:
            cancel(.all, because: event.name, "case \(event.name.rawValue)")
            if !isHushed { standDown(after: event) }
        case .statusChanged:
            if isQuiet { cancel(.pages, because: event.name, "status \(value.status.rawValue)") }
        case .customerWrote where status != value.status:
            let summary = "The customer of case \(value.number) wrote; its clocks run again."
            tell(ownerOrOnCall, event: event.name, why: "the customer wrote", dueAt: now) { _ in
                summary
            }
        case .priorityChanged where event.reason != Self.confirmed:
            changePriority(event, tried: tried.map(\.person))
        case .escalated: escalate(event)
        case .raisedAgain: tellRaise(wasFlapping: wasFlapping)
        case .reassigned, .unacknowledged, .reopened:
            cancel(.pages, because: event.name, event.name.rawValue)
            // Where the ladder begins anew, its pages tell them.
            if event.name == .unacknowledged, cycle == value.progress.cycle {
                tellGivenBack(event, to: tried.map(\.person))
            }
        case .responderAdded:
            let to = people(of: event.person.map { [$0] } ?? [])
            let summary = "You were added to case \(value.number): \(value.title)"
            tell(to, event: event.name, why: "added to the case", dueAt: now) { _ in summary }
        case .undelivered where event.person == nil: tellStaleContact(event, known: stale)
        case .workaroundFound: tellWorkaround(event)
        default: break
        }
        if status != value.status, !isHushed { tellStatus() }
    }

    private static let confirmed = "confirmed"

    private func changeOfPriority(to name: String?) -> String {
        if name == value.priority { return Self.confirmed }
        return isLowered(to: name) ? "lowered" : "raised"
    }

    private func isLowered(to name: String?) -> Bool {
        guard let name, let next = policy.rank(of: name),
            let current = policy.rank(of: value.priority)
        else { return false }
        return next > current
    }

    /// Lowered: steps that would already have passed on the new ladder are not paged (R-15).
    private mutating func changePriority(_ event: CaseEvent, tried: [PersonID]) {
        cancel(.pages, because: event.name, "priority changed to \(value.priority)")
        guard event.reason == "lowered" else { return recordRetroactive() }
        let actor = event.by
        tell(
            people(of: tried.filter { $0 != actor }),
            event: event.name,
            why: "stand-down: the priority was lowered",
            dueAt: now
        ) { turn in
            "Case \(turn.value.number) is now \(turn.value.priority); you can stand down."
        }
        guard let ladder else { return }
        for (index, step) in ladder.steps.enumerated() {
            guard let at = instant(of: step), at <= now else { break }
            let occasion = Occasion.page(cycle: value.progress.cycle, step: index + 1, round: 0)
            let text = "passed before the priority was lowered"
            record(CaseEvent(.caughtUp, at: now, text: text, occasion: occasion.text))
        }
    }

    /// Those who were told to stand down hear that the ladder goes on.
    private mutating func tellGivenBack(_ event: CaseEvent, to tried: [PersonID]) {
        let actor = event.by
        let name = actor.flatMap { rulebook.people[$0]?.name } ?? actor ?? "Somebody"
        let next = ladderItem?.at
        tell(
            people(of: tried.filter { $0 != actor }),
            event: event.name,
            why: "the acknowledgement was taken back",
            dueAt: now
        ) { turn in
            let when = next.map { $0 > turn.now ? " at \(turn.spoken($0))" : " now" } ?? ""
            return "\(name) gave case \(turn.value.number) back; its ladder goes on\(when)."
        }
    }

    /// What the new priority would have promised from the opening on, for who asks later (R-14).
    private mutating func recordRetroactive() {
        if isPagesOnly { return }
        var asked = value.caseClocks(policy: policy)
        asked.priority = value.priority
        asked.records.removeAll { if case .priority = $0.event { true } else { false } }
        let dues = asked.clocks(at: now).compactMap { clock in
            clock.due.map { "\(clock.name.rawValue) due \(spoken($0))" }
        }
        guard !dues.isEmpty else { return }
        let text =
            "read from the opening, \(value.priority) would give: \(dues.joined(separator: ", "))"
        let occasion = Occasion.notice(value.progress.notices + 1).text
        record(CaseEvent(.noticed, at: now, text: text, occasion: occasion))
    }

    /// Leadership is paged at once, with the reason, and customers are told.
    mutating func escalate(_ event: CaseEvent) {
        guard let ladder else { return }
        let occasion = Occasion.escalation(value.progress.escalations).text
        let who = event.by.flatMap { rulebook.people[$0]?.name } ?? event.by
        let reason = event.reason ?? event.text ?? ""
        let tried = value.progress.tried
        let said =
            if let who {
                "\(who) escalated case \(value.number): \(reason)"
            } else {
                "Case \(value.number) is escalated: \(reason)"
            }
        demand(
            people(of: ladder.leadership),
            occasion: occasion,
            event: .escalated,
            dueAt: now,
            why: event.way == "engine" ? "escalated by its policy" : "escalated by hand"
        ) { turn in
            said + turn.whereItStands(tried)
        }
        guard policy.customerNotices.contains(.escalated) else { return }
        sendToCustomers(
            event: .escalated,
            occasion: "\(occasion).customer",
            summary:
                "Your case \(value.number) (\(value.title)) has been escalated"
                + " to our support leadership."
        )
    }

    mutating func tellStatus() {
        guard policy.customerNotices.contains(.status), !value.contacts.isEmpty else { return }
        let words = value.status.rawValue.replacing("_", with: " ")
        sendToCustomers(
            event: .statusChanged,
            occasion: nextNotice(),
            summary: "Your case \(value.number) (\(value.title)) is now \(words)."
        )
    }

    private mutating func tellWorkaround(_ event: CaseEvent) {
        guard policy.customerNotices.contains(.workaround), !value.contacts.isEmpty else { return }
        sendToCustomers(
            event: event.name,
            occasion: nextNotice(),
            summary: "A workaround for case \(value.number) (\(value.title)): \(event.text ?? "")"
        )
    }

    /// An address that took no notice is told once: the customer keeps it accurate, not we.
    private mutating func tellStaleContact(_ event: CaseEvent, known: [String]) {
        guard let address = event.reason, !known.contains(address) else {
            return
        }
        let summary =
            "Contact stale: a notice on case \(value.number) to \(address) did not arrive."
            + " Ask \(value.customer) for an address that does."
        let to = ownerOrOnCall + people(of: ladder?.leadership ?? [])
        tell(to, event: event.name, why: "a customer's address is stale", dueAt: now) { _ in
            summary
        }
    }

    /// Takes the next notice number into the log and answers its occasion.
    private mutating func nextNotice() -> String {
        let occasion = Occasion.notice(value.progress.notices + 1).text
        record(CaseEvent(.noticed, at: now, text: "customers told", occasion: occasion))
        return occasion
    }
}
