import CivilTime
import Clocks
import Engine
import Glibc
import Logging
import Paging
import Store
import StoreSQLite
import Synchronization

/// Watches the daemon from a thread of its own: space, store, engine and outbox, once a second.
///
/// What it sees goes to the admins, stops the signs of life, and where the store is lost ends the
/// process, so that it recovers by starting again.
final class Watch: Sendable {
    /// What it is given at start.
    struct Parts: Sendable {
        var engine: CaseEngine
        var database: SQLiteDatabase
        var databasePath: String
        /// Marks what is asked of the files here.
        var filesMarker: WorkMarker
        var ballast: Ballast
        var lastGasp: LastGasp
        var heartbeats: Heartbeats
        /// Milliseconds since the courier's last pass; `nil` before the first.
        var courierAge: @Sendable () -> Milliseconds?
        /// Feeds whose sender has been silent for too long at an instant of the monotonic clock.
        var staleFeeds: @Sendable (Milliseconds) -> [String]
        /// Intakes by which nothing has come for too long at such an instant.
        var silentIntakes: @Sendable (Milliseconds) -> [String]
        var knocks: Knocks
        var logger: Logger
    }

    /// Real milliseconds between two of each.
    static let auditMilliseconds: Int64 = 30_000
    static let keepMilliseconds: Int64 = 15_000
    /// One fault is told again after so long.
    static let againMilliseconds: Int64 = 3_600_000
    /// A thread that was found gone for `Vitals.hungMax` in so many looks in a row hangs; the first
    /// look after a machine slept finds it gone as well.
    private static let hungLooks = 15

    private let parts: Parts
    private let good: GoodCopy
    private let state: Mutex<State>

    private struct State {
        var isStopped = false
        var audit = Audit()
        var auditFaults: [String] = []
        var auditedAt: Int64?
        var keptAt: Int64 = 0
        var copyCheck: CopyCheck
        /// Looks in a row that found each gone for too long.
        var engineLooks = 0
        var courierLooks = 0
        var isHangTold = false
        /// By the monotonic clock.
        var startedAt: Milliseconds = 0
        var isShort = false
        /// Whether the last gasp about it needs no further try.
        var isShortageTold = false
        /// When each fault was last told.
        var told: [String: Int64] = [:]
        var faults: [String] = []
    }

    /// When the store is copied and the copy read, by milliseconds of the monotonic clock.
    ///
    /// A minute after the start, for indexes were not read then, and each hour.
    struct CopyCheck {
        private static let first: Int64 = 60_000
        private static let again: Int64 = 3_600_000
        private let first: Int64
        private var dueAt: Int64?
        private var isRunning = false

        /// A rehearsal comes to its first one as much sooner as its time is faster.
        init(speed: Int64 = 1) { first = Self.first / max(1, speed) }

        /// Whether to begin one; the first look is the start, and two never run at once.
        mutating func begins(at monotonic: Int64) -> Bool {
            let due = dueAt ?? monotonic + first
            guard monotonic >= due, !isRunning else {
                dueAt = due
                return false
            }
            (dueAt, isRunning) = (monotonic + Self.again, true)
            return true
        }

        mutating func end() { isRunning = false }
    }

    init(_ parts: Parts) {
        self.parts = parts
        good = GoodCopy(of: parts.databasePath)
        let speed = Int64(parts.engine.setting.clock.speed)
        state = Mutex(State(copyCheck: CopyCheck(speed: speed)))
    }

    /// Once the doors are open.
    func start() {
        parts.knocks.start()
        state.withLock { $0.startedAt = WallClock.monotonic() }
        // Apart, for all else that is looked at here asks the disk, which may be what hangs.
        SystemThread.start { [self] in
            while !state.withLock(\.isStopped) {
                lookAtThreads()
                usleep(1_000_000)
            }
        }
        SystemThread.start { [self] in
            while !state.withLock(\.isStopped) {
                look()
                usleep(1_000_000)
            }
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        parts.heartbeats.stop()
    }

    private var engine: CaseEngine { parts.engine }
    private var speed: Int64 { Int64(engine.setting.clock.speed) }

    /// One look at everything.
    func look() {
        let monotonic = WallClock.monotonic()
        let health = engine.health
        if let fatal = health.fatal { end(because: fatal) }
        lookAtSpace(isFull: health.isFull)
        tellShortage()
        if isDue(\.auditedAt, after: Self.auditMilliseconds, at: monotonic) { audit(at: monotonic) }
        keepLastGasp(at: monotonic)
        checkCopy(at: monotonic)
        let vitals = vitals(at: monotonic)
        tellSilence(vitals, at: monotonic)
        let faults = vitals.faults
        let changed = state.withLock { state in
            defer { state.faults = faults }
            return state.faults.isEmpty != faults.isEmpty
        }
        if changed {
            if faults.isEmpty {
                parts.logger.info("all is well")
            } else {
                parts.logger.warning(
                    "no signs of life are sent",
                    metadata: ["reason": "\(faults.joined(separator: "; "))"]
                )
            }
        }
        guard faults.isEmpty else { return }
        parts.heartbeats.beat(
            monotonic: monotonic,
            now: engine.now(),
            nextDue: health.nextDue.map { Instant(milliseconds: $0) }
        )
    }

    private func tellSilence(_ vitals: Vitals, at monotonic: Int64) {
        for feed in vitals.staleFeeds {
            tell(
                "Nothing comes from \(feed)",
                "The address of intake \(feed) has given no document for some time, so what it"
                    + " lists opens no cases; the log says why.",
                key: "feed \(feed)",
                at: monotonic
            )
        }
        for intake in vitals.silentIntakes {
            tell(
                "Nothing comes by intake \(intake)",
                "For twice as long as its expect_every: says nothing has come by intake \(intake):"
                    + " its sender is away, or cannot reach Tocsin.",
                key: "intake \(intake)",
                at: monotonic
            )
        }
        for door in vitals.deafDoors {
            tell(
                "Nobody answers at \(door)",
                "Tocsin asks at its own addresses and has had no answer at \(door) for some time:"
                    + " no case and no acknowledgement comes in there. Start it again, or where its"
                    + " house is full raise connections: of limits:.",
                key: "door \(door)",
                at: monotonic
            )
        }
    }

    private func isDue(
        _ last: KeyPath<State, Int64?>,
        after milliseconds: Int64,
        at monotonic: Int64
    ) -> Bool {
        state.withLock { state in
            state[keyPath: last].map { monotonic - $0 >= milliseconds } ?? true
        }
    }

    /// The conditions, as they stand.
    func vitals(at monotonic: Int64) -> Vitals {
        let health = engine.health
        let now = engine.setting.clock.now()
        let (audit, faults, auditedAt, isShort) = state.withLock {
            ($0.audit, $0.auditFaults, $0.auditedAt, $0.isShort)
        }
        return Vitals(
            turnAge: health.lastTurn.map { (now - $0) / speed },
            commitAge: health.lastCommit.map { (now - $0) / speed },
            courierAge: parts.courierAge(),
            oldestUnattempted: audit.oldestUnattempted / speed,
            auditAge: auditedAt.map { monotonic - $0 },
            auditFaults: faults,
            staleFeeds: parts.staleFeeds(monotonic),
            silentIntakes: parts.silentIntakes(monotonic),
            deafDoors: parts.knocks.deaf,
            fatal: health.fatal.map { "the store failed: \($0)" },
            shortage: isShort ? "the disk is full" : nil
        )
    }

    // MARK: Threads that hang

    private func lookAtThreads() {
        let health = engine.health
        let never = WallClock.monotonic() - state.withLock(\.startedAt)
        let turnAge = health.lastTurn.map { (engine.setting.clock.now() - $0) / speed }
        let isEngineHung = isHung(turnAge ?? never, \.engineLooks) && !health.isFull
        let isCourierHung = isHung(parts.courierAge() ?? never, \.courierLooks)
        if isEngineHung { return tellHang() }
        if isCourierHung {
            // What it was handed nobody else sends, and no thread can be ended by another.
            end("Tocsin's courier hangs", because: "nothing has left it for over a minute")
        }
        let wasTold = state.withLock { state in
            defer { state.isHangTold = false }
            return state.isHangTold
        }
        if wasTold { engine.alarm("Tocsin's engine works again", "What fell due is done now.") }
    }

    /// It may be the disk, with which no new process would start.
    private func tellHang() {
        guard !state.withLock(\.isHangTold) else { return }
        let isTold = parts.lastGasp.send(
            "Tocsin's engine hangs",
            "For over a minute it has decided nothing, as where a disk does not answer: start it"
                + " again. Until then nobody is paged."
        )
        state.withLock { $0.isHangTold = isTold }
    }

    private func isHung(_ age: Milliseconds, _ looks: WritableKeyPath<State, Int>) -> Bool {
        let isGone = age > Vitals.hungMax
        return state.withLock { state in
            state[keyPath: looks] = isGone ? state[keyPath: looks] + 1 : 0
            return state[keyPath: looks] >= Self.hungLooks
        }
    }

    /// The last gasp, then the end: a supervisor starts the daemon again.
    private func end(_ title: String, because reason: String) -> Never {
        parts.lastGasp.send(
            title,
            "The daemon stops and must be started again: \(reason). Until then nobody is paged."
        )
        StandardStream.drain()
        _exit(1)
    }

    // MARK: The store

    private func end(because fault: StoreError) -> Never {
        if case .corrupt = fault { good.condemn() }
        end("Tocsin's store failed", because: "\(fault); \(fault.fix)")
    }

    private func lookAtSpace(isFull: Bool) {
        guard let free = parts.ballast.freeBytes else { return }
        let isShort = state.withLock(\.isShort)
        if !isShort, isFull || free < Ballast.floorBytes {
            state.withLock { $0.isShort = true }
            let released = parts.ballast.release()
            engine.refuseCases(because: "the disk is full, so nothing new could be kept")
            parts.logger.error(
                "disk full",
                metadata: ["free": "\(free)", "ballast": "\(released)"]
            )
        } else if isShort, !isFull, free > Ballast.ceilingBytes {
            parts.ballast.make()
            engine.refuseCases(because: nil)
            state.withLock { ($0.isShort, $0.isShortageTold) = (false, false) }
            engine.alarm("The disk has space again", "New cases are taken as before.")
        }
    }

    /// Tried again for as long as the shortage lasts, until somebody took it over.
    private func tellShortage() {
        guard state.withLock({ $0.isShort && !$0.isShortageTold }) else { return }
        let isTold = parts.lastGasp.send(
            "Tocsin's disk is full",
            "New cases are refused until there is space; open cases go on as long as the"
                + " reserve lasts. Free space at once."
        )
        state.withLock { $0.isShortageTold = isTold }
    }

    // MARK: The auditor

    private func audit(at monotonic: Int64) {
        let now = engine.setting.clock.now()
        let rulebook = engine.rulebook
        do throws(StoreError) {
            let audit = try engine.reader.read { (snapshot) throws(StoreError) in
                try snapshot.audit(at: now, patience: Audit.overdueMilliseconds * speed)
            }
            let faults = audit.faults + Self.unarmed(audit.unarmed, rulebook: rulebook, at: now)
            state.withLock { state in
                state.audit = audit
                state.auditFaults = faults
                state.auditedAt = monotonic
            }
            for fault in faults { tell("The audit found a fault", fault, at: monotonic) }
            for (channel, count) in audit.failingChannels.sorted(by: { $0.key < $1.key }) {
                tell(
                    "Channel \(channel) fails",
                    "\(count) messages by \(channel) were not delivered in the last ten minutes;"
                        + " tocsin deliveries --failed shows why.",
                    key: channel,
                    at: monotonic
                )
            }
        } catch {
            // An audit that cannot be made grows old, and that stops the signs of life.
            parts.logger.error("audit failed", metadata: ["reason": "\(error)"])
        }
    }

    /// An open case with a running clock is looked at again before that clock is due (I7, I8).
    static func unarmed(
        _ cases: [StoredCase],
        rulebook: Rulebook,
        at milliseconds: Milliseconds
    ) -> [String] {
        let now = Instant(milliseconds: milliseconds)
        let numbers = cases.map(\.value).filter { value in
            value.clocks(rulebook: rulebook, at: now).contains { clock in
                clock.state == .running && (clock.due ?? .distantPast) > now
            }
        }.map { "\($0.number)" }
        guard !numbers.isEmpty else { return [] }
        return ["open cases are not looked at again (I7, I8): \(numbers.joined(separator: ", "))"]
    }

    private func tell(_ title: String, _ text: String, key: String? = nil, at monotonic: Int64) {
        let key = key ?? text
        let isNews = state.withLock { state in
            if let last = state.told[key], monotonic - last < Self.againMilliseconds {
                return false
            }
            state.told[key] = monotonic
            return true
        }
        if isNews { engine.alarm(title, text) }
    }

    // MARK: What is kept for the worst

    private func keepLastGasp(at monotonic: Int64) {
        let isDue = state.withLock { state in
            guard monotonic - state.keptAt >= Self.keepMilliseconds else { return false }
            state.keptAt = monotonic
            return true
        }
        guard isDue, let words = try? engine.lastWords(marker: parts.filesMarker) else { return }
        parts.lastGasp.keep(words)
    }

    /// Whoever changed the log may have had the disk; it is told and stops nothing.
    private func checkEvents(at monotonic: Int64) {
        do throws(StoreError) {
            try engine.reader.read { (snapshot) throws(StoreError) in
                _ = try snapshot.checkEventChain()
            }
        } catch .corrupt(let reason) {
            parts.logger.error("the log was changed", metadata: ["reason": "\(reason)"])
            tell("The log of cases was changed", reason, key: "log", at: monotonic)
        } catch {
            parts.logger.warning("the log was not checked", metadata: ["reason": "\(error)"])
        }
    }

    /// Every page of the store and every index is read in a copy, on a thread of its own.
    ///
    /// A sound one is kept for a start that finds the database damaged. Then the log of all cases
    /// is read, from its first event to its last.
    private func checkCopy(at monotonic: Int64) {
        guard state.withLock({ $0.copyCheck.begins(at: monotonic) }) else { return }
        let size = SystemFile.size(of: parts.databasePath) ?? 0
        guard let free = parts.ballast.freeBytes, free > size + Ballast.ceilingBytes else {
            parts.logger.warning("no room for a copy of the database, so none is made or read")
            return state.withLock { $0.copyCheck.end() }
        }
        SystemThread.start { [self] in
            do throws(StoreError) {
                try parts.database.backup(to: good.path)
                good.acquit()
            } catch {
                unlink(good.path + ".part")
                parts.logger.error("the copy is not sound", metadata: ["reason": "\(error)"])
                if case .corrupt = error { engine.condemnStore(error) }
            }
            checkEvents(at: monotonic)
            state.withLock { $0.copyCheck.end() }
        }
    }
}
