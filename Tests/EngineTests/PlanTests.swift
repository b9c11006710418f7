import CivilTime
import Clocks
import OnCall
import Paging
import TestSupport
import Testing

@testable import Engine

@Suite("A run sends what the plan said") struct PlanTests {
    @Test("Random policies, openings and acknowledgements", arguments: Seed.all)
    func runEqualsPlan(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        var total = 0
        var duties: Set<String> = []
        for round in 0..<25 {
            let rulebook = RandomRules.rulebook(using: &random)
            let start = Instant(
                secondsSinceEpoch: Int.random(in: 1_760_000_000...1_790_000_000, using: &random)
            )
            let end = start.adding(seconds: Int.random(in: 3_600...3 * 86_400, using: &random))
            let priority = ["P1", "P2"].randomElement(using: &random) ?? "P1"
            let events = RandomRules.events(from: start, to: end, using: &random)

            let tags = Int.random(in: 0...7, using: &random) == 0 ? ["maintenance"] : []
            let story = Story(rulebook, priority, tags: tags, from: start, to: end)

            let ran = try run(story, events: events)
            let planned = plan(story, events: ran.admitted)
            #expect(ran.sent == planned, "round \(round), \(seed)")
            total += planned.count
            duties.formUnion(ran.duties)
        }
        #expect(total > 100, "\(seed): the rounds must send something")
        #expect(duties.count > 7, "\(seed): of every kind, not only \(duties.sorted())")
    }

    /// A case that both are asked about.
    private struct Story {
        var rulebook: Rulebook
        var value: Case
        var start: Instant
        var end: Instant

        init(
            _ rulebook: Rulebook,
            _ priority: String,
            tags: [String],
            from start: Instant,
            to end: Instant
        ) {
            self.rulebook = rulebook
            self.start = start
            self.end = end
            value = Case(
                id: "case1",
                number: 1,
                policy: "random",
                priority: priority,
                customer: "Northwind",
                title: "x",
                openedAt: start
            )
            value.tags = tags
            value.contacts = ["it@northwind.example"]
        }
    }

    private func plan(_ story: Story, events: [CaseEvent]) -> [String] {
        let opened = CaseEvent(
            .opened,
            at: story.start,
            way: "cli",
            priority: story.value.priority
        )
        let steps = Plan(
            story.value,
            from: story.start,
            until: story.end,
            events: [opened] + events,
            rulebook: story.rulebook
        ).steps
        return steps.filter { $0.kind != .skip }.flatMap { step in
            step.to.flatMap { to in
                let person = to.person.contains("@") ? "to" : to.person
                return to.channels.map { "\(step.at) \(person) \($0)" }
            }
        }.sorted()
    }

    /// What came of a run.
    private struct Ran {
        var sent: [String]
        /// The events that the case admitted.
        var admitted: [CaseEvent]
        /// The duties that sent something.
        var duties: Set<String>
    }

    private func run(_ story: Story, events: [CaseEvent]) throws -> Ran {
        let rehearsal = try Rehearsal(rulebook: story.rulebook, from: story.start)
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "x",
            intake: "cli",
            way: "cli"
        )
        request.priority = story.value.priority
        request.tags = story.value.tags
        request.contacts = story.value.contacts
        let number = try rehearsal.open(request).value.number
        var admitted: [CaseEvent] = []
        for event in events {
            rehearsal.run(to: event.at.adding(seconds: -1))
            rehearsal.stand(at: event.at)
            do {
                if try rehearsal.act(event, on: number).isNew { admitted.append(event) }
            } catch let refusal as Refusal where refusal.code != .unavailable {
                continue
            }
        }
        rehearsal.run(to: story.end.adding(seconds: -1))
        let sent = rehearsal.sent
        return Ran(
            sent: sent.map { "\($0.at) \($0.person) \($0.channel)" }.sorted(),
            admitted: admitted,
            duties: Set(
                sent.compactMap { sent in
                    let occasion = sent.key.split(separator: ".").dropFirst().first.map(String.init)
                    return occasion.flatMap { Duty(rawValue: $0)?.rawValue }
                }
            )
        )
    }
}
