import CivilTime
import Clocks
import OnCall

extension Case {
    /// The reason of an `opened` event where the sender named no priority and the policy's default
    /// was taken.
    package static let defaultPriority = "default"

    /// Folds one event into the case; the only way a case changes.
    ///
    /// Late and repeated events are normal and harmless: what an event no longer fits is ignored.
    package mutating func apply(_ event: CaseEvent) {
        if event.name == .raisedAgain, !takesBackEnd() { return }
        if let record = event.clockRecord { insert(record) }
        let isOfSender =
            isOfSender(event) && (event.name == .resolved || event.name == .raisedAgain)
        // A hold that ends as agreed counts as a word: whoever has the case takes it up again.
        if event.way != "engine" && !isOfSender || event.name == .holdEnded {
            lastWordAt = max(lastWordAt, event.at)
        }
        switch event.name {
        case .acknowledged:
            if let person = event.by { applyAcknowledgement(event, by: person) }
        case .unacknowledged: giveBack(at: event.at)
        case .ackExpired: restartLadder(at: event.at, atOwner: owner != nil)
        case .updated:
            lastUpdate = Word(by: event.by, at: event.at, text: event.text ?? "")
        case .statusChanged: applyStatus(event)
        case .holdEnded, .customerWrote:
            if status == .onHold || status == .pending { setStatus(.inProgress) }
        case .priorityChanged:
            applyPriority(event)
        case .snoozed: snoozedUntil = event.until
        case .reassigned:
            owner = event.person ?? owner
            restartLadder(at: event.at, atOwner: true)
        case .responderAdded:
            if let person = event.person, !responders.contains(person) { responders.append(person) }
        case .resolved:
            flapping.endedAt = isOfSender ? event.at : nil
            flapping.holder = isOfSender ? acknowledgement : nil
            setStatus(.resolved)
            statusReason = event.reason
            acknowledgement = nil
            progress.offered = []
        case .closed:
            flapping.endedAt = nil
            setStatus(.closed)
        case .raisedAgain:
            setStatus(.open)
            acknowledgement = flapping.holder
            flapping.raise(at: event.at, begun: begunAt)
        case .reopened:
            flapping = Flapping()
            setStatus(.open)
            estimateAt = nil
            expiresAt = nil
            restartLadder(at: event.at, atOwner: false)
        case .escalated:
            progress.escalations += 1
            // Leadership has it: its step of this cycle is no second escalation to the customer.
            progress.escalatedCycle = progress.cycle
        case .responded:
            progress.isAnswered = true
            isUnassessed = false
        case .opened: isUnassessed = event.reason == Self.defaultPriority
        case .estimateGiven: estimateAt = event.until
        case .noted, .diagnosed, .delayed, .workaroundFound,
            .linkedRelease, .dueOverridden:
            break
        case .paged, .stepSkipped, .caughtUp, .reminded, .warned, .breached, .noticed,
            .undelivered, .exhausted:
            progress.apply(event)
        }
    }

    /// The end that a sender takes back stopped no clock: they go on as if it had not been.
    ///
    /// `false` where the sender has not ended it.
    private mutating func takesBackEnd() -> Bool {
        guard flapping.endedAt != nil else { return false }
        if let index = records.lastIndex(where: { $0.event == .resolved }) {
            records.remove(at: index)
        }
        return true
    }

    private mutating func applyStatus(_ event: CaseEvent) {
        guard let next = event.status else { return }
        setStatus(next)
        statusReason = event.reason
        statusUntil = next == .onHold ? event.until : nil
    }

    // Raised: the ladder starts again at once (R-14). Lowered: it goes on from the original start
    // and an acknowledgement stands (R-15).
    private mutating func applyPriority(_ event: CaseEvent) {
        isUnassessed = false
        if event.reason == "confirmed" { return }
        priority = event.priority ?? priority
        if event.reason == "lowered" {
            progress.restartLadder(at: nil, atOwner: false)
        } else {
            restartLadder(at: event.at, atOwner: owner != nil)
        }
    }

    private mutating func setStatus(_ next: CaseStatus) {
        status = next
        statusReason = nil
        statusUntil = nil
    }

    private mutating func applyAcknowledgement(_ event: CaseEvent, by person: PersonID) {
        let since = acknowledgement?.since
        acknowledgement = Acknowledgement(by: person, at: event.at)
        acknowledgement?.since = since ?? event.at
        owner = person
        progress.broughtForwardAt = nil
        progress.offered = []
    }

    /// Taken back within minutes: the ladder goes on where it stood, its steps at their instants.
    ///
    /// In the same cycle, for no step of it is done twice. Later, or once the customer was
    /// answered, it is a handing back, and the ladder starts again.
    private mutating func giveBack(at instant: Instant) {
        guard let held = acknowledgement, !progress.isAnswered,
            instant.seconds(since: held.since) <= Self.undoSeconds
        else { return restartLadder(at: instant, atOwner: false) }
        acknowledgement = nil
        snoozedUntil = nil
        // Whoever gave it back is the owner still, and not the one to ask first.
        progress.startsAtOwner = false
        // A ladder at its end says so once more, or nobody would hear of the case.
        progress.isExhausted = false
    }

    private mutating func restartLadder(at instant: Instant, atOwner: Bool) {
        acknowledgement = nil
        snoozedUntil = nil
        progress.restartLadder(at: instant, atOwner: atOwner)
    }

    /// Keeps `records` in order of time; of one instant, the order of recording (R-28).
    private mutating func insert(_ record: ClockRecord) {
        let index = records.lastIndex { $0.at <= record.at }.map { $0 + 1 } ?? 0
        records.insert(record, at: index)
    }
}

extension CaseEvent {
    /// What the clocks make of this event, or `nil` where they do not care.
    var clockRecord: ClockRecord? {
        let event: ClockEvent? =
            switch name {
            case .acknowledged: .acknowledged
            case .responded: .responded
            case .updated: .updated(next: until)
            case .statusChanged: statusRecord
            case .holdEnded, .raisedAgain: .inProgress
            case .priorityChanged: priority.map { .priority($0) }
            case .diagnosed: .diagnosed
            case .delayed: .delayed
            case .linkedRelease: until.map { .linkedRelease(at: $0) }
            case .customerWrote: .customerWrote
            case .resolved: .resolved
            case .reopened: .reopened
            case .closed: .closed
            case .dueOverridden: dueRecord
            default: nil
            }
        return event.map { ClockRecord(at: at, event: $0) }
    }

    private var statusRecord: ClockEvent? {
        switch status {
        case .pending:
            .pending(PauseReason(rawValue: "pending:\(reason ?? "other")") ?? .pendingOther)
        case .onHold: until.map { .onHold(until: $0) }
        case .open, .inProgress: .inProgress
        case .resolved: .resolved
        case .closed: .closed
        case nil: nil
        }
    }

    private var dueRecord: ClockEvent? {
        guard let until, let name = ClockName(rawValue: text ?? "") else { return nil }
        return .dueOverridden(name, at: until)
    }
}

extension Progress {
    mutating func restartLadder(at instant: Instant?, atOwner: Bool) {
        cycle += 1
        anchor = instant
        startsAtOwner = atOwner
        stepsDone = 0
        rounds = 0
        isExhausted = false
        isAnswered = false
        broughtForwardAt = nil
        currentOccasion = ""
        currentPeople = []
        tried = []
        offered = []
    }

    mutating func apply(_ event: CaseEvent) {
        switch event.occasion.flatMap({ Occasion($0) }) {
        case .page(cycle, let step, let round):
            applyPage(event, step: step, round: round)
        case .warning(let clock, let run, let percent):
            if event.name == .breached {
                breached[clock] = run
            } else {
                warned[clock] = Mark(run: run, count: percent)
            }
        case .reminder(let run, let index): reminded = Mark(run: run, count: index + 1)
        case .lateUpdate(let run): leadershipRemindedRun = run
        case .lease(_, let count):
            leaseWarnedFor = event.until
            notices = max(notices, count)
        case .notice(let count): notices = max(notices, count)
        case .escalation, .raise: noteOffered(event)
        case .duty(let duty, let anchor, let index):
            duties[duty] = Mark(run: anchor, count: index + 1)
            if duty == .tier { tierPagedAt = event.at }
            noteOffered(event)
        case .page, nil: break
        }
        if event.name == .exhausted { isExhausted = true }
        if event.name == .undelivered, event.person == nil, let address = event.reason,
            !staleContacts.contains(address)
        {
            staleContacts.append(address)
        }
    }

    /// Whoever is paged outside the ladder belongs to those tried, and may take the case over.
    ///
    /// Such a page takes the place of its person's page before: where it does not arrive, neither
    /// did that.
    private mutating func noteOffered(_ event: CaseEvent) {
        guard let person = event.person else { return }
        if event.name == .undelivered, currentPeople.contains(person) {
            applyUndelivered(event, step: stepsDone, round: rounds)
        }
        guard event.name == .paged else { return }
        if !offered.contains(person) { offered.append(person) }
        tried.append(Tried(person: person, at: event.at, step: stepsDone, isUnreached: false))
        if tried.count > Self.triedMax { tried.removeFirst() }
    }

    private mutating func applyPage(_ event: CaseEvent, step: Int, round: Int) {
        switch event.name {
        case .paged:
            guard let person = event.person else { return }
            let occasion = event.occasion ?? ""
            currentPeople = occasion == currentOccasion ? currentPeople + [person] : [person]
            currentOccasion = occasion
            stepsDone = max(stepsDone, step)
            rounds = max(rounds, round)
            broughtForwardAt = nil
            tried.append(Tried(person: person, at: event.at, step: step, isUnreached: false))
            if tried.count > Self.triedMax { tried.removeFirst() }
        case .stepSkipped, .caughtUp:
            stepsDone = max(stepsDone, step)
            rounds = max(rounds, round)
            // Nobody at all was found: the next step never waits for this one's time to pass.
            broughtForwardAt = event.name == .stepSkipped && event.person == nil ? event.at : nil
        case .undelivered: applyUndelivered(event, step: step, round: round)
        case .noticed: escalatedCycle = cycle
        default: break
        }
    }

    /// Marks a person unreached; once nobody of the step paged last is reached, the next comes now.
    private mutating func applyUndelivered(_ event: CaseEvent, step: Int, round: Int) {
        guard let person = event.person else { return }
        for index in tried.indices where tried[index].person == person && tried[index].step == step
        {
            tried[index].isUnreached = true
        }
        guard step == stepsDone, round == 0, rounds == 0 else { return }
        let isAnyoneReached = currentPeople.contains { current in
            !tried.contains { $0.person == current && $0.step == step && $0.isUnreached }
        }
        if !isAnyoneReached { broughtForwardAt = event.at }
    }
}
