import CivilTime
import Delivery
import OnCall
import Paging
import Store

extension EngineLoop {
    func takeUpFiles() throws(StoreError) {
        try transaction { (turn) throws(StoreError) in try turn.takeUpFiles() }
    }
}

/// What an edit of the rotation files means for people, told to each of them.
extension Turn {
    /// Stretches of duty named in one message; the rest is counted.
    private static let stretchesMax = 8

    /// Puts the files in force, looks at every open case again, and tells whose duty changed.
    mutating func replace(
        _ next: Rulebook,
        changes: [PersonChange]
    ) throws(StoreError) {
        let old = rulebook
        try concludeEdit()
        edit = FilesEdit(old: old, at: milliseconds)
        rulebook = next
        newRulebook = next
        // What was mended by these files and fails again is news.
        toldChannels = [:]
        try putFilesOnRecord()
        try tell(changes) { next.people[$0] ?? old.people[$0] }
    }

    /// Where the process before this one decided by other files, zones or code, their timers count
    /// no more: every open case is looked at again, as after an edit.
    mutating func takeUpFiles() throws(StoreError) {
        if try tx.meta(Meta.rulebook) != grounds { try putFilesOnRecord() }
    }

    var grounds: String { rulebook.grounds }

    private mutating func putFilesOnRecord() throws(StoreError) {
        try tx.set(grounds, for: Meta.rulebook)
        _ = try tx.touchOpenCases(nextDue: milliseconds)
        if try !tx.quarantined().isEmpty { try endQuarantines() }
    }

    private mutating func tell(
        _ changes: [PersonChange],
        person: (PersonID) -> Person?
    ) throws(StoreError) {
        let told = changes.compactMap { change -> (Person, Contact, PersonChange)? in
            guard let person = person(change.person), let first = person.waits.first else {
                return nil
            }
            return (person, first.0, change)
        }
        guard !told.isEmpty else { return }
        let stored = try putClosedCase(title: "Your time on call has changed", intake: "engine")
        for (person, contact, change) in told {
            let notification = Notification(
                occasion: Occasion.notice(1).text,
                kind: .notice,
                event: .noticed,
                person: person.id,
                contact: contact,
                dueAt: now,
                notBefore: now,
                summary: Self.summary(of: change, for: person),
                why: "the files in force were changed, rulebook \(rulebook.hash.prefix(12))",
                page: nil
            )
            try put(notification, aboutClosed: stored, person: person)
        }
    }

    /// In the person's own zone.
    private static func summary(of change: PersonChange, for person: Person) -> String {
        func text(_ stretches: [PersonChange.Stretch]) -> String {
            let named = stretches.prefix(stretchesMax).map { stretch in
                let zone = person.zone
                return "\(stretch.rotation) from \(zone.spoken(stretch.start))"
                    + " to \(zone.spoken(stretch.end))"
            }
            let rest = stretches.count - named.count
            return named.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
        }
        var parts = ["The rotation files were changed, and your next 60 days with them."]
        if !change.gains.isEmpty { parts.append("Now on call: \(text(change.gains)).") }
        if !change.losses.isEmpty { parts.append("No longer on call: \(text(change.losses)).") }
        return parts.joined(separator: " ")
    }

    // MARK: Messages that belong to no customer's case

    /// A case that is closed from its first moment: what is told under it has a number and a log.
    mutating func putClosedCase(title: String, intake: String) throws(StoreError) -> StoredCase {
        let policy = rulebook.strictestPolicy
        var value = Case(
            id: setting.newID(milliseconds),
            number: try tx.nextNumber(),
            policy: policy.id,
            priority: policy.highest.name,
            customer: "Tocsin",
            title: title,
            openedAt: now
        )
        value.intake = intake
        value.status = .closed
        var stored = StoredCase(value: value, nextDue: nil, updatedAt: milliseconds)
        let opened = CaseEvent(.opened, at: now, way: intake, priority: value.priority)
        try tx.append([opened], to: &stored, recordedAt: milliseconds)
        try tx.insert(stored)
        return stored
    }

    mutating func put(
        _ notification: Notification,
        aboutClosed stored: StoredCase,
        person: Person?
    ) throws(StoreError) {
        var briefing = Briefing(
            notification: notification,
            value: stored.value,
            clocks: [],
            nextDueAt: nil,
            person: person,
            policyTitle: rulebook.strictestPolicy.title,
            baseURL: setting.baseURL,
            rulebook: rulebook.hash,
            sequence: stored.eventCount,
            at: now
        )
        try addLink(to: &briefing, isNew: true)
        try put(
            notification,
            briefing: briefing,
            caseID: stored.value.id,
            number: stored.value.number
        )
    }
}
