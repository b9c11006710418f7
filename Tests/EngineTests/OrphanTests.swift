import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("A process takes up what the one before it was sending")
struct OrphanTests {
    private final class Box {
        var parcels: [Parcel] = []
    }

    private static let start = Instant(secondsSinceEpoch: 1_770_000_000)

    /// A process on `store` whose parcels stay in `box`, so that none is ever reported.
    private func process(
        on store: CaseStore,
        into box: Box,
        clock: EngineClock = EngineClock { Self.start.milliseconds }
    ) -> EngineLoop {
        var random = SplitMix64(seed: 7)
        let setting = CaseEngine.Setting(
            clock: clock,
            newID: { _ in "case1" },
            baseURL: nil,
            channels: ["hook", "bell"],
            mailChannels: [:],
            localChannels: [],
            log: { _, _ in }
        )
        let engine = CaseEngine(
            store: store,
            rulebook: RandomRules.rulebook(using: &random),
            setting: setting
        )
        return EngineLoop(
            engine: engine,
            store: store,
            send: { box.parcels += $0 },
            withdraw: { _ in }
        )
    }

    private func open(_ loop: EngineLoop) {
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "checkout returns 502",
            intake: "cli",
            way: "cli"
        )
        request.priority = "P1"
        _ = loop.turn([.open(request, reply: { _ in })])
    }

    private func pagesAfterRestart(acknowledged: Bool) throws -> (before: [String], after: [String])
    {
        let store = try CaseStore(try SQLiteDatabase.inMemory())
        let (first, second) = (Box(), Box())
        let dying = process(on: store, into: first)
        open(dying)
        if acknowledged {
            let event = CaseEvent(.acknowledged, at: Self.start, by: "anna", way: "cli")
            _ = dying.turn([
                .act(VerbRequest(reference: .number(1), event: event), reply: { _ in })
            ])
        }
        let next = process(on: store, into: second)
        next.begin()
        _ = next.turn([])
        func pages(_ box: Box) -> [String] {
            box.parcels.map(\.key).filter { $0.hasPrefix("case1.page.") }
        }
        return (pages(first), pages(second))
    }

    @Test("What nobody sends any more goes out again once its claim is over, without a restart")
    func lost() throws {
        let store = try CaseStore(try SQLiteDatabase.inMemory())
        let box = Box()
        let seconds = Mutex(0)
        let clock = EngineClock {
            Self.start.adding(seconds: seconds.withLock { $0 }).milliseconds
        }
        let loop = process(on: store, into: box, clock: clock)
        open(loop)
        let held = try #require(box.parcels.first { $0.key.hasPrefix("case1.page.") })
        let lost = try #require(
            box.parcels.first { $0.key.hasPrefix("case1.page.") && $0.id != held.id }
        )
        loop.inFlight[lost.id] = nil
        func times(_ parcel: Parcel) -> Int { box.parcels.count { $0.key == parcel.key } }

        seconds.withLock { $0 = 119 }
        _ = loop.turn([])
        #expect(times(lost) == 1, "a slow receiver may still answer")
        seconds.withLock { $0 = 151 }
        _ = loop.turn([])
        #expect(times(lost) == 2)
        #expect(times(held) == 1, "the courier has it")
        #expect(box.parcels.last { $0.key == lost.key }?.attempt == 2)
    }

    @Test("A page on its way when the process died is sent again under its own key")
    func again() throws {
        let pages = try pagesAfterRestart(acknowledged: false)
        #expect(!pages.before.isEmpty)
        #expect(Set(pages.before).isSubset(of: pages.after))
    }

    @Test("A page on its way when somebody took the case is not begun by the next process")
    func taken() throws {
        let pages = try pagesAfterRestart(acknowledged: true)
        #expect(!pages.before.isEmpty)
        #expect(pages.after == [])
    }
}
