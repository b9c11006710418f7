package import CivilTime
import Clocks
import OnCall

extension Case {
    /// How far ahead of the engine's clock an event's own time may lie, for senders whose clocks
    /// differ.
    package static let aheadSecondsMax = 60
    /// The longest text of one event, in UTF-8 bytes.
    package static let textBytesMax = 16_384

    /// Whether `event` repeats what already holds, so that it is answered and nothing recorded.
    package func isRepeat(_ event: CaseEvent) -> Bool {
        switch event.name {
        case .acknowledged:
            acknowledgement.map { $0.by == event.by && !progress.offered.contains($0.by) } ?? false
        case .resolved: status == .resolved
        case .closed: status == .closed
        default: false
        }
    }

    /// Refuses what the case's state, or the event itself, does not allow; says what to do instead.
    package func admit(_ event: CaseEvent, rulebook: Rulebook, at now: Instant) throws(Refusal) {
        try admitState(event, rulebook: rulebook)
        try admitFields(event, rulebook: rulebook, at: now)
        if event.at.seconds(since: now) > Self.aheadSecondsMax {
            throw Refusal(
                .invalid,
                "\(event.at.rfc3339) lies ahead of the clock, which stands at \(now.rfc3339)",
                fix: "give the time it happened, or leave it out for now"
            )
        }
        try admitTimes(of: event)
    }

    /// Refuses an event that cannot have happened when it says, whatever the time is now: before
    /// the opening, but for senders whose clocks differ, or a hold that ends before it begins.
    package func admitTimes(of event: CaseEvent) throws(Refusal) {
        if event.at < openedAt.adding(seconds: -Self.aheadSecondsMax) {
            throw Refusal(
                .invalid,
                "\(event.at.rfc3339) is before the case was opened at \(openedAt.rfc3339)",
                fix: "give a time after the opening"
            )
        }
        if event.name == .statusChanged, event.status == .onHold, let until = event.until,
            until <= event.at
        {
            throw Refusal(
                .invalid,
                "on_hold until \(until.rfc3339) ends before it begins at \(event.at.rfc3339)",
                fix: "give an end after the time of the event"
            )
        }
    }

    private func admitState(_ event: CaseEvent, rulebook: Rulebook) throws(Refusal) {
        switch event.name {
        case .noted, .reopened, .customerWrote: break
        case .closed where status == .resolved: break
        default:
            guard isOpen else {
                throw Refusal(
                    .conflict,
                    "case \(number) is \(status.rawValue)",
                    fix: "reopen it first: tocsin reopen \(number)"
                )
            }
        }
        switch event.name {
        case .acknowledged:
            if let acknowledgement, acknowledgement.by != event.by,
                !progress.offered.contains(event.by ?? "")
            {
                let name = rulebook.people[acknowledgement.by]?.name ?? acknowledgement.by
                throw Refusal(
                    .conflict,
                    "\(name) (\(acknowledgement.by)) has case \(number)"
                        + " since \(acknowledgement.at.rfc3339)",
                    fix: "talk to \(name), or take it over: tocsin reassign \(number) --to PERSON"
                )
            }
        case .unacknowledged where acknowledgement == nil:
            throw Refusal(
                .conflict,
                "nobody has acknowledged case \(number)",
                fix: "nothing to undo; see tocsin show \(number)"
            )
        case .reopened where isOpen:
            throw Refusal(
                .conflict,
                "case \(number) is \(status.rawValue), not resolved",
                fix: "nothing to reopen; see tocsin show \(number)"
            )
        default: break
        }
    }

    private func admitFields(
        _ event: CaseEvent,
        rulebook: Rulebook,
        at now: Instant
    ) throws(Refusal) {
        switch event.name {
        case .acknowledged: try require(event.by, "who acknowledges", "--as PERSON")
        case .updated: try require(event.text, "the update's text", "--text TEXT")
        case .noted: try require(event.text, "the note's text", "--text TEXT")
        case .escalated: try require(event.reason, "the reason", "--reason TEXT")
        case .reassigned, .responderAdded: try require(event.person, "whom", "--to PERSON")
        case .priorityChanged: try admitPriority(event, rulebook: rulebook)
        case .statusChanged: try admitStatus(event, at: now)
        case .snoozed: try admitSnooze(event, rulebook: rulebook, at: now)
        case .dueOverridden, .estimateGiven, .linkedRelease:
            try require(event.until?.rfc3339, "the time", "\"until\": TIME")
        default: break
        }
        for person in [event.by, event.person].compactMap({ $0 }) {
            guard rulebook.people[person] == nil, event.way != "engine" else { continue }
            throw Refusal(
                .notFound,
                "`\(person)` is not in people",
                fix:
                    "use one of: "
                    + rulebook.people.keys.sorted().prefix(20).joined(separator: ", ")
            )
        }
        for text in [event.text, event.reason].compactMap({ $0 })
        where text.utf8.count > Self.textBytesMax {
            throw Refusal(
                .invalid,
                "the text has \(text.utf8.count) bytes, the limit is \(Self.textBytesMax)",
                fix: "shorten it, or link to the rest"
            )
        }
    }

    private func require(_ value: String?, _ what: String, _ flag: String) throws(Refusal) {
        guard let value, !value.isEmpty else {
            throw Refusal(.invalid, "\(what) is missing", fix: "say it: \(flag)")
        }
    }

    private func admitPriority(_ event: CaseEvent, rulebook: Rulebook) throws(Refusal) {
        try require(event.priority, "the priority", "PRIORITY")
        let own = rulebook.policy(for: self)
        guard let name = event.priority, own.rank(of: name) != nil else {
            throw Refusal(
                .notFound,
                "policy \(own.id) has no priority `\(event.priority ?? "")`",
                fix: "use one of: \(own.priorities.map(\.name).joined(separator: ", "))"
            )
        }
        // Whoever looked at a case that came without a priority may find its default right.
        if name == priority, !isUnassessed {
            throw Refusal(.conflict, "case \(number) is \(name) already", fix: "nothing to change")
        }
    }

    private func admitStatus(_ event: CaseEvent, at now: Instant) throws(Refusal) {
        guard let status = event.status else {
            throw Refusal(
                .invalid,
                "the status is missing or unknown",
                fix: "use one of: open, in_progress, pending, on_hold, resolved, closed"
            )
        }
        switch status {
        case .pending:
            guard ["customer", "fix", "other"].contains(event.reason ?? "") else {
                throw Refusal(
                    .invalid,
                    "pending needs a reason, because only waiting for the customer stops a clock",
                    fix: "say --reason customer, fix or other"
                )
            }
        case .onHold:
            guard let until = event.until, until > now else {
                throw Refusal(
                    .invalid,
                    "on_hold needs the end agreed with the customer, in the future",
                    fix: "say --until TIME"
                )
            }
        case .open, .inProgress, .resolved, .closed: break
        }
    }

    /// A snooze may not pass the next instant at which a promise falls due.
    private func admitSnooze(
        _ event: CaseEvent,
        rulebook: Rulebook,
        at now: Instant
    ) throws(Refusal) {
        guard let until = event.until, until > now else {
            throw Refusal(.invalid, "the snooze has no end in the future", fix: "say --for 30m")
        }
        let dues = clocks(rulebook: rulebook, at: now)
            .filter { !$0.isStopped && ($0.name == .response || $0.name == .update) }
            .compactMap(\.due)
        if let next = dues.min(), until > next {
            throw Refusal(
                .conflict,
                "a promise falls due at \(next.rfc3339), before the snooze would end",
                fix: "snooze until then at most"
            )
        }
    }
}
