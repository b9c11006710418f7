import CivilTime
import Delivery
import OnCall
import Paging
import Store

/// After a restore nothing overdue is sent case by case: one digest of what is open, and every
/// open case that is not set aside starts again in a quarter of an hour (reliability.md F12).
extension EngineLoop {
    func takeUpRestored() throws(StoreError) {
        try transaction { (turn) throws(StoreError) in
            guard let backup = try turn.tx.meta(Meta.restored), !backup.isEmpty else { return }
            try turn.takeUpRestored(backup: backup)
            try turn.tx.set("", for: Meta.restored)
        }
    }
}

extension Turn {
    /// Time for people to say what has happened since the backup.
    static let restoredSeconds = 900
    private static let restoredBatch = 500
    /// Cases named in one digest; the rest is counted.
    private static let digestMax = 40

    /// `backup` says what was restored, in words.
    mutating func takeUpRestored(backup: String) throws(StoreError) {
        // The bare pages of cases set aside are all that those have.
        let dropped = try tx.abandonOutbox(
            reason: "restored from a backup",
            sparing: Self.bareOccasion,
            at: milliseconds
        )
        let setAside = Set(try tx.quarantined())
        let until = now.adding(seconds: Self.restoredSeconds)
        var lines: [String] = []
        var people: [PersonID] = []
        var last = 0
        var count = 0
        while true {
            let batch = try tx.openCases(after: last, limit: Self.restoredBatch)
            guard let end = batch.last else { break }
            last = end.value.number
            for stored in batch {
                count += 1
                let isAside = setAside.contains(stored.value.number)
                if lines.count < Self.digestMax { lines.append(Self.line(stored.value, isAside)) }
                if isAside { continue }
                let found = setting.filesMarker.under(rulebook) { onCall(for: stored.value) }
                for person in found where !people.contains(person) {
                    people.append(person)
                }
                try rearm(stored, until: until)
            }
        }
        setting.log(
            .warning,
            "restored (\(backup)): \(count) open cases start again at \(until), \(dropped) unsent"
                + " messages dropped"
        )
        let rest = count - lines.count
        let but = setAside.isEmpty ? "" : ", but for those set aside"
        let text =
            "Tocsin was restored from a backup (\(backup)). What happened since is not in it."
            + " \(count) cases are open in it and start again at \(rulebook.zone.spoken(until))"
            + "\(but); resolve or acknowledge those that are not what they were: "
            + lines.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "") + "."
        try tell(people, "Restored from a backup", text, why: "a backup was restored")
        try alarm("Restored from a backup", text)
    }

    private static func line(_ value: Case, _ isAside: Bool) -> String {
        "case \(value.number), \(value.priority), \(value.customer): \(value.title)"
            + (isAside ? " (set aside)" : "")
    }

    /// Whatever fell due is done without a word; paging begins anew at `until`.
    private mutating func rearm(_ stored: StoredCase, until: Instant) throws(StoreError) {
        setting.marker.begin(.watched(stored.value.number))
        defer { setting.marker.end(.watched(stored.value.number)) }
        var events: [CaseEvent] = []
        if stored.value.acknowledgement == nil {
            events.append(
                CaseEvent(.unacknowledged, at: until, reason: "restored from a backup")
            )
        }
        events.append(CaseEvent(.snoozed, at: now, reason: "restored from a backup", until: until))
        var decision = decision(on: stored, after: events)
        decision.notifications = []
        try commit(decision, over: stored)
    }

    /// Who would be paged first for a case at this moment.
    private func onCall(for value: Case) -> [PersonID] {
        let priority = rulebook.policy(for: value).priority(named: value.priority)
        let ladder = priority.flatMap { rulebook.ladders[$0.ladder] }
        let owner = value.owner.map { [$0] } ?? []
        return owner + people(behind: ladder?.steps.first?.page ?? [])
    }

    /// The people of rotations at this moment, and those named themselves.
    func people(behind targets: [String]) -> [PersonID] {
        var found: [PersonID] = []
        for target in targets {
            let people = rulebook.rotations.answer(target, at: now)?.people ?? [target]
            for id in people where rulebook.people[id]?.isReachable == true && !found.contains(id) {
                found.append(id)
            }
        }
        return found
    }

    /// One notice to each, under a case of its own, by the first contact of their `page` list, or
    /// by the first of another channel where there is one.
    mutating func tell(
        _ people: [PersonID],
        _ title: String,
        _ text: String,
        why: String,
        avoiding channel: String? = nil
    ) throws(StoreError) {
        let told = people.compactMap { rulebook.people[$0] }.compactMap { person in
            (person.waits.first { $0.0.channel != channel } ?? person.waits.first)
                .map { (person: person, contact: $0.0) }
        }
        guard !told.isEmpty else { return }
        let stored = try putClosedCase(title: title, intake: "engine")
        for (person, contact) in told {
            let notification = Notification(
                occasion: Occasion.notice(1).text,
                kind: .notice,
                event: .noticed,
                person: person.id,
                contact: contact,
                dueAt: now,
                notBefore: now,
                summary: text,
                why: why,
                page: nil
            )
            try put(notification, aboutClosed: stored, person: person)
        }
    }
}

extension Rulebook {
    /// For words to nobody in particular.
    var zone: Zone { people.values.min { $0.id < $1.id }?.zone ?? .utc }
}
