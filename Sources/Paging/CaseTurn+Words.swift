import CivilTime
import Clocks
import OnCall

/// The sentences that pages, reminders and notices carry; made here and nowhere else.
extension CaseTurn {
    func pageReason(_ reached: Reached, _ page: Notification.Page, ladder: Ladder) -> String {
        guard isWorded else { return "" }
        let total = ladder.steps.count
        let place =
            if page.round > 0 {
                "repeat \(page.round) of ladder \(ladder.id)"
            } else {
                "step \(page.step) of \(total) of ladder \(ladder.id)"
                    + " (\(ladder.steps[page.step - 1].source))"
            }
        let promise = priority.promises.response.map { ", response within \($0.text)" } ?? ""
        return "\(policy.id) \(priority.name)\(promise); \(place); \(reached.why)"
    }

    /// A page that comes later than this says so.
    private static let lateSeconds = 60

    func pageSummary(
        _ page: Notification.Page,
        ladder: Ladder,
        tried: [Progress.Tried],
        dueAt: Instant
    ) -> String {
        guard isWorded else { return "" }
        var words = "Acknowledge case \(value.number)"
        if page.round > 0 {
            let who = tried.isEmpty ? "nobody has been paged yet" : "everyone has been paged"
            words += ": \(who) and nobody has it (repeat \(page.round))"
        } else if page.step < ladder.steps.count,
            let next = instant(of: ladder.steps[page.step])
        {
            words += ", or \(ladder.steps[page.step].page.joined(separator: " and "))"
            words += " will be paged at \(spoken(next))"
        }
        let late = now.seconds(since: dueAt)
        if late > Self.lateSeconds {
            words += ". It was due at \(spoken(dueAt)) and comes \(late / 60) min late"
        }
        if let channel = value.channel, channel == "mail" || channel == "web",
            priority.promises.response?.calendar.isAlwaysOpen == true
        {
            words += ". It came by \(channel) and was not phoned"
        }
        if let word = triageWord {
            words += ". Nobody chose its priority and it says \"\(word)\":"
            words += " possibly \(policy.highest.title)"
        }
        if !tried.isEmpty { words += ". Tried so far: \(text(of: tried))" }
        return words + "."
    }

    /// Who has the case, else who was tried: what whoever it is escalated to asks first.
    func whereItStands(_ tried: [Progress.Tried]) -> String {
        guard isWorded else { return "" }
        if let holder = value.acknowledgement?.by {
            return ". \(rulebook.people[holder]?.name ?? holder) has it."
        }
        return tried.isEmpty ? "." : ". Tried so far: \(text(of: tried))."
    }

    /// Who was paged in this cycle, when and with what result, for those an escalation reaches.
    private func text(of tried: [Progress.Tried]) -> String {
        let recent = tried.suffix(8).map { tried in
            let name = rulebook.people[tried.person]?.name ?? tried.person
            let result = tried.isUnreached ? "not reached" : "no answer"
            return "\(name) at \(spoken(tried.at)), \(result)"
        }
        return recent.joined(separator: "; ")
    }

    func warningSummary(_ clock: Clock, percent: Int) -> String {
        guard isWorded else { return "" }
        let kind = clock.kind == .commitment ? "" : " (a goal)"
        guard let due = clock.due else {
            return "The \(clock.name.rawValue) clock stands at \(percent) %."
        }
        if percent >= 100 {
            return
                "The \(clock.name.rawValue) promise\(kind) of \(clock.target)"
                + " ran out at \(spoken(due))."
        }
        return "\(percent) % of the time for the \(clock.name.rawValue) promise\(kind) is gone:"
            + " \(clock.target), due \(spoken(due))."
    }

    func reminderSummary(_ clock: Clock, due: Instant) -> String {
        guard isWorded else { return "" }
        let last =
            if let update = value.lastUpdate {
                "The last one was at \(spoken(update.at))\(update.by.map { " by \($0)" } ?? "")."
            } else {
                "There has been none yet."
            }
        let when = due > now ? "is due at \(spoken(due))" : "was due at \(spoken(due))"
        return "A public update (\(clock.target)) \(when). \(last)"
            + " Write to the customer, \"nothing new\" is an update too, then record it:"
            + " tocsin update \(value.number) --text \"…\""
    }
}
