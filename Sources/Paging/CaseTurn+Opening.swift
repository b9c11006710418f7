import CivilTime
import Clocks
import OnCall

/// What an opening brings about beside its ladder: triage, maintenance, a policy that is missing.
extension CaseTurn {
    mutating func takeOpening() {
        if value.isMaintenance(under: policy) { return }
        if rulebook.ownPolicy(of: value) == nil { tellPolicyMissing() }
        guard value.isUnassessed, triageWord != nil, let ladder, !ladder.steps.isEmpty,
            let hours = ladderHours, !hours.isOpen(at: now)
        else { return }
        page(steps: [0], of: ladder, round: 0, dueAt: now)
    }

    /// no policy matches, so the strictest one holds and leadership hears of it.
    private mutating func tellPolicyMissing() {
        let summary =
            "No policy matches case \(value.number): \(value.policy) is not in the files, or was"
            + " not in effect when it was opened. The strictest one, \(policy.id), holds (R-40)."
        let why = "no policy matches the case (R-40)"
        tell(people(of: ladder?.leadership ?? []), event: .opened, why: why, dueAt: now) { _ in
            summary
        }
    }

    // MARK: Triage

    func addTriage(to all: inout [Series]) {
        guard let triage = policy.triage,
            let first = inLadderHours(seconds: triage.afterSeconds, from: value.openedAt)
        else { return }
        let each = Series.Instants.daily(from: first, hours: ladderHours)
        all.append(Series(duty: .triage, anchor: value.openedAt, instants: each))
    }

    /// The first of the policy's words that the case holds: it may be worse than its priority says.
    var triageWord: String? {
        guard value.isUnassessed, let triage = policy.triage, !triage.words.isEmpty else {
            return nil
        }
        let text = "\(value.title) \(value.details)".lowercased()
        let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        return triage.words.first { words.contains($0) }
    }

    // MARK: Maintenance

    /// A case tagged `maintenance` is a planned window, which asks one thing only: that customers
    /// were told in time (docs/decisions/0012).
    var maintenanceSeries: [Series] {
        guard let maintenance = policy.maintenance, value.lastUpdate == nil else { return [] }
        guard let window = value.maintenanceWindow else {
            let first = value.openedAt.adding(seconds: DutySeconds.estimate)
            let each = Series.Instants.daily(from: first, hours: nil)
            return [Series(duty: .maintenance, anchor: value.openedAt, instants: each)]
        }
        guard
            let owed = MaintenanceDuty(
                startsAt: window.startsAt,
                plannedAt: window.plannedAt,
                isEmergency: value.tags.contains("emergency"),
                noticeSeconds: maintenance.noticeSeconds,
                usualSeconds: maintenance.usualSeconds
            )
        else { return [] }
        // A notice recorded at the due instant itself is in time.
        let instants = [owed.remindAt, owed.warnAt, owed.dueAt.adding(seconds: 1)]
        return [Series(duty: .maintenance, anchor: window.startsAt, instants: .listed(instants))]
    }

    func maintenanceWords(_ due: Due) -> String {
        guard value.maintenanceWindow != nil else {
            return "Maintenance \(value.number) has no start: record it (the event linked_release,"
                + " with its time), or nobody can be reminded to tell customers."
        }
        let what = "Maintenance \(value.number) (\(value.title)) starts at"
        let start = spoken(due.series.anchor)
        let notice = policy.maintenance.map { "\($0.noticeSeconds / 3_600) h" } ?? ""
        if due.index >= 2 {
            return
                "\(what) \(start) and no notice to customers is recorded; \(notice) were promised."
        }
        return "\(what) \(start) and customers have not been told. Post the notice, then record it:"
            + " tocsin update \(value.number) --text \"…\""
    }

    mutating func tellMaintenance(_ due: Due) {
        let words = { (turn: CaseTurn) in turn.maintenanceWords(due) }
        guard value.maintenanceWindow != nil, due.index > 0 else {
            return tell(due, ownerOrOnCall, kind: .reminder, event: .reminded, summary: words)
        }
        let all = ownerOrOnCall + people(of: ladder?.leadership ?? [])
        if due.index == 1 {
            return tell(due, all, kind: .warning, event: .warned, summary: words)
        }
        tell(due, all, kind: .breach, event: .breached, summary: words)
    }

    // MARK: Estimates

    /// One that was not given with the first response is asked for; the time of one that was is a
    /// follow-up.
    func addEstimate(to all: inout [Series]) {
        let owed = EstimateDuty.owed(
            respondedAt: clock(.response)?.stoppedAt,
            estimate: value.estimateAt,
            stoppedAt: nil
        )
        switch owed {
        case .give(let since) where priority.wantsEstimate:
            guard let first = inLadderHours(seconds: DutySeconds.estimate, from: since) else {
                return
            }
            let each = Series.Instants.daily(from: first, hours: ladderHours)
            all.append(Series(duty: .estimate, anchor: since, instants: each))
        case .followUp(let at) where value.lastUpdate.map({ $0.at < at }) ?? true:
            let each = Series.Instants.daily(from: at, hours: ladderHours)
            all.append(Series(duty: .followUp, anchor: at, instants: each))
        case .give, .followUp, nil: break
        }
    }
}

extension Case {
    /// Whether it is a planned window of a policy that promises notice of such.
    package func isMaintenance(under policy: Policy) -> Bool {
        policy.maintenance != nil && tags.contains("maintenance")
    }

    /// The window named last, and when it was named; `nil` while none was.
    var maintenanceWindow: (startsAt: Instant, plannedAt: Instant)? {
        for record in records.reversed() {
            if case .linkedRelease(let start) = record.event { return (start, record.at) }
        }
        return nil
    }
}
