import CivilTime
import Clocks
import Delivery
import OnCall
import Paging
import Store
import StoreSQLite
import Synchronization

@testable import Engine

/// An engine on a real store, turned by hand through virtual time; every parcel is delivered at
/// once, unless `outcome` says otherwise.
final class Rehearsal {
    private final class Wall: Sendable {
        let milliseconds: Mutex<Milliseconds>
        init(_ start: Milliseconds) { milliseconds = Mutex(start) }
    }

    private final class Box {
        var parcels: [Parcel] = []
    }

    /// What the operator was told, in order.
    final class Journal: Sendable {
        let lines = Mutex<[String]>([])
    }

    let engine: CaseEngine
    let database: SQLiteDatabase
    let journal = Journal()
    private let wall: Wall
    private let box = Box()
    private let loop: EngineLoop
    private(set) var sent: [Sent] = []
    /// The same as it left, with its bytes.
    private(set) var parcels: [Parcel] = []
    /// What becomes of a parcel; `nil` where nothing is heard of it.
    var outcome: (Parcel) -> AttemptOutcome? = { _ in .delivered }
    /// Whether an open breaker refuses a parcel, so that nothing of it is sent.
    var isBehindBreaker: (Parcel) -> Bool = { _ in false }
    /// The status that comes with a refusal.
    var status: Int?
    private var next: Milliseconds?

    /// What left, in the terms of a plan.
    struct Sent: Hashable, CustomStringConvertible {
        var at: Instant
        var key: String
        var person: String
        var channel: String
        var kind: String

        var description: String { "\(at) \(kind) \(person) \(channel)" }
    }

    /// `file` keeps the store on disk; the engine reaches it through what `through` answers;
    /// `adjust` changes what the engine is told at start.
    init(
        rulebook: Rulebook,
        from start: Instant,
        file: String? = nil,
        adjust: (inout CaseEngine.Setting) -> Void = { _ in },
        through: (SQLiteDatabase) -> any Database = { $0 }
    ) throws {
        let wall = Wall(start.milliseconds)
        self.wall = wall
        database = try file.map { try SQLiteDatabase(path: $0) } ?? SQLiteDatabase.inMemory()
        let store = try CaseStore(through(database))
        let journal = journal
        let counter = Mutex(0)
        var setting = CaseEngine.Setting(
            clock: EngineClock { wall.milliseconds.withLock { $0 } },
            newID: { _ in
                counter.withLock { count in
                    count += 1
                    return "case\(count)"
                }
            },
            baseURL: nil,
            channels: ["hook", "bell"],
            mailChannels: [:],
            localChannels: ["hook", "bell", "email"],
            log: { _, line in journal.lines.withLock { $0.append(line) } }
        )
        adjust(&setting)
        engine = CaseEngine(store: store, rulebook: rulebook, setting: setting)
        let box = box
        loop = EngineLoop(
            engine: engine,
            store: store,
            send: { box.parcels += $0 },
            withdraw: { _ in }
        )
    }

    var now: Instant { Instant(milliseconds: wall.milliseconds.withLock { $0 }) }

    /// The daemon was away until then.
    func skip(to instant: Instant) {
        wall.milliseconds.withLock { $0 = instant.milliseconds }
    }

    /// What the loop does once, before its first turn.
    func begin() {
        loop.begin()
        turn()
    }

    func open(_ request: OpenRequest) throws -> Outcome {
        try ask { .open(request, reply: $0) }
    }

    @discardableResult
    func act(_ event: CaseEvent, on number: Int) throws -> Outcome {
        try ask { .act(VerbRequest(reference: .number(number), event: event), reply: $0) }
    }

    private func ask(_ work: (@escaping Work.Reply) -> Work) throws -> Outcome {
        let answer = Mutex<Result<Outcome, Refusal>?>(nil)
        let item = work { result in answer.withLock { $0 = result } }
        turn([item])
        guard let result = answer.withLock({ $0 }) else { throw Refusal(.unavailable, "", fix: "") }
        return try result.get()
    }

    /// One turn now, and one for the outcomes of what it sent.
    func turn(_ work: [Work] = []) {
        next = loop.turn(work)
        guard !box.parcels.isEmpty else { return }
        let parcels = box.parcels
        box.parcels = []
        let at = wall.milliseconds.withLock { $0 }
        self.parcels += parcels
        let (isBehindBreaker, outcome, status) = (isBehindBreaker, outcome, status)
        sent += parcels.map { parcel in
            Sent(
                at: Instant(milliseconds: at),
                key: parcel.key,
                person: String(parcel.key.split(separator: ".").dropLast().last ?? ""),
                channel: parcel.endpoint,
                kind: parcel.urgency.isPage ? "page" : "\(parcel.urgency)"
            )
        }
        turn([
            .reports(
                parcels.compactMap { parcel -> AttemptReport? in
                    let isRefused = isBehindBreaker(parcel)
                    let ended: AttemptOutcome? = isRefused ? .transient : outcome(parcel)
                    guard let ended else { return nil }
                    var report = AttemptReport(
                        id: parcel.id,
                        attempt: parcel.attempt,
                        startedAt: at,
                        millis: 1,
                        outcome: ended,
                        status: ended == .permanent ? status : nil
                    )
                    report.isBehindBreaker = isRefused
                    return report
                }
            )
        ])
    }

    /// Lets everything happen that falls due up to `until`, and stands there.
    func run(to until: Instant) {
        while let next, next <= until.milliseconds {
            wall.milliseconds.withLock { $0 = max($0, next) }
            turn()
        }
        wall.milliseconds.withLock { $0 = max($0, until.milliseconds) }
    }

    /// Stands at `instant` with whatever falls due there done.
    func stand(at instant: Instant) { run(to: instant) }
}
