import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
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
    private func process(on store: CaseStore, into box: Box) -> EngineLoop {
        var random = SplitMix64(seed: 7)
        let setting = CaseEngine.Setting(
            clock: EngineClock { Self.start.milliseconds },
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
