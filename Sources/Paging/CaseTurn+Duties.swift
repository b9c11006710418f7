import CivilTime
import Clocks
import OnCall

/// What is owed beside pages, updates and warnings: each duty a series of messages, until done.
extension CaseTurn {
    /// Our numbers, where no policy says any; docs/decisions/0012.
    enum DutySeconds {
        /// From the first response until an estimate is asked for.
        static let estimate = 600
        /// Before the end of the owner's shift, for the handoff notice.
        static let handoffLead = 1_800
        /// Between pages to both until one of them has the case.
        static let handover = 600
        /// Between reminders to chase the customer under continuous effort.
        static let chase = 1_800
    }

    /// Everything owed now; empty for most cases at most instants.
    var series: [Series] {
        if value.isMaintenance(under: policy) { return maintenanceSeries }
        var all: [Series] = []
        if value.isPendingForCustomer { addSilence(to: &all) }
        if isQuiet { return all }
        if value.acknowledgement != nil,
            isPagesOnly
                ? priority.promises.ownership
                : priority.urgency == .page || priority.promises.ownership
        {
            addHandoff(to: &all)
        }
        if value.owner != nil, !priority.tiers.isEmpty { addTier(to: &all) }
        if isPagesOnly {
            if priority.escalatesAtPercent == nil { return all }
        } else {
            if priority.wantsEstimate || value.estimateAt != nil { addEstimate(to: &all) }
            if value.isUnassessed { addTriage(to: &all) }
            addUnowned(to: &all)
        }
        for index in clocks.indices where !clocks[index].isStopped {
            addSeries(of: clocks[index], to: &all)
        }
        return all
    }

    private func addSeries(of clock: Clock, to all: inout [Series]) {
        guard clock.name == .response || clock.name == .resolution else { return }
        if isPagesOnly { return addOverdue(clock, to: &all) }
        if let asked = clock.diagnosisReminderAt {
            let first = ladderHours.map { $0.nextOpening(atOrAfter: asked) ?? asked } ?? asked
            all.append(
                Series(
                    duty: .diagnosis,
                    anchor: clock.anchor,
                    instants: .daily(from: first, hours: ladderHours)
                )
            )
        }
        if let bestBy = clock.bestBy, bestBy != clock.due, clock.state != .paused {
            all.append(Series(duty: .bestBy, anchor: bestBy, instants: .once(held(bestBy))))
        }
        if let objective = clock.objective, objective != clock.due {
            let at = held(objective)
            all.append(Series(duty: .objective, anchor: objective, instants: .once(at)))
        }
        addOverdue(clock, to: &all)
        if let hours = ladderHours, clock.state != .paused,
            let deadline = clock.unstaffedDeadline(staffed: hours)
        {
            let duty: Duty = clock.name == .response ? .unstaffedResponse : .unstaffedResolution
            // Where nobody is in before the due, the first opening after it brings the warning.
            let at = held(deadline.announceAt)
            if max(at, now) < deadline.due {
                all.append(Series(duty: duty, anchor: deadline.due, instants: .once(at)))
            }
        }
    }

    private func addOverdue(_ clock: Clock, to all: inout [Series]) {
        guard clock.name == .resolution, let percent = priority.escalatesAtPercent,
            let due = clock.due,
            let at = percent == 100 ? due : caseClocks.instant(of: clock, percent: percent)
        else { return }
        all.append(Series(duty: .overdue, anchor: due, instants: .once(held(at))))
    }

    // MARK: The stream

    private func done(_ series: Series) -> Int {
        guard let mark = value.progress.duties[series.duty],
            mark.run == series.anchor.secondsSinceEpoch
        else { return 0 }
        return mark.count
    }

    var dutyItem: Item? {
        var earliest: Item?
        for series in series {
            let done = done(series)
            guard var at = series.instant(at: done, after: done) else { continue }
            if let snoozed = value.snoozedUntil { at = max(at, snoozed) }
            if let found = earliest, found.at <= at { continue }
            earliest = Item(at: at, action: .duty(series.duty))
        }
        return earliest
    }

    /// Does the latest message of the series that is due; earlier ones missed in an absence are not
    /// sent.
    mutating func perform(_ duty: Duty, dueAt: Instant) {
        guard let series = series.first(where: { $0.duty == duty }) else { return }
        let done = done(series)
        let index = latestIndex(from: done) { series.instant(at: $0, after: done) }
        let due = Due(
            series: series,
            index: index,
            at: series.instant(at: index, after: done) ?? dueAt
        )
        switch duty {
        case .handoff: tellHandoff(due)
        case .handover: pageHandover(due)
        case .estimate, .followUp, .diagnosis, .triage, .chase, .unowned: remind(due)
        case .silence: actOnSilence(due)
        case .tier: pageTier(due)
        case .bestBy, .objective: warn(due)
        case .overdue: escalateOverdue(due)
        case .maintenance: tellMaintenance(due)
        case .unstaffedResponse, .unstaffedResolution: announceUnstaffed(due)
        }
    }

    /// One message of a series that is due.
    struct Due {
        var series: Series
        var index: Int
        var at: Instant

        var occasion: String {
            let anchor = series.anchor.secondsSinceEpoch
            return Occasion.duty(series.duty, anchor: anchor, index: index).text
        }
    }

    // MARK: Messages

    /// Records the message and sends it; the reader's own zone is used for its times.
    mutating func tell(
        _ due: Due,
        _ to: [Reached],
        kind: Notification.Kind,
        event: CaseEvent.Name,
        summary: (CaseTurn) -> String
    ) {
        record(CaseEvent(event, at: now, text: summary(self), occasion: due.occasion))
        send(
            to,
            kind: kind,
            event: event,
            occasion: due.occasion,
            summary: summary,
            why: "\(policy.id) \(priority.name), \(due.series.duty.words)",
            dueAt: due.at
        )
    }

    private mutating func remind(_ due: Due) {
        tell(due, ownerOrOnCall, kind: .reminder, event: .reminded) { $0.words(of: due) }
    }

    private mutating func warn(_ due: Due) {
        var to = people(of: value.owner.map { [$0] } ?? [])
        to += people(of: value.progress.currentPeople)
        if to.isEmpty { to = ownerOrOnCall }
        tell(due, to, kind: .warning, event: .warned) { $0.words(of: due) }
    }

    /// To those who are in, and to leadership, who may put somebody on.
    private mutating func announceUnstaffed(_ due: Due) {
        let to = ownerOrOnCall + people(of: ladder?.leadership ?? [])
        tell(due, to, kind: .warning, event: .noticed) { $0.words(of: due) }
    }

    private mutating func escalateOverdue(_ due: Due) {
        let reason = words(of: due)
        record(CaseEvent(.warned, at: now, text: reason, occasion: due.occasion))
        let event = CaseEvent(.escalated, at: now, reason: reason)
        record(event)
        escalate(event)
    }
}
