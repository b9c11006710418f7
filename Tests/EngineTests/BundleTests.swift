import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Testing

@testable import Engine

@Suite("Many pages to one person at once become few messages (decision 0014)")
struct BundleTests {
    private static let start = SetAsideTests.start

    private func rehearsal() throws -> Rehearsal {
        try Rehearsal(rulebook: SetAsideTests.rulebook(), from: Self.start) { setting in
            setting.bundlingChannels = ["hook", "bell"]
        }
    }

    private func open(_ count: Int, in rehearsal: Rehearsal) throws {
        for number in 1...count { _ = try rehearsal.open(SetAsideTests.request("fault \(number)")) }
    }

    /// The cases that a message names.
    private func cases(in parcel: Parcel) -> Set<Int> {
        let text = String(decoding: parcel.body, as: UTF8.self)
        return Set(text.matches(of: /\(case (\d+)\)/).compactMap { Int($0.1) })
    }

    private func acknowledge(_ number: Int, in rehearsal: Rehearsal) throws {
        let event = CaseEvent(.acknowledged, at: rehearsal.now, by: "anna", way: "cli")
        try rehearsal.act(event, on: number)
    }

    private func states(_ rehearsal: Rehearsal) throws -> [String: Int] {
        try rehearsal.database.read { connection throws(StoreError) in
            var states: [String: Int] = [:]
            let sql = SQL("SELECT state FROM notifications WHERE kind = 'page'")
            try connection.rows(sql, []) { row in states[row.text(0) ?? "", default: 0] += 1 }
            return states
        }
    }

    private func pages(_ rehearsal: Rehearsal, on channel: String = "hook") -> [Parcel] {
        rehearsal.parcels.filter { $0.urgency.isPage && $0.endpoint == channel }
    }

    @Test("Two leave at once, the rest in one message at most ten seconds later, none is dropped")
    func together() throws {
        let rehearsal = try rehearsal()
        try open(6, in: rehearsal)
        let first = pages(rehearsal)
        #expect(first.map { cases(in: $0) } == [[1], [2]])
        rehearsal.run(to: Self.start.adding(seconds: 9))
        #expect(pages(rehearsal).count == 2)
        rehearsal.run(to: Self.start.adding(seconds: 10))
        let together = try #require(pages(rehearsal).last)
        #expect(pages(rehearsal).count == 3)
        #expect(cases(in: together) == [3, 4, 5, 6])
        let text = String(decoding: together.body, as: UTF8.self)
        #expect(text.contains("and 3 more"))
        for number in 3...6 { #expect(text.contains("tocsin ack \(number) --as")) }
        #expect(try states(rehearsal)["sending"] == nil)
        #expect(try states(rehearsal)["pending"] == nil)
    }

    @Test("Pages that the store refused count for nothing: the next one leaves at once")
    func undone() throws {
        let rehearsal = try rehearsal()
        func run(_ script: String) throws {
            try rehearsal.database.write { connection throws(StoreError) in
                try connection.run(script: script)
            }
        }
        try run(
            """
            CREATE TRIGGER defect BEFORE INSERT ON notifications
            BEGIN SELECT RAISE(ABORT, 'a defect of ours'); END
            """
        )
        for number in 1...3 {
            #expect(throws: Refusal.self) {
                try rehearsal.open(SetAsideTests.request("refused \(number)"))
            }
        }
        try run("DROP TRIGGER defect")
        try open(1, in: rehearsal)
        #expect(pages(rehearsal).count == 1)
    }

    @Test("A case taken before the message leaves is not in it")
    func taken() throws {
        let rehearsal = try rehearsal()
        try open(5, in: rehearsal)
        rehearsal.skip(to: Self.start.adding(seconds: 5))
        try acknowledge(4, in: rehearsal)
        rehearsal.run(to: Self.start.adding(seconds: 10))
        #expect(pages(rehearsal).last.map { cases(in: $0) } == [3, 5])
    }

    @Test("Tried again, it is the same message byte for byte, whoever took a case of it since")
    func again() throws {
        let rehearsal = try rehearsal()
        try open(5, in: rehearsal)
        rehearsal.outcome = { _ in .transient }
        rehearsal.run(to: Self.start.adding(seconds: 10))
        try acknowledge(5, in: rehearsal)
        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 30))
        let tries = pages(rehearsal).filter { cases(in: $0).count > 1 }
        #expect(tries.count == 2)
        #expect(Set(tries.map(\.key)).count == 1)
        #expect(Set(tries.map(\.body)).count == 1)
        #expect(cases(in: try #require(tries.last)) == [3, 4, 5])
        #expect(try states(rehearsal)["sending"] == nil)
    }

    @Test("Where the case that leads it is taken after a failure, the others leave without it")
    func leaderless() throws {
        let rehearsal = try rehearsal()
        try open(6, in: rehearsal)
        rehearsal.outcome = { _ in .transient }
        rehearsal.run(to: Self.start.adding(seconds: 10))
        try acknowledge(3, in: rehearsal)
        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 30))
        let last = try #require(pages(rehearsal).last { cases(in: $0).count > 1 })
        #expect(cases(in: last) == [4, 5, 6])
        #expect(try states(rehearsal)["sending"] == nil)
    }

    @Test(
        "Where two of it are taken after a failure, the one that led it first, neither leaves again"
    )
    func bothTaken() throws {
        let rehearsal = try rehearsal()
        try open(6, in: rehearsal)
        rehearsal.outcome = { _ in .transient }
        rehearsal.run(to: Self.start.adding(seconds: 10))
        try acknowledge(5, in: rehearsal)
        try acknowledge(3, in: rehearsal)
        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 30))
        let last = try #require(pages(rehearsal).last { cases(in: $0).count > 1 })
        #expect(cases(in: last) == [4, 6])
        #expect(try states(rehearsal)["sending"] == nil)
    }

    @Test("A daemon that starts anew tries the same message again and pages nobody of it twice")
    func startedAnew() throws {
        let rehearsal = try rehearsal()
        try open(5, in: rehearsal)
        rehearsal.outcome = { _ in .transient }
        rehearsal.run(to: Self.start.adding(seconds: 10))
        rehearsal.begin()
        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 30))
        let tries = pages(rehearsal).filter { cases(in: $0).contains { $0 > 2 } }
        #expect(tries.map { cases(in: $0) } == [[3, 4, 5], [3, 4, 5]])
        #expect(Set(tries.map(\.key)).count == 1)
        #expect(try states(rehearsal)["sending"] == nil)
        #expect(try states(rehearsal)["pending"] == nil)
    }

    @Test("Five hundred at once are few messages, and every page of them is delivered")
    func storm() throws {
        let rehearsal = try rehearsal()
        try open(500, in: rehearsal)
        rehearsal.run(to: Self.start.adding(seconds: 12))
        let hook = pages(rehearsal)
        #expect(hook.count == 2 + 5)
        #expect(hook.reduce(into: Set()) { $0.formUnion(cases(in: $1)) }.count == 500)
        #expect(hook.allSatisfy { cases(in: $0).count <= 100 })
        #expect(try states(rehearsal)["delivered"] ?? 0 >= 1_000)
    }

    @Test("What waited behind a breaker comes together: one message tries, then the rest in few")
    func behindBreaker() throws {
        let rehearsal = try rehearsal()
        var isDown = true
        var triedAt: Instant?
        var left: [(at: Instant, person: String, cases: Set<Int>)] = []
        // As the courier does it: of what comes while the breaker is open, one parcel may try.
        rehearsal.isBehindBreaker = { [unowned rehearsal] parcel in
            guard parcel.urgency.isPage, parcel.endpoint == "hook" else { return false }
            if isDown || triedAt == rehearsal.now { return true }
            triedAt = triedAt ?? rehearsal.now
            let person = String(parcel.key.split(separator: ".").dropLast().last ?? "")
            left.append((rehearsal.now, person, self.cases(in: parcel)))
            return false
        }
        try open(1_000, in: rehearsal)
        rehearsal.run(to: Self.start.adding(seconds: 15))
        #expect(left.isEmpty)
        try acknowledge(7, in: rehearsal)
        isDown = false
        rehearsal.run(to: Self.start.adding(seconds: 45))
        let first = try #require(left.first?.at)
        let person = left.first?.person
        #expect(left.filter { $0.at < first.adding(seconds: 1) }.count <= 5)
        let own = left.filter { $0.person == person }
        let named = own.flatMap { $0.cases }
        #expect(Set(named) == Set(1...1_000).subtracting([7]), "what was taken is not told")
        #expect(named.count == Set(named).count, "nor anything twice")
        #expect(own.count <= 12 && own.allSatisfy { $0.cases.count <= 100 })
        #expect(try states(rehearsal)["sending"] == nil)
        #expect(try states(rehearsal)["dead"] == nil)
    }

    @Test("A page that may have left once is put into no message, whatever refuses it since")
    func mayHaveLeft() throws {
        let rehearsal = try rehearsal()
        rehearsal.outcome = { $0.endpoint == "hook" ? .unknown : .delivered }
        try open(2, in: rehearsal)
        let first = pages(rehearsal)
        #expect(first.map { cases(in: $0) } == [[1], [2]])
        rehearsal.skip(to: Self.start.adding(seconds: 1))
        rehearsal.isBehindBreaker = { $0.endpoint == "hook" }
        for number in 3...5 { _ = try rehearsal.open(SetAsideTests.request("fault \(number)")) }
        rehearsal.run(to: Self.start.adding(seconds: 15))
        let before = rehearsal.parcels.count
        rehearsal.isBehindBreaker = { _ in false }
        rehearsal.outcome = { _ in .delivered }
        rehearsal.run(to: Self.start.adding(seconds: 35))
        let later = rehearsal.parcels.dropFirst(before).filter { parcel in
            parcel.urgency.isPage && parcel.endpoint == "hook"
        }
        #expect(Set(later.map { cases(in: $0) }) == [[1], [2], [3, 4, 5]])
        let bodies = Dictionary(first.map { ($0.key, $0.body) }) { $1 }
        for parcel in later where cases(in: parcel).count == 1 {
            #expect(bodies[parcel.key] == parcel.body)
        }
        #expect(try states(rehearsal)["sending"] == nil)
    }

    @Test("Where a channel's messages are for machines, each page leaves by itself")
    func machines() throws {
        let rehearsal = try Rehearsal(rulebook: SetAsideTests.rulebook(), from: Self.start)
        try open(6, in: rehearsal)
        #expect(pages(rehearsal).map { cases(in: $0) } == (1...6).map { [$0] })
    }
}
