import CivilTime
import Clocks
import Delivery
import OnCall
import Paging
import Store

/// One turn's work inside its one transaction, and what is to happen after the commit.
struct Turn {
    let loop: EngineLoop
    let tx: Transaction
    let milliseconds: Milliseconds
    var rulebook: Rulebook

    /// To hand to the courier once committed.
    var claimed: [StoredNotification] = []
    /// By the rows of messages that bring several pages: the others in them.
    var others: [Int64: [Parcel.Other]] = [:]
    /// To take back from the courier, where it has not begun them.
    var withdrawn: [Int64] = []
    /// Reported, so no longer in flight.
    var finished: [Int64] = []
    var replies: [() -> Void] = []
    /// Events for those who listen; empty while nobody does.
    var told: [(number: Int, event: CaseEvent)] = []
    var newRulebook: Rulebook?
    /// An edit whose open cases have not all been looked at again.
    var edit: FilesEdit?
    /// Counts again only with the commit: pages that were undone ring nobody.
    var crowds: Crowds
    /// When a fault of each channel was last told to admins.
    var toldChannels: [String: Milliseconds]
    /// Whether its instant was kept as the highest acted at.
    var isOnRecord = false
    /// Whether there was anything to keep.
    var hasWritten = false
    /// What the engine was told, with the channels of the files in force.
    var setting: CaseEngine.Setting
    /// What this turn put in force of channels.
    var newChannels: Work.NewChannels?
    /// The cases set aside, where this turn changed them.
    var quarantined: Set<Int>?

    init(_ loop: EngineLoop, _ tx: Transaction, at milliseconds: Milliseconds) {
        self.loop = loop
        self.tx = tx
        self.milliseconds = milliseconds
        rulebook = loop.engine.rulebook
        setting = loop.engine.setting
        edit = loop.edit
        crowds = loop.crowds
        toldChannels = loop.toldChannels
    }

    var now: Instant { Instant(milliseconds: milliseconds) }
    /// Real durations, such as a receiver's patience, in this engine's milliseconds.
    func real(seconds: Int) -> Milliseconds { Milliseconds(seconds * 1_000 * setting.clock.speed) }

    /// Keeps this instant as the highest acted at.
    mutating func putOnRecord() throws(StoreError) {
        try tx.set(String(milliseconds), for: Meta.highWater)
        isOnRecord = true
    }

    mutating func take(_ work: Work) throws(StoreError) {
        switch work {
        case .open(let request, let reply):
            let result = try open(request)
            replies.append { reply(result) }
        case .act(let request, let reply):
            let result = try act(request)
            replies.append { reply(result) }
        case .replace(let rulebook, let changes, let channels, let reply):
            if let channels {
                channels.adjust(&setting)
                newChannels = channels
            }
            try replace(rulebook, changes: changes)
            replies.append { reply(.success(())) }
        case .alarm(let title, let text): try alarm(title, text)
        case .drill(let drill, let reply):
            let result = try send(drill)
            replies.append { reply(result) }
        case .retry(let id, let reply):
            let result = try retry(id)
            replies.append { reply(result) }
        case .again(let key, let reply):
            try sendAgain(key)
            replies.append { reply(.success(())) }
        case .reports(let reports):
            for report in reports {
                let isKept = try isKept("the outcome of message \(report.id)") {
                    (turn) throws(StoreError) in try turn.take(report)
                }
                if !isKept { try tryAgain(after: report) }
            }
        case .change(let body, let reply):
            let result = try body(tx)
            replies.append { reply(result) }
        }
    }

    /// Cases and notifications that fall due by themselves.
    ///
    /// Answers whether there was anything.
    mutating func runDue() throws(StoreError) -> Bool {
        let due = try tx.dueCases(before: milliseconds, limit: EngineLoop.casesMax)
        for stored in due { try commitDue(stored) }
        if due.count < EngineLoop.casesMax { try concludeEdit() }
        let hasMoved = try moveUnconfirmed()
        let room = EngineLoop.inFlightMax - loop.inFlight.count - claimed.count
        guard room > 0 else { return true }
        try releaseStranded()
        try reclaimLost()
        let lease = milliseconds + real(seconds: Self.leaseSeconds)
        let claims = try tx.claimDue(
            before: milliseconds,
            limit: min(room, EngineLoop.claimsMax)
        ) { _ in lease }
        let leaving = try bundled(current(claims))
        claimed += leaving
        return hasMoved || !due.isEmpty || !claimed.isEmpty
    }

    private mutating func commitDue(_ stored: StoredCase) throws(StoreError) {
        setting.marker.begin(.watched(stored.value.number))
        defer { setting.marker.end(.watched(stored.value.number)) }
        if let at = edit?.at, stored.nextDue == at {
            let (next, now) = (rulebook, now)
            edit?.note(stored.value, under: next, at: now)
        }
        let decision = decision(on: stored)
        let isKept = try isKept("case \(stored.value.number)") { (turn) throws(StoreError) in
            try turn.commit(decision, over: stored)
        }
        if isKept { return }
        var late = stored
        late.nextDue = putOff
        try tx.update(late)
    }

    /// When what a defect of ours refused is tried again.
    var putOff: Milliseconds { milliseconds + real(seconds: 60) }

    /// Does it and answers whether the store took it.
    ///
    /// In a turn that is done again because of a defect of ours, what brings it to light is undone
    /// alone and said, so that it holds up nothing else.
    mutating func isKept(
        _ what: @autoclosure () -> String,
        _ body: (inout Turn) throws(StoreError) -> Void
    ) throws(StoreError) -> Bool {
        guard loop.isCautious else {
            try body(&self)
            return true
        }
        let before = self
        let tx = tx
        do throws(StoreError) {
            try tx.nested { () throws(StoreError) in try body(&self) }
            return true
        } catch {
            guard error.isOurDefect else { throw error }
            self = before
            setting.log(.error, "\(what()) put off for a minute: \(error)")
            return false
        }
    }

    /// When there is something to do next; `nil` where nothing is due by itself.
    func earliest() throws(StoreError) -> Milliseconds? {
        let due = try tx.earliest()
        let isFull = loop.inFlight.count + claimed.count >= EngineLoop.inFlightMax
        return [due.case, isFull ? nil : due.notification, due.confirm]
            .compactMap { $0 }.min()
    }

    /// Twice the longest attempt: no claim of a living process lapses (reliability.md F4).
    static let leaseSeconds = 120

    // MARK: Cases

    /// What Paging makes of a case now.
    func decision(on stored: StoredCase, after events: [CaseEvent] = []) -> Decision {
        #if DEBUG
        setting.plantedTrap?(stored.value)
        #endif
        return stored.value.decision(after: events, rulebook: rulebook, at: now)
    }

    /// Decides about a case for what delivery has shown, and leaves word of it meanwhile.
    mutating func decide(on stored: StoredCase, after event: CaseEvent) throws(StoreError) {
        setting.marker.begin(.watched(stored.value.number))
        defer { setting.marker.end(.watched(stored.value.number)) }
        try commit(decision(on: stored, after: [event]), over: stored)
    }

    /// Writes a decision: events, cancellations, notifications, the fold and its next due instant.
    @discardableResult
    mutating func commit(
        _ decision: Decision,
        over stored: StoredCase,
        isNew: Bool = false
    ) throws(StoreError) -> StoredCase {
        var next = stored
        next.value = decision.value
        next.nextDue = decision.nextDue.map {
            $0.milliseconds + Milliseconds(decision.value.openedPhaseMilliseconds)
        }
        next.clockDue = decision.value.isOpen ? decision.clocks.nearest?.due?.milliseconds : nil
        next.updatedAt = milliseconds
        try tx.append(decision.events, to: &next, recordedAt: milliseconds)
        if loop.engine.feed.isArmed {
            told += decision.events.map { (decision.value.number, $0) }
        }
        if isNew { try tx.insert(next) } else { try tx.update(next) }
        for cancellation in decision.cancellations where !isNew {
            try cancel(cancellation, of: next)
        }
        guard !decision.notifications.isEmpty else { return next }
        for notification in decision.notifications {
            try enqueue(notification, of: next, clocks: decision.clocks, isNew: isNew)
        }
        return next
    }

    private mutating func cancel(
        _ cancellation: Decision.Cancellation,
        of stored: StoredCase
    ) throws(StoreError) {
        let kinds = Set(Notification.Kind.allCases.filter { cancellation.scope.covers($0) })
        try tx.cancel(
            caseID: stored.value.id,
            kinds: kinds,
            reason: cancellation.reason,
            causedBy: stored.eventCount,
            at: milliseconds
        )
        withdrawn += try tx.sending(caseID: stored.value.id, kinds: kinds)
    }

    mutating func enqueue(
        _ notification: Notification,
        of stored: StoredCase,
        clocks: [Clock],
        isNew: Bool
    ) throws(StoreError) {
        if !isNew, notification.kind == .page, let person = notification.person {
            // The newer page says all that the older one would (reliability.md 2.3).
            try tx.cancelSuperseded(
                caseID: stored.value.id,
                person: person,
                by: notification.occasion,
                causedBy: stored.eventCount,
                at: milliseconds
            )
        }
        var briefing = briefing(of: notification, stored, clocks: clocks)
        try addLink(to: &briefing, isNew: isNew)
        try put(
            notification,
            briefing: briefing,
            caseID: stored.value.id,
            number: stored.value.number,
            isForemost: rulebook.policy(for: stored.value).rank(of: stored.value.priority) ?? 0 == 0
        )
    }

    func briefing(
        of notification: Notification,
        _ stored: StoredCase,
        clocks: [Clock]
    ) -> Briefing {
        Briefing(
            notification: notification,
            value: stored.value,
            clocks: clocks,
            nextDueAt: stored.nextDue.map { Instant(milliseconds: $0) },
            acknowledgedUntil: stored.value.leaseEnd(rulebook: rulebook, at: now),
            person: notification.person.flatMap { rulebook.people[$0] },
            policyTitle: rulebook.policies[stored.value.policy]?.title ?? stored.value.policy,
            printed: rulebook.policies[stored.value.policy]?.print ?? [],
            baseURL: setting.baseURL,
            rulebook: rulebook.hash,
            sequence: stored.eventCount,
            at: now
        )
    }

    /// Stores a notification; one that may leave now is claimed in the same row.
    ///
    /// Answers its row. A page that is not foremost leaves after all those that are (G3).
    @discardableResult
    mutating func put(
        _ notification: Notification,
        briefing: Briefing,
        caseID: String,
        number: Int,
        isForemost: Bool = true
    ) throws(StoreError) -> Int64 {
        let due = max(notification.notBefore.milliseconds, notification.dueAt.milliseconds)
        let first = heldUntil(notification, due: due) ?? due
        let isNow =
            notification.notBefore <= now && first == due
            && loop.inFlight.count + claimed.count < EngineLoop.inFlightMax
        let isMail = setting.mailChannels[notification.contact.channel] != nil
        let schedule = RetrySchedule(kind: notification.kind, isMail: isMail)
        var stored = StoredNotification(
            key: notification.key(caseID: caseID),
            caseID: caseID,
            caseNumber: number,
            notification: notification,
            body: body(of: briefing),
            state: isNow ? .sending : .pending,
            nextAttempt: isNow ? nil : first,
            deadline: schedule.deadline(dueAt: due),
            attempts: isNow ? 1 : 0,
            leaseUntil: isNow ? milliseconds + real(seconds: Self.leaseSeconds) : nil,
            confirmBy: notification.kind == .page
                ? max(due, milliseconds) + real(seconds: Self.confirmSeconds) : nil,
            createdAt: milliseconds,
            urgency: notification.kind == .page && !isForemost ? 1 : nil
        )
        stored.notification.rulebook = rulebook.shortHash
        stored.id = try tx.enqueue(stored)
        if isNow { claimed.append(stored) }
        return stored.id
    }

    func body(of briefing: Briefing) -> [UInt8] {
        Payload.bytes(
            of: briefing,
            mailChannels: setting.mailChannels,
            localChannels: setting.localChannels,
            bodyForms: setting.bodyForms
        )
    }
}
