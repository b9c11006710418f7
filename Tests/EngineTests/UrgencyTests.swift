import CivilTime
import Clocks
import Delivery
import Paging
import Store
import StoreSQLite
import TestSupport
import Testing

@testable import Engine

@Suite("The store knows when the first clock of every open case is due")
struct UrgencyTests {
    /// What the store orders by, and what the clocks of the case say.
    private func compare(_ rehearsal: Rehearsal, _ place: String) throws {
        let (listed, all) = try CaseStore(rehearsal.database).read {
            snapshot throws(StoreError) in
            (
                try snapshot.urgentCases(limit: 100).cases,
                try snapshot.cases(CaseFilter(state: .open), limit: 100).cases
            )
        }
        let dues = listed.map { stored in
            stored.value.clocks(rulebook: rehearsal.engine.rulebook, at: rehearsal.now)
                .nearest?.due
        }
        #expect(listed.map(\.clockDue) == dues.map { $0?.milliseconds }, "\(place)")
        #expect(dues.map { $0 ?? .distantFuture } == dues.map { $0 ?? .distantFuture }.sorted())
        #expect(Set(listed.map(\.value.number)) == Set(all.map(\.value.number)))
    }

    @Test("After every event, as time passes, and under other files", arguments: 1...12)
    func followsClocks(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let rulebook = RandomRules.rulebook(using: &random)
        let start = SetAsideTests.start
        let rehearsal = try Rehearsal(rulebook: rulebook, from: start)
        let verbs: [CaseEvent.Name] = [.acknowledged, .responded, .updated, .resolved, .reopened]
        let person = try #require(rulebook.people.keys.min())
        for step in 0..<30 {
            if step % 5 == 0 { _ = try rehearsal.open(SetAsideTests.request("fault \(step)")) }
            let number = Int.random(in: 1...(step / 5 + 1), using: &random)
            if let verb = verbs.randomElement(using: &random) {
                let event = CaseEvent(verb, at: rehearsal.now, by: person, way: "cli", text: "x")
                // Some are refused, such as reopening what is open.
                _ = try? rehearsal.act(event, on: number)
            }
            try compare(rehearsal, "step \(step)")
            let seconds = Int.random(in: 60...7_200, using: &random)
            rehearsal.run(to: rehearsal.now.adding(seconds: seconds))
        }
        var other = SplitMix64(seed: UInt64(seed + 100))
        let drawn = RandomRules.rulebook(using: &other)
        rehearsal.turn([.replace(drawn, changes: [], reply: { _ in })])
        rehearsal.run(to: rehearsal.now.adding(seconds: 1))
        try compare(rehearsal, "other files")
    }

    @Test("Pages of the highest priority leave before all others")
    func foremost() throws {
        let start = try #require(Instant(rfc3339: "2026-02-02T09:00:00Z"))
        let rehearsal = try Rehearsal(rulebook: SetAsideTests.rulebook(), from: start)
        for priority in ["P2", "P1"] {
            var request = SetAsideTests.request(priority)
            request.priority = priority
            _ = try rehearsal.open(request)
        }
        rehearsal.run(to: start.adding(seconds: 3_600))
        func urgencies(_ id: String) -> Set<Parcel.Urgency> {
            Set(rehearsal.parcels.filter { $0.key.hasPrefix("\(id).page.") }.map(\.urgency))
        }
        #expect(urgencies("case1") == [.page])
        #expect(urgencies("case2") == [.foremostPage])
    }

    @Test("What an older file does not know is known after the first turn")
    func older() throws {
        let rehearsal = try Rehearsal(
            rulebook: SetAsideTests.rulebook(),
            from: SetAsideTests.start
        )
        for title in ["first", "second"] {
            _ = try rehearsal.open(SetAsideTests.request(title))
        }
        try rehearsal.database.write { connection throws(StoreError) in
            try connection.run(
                script: "UPDATE cases SET clock_due = 0, next_due = updated_at WHERE is_open = 1"
            )
        }
        rehearsal.begin()
        try compare(rehearsal, "taken up")
    }

    @Test(
        "The last words name a critical case behind any number of lesser ones",
        arguments: [false, true]
    )
    func lastWords(areLate: Bool) throws {
        let rulebook = SetAsideTests.rulebook()
        let rehearsal = try Rehearsal(rulebook: rulebook, from: SetAsideTests.start)
        _ = try rehearsal.open(SetAsideTests.request("checkout returns 502"))
        let lesser = try #require(rulebook.policies["random"]?.priorities.last?.name)
        #expect(lesser != "P1")
        for number in 0..<600 {
            var request = SetAsideTests.request("a typing error, \(number)")
            request.priority = lesser
            _ = try rehearsal.open(request)
        }
        if areLate {
            try rehearsal.database.write { connection throws(StoreError) in
                try connection.run(
                    script: "UPDATE cases SET clock_due = 0 WHERE priority = '\(lesser)'"
                )
            }
        }
        let words = try rehearsal.engine.lastWords()
        #expect(words.contains("601 open cases; case 1 P1 Northwind: checkout returns 502 ("))
        #expect(words.contains("(acknowledged by nobody). On call: "))
    }
}
