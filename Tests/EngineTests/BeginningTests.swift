import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("A process whose store is busy when it begins")
struct BeginningTests {
    /// A database that refuses so many writes, as one that is busy does if nothing else is said.
    private final class Busy: StandIn {
        let real: SQLiteDatabase
        let refused: Mutex<Int>

        let error: StoreError

        init(_ real: SQLiteDatabase, refused: Int, error: StoreError = .busy) {
            self.real = real
            self.error = error
            self.refused = Mutex(refused)
        }

        func write<T>(
            _ body: (any Connection) throws(StoreError) -> T
        ) throws(StoreError) -> T {
            let isRefused = refused.withLock { count in
                count -= 1
                return count >= 0
            }
            if isRefused { throw error }
            return try real.write(body)
        }
    }

    private final class Box {
        var keys: [String] = []
    }

    /// The wall clock of a process, and a continuous one that stands still.
    private final class Wall: Sendable {
        let milliseconds: Mutex<Milliseconds>
        init(_ start: Milliseconds) { milliseconds = Mutex(start) }

        var clock: EngineClock {
            let steady = SteadyClock(
                wall: { self.milliseconds.withLock { $0 } },
                continuous: { 0 }
            )
            return EngineClock(steady: steady) { steady.now() }
        }
    }

    private func loop(
        on store: CaseStore,
        into box: Box,
        clock: EngineClock = EngineClock { 1_770_000_000_000 },
        rulebook: Rulebook = SetAsideTests.rulebook(),
        onTurn: @escaping @Sendable () -> Void = {}
    ) -> EngineLoop {
        var setting = CaseEngine.Setting(
            clock: clock,
            newID: { _ in "case1" },
            baseURL: nil,
            channels: ["hook", "bell"],
            mailChannels: [:],
            localChannels: [],
            log: { _, _ in }
        )
        setting.onTurn = onTurn
        return EngineLoop(
            engine: CaseEngine(store: store, rulebook: rulebook, setting: setting),
            store: store,
            send: { box.keys += $0.map(\.key) },
            withdraw: { _ in }
        )
    }

    private func request() -> OpenRequest {
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "checkout returns 502",
            intake: "cli",
            way: "cli"
        )
        request.priority = "P1"
        return request
    }

    @Test("What the one before was sending goes out once the store takes writes, without a restart")
    func takesUp() throws {
        let database = try SQLiteDatabase.inMemory()
        let (first, second) = (Box(), Box())
        let dying = loop(on: try CaseStore(database), into: first)
        _ = dying.turn([.open(request(), reply: { _ in })])
        let pages = first.keys.filter { $0.contains(".page.") }
        #expect(!pages.isEmpty)

        let busy = try CaseStore(Busy(database, refused: 2))
        let next = loop(on: busy, into: second)
        next.begin()
        let refusal = Mutex<Refusal?>(nil)
        let reply: Work.Reply = { result in
            if case .failure(let found) = result { refusal.withLock { $0 = found } }
        }
        let due = next.turn([.open(request(), reply: reply)])
        #expect(second.keys == [], "nothing is decided before the beginning is done")
        #expect(refusal.withLock { $0?.code } == .unavailable)
        #expect(due == 1_770_000_000_100, "it is tried again at once")
        _ = next.turn([])
        #expect(Set(pages).isSubset(of: second.keys))
    }

    @Test("Where files or zones changed while nothing ran, every open case is looked at again")
    func takesUpFiles() throws {
        let store = try CaseStore(try SQLiteDatabase.inMemory())
        func nextDue() throws -> Milliseconds? {
            try store.read { snapshot throws(StoreError) in
                try snapshot.openCases(after: 0, limit: 10).first?.nextDue
            }
        }
        let first = loop(on: store, into: Box())
        first.begin()
        _ = first.turn([.open(request(), reply: { _ in })])
        let planned = try #require(try nextDue())
        #expect(planned > 1_770_000_000_000)

        loop(on: store, into: Box()).begin()
        #expect(try nextDue() == planned, "the same files leave what was planned")

        for other in [SetAsideTests.rulebook(hash: "b"), SetAsideTests.rulebook(zones: "2026b")] {
            let next = loop(on: store, into: Box(), rulebook: other)
            next.begin()
            #expect(try nextDue() == 1_770_000_000_000)
            _ = next.turn([])
            #expect(try nextDue() == planned, "which would have been otherwise by other promises")
        }
    }

    @Test("A turn that a full disk refused shows life, and one that was refused otherwise none")
    func showsLife() throws {
        let signs: [(StoreError, Int)] = [(.full, 1), (.busy, 0)]
        for (error, sign) in signs {
            let real = try SQLiteDatabase.inMemory()
            _ = try CaseStore(real)
            let database = Busy(real, refused: 2, error: error)
            let shown = Mutex(0)
            let next = loop(
                on: try CaseStore(database),
                into: Box(),
                onTurn: { shown.withLock { $0 += 1 } }
            )
            next.begin()
            _ = next.turn([])
            #expect(shown.withLock { $0 } == 2 * sign, "the beginning was refused twice")
            _ = next.turn([])
            let before = shown.withLock { $0 }
            #expect(before > 2 * sign, "a good turn")
            database.refused.withLock { $0 = 1 }
            _ = next.turn([.open(request(), reply: { _ in })])
            #expect(shown.withLock { $0 } == before + sign)
        }
    }

    @Test("Time goes on from the last thing that was done, by a wall clock set back a little")
    func takesUpTime() throws {
        let store = try CaseStore(try SQLiteDatabase.inMemory())
        let wall = Wall(1_770_000_000_000)
        let first = loop(on: store, into: Box(), clock: wall.clock)
        first.begin()
        _ = first.turn([.open(request(), reply: { _ in })])
        wall.milliseconds.withLock { $0 += 4_000 }
        let noted = CaseEvent(
            .noted,
            at: Instant(milliseconds: 1_770_000_004_000),
            by: "anna",
            way: "cli",
            text: "seen"
        )
        _ = first.turn([
            .act(VerbRequest(reference: .number(1), event: noted), reply: { _ in })
        ])

        let next = loop(on: store, into: Box(), clock: Wall(1_770_000_000_500).clock)
        next.begin()
        #expect(next.engine.setting.clock.now() == 1_770_000_004_000)
    }

    @Test("A store that fails for good at the beginning ends it: nothing is done at another time")
    func failsAtBeginning() throws {
        let database = try SQLiteDatabase.inMemory()
        let wall = Wall(1_770_000_000_000)
        let dying = loop(on: try CaseStore(database), into: Box(), clock: wall.clock)
        dying.begin()
        _ = dying.turn([.open(request(), reply: { _ in })])

        func sending() throws -> Int64? {
            try database.read { connection throws(StoreError) in
                var count: Int64?
                let sql = SQL("SELECT count(*) FROM notifications WHERE state = 'sending'")
                try connection.rows(sql, []) { row in count = row.int(0) }
                return count
            }
        }
        let before = try sending()
        #expect(before ?? 0 > 0)
        let failing = try CaseStore(Busy(database, refused: 1, error: .io(code: 10)))
        let early = Wall(1_760_000_000_000)
        let next = loop(on: failing, into: Box(), clock: early.clock)
        next.begin()
        #expect(next.engine.health.fatal == .io(code: 10))
        #expect(next.turn([]) == nil)
        #expect(try sending() == before)
        let last = loop(on: try CaseStore(database), into: Box(), clock: early.clock)
        last.begin()
        #expect(last.engine.setting.clock.now() == 1_770_000_000_000)
    }
}
