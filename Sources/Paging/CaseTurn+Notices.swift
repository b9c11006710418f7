import CivilTime
import Clocks
import OnCall

/// Messages that ask for no acknowledgement, to people and to customers.
extension CaseTurn {
    /// One notification for each person, by the first contact of their `page` list.
    mutating func send(
        _ to: [Reached],
        kind: Notification.Kind,
        event: CaseEvent.Name,
        occasion: String,
        summary: (CaseTurn) -> String,
        why: String,
        dueAt: Instant
    ) {
        if isPagesOnly { return }
        for reached in Reached.unique(to) {
            guard let (contact, _) = reached.person.firstContact else { continue }
            enqueue(
                Notification(
                    occasion: occasion,
                    kind: kind,
                    event: event,
                    person: reached.person.id,
                    contact: contact,
                    dueAt: dueAt,
                    notBefore: max(dueAt, now),
                    summary: words(in: reached.person.zone, summary),
                    why: isWorded ? "\(why); \(reached.why)" : "",
                    page: nil
                )
            )
        }
    }

    private static func names(of reached: [Reached]) -> String {
        Reached.unique(reached).map(\.person.id).joined(separator: ", ")
    }

    /// The same with an occasion of its own, recorded in the log.
    mutating func tell(
        _ to: [Reached],
        kind: Notification.Kind = .notice,
        event: CaseEvent.Name,
        why: String,
        dueAt: Instant,
        summary: (CaseTurn) -> String
    ) {
        guard !to.isEmpty, !isPagesOnly else { return }
        let occasion = Occasion.notice(value.progress.notices + 1).text
        let text = isWorded ? "\(summary(self)) (to \(Self.names(of: to)))" : nil
        record(CaseEvent(.noticed, at: now, text: text, occasion: occasion))
        send(
            to,
            kind: kind,
            event: event,
            occasion: occasion,
            summary: summary,
            why: isWorded ? "\(policy.id) \(priority.name), \(why)" : "",
            dueAt: dueAt
        )
    }

    /// Those a page goes to, with their waits; without words whom it reaches is all that counts.
    func contacts(of person: Person) -> [(Contact, Int)] {
        isWorded ? person.waits : person.firstContact.map { [$0] } ?? []
    }

    /// A demand outside the ladder that someone acknowledge, to each by their whole `page` list.
    ///
    /// Where there is nobody, to the last resort; the log says so where that is nobody as well.
    mutating func demand(
        _ to: [Reached],
        occasion: String,
        event: CaseEvent.Name,
        dueAt: Instant,
        why: String? = nil,
        summary: (CaseTurn) -> String
    ) {
        let cause = why ?? "\(policy.id) \(priority.name), \(occasion)"
        let step = ladder?.steps.count ?? 1
        var all = Reached.unique(to)
        if all.isEmpty { all = people(of: ladder?.lastResort ?? []) }
        if all.isEmpty {
            let reason = "there is nobody to page, and no last resort"
            record(CaseEvent(.stepSkipped, at: now, reason: reason, occasion: occasion))
        }
        for reached in all {
            let id = reached.person.id
            let words = words(in: reached.person.zone, summary)
            record(
                CaseEvent(.paged, at: now, text: summary(self), person: id, occasion: occasion)
            )
            if isPagesOnly {
                note(pageTo: id, step: step)
                continue
            }
            let page = Notification.Page(
                id: "\(value.id).\(occasion).\(id)",
                step: step,
                steps: [step],
                cycle: value.progress.cycle,
                round: 0,
                isDrill: false
            )
            for (contact, wait) in contacts(of: reached.person) {
                enqueue(
                    Notification(
                        occasion: occasion,
                        kind: .page,
                        event: event,
                        person: id,
                        contact: contact,
                        dueAt: dueAt,
                        notBefore: max(dueAt, now).adding(seconds: wait),
                        summary: words,
                        why: isWorded ? "\(cause); \(reached.why)" : "",
                        page: page
                    )
                )
            }
        }
    }

    /// Everyone paged in this cycle but the actor: one notice that they may stand down.
    ///
    /// `former` had the case until now and hears of it too.
    mutating func standDown(after event: CaseEvent, former: PersonID? = nil) {
        if isPagesOnly { return }
        let actor = event.by ?? event.person
        var people: [PersonID] = []
        if let former, former != actor { people.append(former) }
        for tried in value.progress.tried where tried.person != actor {
            if !people.contains(tried.person) { people.append(tried.person) }
        }
        let unnamed = event.way == "engine" ? "its policy" : "the sender"
        let name = actor.flatMap { rulebook.people[$0]?.name } ?? actor ?? unnamed
        let summary =
            switch event.name {
            case .acknowledged: "\(name) has case \(value.number); you can stand down."
            case .responded:
                "\(name) answered the customer of case \(value.number); you can stand down."
            case .resolved: "Case \(value.number) was resolved by \(name); you can stand down."
            case .priorityChanged:
                "Case \(value.number) is now \(value.priority) (\(name)); you can stand down."
            default: "Case \(value.number): you can stand down."
            }
        tell(
            self.people(of: people),
            event: event.name,
            why: "stand-down: \(event.name.rawValue) by \(name)",
            dueAt: now
        ) { _ in summary }
    }

    /// Customers hear once of each escalation to leadership, where the policy says so.
    mutating func tellCustomers(occasion: String) {
        guard !isPagesOnly, policy.customerNotices.contains(.escalated),
            value.progress.escalatedCycle != value.progress.cycle, !value.contacts.isEmpty
        else { return }
        let summary =
            "Your case \(value.number) (\(value.title)) has been escalated"
            + " to our support leadership."
        record(CaseEvent(.noticed, at: now, text: summary, occasion: occasion))
        sendToCustomers(event: .escalated, occasion: "\(occasion).customer", summary: summary)
    }

    mutating func sendToCustomers(event: CaseEvent.Name, occasion: String, summary: String) {
        guard !value.contacts.isEmpty, !isPagesOnly else { return }
        let lines = policy.print.map { "\($0.label): \($0.text)" }
        let words = ([summary] + lines).joined(separator: "\n")
        for (index, address) in value.contacts.enumerated() {
            enqueue(
                Notification(
                    occasion: occasion,
                    kind: .notice,
                    event: event,
                    person: nil,
                    contact: Contact(
                        name: "contact\(index + 1)",
                        channel: "email",
                        address: address
                    ),
                    dueAt: now,
                    notBefore: now,
                    summary: words,
                    why: "customer_notices of policy \(policy.id)",
                    page: nil
                )
            )
        }
    }
}
