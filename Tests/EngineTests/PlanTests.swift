import CivilTime
import Clocks
import OnCall
import Paging
import Testing

@testable import Engine

@Suite("A run sends what the plan said") struct PlanTests {
    @Test("Random policies, openings and acknowledgements", arguments: Seed.all)
    func runEqualsPlan(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        var total = 0
        for round in 0..<25 {
            let rulebook = RandomRules.rulebook(using: &random)
            let start = Instant(
                secondsSinceEpoch: Int.random(in: 1_760_000_000...1_790_000_000, using: &random)
            )
            let end = start.adding(seconds: Int.random(in: 3_600...3 * 86_400, using: &random))
            let priority = ["P1", "P2"].randomElement(using: &random) ?? "P1"
            let events = RandomRules.events(from: start, to: end, using: &random)

            let planned = plan(rulebook, priority, from: start, to: end, events: events)
            let sent = try run(rulebook, priority, from: start, to: end, events: events)
            #expect(sent == planned, "round \(round), \(seed)")
            total += planned.count
        }
        #expect(total > 100, "\(seed): the rounds must send something")
    }

    private func plan(
        _ rulebook: Rulebook,
        _ priority: String,
        from start: Instant,
        to end: Instant,
        events: [CaseEvent]
    ) -> [String] {
        let value = Case(
            id: "case1",
            number: 1,
            policy: "random",
            priority: priority,
            customer: "Northwind",
            title: "x",
            openedAt: start
        )
        let opened = CaseEvent(.opened, at: start, way: "cli", priority: priority)
        let steps = Plan(
            value,
            from: start,
            until: end,
            events: [opened] + events,
            rulebook: rulebook
        ).steps
        return steps.filter { $0.kind != .skip }.flatMap { step in
            step.to.flatMap { to in
                to.channels.map { "\(step.at) \(to.person) \($0)" }
            }
        }.sorted()
    }

    private func run(
        _ rulebook: Rulebook,
        _ priority: String,
        from start: Instant,
        to end: Instant,
        events: [CaseEvent]
    ) throws -> [String] {
        let rehearsal = try Rehearsal(rulebook: rulebook, from: start)
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "x",
            intake: "cli",
            way: "cli"
        )
        request.priority = priority
        let number = try rehearsal.open(request).value.number
        for event in events {
            rehearsal.run(to: event.at.adding(seconds: -1))
            rehearsal.stand(at: event.at)
            try rehearsal.act(event, on: number)
        }
        rehearsal.run(to: end.adding(seconds: -1))
        return rehearsal.sent.map { "\($0.at) \($0.person) \($0.channel)" }.sorted()
    }
}
