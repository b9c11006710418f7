import CivilTime
import Clocks
import Paging
import Shapes
import Testing

@testable import tocsin

/// What a backtest finds between the files in force and changed ones.
@Suite struct BacktestTests {
    private static let story =
        "{\"id\":\"7\",\"policy\":\"desk\",\"priority\":\"P1\",\"opened\":\"2026-06-01T08:00:00Z\","
        + "\"events\":[{\"at\":\"2026-06-01T08:40:00Z\",\"event\":\"responded\"},"
        + "{\"at\":\"2026-06-01T08:50:00Z\",\"event\":\"resolved\"}]}"

    private func report(
        _ lines: [String],
        _ before: Rulebook,
        _ after: Rulebook?
    ) throws -> BacktestReport {
        var report = BacktestReport()
        let likeness = after.map {
            Likeness(before, $0, from: Desk.opened, to: Desk.opened.adding(seconds: 86_400))
        }
        let times = try Desk.times()
        for (index, line) in lines.enumerated() {
            report.add(Array(line.utf8)[...], line: index + 1, before, after, likeness, times)
        }
        return report
    }

    private func at(_ minutes: Int) -> Instant { Desk.opened.adding(seconds: minutes * 60) }

    @Test("Without changed files the pages of one case are counted, by person")
    func counts() throws {
        let report = try report([Self.story], Desk.rulebook([(0, "desk"), (30, "ben")]), nil)
        #expect(report.cases == 1)
        #expect(report.pages.before == 2)
        #expect(report.people.mapValues(\.before) == ["anna": 1, "ben": 1])
        #expect(report.changes.isEmpty)
    }

    @Test("A step that is put in is an added page, and one taken out a removed one")
    func addedAndRemoved() throws {
        let short = Desk.rulebook([(0, "desk")])
        let long = Desk.rulebook([(0, "desk"), (20, "ben")])
        let added = try report([Self.story], short, long)
        let page = BacktestOutcome.Page(at: at(20), person: "ben", step: 2)
        #expect(added.changes.map(\.added) == [[page]])
        #expect(added.changes.map(\.removed) == [[]])
        #expect(added.changes.map(\.id) == ["7"])
        let removed = try report([Self.story], long, short)
        #expect(removed.changes.map(\.removed) == [[page]])
        #expect(removed.changes.map(\.added) == [[]])
        #expect(removed.pages.before == 2 && removed.pages.after == 1)
    }

    @Test("A step at another time is a page that moved")
    func moved() throws {
        let before = Desk.rulebook([(0, "desk"), (20, "ben")])
        let report = try report([Self.story], before, Desk.rulebook([(0, "desk"), (35, "ben")]))
        let change = try #require(report.changes.first)
        #expect(change.added.isEmpty && change.removed.isEmpty)
        #expect(change.moved.map(\.page.at) == [at(20)])
        #expect(change.moved.map(\.to) == [at(35)])
    }

    @Test("A shorter promise breaches the clock, a longer one keeps it")
    func breaches() throws {
        let hour = Desk.rulebook([(0, "desk")])
        let minutes = Desk.rulebook([(0, "desk")], response: 30)
        let shorter = try report([Self.story], hour, minutes)
        #expect(shorter.changes.map(\.breached) == [["response"]])
        #expect(shorter.breaches.before == 0 && shorter.breaches.after == 1)
        let longer = try report([Self.story], minutes, hour)
        #expect(longer.changes.map(\.kept) == [["response"]])
    }

    @Test("Another person on call takes the load over")
    func load() throws {
        let steps = [(0, "desk"), (20, "ben")]
        let report = try report(
            [Self.story, Self.story],
            Desk.rulebook(steps),
            Desk.rulebook(steps, onCall: "chitra")
        )
        #expect(report.people.mapValues(\.before) == ["anna": 2, "ben": 2, "chitra": 0])
        #expect(report.people.mapValues(\.after) == ["anna": 0, "ben": 2, "chitra": 2])
        #expect(report.changes.count == 2)
    }

    @Test("The same rules change nothing, and a line that tells no case is a fault")
    func sameRules() throws {
        let steps = [(0, "desk"), (20, "ben")]
        let lines = [Self.story, "{}", "x"]
        let report = try report(lines, Desk.rulebook(steps), Desk.rulebook(steps))
        #expect(report.changes.isEmpty)
        #expect(report.pages.before == 2 && report.pages.after == 2)
        #expect(report.faults.map(\.line) == [2, 3])
        let json = try JSON(parsing: Array(report.json(isCompared: true).utf8))
        #expect(json["cases"]?.integer == 1)
        #expect(json["errors"]?.array?.count == 2)
    }

    @Test("Parts merged in order are the whole")
    func merges() throws {
        let before = Desk.rulebook([(0, "desk"), (20, "ben")])
        let after = Desk.rulebook([(0, "desk"), (35, "ben")])
        let whole = try report([Self.story, Self.story], before, after)
        var merged = try report([Self.story], before, after)
        merged.merge(try report([Self.story], before, after))
        #expect(merged.people.mapValues(\.after) == whole.people.mapValues(\.after))
        #expect(merged.cases == 2 && merged.changes.count == whole.changes.count)
    }

    @Test("Rules are alike only where steps, promises and the people on call are")
    func likeness() {
        let end = Desk.opened.adding(seconds: 86_400)
        func isAlike(_ left: Rulebook, _ right: Rulebook) -> Bool {
            Likeness(left, right, from: Desk.opened, to: end)
                .holds(policy: "desk", from: Desk.opened, opened: Desk.opened, until: end)
        }
        let rules = Desk.rulebook([(0, "desk"), (20, "ben")])
        #expect(isAlike(rules, Desk.rulebook([(0, "desk"), (20, "ben")])))
        #expect(!isAlike(rules, Desk.rulebook([(0, "desk"), (21, "ben")])))
        #expect(!isAlike(rules, Desk.rulebook([(0, "desk"), (20, "chitra")])))
        #expect(!isAlike(rules, Desk.rulebook([(0, "desk"), (20, "ben")], response: 61)))
        #expect(!isAlike(rules, Desk.rulebook([(0, "desk"), (20, "ben")], onCall: "ben")))
        let later = Likeness(rules, rules, from: Desk.opened, to: end)
        let tooLate = end.adding(seconds: 1)
        let opened = Desk.opened
        #expect(!later.holds(policy: "desk", from: opened, opened: opened, until: tooLate))
        #expect(!later.holds(policy: "none", from: opened, opened: opened, until: end))
    }

    @Test("Without words a plan has the same steps to the same people, under every policy we ship")
    func wordless() throws {
        let rulebook = try Desk.shipped()
        let times = try Desk.times()
        var stories = RandomStories(seed: 11)
        var pages = 0
        for _ in 0..<120 {
            let line = stories.line(rulebook)
            let story = try StoryOptions.story(try Question(line: Array(line.utf8)), times)
            // Some of them cannot have happened.
            guard let value = try? story.opening(in: rulebook),
                let events = try? story.events(in: rulebook)
            else { continue }
            let until = (events.last?.at ?? story.opened).adding(seconds: 86_400)
            let plans = [true, false].map { isWorded in
                Plan(
                    value,
                    from: story.opened,
                    until: until,
                    events: events,
                    rulebook: rulebook,
                    isWorded: isWorded
                )
            }
            #expect(plans[0].steps.map(Short.init) == plans[1].steps.map(Short.init), "\(line)")
            #expect(plans[0].value == plans[1].value, "\(line)")
            pages += plans[1].steps.count { $0.kind == .page }

            let found = Plan.pages(
                value,
                from: story.opened,
                until: until,
                events: events,
                rulebook: rulebook
            )
            let planned = plans[0].steps.filter { $0.kind == .page }.flatMap { step in
                step.to.map { FoundPage(at: step.at, person: $0.person, step: step.step ?? 0) }
            }
            // A plan is cut at fewer pages than a backtest.
            guard !plans[0].isCut else {
                #expect(found.pages.starts(with: planned), "\(line)")
                continue
            }
            #expect(found.pages == planned, "\(line)")
            let clocks = plans[0].value.clocks(rulebook: rulebook, at: until)
            #expect(Self.timeless(found.clocks) == Self.timeless(clocks), "\(line)")
        }
        #expect(pages > 200)
    }

    /// Clocks without the time elapsed, which a backtest does not carry forward.
    private static func timeless(_ clocks: [Clocks.Clock]) -> [Clocks.Clock] {
        clocks.map { clock in
            var clock = clock
            clock.elapsedSeconds = 0
            return clock
        }
    }

    /// A step without its words.
    private struct Short: Hashable {
        var at: Instant
        var kind: PlanStep.Kind
        var step: Int?
        var people: [String]

        init(_ step: PlanStep) {
            at = step.at
            kind = step.kind
            self.step = step.step
            people = step.to.map(\.person)
        }
    }
}
