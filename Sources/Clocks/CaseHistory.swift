import CivilTime

/// A case as its events leave it, as far as clocks care.
struct CaseHistory {
    /// A stretch in a status that may pause clocks.
    struct Pause {
        var start: Instant
        /// `nil` while it lasts; a hold has its agreed end from the start.
        var end: Instant?
        var reason: PauseReasons
    }

    let priorities: [PriorityPromises]
    let openedAt: Instant
    private let channel: String?
    private let breaches: [RecordedBreach]

    private(set) var priority: Int
    private(set) var response: ClockHistory
    private(set) var update: ClockHistory
    private(set) var resolution: ClockHistory
    /// In order of time, apart from one another.
    private(set) var pauses: [Pause] = []
    private(set) var acknowledgedAt: Instant?
    private(set) var releaseAt: Instant?
    /// When it was resolved or closed, whichever came first; `nil` while it is open.
    private(set) var stoppedAt: Instant?
    private var diagnosedAt: Instant?
    private var delayedAt: Instant?

    init(of clocks: CaseClocks, priority: Int) {
        let opened = clocks.openedAt
        priorities = clocks.priorities
        openedAt = opened
        channel = clocks.channel
        breaches = clocks.breaches
        self.priority = priority
        response = ClockHistory(runs: [], base: opened, priority: priority)
        update = response
        resolution = response
        response.runs = runs(of: .response, from: opened)
        update.runs = runs(of: .update, from: opened)
        resolution.runs = runs(of: .resolution, from: opened)
    }

    /// Takes in one event; those of a case in order of time.
    mutating func apply(_ event: ClockEvent, at now: Instant) {
        switch event {
        case .resolved, .closed: stop(at: now)
        case .reopened: reopen(at: now)
        case .priority(let name): change(toPriorityNamed: name, at: now)
        case .linkedRelease(let instant): link(releaseAt: instant, at: now)
        case .dueOverridden(let name, let instant): set(due: instant, of: name, at: now)
        default:
            // What is said of a resolved case moves no clock until it is reopened.
            if stoppedAt == nil { applyWhileOpen(event, at: now) }
        }
    }

    private mutating func applyWhileOpen(_ event: ClockEvent, at now: Instant) {
        switch event {
        case .acknowledged: acknowledgedAt = acknowledgedAt ?? now
        case .responded: respond(at: now)
        case .updated(let next): restartUpdate(at: now, next: next)
        case .pending(let reason): pause(for: reason, at: now, until: nil)
        case .onHold(let until): pause(for: .onHold, at: now, until: max(until, now))
        case .inProgress: resume(at: now)
        case .customerWrote:
            if pauses.last?.reason == PauseReasons(.pendingCustomer) { resume(at: now) }
        case .diagnosed:
            guard diagnosedAt == nil else { return }
            diagnosedAt = now
            response.startWaiting(at: now)
            resolution.startWaiting(at: now)
        case .delayed:
            guard delayedAt == nil else { return }
            delayedAt = now
            update.startWaiting(at: now)
        case .resolved, .closed, .reopened, .priority, .linkedRelease, .dueOverridden: break
        }
    }

    /// Whether a breach of that run was written down by `asOf`, the clock's stop or now.
    ///
    /// A stop told late, which lies before the breach, is a stop in time.
    func hasRecordedBreach(_ name: ClockName, run: Int, asOf: Instant) -> Bool {
        breaches.contains { $0.name == name && $0.run == run && $0.at <= asOf }
    }

    /// When the case last became pending for the customer; `nil` where it no longer is.
    var pendingForCustomerSince: Instant? {
        guard stoppedAt == nil, let last = pauses.last, last.end == nil,
            last.reason == PauseReasons(.pendingCustomer)
        else { return nil }
        return last.start
    }

    // MARK: Stops and starts

    private mutating func respond(at now: Instant) {
        guard response.stoppedAt == nil else { return }
        response.stop(at: now)
        restartUpdate(at: now, next: nil)
    }

    private mutating func restartUpdate(at now: Instant, next: Instant?) {
        let named = next.flatMap { $0 > now ? $0 : nil }
        let runs = self.runs(of: .update, from: now, named: named)
        update.restart(runs, at: now, priority: priority)
    }

    private mutating func stop(at now: Instant) {
        guard stoppedAt == nil else { return }
        resume(at: now)
        stoppedAt = now
        response.stop(at: now)
        update.stop(at: now)
        resolution.stop(at: now)
    }

    /// A new response and update cycle; the resolution goes on with the closed time cut out.
    private mutating func reopen(at now: Instant) {
        guard let stopped = stoppedAt else { return }
        pauses.append(Pause(start: stopped, end: now, reason: .caseStopped))
        stoppedAt = nil
        delayedAt = nil
        acknowledgedAt = nil
        resolution.stoppedAt = nil
        resolution = moved(resolution, .resolution, at: now)
        response.restart(runs(of: .response, from: now), at: now, priority: priority)
        restartUpdate(at: now, next: nil)
    }

    private mutating func pause(for reason: PauseReason, at now: Instant, until: Instant?) {
        resume(at: now)
        pauses.append(Pause(start: now, end: until, reason: PauseReasons(reason)))
    }

    private mutating func resume(at now: Instant) {
        guard let last = pauses.last, last.end.map({ $0 > now }) ?? true else { return }
        pauses[pauses.count - 1].end = now
    }

    // MARK: What moves a due

    private mutating func change(toPriorityNamed name: String, at now: Instant) {
        guard let index = priorities.firstIndex(where: { $0.name == name }) else { return }
        priority = index
        response = moved(response, .response, at: now)
        update = moved(update, .update, at: now)
        resolution = moved(resolution, .resolution, at: now)
    }

    private mutating func link(releaseAt instant: Instant, at now: Instant) {
        recordBreaches(at: now)
        releaseAt = instant
    }

    private mutating func set(due: Instant, of name: ClockName, at now: Instant) {
        recordBreaches(at: now)
        switch name {
        case .response where response.stoppedAt == nil: response.manualDue = due
        case .update where update.stoppedAt == nil: update.manualDue = due
        case .resolution where resolution.stoppedAt == nil: resolution.manualDue = due
        default: break
        }
    }

    private mutating func recordBreaches(at now: Instant) {
        response.hasBreached = isBreached(response, .response, at: now)
        update.hasBreached = isBreached(update, .update, at: now)
        resolution.hasBreached = isBreached(resolution, .resolution, at: now)
    }

    /// The clock under the priority now in force: raised, the new promise counts from `now` beside
    /// the old; lowered, it alone counts from the original start.
    private func moved(_ clock: ClockHistory, _ name: ClockName, at now: Instant) -> ClockHistory {
        guard clock.stoppedAt == nil, clock.priority != priority else { return clock }
        var moved = clock
        moved.hasBreached = isBreached(clock, name, at: now)
        if priority < clock.priority {
            moved.runs += runs(of: name, from: now)
        } else {
            moved.runs = runs(of: name, from: clock.base, named: clock.runs.first?.named)
        }
        if moved.runs.isEmpty { moved.hasBreached = false }
        moved.priority = priority
        return moved
    }

    /// What the priority in force promises, counted from `base` or from the event it waits for.
    private func runs(
        of name: ClockName,
        from base: Instant,
        named: Instant? = nil
    ) -> [ClockHistory.Run] {
        switch name {
        case .response:
            let own = priorities[priority].response.map { promise in
                ClockHistory.Run(priority: priority, start: startsAt(promise, from: base))
            }
            guard let channel, let other = priorities[priority].channelResponses[channel] else {
                return own.map { [$0] } ?? []
            }
            let start = startsAt(other, from: base)
            let run = ClockHistory.Run(priority: priority, isChannel: true, start: start)
            return own.map { [$0, run] } ?? [run]
        case .update:
            guard let isOnlyWhenDelayed = priorities[priority].update?.onlyWhenDelayed else {
                return []
            }
            let waits = isOnlyWhenDelayed && named == nil
            let start: Instant? = waits ? delayedAt.map { max($0, base) } : base
            return [ClockHistory.Run(priority: priority, start: start, named: named)]
        case .resolution:
            guard let promise = priorities[priority].resolution else { return [] }
            return [ClockHistory.Run(priority: priority, start: startsAt(promise, from: base))]
        case .ownership:
            return []
        }
    }

    private func startsAt(_ promise: Promise, from base: Instant) -> Instant? {
        switch promise.startsOn {
        case .opened: base
        case .diagnosed: diagnosedAt.map { max($0, base) }
        }
    }

    /// What a run of a clock counts.
    func term(of run: ClockHistory.Run, _ name: ClockName) -> Term? {
        let place = run.priority
        switch name {
        case .response:
            let promise =
                run.isChannel
                ? channel.flatMap { priorities[place].channelResponses[$0] }
                : priorities[place].response
            return promise.map { Term($0, pausedBy: []) }
        case .update:
            return priorities[place].update.map {
                Term($0, pausedBy: mask(priorities[place].updatePauses))
            }
        case .resolution:
            return priorities[place].resolution.map {
                Term($0, pausedBy: mask(priorities[place].resolutionPauses))
            }
        case .ownership:
            return nil
        }
    }

    private func mask(_ reasons: Set<PauseReason>) -> PauseReasons {
        pauses.isEmpty ? [] : PauseReasons(reasons)
    }
}
