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
    /// A database that refuses so many writes.
    private final class Busy: Database {
        let real: SQLiteDatabase
        let refused: Mutex<Int>

        init(_ real: SQLiteDatabase, refused: Int) {
            self.real = real
            self.refused = Mutex(refused)
        }

        var migrations: [Migration] { real.migrations }

        func write<T>(
            _ body: (any Connection) throws(StoreError) -> T
        ) throws(StoreError) -> T {
            let isRefused = refused.withLock { count in
                count -= 1
                return count >= 0
            }
            if isRefused { throw .busy }
            return try real.write(body)
        }

        func read<T>(
            _ body: (any Connection) throws(StoreError) -> T
        ) throws(StoreError) -> T {
            try real.read(body)
        }

        func read<T: Sendable>(
            _ body: @escaping @Sendable (any Connection) throws(StoreError) -> T
        ) async throws(StoreError) -> T {
            try await real.read(body)
        }
    }

    private final class Box {
        var keys: [String] = []
    }

    private func loop(on store: CaseStore, into box: Box) -> EngineLoop {
        var random = SplitMix64(seed: 7)
        let setting = CaseEngine.Setting(
            clock: EngineClock { 1_770_000_000_000 },
            newID: { _ in "case1" },
            baseURL: nil,
            channels: ["hook", "bell"],
            mailChannels: [:],
            localChannels: [],
            log: { _, _ in }
        )
        let rulebook = RandomRules.rulebook(using: &random)
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
}
