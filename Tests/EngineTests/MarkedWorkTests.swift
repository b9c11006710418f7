import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import Testing

@testable import Engine

#if DEBUG
@Suite(
    "Whatever decides about a case leaves word of it, so that a crash there is laid to that case"
)
struct MarkedWorkTests {
    private static let start = SetAsideTests.start

    /// Customers hear of each change of status.
    private static let rulebook: Rulebook = {
        let drawn = SetAsideTests.rulebook()
        return Rulebook(
            people: drawn.people,
            rotations: drawn.rotations,
            calendars: drawn.calendars,
            ladders: drawn.ladders,
            policies: drawn.policies.mapValues { policy in
                Policy(
                    id: policy.id,
                    title: policy.title,
                    sourceText: nil,
                    effectiveFrom: nil,
                    defaultPriority: [:],
                    print: [],
                    priorities: policy.priorities,
                    customerNotices: [.status],
                    maintenance: policy.maintenance,
                    readings: [],
                    source: policy.source
                )
            },
            hash: "telling",
            zoneDataVersion: "none"
        )
    }()

    /// The marks that stood while the existing case was decided about, in order.
    private final class Witness: Sendable {
        let marked = Mutex<WorkMarker.Unit?>(nil)
        let seen = Mutex<[WorkMarker.Unit?]>([])

        func attend(_ setting: inout CaseEngine.Setting, poison: WorkMarker.Unit? = nil) {
            setting.marker = WorkMarker(
                begin: { unit in self.marked.withLock { $0 = unit } },
                end: { _ in self.marked.withLock { $0 = nil } },
                poison: poison
            )
            setting.plantedTrap = { value in
                guard value.number == 1 else { return }
                let mark = self.marked.withLock { $0 }
                self.seen.withLock { $0.append(mark) }
            }
        }
    }

    /// Opens the case and has its customer told that it waits for them.
    private func open(in rehearsal: Rehearsal) throws {
        var request = SetAsideTests.request("checkout returns 502")
        request.contacts = ["ops@northwind.example"]
        _ = try rehearsal.open(request)
        let event = CaseEvent(
            .statusChanged,
            at: rehearsal.now,
            by: "anna",
            way: "cli",
            reason: "customer",
            status: .pending
        )
        try rehearsal.act(event, on: 1)
    }

    private func undelivered(_ rehearsal: Rehearsal) throws -> [Bool] {
        try rehearsal.database.read { connection throws(StoreError) in
            var areOfPages: [Bool] = []
            let sql = SQL("SELECT occasion LIKE 'page.%' FROM events WHERE name = 'undelivered'")
            try connection.rows(sql, []) { row in areOfPages.append(row.text(0) == "1") }
            return areOfPages
        }
    }

    @Test("A page and a customer's notice that nobody took are decided about under the case's mark")
    func marked() throws {
        let witness = Witness()
        let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start) { setting in
            witness.attend(&setting)
        }
        rehearsal.outcome = { _ in .permanent }
        try open(in: rehearsal)
        rehearsal.run(to: Self.start.adding(seconds: 60))
        #expect(Set(try undelivered(rehearsal)) == [true, false])
        let seen = witness.seen.withLock { $0 }
        #expect(seen.count > 2)
        #expect(seen.allSatisfy { $0 == .watched(1) }, "\(seen)")
        #expect(witness.marked.withLock { $0 } == nil)
    }

    @Test("A customer's notice that is given up decides nothing about a case set aside")
    func setAside() throws {
        let witness = Witness()
        let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start) { setting in
            witness.attend(&setting, poison: .watched(1))
        }
        rehearsal.outcome = { $0.endpoint == "email" ? .transient : .delivered }
        try open(in: rehearsal)
        rehearsal.begin()
        let before = witness.seen.withLock { $0.count }
        rehearsal.outcome = { $0.endpoint == "email" ? .permanent : .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 3_600))
        #expect(rehearsal.sent.contains { $0.channel == "email" && $0.at > Self.start })
        #expect(witness.seen.withLock { $0.count } == before)
    }

    @Test("A restore takes up a case under its mark, and one that two processes died of not at all")
    func restored() throws {
        for poison in [nil, WorkMarker.Unit.watched(1)] {
            let witness = Witness()
            let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start) { setting in
                witness.attend(&setting, poison: poison)
            }
            try open(in: rehearsal)
            try rehearsal.database.write { connection throws(StoreError) in
                try connection.run(script: "INSERT INTO meta VALUES ('restored', 'monday.db')")
            }
            let before = witness.seen.withLock { $0.count }
            rehearsal.begin()
            let seen = witness.seen.withLock { Array($0.dropFirst(before)) }
            #expect(seen.isEmpty == (poison != nil), "\(seen)")
            #expect(seen.allSatisfy { $0 == .watched(1) }, "\(seen)")
        }
    }

    @Test("What follows from the files and is about no one case is done under their mark")
    func byTheFiles() throws {
        let begun = Mutex<[WorkMarker.Unit]>([])
        let marked = Mutex<WorkMarker.Unit?>(nil)
        let marker = WorkMarker(
            begin: { unit in
                begun.withLock { $0.append(unit) }
                marked.withLock { $0 = unit }
            },
            end: { _ in marked.withLock { $0 = nil } },
            poison: nil
        )
        let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start) { setting in
            setting.isWatched = true
            setting.filesMarker = marker
        }
        rehearsal.turn()
        #expect(begun.withLock { $0 } == [Self.rulebook.unit], "the look at the day")
        _ = try rehearsal.engine.lastWords(marker: marker)
        #expect(begun.withLock { $0 } == [Self.rulebook.unit, Self.rulebook.unit])
        #expect(marked.withLock { $0 } == nil)
        let during = marker.under(Self.rulebook) { marked.withLock { $0 } }
        #expect(during == Self.rulebook.unit)
        #expect(SetAsideTests.rulebook(hash: "telling", zones: "2026b").unit != during)
    }
}
#endif
