import CivilTime
package import Delivery
import Paging
package import Store

#if canImport(Glibc)
import Glibc
#endif

/// The engine's thread: take, decide, commit, then answer and send; nothing leaves before its
/// commit.
///
/// `@unchecked Sendable`: handed to its one thread at start and touched by no other.
package final class EngineLoop: @unchecked Sendable {
    /// The longest sleep, so that a suspended machine or a stepped clock is noticed within a
    /// second.
    static let sleepMillisecondsMax = 1_000
    /// Cases looked at in one turn before others get theirs.
    static let casesMax = 500
    /// Notifications claimed in one turn, and those in flight at once; the rest stay pending.
    static let claimsMax = 2_000
    static let inFlightMax = 20_000
    /// How often the instant goes on record while nothing is done; with what is done it always
    /// does, so that no process after this one is ever behind it.
    static let recordMilliseconds: Milliseconds = 10_000
    /// A pause after a turn that could not be kept, in microseconds.
    static let failedMicroseconds: UInt32 = 100_000
    static let alarmingStep: Milliseconds = 60_000

    let engine: CaseEngine
    let store: CaseStore
    /// Hands parcels to the courier, and takes back those it has not begun.
    let send: ([Parcel]) -> Void
    let withdraw: ([Int64]) -> Void
    var inFlight: [Int64: StoredNotification] = [:]
    /// A turn has just failed by a defect of ours and is done again with every due case on its own.
    ///
    /// So one that cannot be kept holds up no other; not always, as that costs a third more.
    private(set) var isCautious = false
    private(set) var edit: FilesEdit?
    /// Cases that two processes died of: their page is out, and nothing decides about them.
    var quarantined: Set<Int> = [] {
        didSet { engine.put(setAside: quarantined) }
    }
    private(set) var crowds = Crowds()
    /// When a fault of each channel was last told to admins.
    private(set) var toldChannels: [String: Milliseconds] = [:]
    /// When the daily notices are looked at next.
    var dailyAt: Milliseconds = 0
    private var hasFailed = false
    /// What is still to be done before the first turn, where the store could not be written.
    private var beginnings: [Beginning] = []
    /// When claims that nobody holds are looked for next.
    var lostAt: Milliseconds = 0
    /// When the highest instant acted at was last put on record.
    private var recordedAt: Milliseconds = 0

    package init(
        engine: CaseEngine,
        store: CaseStore,
        send: @escaping ([Parcel]) -> Void,
        withdraw: @escaping ([Int64]) -> Void
    ) {
        self.engine = engine
        self.store = store
        self.send = send
        self.withdraw = withdraw
    }

    func run() {
        begin()
        var wait = 0
        while true {
            let (work, isClosed) = engine.inbox.take(waitingUpTo: wait)
            if isClosed, work.isEmpty { return }
            noteStep()
            let next = turn(work)
            engine.note { $0.nextDue = next }
            // What cannot be kept now comes again, and must not come at once.
            if hasFailed { usleep(Self.failedMicroseconds) }
            wait =
                next.map {
                    min(engine.setting.clock.wait(until: $0), Self.sleepMillisecondsMax)
                } ?? Self.sleepMillisecondsMax
        }
    }

    /// Takes up what the process before this one left, in this order.
    ///
    /// What it died of is set aside before anything decides about a case.
    private enum Beginning: CaseIterable {
        case time, orphans, files, poison, restored
    }

    /// Before the first turn: takes up the time and the messages of the process before this one.
    package func begin() {
        beginnings = Beginning.allCases
        _ = goOnBeginning()
    }

    /// What a store that was busy or full refused comes again before the next turn, which waits;
    /// after a failed commit nothing more is done, least of all by a time not taken up.
    private func goOnBeginning() -> StoreError? {
        while let next = beginnings.first {
            do throws(StoreError) {
                switch next {
                case .time: try takeUpTime()
                case .orphans: try reclaimOrphans()
                case .files: try takeUpFiles()
                case .poison: try setPoisonAside()
                case .restored: try takeUpRestored()
                }
            } catch {
                fail(error)
                if !error.isOurDefect { return error }
            }
            beginnings.removeFirst()
        }
        return nil
    }

    /// Time goes on from where an earlier process acted, whatever the wall clock says now.
    private func takeUpTime() throws(StoreError) {
        guard let steady = engine.setting.clock.steady else { return }
        let text = try store.transaction { (tx) throws(StoreError) in
            try tx.meta(Meta.highWater)
        }
        if let highest = text.flatMap({ Milliseconds($0) }) { steady.raise(to: highest) }
    }

    /// Steps above a minute are alarms, smaller ones a line in the log.
    func noteStep() {
        guard let step = engine.setting.clock.steady?.takeStep() else { return }
        let way = step < 0 ? "back" : "ahead"
        let after =
            step < 0
            ? "time goes on from before until it has caught up, or until tocsin clock accept"
            : "what fell due meanwhile is done now"
        let text = "The wall clock stepped \(way) by \(abs(step) / 1_000) s: \(after)."
        if abs(step) > Self.alarmingStep {
            engine.alarm("The wall clock stepped", text)
        } else {
            engine.setting.log(.warning, text)
        }
    }

    /// Messages that an earlier process was sending when it ended: nobody else holds them now.
    private func reclaimOrphans() throws(StoreError) {
        let count = try transaction { (turn) throws(StoreError) in try turn.reclaimOrphans() }
        if count > 0 { engine.setting.log(.info, "\(count) interrupted deliveries taken up again") }
    }

    /// What waits to be taken up, such as reports that a failed turn put back; empty where nothing
    /// does.
    package func waiting() -> [Work] { engine.inbox.take(waitingUpTo: 0).0 }

    /// One turn; answers the next instant at which something is due, `nil` where nothing is.
    package func turn(_ work: [Work]) -> Milliseconds? {
        if let fatal = engine.health.fatal {
            // A failed commit is never tried again in place: the process ends and starts anew.
            refuse(work, because: fatal)
            return nil
        }
        if let error = goOnBeginning() {
            hasFailed = true
            refuse(work, because: error)
            return error.isRetryable ? engine.setting.clock.now() + 100 : nil
        }
        let milliseconds = engine.setting.clock.now()
        do {
            var (turn, earliest) = try store.transaction {
                (tx) throws(StoreError) -> (Turn, Milliseconds?) in
                var turn = Turn(self, tx, at: milliseconds)
                for item in work { try turn.take(item) }
                let hasActed = try turn.runDue() || !work.isEmpty
                try turn.runDaily()
                turn.hasWritten = hasActed
                let isQuiet = !hasActed && !engine.setting.isWatched
                if hasActed || !isQuiet && milliseconds - recordedAt >= Self.recordMilliseconds {
                    try turn.putOnRecord()
                }
                return (turn, try turn.earliest())
            }
            release(&turn)
            hasFailed = false
            return earliest
        } catch {
            hasFailed = true
            if error.isOurDefect, !isCautious {
                isCautious = true
                defer { isCautious = false }
                return turn(work)
            }
            if error.isOurDefect, work.count > 1 { return oneByOne(work) }
            refuse(work, because: error)
            fail(error)
            return error.isRetryable ? milliseconds + 100 : nil
        }
    }

    /// A defect that one request brings to light must not refuse the others that shared its turn.
    private func oneByOne(_ work: [Work]) -> Milliseconds? {
        var earliest: Milliseconds?
        for item in work { earliest = turn([item]) }
        return earliest
    }

    /// After the commit: what may not leave is withdrawn first, then it is sent, then people are
    /// answered.
    func release(_ turn: inout Turn) {
        if let rulebook = turn.newRulebook { engine.put(rulebook: rulebook) }
        if let channels = turn.newChannels {
            engine.put(setting: turn.setting)
            channels.inForce()
        }
        edit = turn.edit
        crowds = turn.crowds
        toldChannels = turn.toldChannels
        if turn.isOnRecord { recordedAt = turn.milliseconds }
        for id in turn.finished { inFlight[id] = nil }
        if !turn.withdrawn.isEmpty { withdraw(turn.withdrawn) }
        if !turn.claimed.isEmpty {
            send(turn.claimed.map { Parcel($0, others: turn.others[$0.id] ?? []) })
            for var notification in turn.claimed {
                notification.body = []
                inFlight[notification.id] = notification
            }
        }
        if let numbers = turn.quarantined { quarantined = numbers }
        engine.note {
            $0.lastTurn = turn.milliseconds
            if turn.hasWritten || turn.isOnRecord { $0.lastCommit = turn.milliseconds }
            $0.isFull = false
            $0.inFlight = inFlight.count
        }
        engine.feed.append(turn.told, at: turn.now)
        for reply in turn.replies { reply() }
        engine.setting.onTurn()
    }

    private func refuse(_ work: [Work], because error: StoreError) {
        let isOver = engine.health.fatal != nil
        let refusal = Refusal(.unavailable, error.description, fix: error.fix)
        for item in work {
            switch item {
            case .open(_, let reply), .act(_, let reply): reply(.failure(refusal))
            case .replace(_, _, _, let reply), .retry(_, let reply), .again(_, let reply):
                reply(.failure(refusal))
            case .drill(_, let reply): reply(.failure(refusal))
            case .change(_, let reply): reply(.failure(refusal))
            // These must not be lost with the transaction: they come again in the next turn.
            case .reports, .alarm: if !isOver { _ = engine.inbox.add(item) }
            }
        }
    }

    func fail(_ error: StoreError) {
        let wasFull = engine.health.isFull
        // A full disk fails ten turns a second: once is enough.
        if error != .full || !wasFull { engine.setting.log(.error, "\(error); \(error.fix)") }
        engine.note { $0.isFull = error == .full }
        // It lives and answers 503: to be started again would make no room, and close the doors.
        if error == .full { engine.setting.onTurn() }
        if !error.isRetryable, !error.isOurDefect { engine.note { $0.fatal = error } }
    }
}

extension StoreError {
    /// Whether a change of ours was refused while the store itself is well.
    var isOurDefect: Bool {
        switch self {
        case .constraint, .statement: true
        default: false
        }
    }
}

extension Parcel {
    init(_ stored: StoredNotification, others: [Other]) {
        let urgency: Urgency =
            switch stored.notification.kind {
            case .page: stored.urgency == 0 ? .foremostPage : .page
            case .reminder, .warning, .breach: .reminder
            case .notice: .notice
            }
        self.init(
            id: stored.id,
            attempt: stored.attempts,
            endpoint: stored.notification.contact.channel,
            key: stored.key,
            urgency: urgency,
            address: stored.notification.contact.address,
            body: stored.body
        )
        self.others = others
    }
}
