import CivilTime
import Delivery
import Engine
import Paging
import Store
import TestSupport

/// One process of the daemon: its engine, and when it wants to be woken.
final class Node {
    let engine: CaseEngine
    let loop: EngineLoop
    let steady: SteadyClock
    let outbox: Outbox
    /// By the continuous clock; `nil` where nothing is due.
    var wakeAt: Milliseconds?
    /// Whether it has taken up the time of the process before it and done a turn.
    var hasBegun = false

    /// What the loop hands over during a turn.
    final class Outbox {
        var sent: [Parcel] = []
        var withdrawn: Set<Int64> = []
        /// Handed over and not begun: what can be taken back.
        var waiting: Set<Int64> = []
    }

    init(world: World) {
        let clocks = world.clocks
        let newIDs = world.newIDs
        let steady = SteadyClock(wall: { clocks.wall }, continuous: { clocks.continuous })
        self.steady = steady
        var setting = CaseEngine.Setting(
            clock: EngineClock(steady: steady) { steady.now() },
            newID: { _ in "case\(newIDs.next())" },
            baseURL: nil,
            channels: ["hook", "bell"],
            mailChannels: [:],
            localChannels: [],
            log: { _, _ in }
        )
        if world.weather.bundles { setting.bundlingChannels = ["hook"] }
        setting.marker.poison = world.poison.map { .watched($0) }
        engine = CaseEngine(store: world.store, rulebook: world.rulebook, setting: setting)
        let outbox = Outbox()
        self.outbox = outbox
        loop = EngineLoop(
            engine: engine,
            store: world.store,
            send: {
                outbox.sent += $0
                outbox.waiting.formUnion($0.map(\.id))
            },
            withdraw: { outbox.withdrawn.formUnion(outbox.waiting.intersection($0)) }
        )
    }
}

extension World {
    func start() {
        guard node == nil else { return }
        epoch += 1
        note("start \(epoch)")
        poison = drawnPoison()
        takeOtherFiles()
        readings.inForce.insert(rulebook.shortHash)
        let node = Node(world: self)
        self.node = node
        disturbedAt = clocks.continuous
        node.loop.begin()
        _ = noteStoreFault()
        let started = self.epoch
        turn([])
        // One that the store failed at once has set nothing aside.
        guard let poison else { return }
        guard started != self.epoch || self.node == nil else { return checkSetAside(poison) }
        // The process ended in the same turn, perhaps once that was kept.
        let kept = "SELECT number FROM cases JOIN quarantine ON number = case_number"
        if all(kept, { Int($0.int(0) ?? 0) }).contains(poison) { setAside.insert(poison) }
    }

    /// Now and then the files were changed while nothing ran.
    private func takeOtherFiles() {
        guard weather.reloadEvery != nil, !isHealed, epoch > 1,
            Int.random(in: 0..<3, using: &random) == 0
        else { return }
        note("other files")
        plain?.drawRotations(using: &random)
        rulebook = newFiles(plain)
        hasOtherFiles = true
        let open = all("SELECT count(*) FROM cases WHERE is_open = 1") { $0.int(0) ?? 0 }
        if open != [0] { sometimes.note(.otherFilesAtStart) }
    }

    /// An open case, where the two processes before this one are to have died of it.
    private func drawnPoison() -> Int? {
        guard weather.poisons, !isHealed, !database.isRefusing, epoch > 1,
            Int.random(in: 0..<4, using: &random) == 0
        else { return nil }
        return all("SELECT number FROM cases WHERE is_open = 1 AND title LIKE 'checkout%'") {
            Int($0.int(0) ?? 0)
        }.randomElement(using: &random)
    }

    /// F5: it is set aside, and its page is out in bare words.
    private func checkSetAside(_ number: Int) {
        guard setAside.insert(number).inserted else { return }
        sometimes.note(.quarantined)
        note("case \(number) set aside")
        let pages = all(
            """
            SELECT count(*) FROM notifications
            WHERE case_number = \(number) AND occasion LIKE 'quarantine.%'
            """
        ) { $0.int(0) ?? 0 }
        if pages == [0] { violate("F5", "case \(number) was set aside and nobody was paged") }
    }

    /// The process is gone with all that it had in hand; the store stays as it was committed.
    func crash(_ how: String) {
        guard let node else { return }
        witness.endWatch(at: node.steady.now())
        note("crash: \(how)")
        checkEnded()
        lookAtNew()
        late = []
        if ledger.inFlight > 0 { sometimes.note(.crashWithParcelsInFlight) }
        let hadOpenCases =
            all("SELECT count(*) FROM cases WHERE is_open = 1") { $0.int(0) ?? 0 } != [0]
        ledger.crashes += 1
        ledger.inFlight = 0
        self.node = nil
        disturbedAt = clocks.continuous
        let away =
            Int.random(in: 0..<6, using: &random) == 0
            ? Int64.random(in: 10 * minute...(26 * hour), using: &random)
            : Int64.random(in: second...minute, using: &random)
        if hadOpenCases, away > hour, !isHealed { sometimes.note(.longAbsence) }
        after(isHealed ? second : away, .restart)
    }

    /// One turn of the engine, and what it sent to the courier.
    func turn(_ work: [Work]) {
        guard let node else { return }
        checkFiles(node)
        audit(node)
        let work = node.loop.waiting() + work
        let next = node.loop.turn(work)
        // Afterwards: the first turn may have taken up a time that is ahead of the wall clock's.
        let now = node.steady.now()
        let hasFailed = noteStoreFault()
        if !hasFailed {
            noteReached(work, by: node)
            checkStranded()
            lookAround()
            if !node.hasBegun, node.engine.health.fatal == nil {
                node.hasBegun = true
                if hasOtherFiles, let plain, !witness.rules.isEmpty {
                    witness.rules.append((Int(node.steady.now() / second), plain))
                }
                hasOtherFiles = false
                witness.beginWatch(at: node.steady.now())
            }
        }
        if node.engine.health.fatal != nil {
            // What it handed over in this very turn was never sent: the commit did not return.
            checkLastWords()
            return crash("the store failed for good")
        }
        if weather.crashesInTurns, !isHealed, !node.outbox.sent.isEmpty,
            Int.random(in: 0..<20, using: &random) == 0
        {
            // What was committed is committed; what it handed over was never sent.
            sometimes.note(.crashInTurn)
            return crash("killed after a commit")
        }
        node.wakeAt = next.map { max($0 - now, 0) + clocks.continuous }
        checkSpin()
        let sent = node.outbox.sent
        node.outbox.sent = []
        for parcel in sent {
            readBundle(parcel, at: now)
            checkClaim(parcel, at: now)
            for key in pages(in: parcel) {
                checkRestored(key, in: parcel)
                witness.note(left: key, at: now)
            }
            keys[parcel.id] = parcel.key
            ledger.inFlight += 1
            let wait = Int64.random(in: 0...weather.queueMillisecondsMax, using: &random)
            after(wait, .begin(parcel, epoch: epoch))
        }
    }

    /// What the sender knows to have arrived: nothing more is sent of it.
    private func noteReached(_ work: [Work], by node: Node) {
        for case .reports(let reports) in work {
            for report in reports {
                guard report.outcome == .delivered else {
                    checkRetry(of: report, at: node.steady.now())
                    continue
                }
                guard let key = keys[report.id] else { continue }
                if late.remove(report.id) != nil {
                    checkLate(report.id, key)
                    continue
                }
                for page in [key] + (bundles.following[report.id] ?? []) {
                    witness.note(reached: page, at: node.steady.now())
                    ledger.confirm(page)
                }
            }
        }
    }

    /// Answers whether the store failed in this turn.
    private func noteStoreFault() -> Bool {
        guard let (fault, hasWritten) = database.takeStruck() else { return false }
        if !database.isRefusing { note("store fault \(fault)") }
        disturbedAt = clocks.continuous
        switch fault {
        case .busy: sometimes.note(.storeBusy)
        case .full: sometimes.note(.commitUndone, hasWritten ? 1 : 0)
        case .failedDisk: sometimes.note(.diskFailed)
        case .lostAnswer: sometimes.note(.commitUnknownKept, hasWritten ? 1 : 0)
        }
        return true
    }

    /// The courier gets to a parcel, unless its process is gone or it was taken back.
    func begin(_ parcel: Parcel, of epoch: Int) {
        guard epoch == self.epoch, let node else { return }
        node.outbox.waiting.remove(parcel.id)
        if node.outbox.withdrawn.remove(parcel.id) != nil {
            note("withdrawn \(parcel.key)")
            let id = parcel.key.split(separator: ".").first.map(String.init)
            if let id, taker(of: id) != nil { sometimes.note(.takenBetweenClaimAndTransmit) }
            return report(parcel, outcome: .withdrawn, fate: nil)
        }
        checkAttempt(parcel)
        let name = "\(parcel.endpoint)/\(parcel.person)"
        guard var receiver = receivers[name] else {
            return violate("V6", "\(parcel.key) goes to \(name), whom nobody knows")
        }
        if receiver.isBehindBreaker(at: clocks.continuous) {
            sometimes.note(.breakerOpen)
            if ledger.entries[parcel.key] == nil { forgetBundle(parcel) }
            return report(parcel, outcome: .transient, fate: nil, isBehindBreaker: true)
        }
        let fate = receiver.fate(at: clocks.continuous, using: &random)
        receivers[name] = receiver
        note("attempt \(parcel.attempt) \(parcel.key) \(fate.outcome)")
        let pages = pages(in: parcel)
        ledger.note(parcel, pages, fate: fate, epoch: epoch)
        if fate.isTaken, fate.isSeen {
            for key in pages { after(Int64(fate.millis), .see(Ledger.Taken(key, in: parcel))) }
        }
        report(parcel, outcome: fate.outcome, fate: fate)
    }

    /// A word of success comes when its message was given up long ago: only then, for what is
    /// still tried meets it in other ways.
    func hearLate(_ report: AttemptReport, of epoch: Int) {
        guard epoch == self.epoch, node != nil, state(ofAlone: report.id) == "dead" else { return }
        note("late success of \(keys[report.id] ?? "-")")
        late.insert(report.id)
        turn([.reports([report])])
    }

    /// F49: what had been given up counts as delivered.
    private func checkLate(_ id: Int64, _ key: String) {
        ledger.confirm(key)
        guard state(ofAlone: id) == "delivered" else {
            return violate("F49", "\(key) arrived after all, and stays given up")
        }
        sometimes.note(.lateSuccessAfterDeath)
    }

    /// `nil` where it brings other pages, or comes with another's.
    private func state(ofAlone id: Int64) -> String? {
        all(
            "SELECT state FROM notifications WHERE id = ?1 AND bundle IS NULL",
            with: [.int(id)]
        ) { $0.text(0) ?? "" }.first
    }

    private func report(
        _ parcel: Parcel,
        outcome: AttemptOutcome,
        fate: Receiver.Fate?,
        isBehindBreaker: Bool = false
    ) {
        guard let node else { return }
        var report = AttemptReport(
            id: parcel.id,
            attempt: parcel.attempt,
            startedAt: node.steady.now(),
            millis: fate?.millis ?? 0,
            outcome: outcome,
            status: fate?.status,
            error: outcome == .delivered ? nil : "\(outcome)",
            retryAfterSeconds: fate?.retryAfterSeconds
        )
        report.isBehindBreaker = isBehindBreaker
        if outcome == .unknown, fate?.isTaken == true {
            var told = report
            (told.outcome, told.error) = (.delivered, nil)
            after(10 * minute, .hearLate(told, epoch: epoch))
        }
        after(Int64(fate?.millis ?? 0), .report(report, epoch: epoch))
    }
}

extension Parcel {
    /// Whom its key names.
    var person: String {
        String(key.split(separator: ".").dropLast().last ?? "")
    }
}
