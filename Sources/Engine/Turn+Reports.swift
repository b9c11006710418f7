import CivilTime
import Delivery
import OnCall
import Paging
import Store

/// What the courier reports, and what follows where a person was not reached.
extension Turn {
    private static let lostSeconds = 30

    /// A page whose delivery is not confirmed within this many seconds moves on.
    static let confirmSeconds = 20

    mutating func take(_ report: AttemptReport) throws(StoreError) {
        finished.append(report.id)
        let held = loop.inFlight[report.id]
        let kept = held == nil ? try tx.notification(id: report.id) : nil
        guard let stored = held ?? kept else { return }
        // Whoever left in the same message fares as it did; a late word of failure says nothing.
        let isLeading = stored.bundle == stored.id && (held != nil || report.outcome == .delivered)
        let members = isLeading ? try tx.members(of: stored.id) : []
        let isParted = isLeading ? try part(stored, from: members, after: report) : false
        try settle(stored, report)
        for member in members {
            if isParted {
                try settle(member, report.said(of: member))
            } else {
                try settle(member, following: stored, report)
            }
        }
    }

    /// Where what follows from an outcome cannot be kept: its message is sent once more, under the
    /// same key, and perhaps more can be kept then.
    mutating func tryAgain(after report: AttemptReport) throws(StoreError) {
        finished.append(report.id)
        _ = try isKept("the retry of message \(report.id)") { (turn) throws(StoreError) in
            _ = try turn.tx.recordRetry(
                report.id,
                token: report.attempt,
                attempt: StoredAttempt(report),
                nextAttempt: turn.putOff
            )
        }
    }

    /// A page that another one's message names too.
    private mutating func settle(
        _ member: StoredNotification,
        following leader: StoredNotification,
        _ report: AttemptReport
    ) throws(StoreError) {
        let own = report.said(of: member)
        switch report.outcome {
        case .delivered: try settle(member, own)
        case .withdrawn: break
        case .transient, .unknown, .permanent, .configuration:
            guard try isStillWanted(member) else {
                try settle(member, own)
                return
            }
            let kept = try tx.notification(id: leader.id)
            if let next = kept?.nextAttempt {
                let lease = next + real(seconds: Self.leaseSeconds)
                try tx.holdMembers(of: leader.id, until: lease)
            } else if kept?.state == .dead {
                try settle(member, own)
            }
        }
    }

    private mutating func settle(
        _ stored: StoredNotification,
        _ report: AttemptReport
    ) throws(StoreError) {
        if report.outcome == .withdrawn {
            try tx.cancelSending(
                report.id,
                reason: "its case was taken before it began",
                causedBy: try tx.eventCount(ofCaseWith: report.id),
                at: milliseconds
            )
            return
        }
        let attempt = StoredAttempt(report)
        let since = max(
            stored.notification.notBefore.milliseconds,
            stored.notification.dueAt.milliseconds
        )
        if report.outcome == .delivered {
            try tx.recordDelivered(report.id, attempt: attempt)
            loop.engine.latencies.note(report.startedAt + Int64(report.millis) - since)
            return
        }
        if report.outcome == .configuration || report.isEndpointGone {
            let channel = stored.notification.contact.channel
            try noteFault(ofChannel: channel, because: report.error)
        }
        guard try isStillWanted(stored) else {
            try tx.recordCancelled(
                report.id,
                attempt: attempt,
                reason: "its case was taken meanwhile",
                causedBy: try tx.eventCount(ofCaseWith: report.id),
                at: milliseconds
            )
            return
        }
        let isMail = setting.mailChannels[stored.notification.contact.channel] != nil
        // Nothing of it left: it comes again together with the others that wait for this channel.
        let isReturning = report.isBehindBreaker && isBundled(stored.notification)
        let next = RetrySchedule(kind: stored.notification.kind, isMail: isMail).next(
            after: report,
            key: stored.key,
            dueAt: since,
            now: milliseconds,
            sharing: isReturning ? real(seconds: Crowds.holdSeconds) : nil
        )
        switch next {
        case .attempt(let at):
            // A message of several was taken apart before, or still stands as it left.
            if isReturning, stored.bundle != stored.id {
                try tx.recordUnsent(report.id, token: report.attempt)
            }
            try tx.recordRetry(report.id, token: report.attempt, attempt: attempt, nextAttempt: at)
            // Behind an open breaker nothing waits: the next channel, or the next step, comes now.
            if report.isBehindBreaker { try moveOn(from: stored) }
        case .dead:
            let token = report.attempt
            guard try tx.recordDead(report.id, token: token, attempt: attempt, at: milliseconds)
            else { return }
            try moveOn(from: stored)
            try noteStaleContact(of: stored, because: report.error)
            try noteLostCanary(stored.notification, because: report.error)
        }
    }

    /// Claims without those that an absence made pointless, which are given up.
    ///
    /// Such is a page that was tried before and whose time is over, where the case has a later one:
    /// that says the same and how late it is. Alone it still leaves, as nothing else would; so does
    /// a message of several cases, which may be all that some of them have.
    mutating func current(
        _ claims: [StoredNotification]
    ) throws(StoreError) -> [StoredNotification] {
        let patience = real(seconds: Self.confirmSeconds)
        var current: [StoredNotification] = []
        for claim in claims {
            let isOver = claim.attempts > 1 && milliseconds - claim.deadline > patience
            guard isOver, claim.bundle == nil, claim.notification.kind == .page,
                claim.notification.page?.isDrill == false,
                !loop.quarantined.contains(claim.caseNumber),
                try tx.hasPage(ofCase: claim.caseID, after: claim.deadline)
            else {
                current.append(claim)
                continue
            }
            let isKept = try isKept("the end of message \(claim.id)") {
                (turn) throws(StoreError) in
                let (token, instant) = (claim.attempts, turn.milliseconds)
                try turn.tx.recordDead(claim.id, token: token, attempt: nil, at: instant)
                try turn.moveOn(from: claim)
            }
            if !isKept { current.append(claim) }
        }
        return current
    }

    /// What an earlier process was sending is due again, unless its case was taken meanwhile.
    ///
    /// Answers how many there were.
    func reclaimOrphans() throws(StoreError) -> Int {
        try takeUpAgain(tx.reclaimLapsed(at: milliseconds, isAtStart: true))
    }

    /// The same for what this process was sending and has no courier any more: neither its outcome
    /// nor that it is to be tried again could be kept.
    func reclaimLost() throws(StoreError) {
        guard milliseconds >= loop.lostAt else { return }
        loop.lostAt = milliseconds + real(seconds: Self.lostSeconds)
        let held = loop.inFlight
        let lost = try tx.reclaimLapsed(at: milliseconds) { stored in
            held[stored.id] != nil || stored.bundle.map { held[$0] != nil } ?? false
        }
        guard !lost.isEmpty else { return }
        setting.log(.warning, "\(lost.count) deliveries of unknown outcome are tried again")
        _ = try takeUpAgain(lost)
    }

    private func takeUpAgain(_ orphans: [StoredNotification]) throws(StoreError) -> Int {
        let setAside = Set(try tx.quarantined())
        for stored in orphans where !setAside.contains(stored.caseNumber) {
            if try isStillWanted(stored) { continue }
            try tx.cancel(
                caseID: stored.caseID,
                kinds: [stored.notification.kind],
                person: stored.notification.person,
                occasionPrefix: stored.notification.occasion,
                reason: "its case was taken meanwhile",
                causedBy: try tx.eventCount(ofCaseWith: stored.id),
                at: milliseconds
            )
        }
        return orphans.count
    }

    /// Whether what failed still has a reason by the case as it stands now.
    func isStillWanted(_ stored: StoredNotification) throws(StoreError) -> Bool {
        guard stored.notification.kind != .notice,
            !loop.quarantined.contains(stored.caseNumber)
        else { return true }
        guard let value = try tx.storedCase(id: stored.caseID)?.value else { return false }
        return value.wants(stored.notification)
    }

    /// A customer's address that takes no mail: the case's owner is told (S0 line 77).
    private mutating func noteStaleContact(
        of notice: StoredNotification,
        because fault: String?
    ) throws(StoreError) {
        guard notice.notification.kind == .notice, notice.notification.person == nil,
            !loop.quarantined.contains(notice.caseNumber),
            let stored = try tx.storedCase(id: notice.caseID), stored.value.isOpen
        else { return }
        let undelivered = CaseEvent(
            .undelivered,
            at: now,
            text: fault,
            reason: notice.notification.contact.address,
            occasion: notice.notification.occasion
        )
        try decide(on: stored, after: undelivered)
    }

    /// Pages nobody has confirmed in time; answers whether there were any.
    mutating func moveUnconfirmed() throws(StoreError) -> Bool {
        let unconfirmed = try tx.unconfirmed(before: milliseconds, limit: EngineLoop.casesMax)
        for stored in unconfirmed {
            let isKept = try isKept("the page of message \(stored.id)") {
                (turn) throws(StoreError) in
                try turn.tx.clearConfirm(ids: [stored.id])
                try turn.moveOn(from: stored)
            }
            if !isKept { try tx.setConfirm(stored.id, by: putOff) }
        }
        return !unconfirmed.isEmpty
    }

    /// The person's next channel starts now; after the last one the next step is brought forward.
    private mutating func moveOn(from stored: StoredNotification) throws(StoreError) {
        guard let page = stored.notification.page, stored.notification.kind == .page else {
            return
        }
        if loop.quarantined.contains(stored.caseNumber) {
            return try repeatBarePage(stored.notification, caseID: stored.caseID)
        }
        guard let person = stored.notification.person else { return }
        let siblings = try tx.notifications(pageID: page.id)
        if siblings.contains(where: { $0.state == .delivered }) { return }
        let waiting = siblings.filter { $0.state == .pending && $0.attempts == 0 }
        if let next = waiting.first {
            _ = try tx.makeDue(next.id, at: milliseconds)
            try tx.setConfirm(next.id, by: milliseconds + real(seconds: Self.confirmSeconds))
            return
        }
        let isOpenEnded = siblings.contains { sibling in
            sibling.id != stored.id && sibling.confirmBy != nil
                && (sibling.state == .sending || sibling.state == .pending)
        }
        guard !isOpenEnded, !page.isDrill, let owner = try tx.storedCase(id: stored.caseID),
            owner.value.isOpen, owner.value.acknowledgement == nil,
            owner.value.progress.cycle == page.cycle,
            !owner.value.progress.tried.contains(where: {
                $0.person == person && $0.step == page.step && $0.isUnreached
            })
        else { return }
        let undelivered = CaseEvent(
            .undelivered,
            at: now,
            text: "no channel of \(person) confirmed the page",
            person: person,
            occasion: stored.notification.occasion
        )
        try decide(on: owner, after: undelivered)
    }
}

extension AttemptReport {
    /// The same said of a page that left, or did not, in the same message.
    fileprivate func said(of member: StoredNotification) -> AttemptReport {
        var own = self
        own.id = member.id
        own.attempt = member.attempts
        return own
    }
}

extension StoredAttempt {
    fileprivate init(_ report: AttemptReport) {
        self.init(
            notificationID: report.id,
            number: report.attempt,
            startedAt: report.startedAt,
            millis: report.millis,
            outcome: report.outcome.rawValue,
            status: report.status,
            error: report.error
        )
    }
}
