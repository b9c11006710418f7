import CivilTime
import Clocks
import OnCall

/// What a verb of a person, or a fact from delivery, brings about besides its record.
extension CaseTurn {
    mutating func take(_ event: CaseEvent) {
        var event = event
        if event.name == .priorityChanged, event.reason == nil || event.reason == "" {
            event.reason = isLowered(to: event.priority) ? "lowered" : "raised"
        }
        let before = value
        record(event)
        switch event.name {
        case .acknowledged:
            cancel(.pages, because: event.name, "acknowledged by \(event.by ?? "someone")")
            standDown(after: event)
        case .responded where before.acknowledgement == nil:
            cancel(.pages, because: event.name, "the customer was answered")
            standDown(after: event)
        case .updated:
            cancel(.reminders, because: event.name, "an update was posted")
        case .resolved, .closed:
            cancel(.all, because: event.name, "case \(event.name.rawValue)")
            standDown(after: event)
        case .statusChanged:
            if isQuiet { cancel(.pages, because: event.name, "status \(value.status.rawValue)") }
            tellStatus()
        case .priorityChanged: changePriority(event, before: before)
        case .escalated: escalate(event)
        case .reassigned, .unacknowledged, .reopened:
            cancel(.pages, because: event.name, event.name.rawValue)
        case .workaroundFound where policy.customerNotices.contains(.workaround):
            sendToCustomers(
                event: event.name,
                occasion: nextNotice(),
                summary:
                    "A workaround for case \(value.number) (\(value.title)): \(event.text ?? "")"
            )
        default: break
        }
    }

    private func isLowered(to name: String?) -> Bool {
        guard let name, let next = policy.rank(of: name),
            let current = policy.rank(of: value.priority)
        else { return false }
        return next > current
    }

    /// Lowered: steps that would already have passed on the new ladder are not paged (R-15).
    private mutating func changePriority(_ event: CaseEvent, before: Case) {
        cancel(.pages, because: event.name, "priority changed to \(value.priority)")
        guard event.reason == "lowered" else { return }
        let tried = before.progress.tried.map(\.person)
        let actor = event.by
        tell(
            people(of: tried.filter { $0 != actor }),
            event: event.name,
            summary: "Case \(value.number) is now \(value.priority); you can stand down.",
            dueAt: now
        )
        guard let ladder else { return }
        for (index, step) in ladder.steps.enumerated() {
            guard let at = instant(of: step), at <= now else { break }
            let occasion = Occasion.page(cycle: value.progress.cycle, step: index + 1, round: 0)
            let text = "passed before the priority was lowered"
            record(CaseEvent(.caughtUp, at: now, text: text, occasion: occasion.text))
        }
    }

    /// By hand: leadership is paged at once, with the reason, and customers are told.
    private mutating func escalate(_ event: CaseEvent) {
        guard let ladder else { return }
        let occasion = Occasion.escalation(value.progress.manualEscalations).text
        let who = event.by.flatMap { rulebook.people[$0]?.name } ?? event.by ?? "someone"
        let reason = event.reason ?? event.text ?? ""
        let summary = "\(who) escalated case \(value.number): \(reason)"
        let steps = ladder.steps.count
        for reached in people(of: ladder.leadership) {
            let id = reached.person.id
            record(CaseEvent(.paged, at: now, text: summary, person: id, occasion: occasion))
            for (contact, wait) in reached.person.waits {
                enqueue(
                    Notification(
                        occasion: occasion,
                        kind: .page,
                        event: .escalated,
                        person: id,
                        contact: contact,
                        dueAt: now,
                        notBefore: now.adding(seconds: wait),
                        summary: summary,
                        why: "escalated by hand; \(reached.why)",
                        page: Notification.Page(
                            id: "\(value.id).\(occasion).\(id)",
                            step: steps,
                            steps: [steps],
                            cycle: value.progress.cycle,
                            round: 0,
                            isDrill: false
                        )
                    )
                )
            }
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

    private mutating func tellStatus() {
        guard policy.customerNotices.contains(.status) else { return }
        let words = value.status.rawValue.replacing("_", with: " ")
        sendToCustomers(
            event: .statusChanged,
            occasion: nextNotice(),
            summary: "Your case \(value.number) (\(value.title)) is now \(words)."
        )
    }

    /// Takes the next notice number into the log and answers its occasion.
    private mutating func nextNotice() -> String {
        let occasion = Occasion.notice(value.progress.notices + 1).text
        record(CaseEvent(.noticed, at: now, text: "customers told", occasion: occasion))
        return occasion
    }
}
