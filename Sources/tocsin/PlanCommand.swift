import ArgumentParser
import CivilTime
import OnCall
import Paging
import Pictures
import Shapes

struct PlanCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, svg
    }

    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Everything that would be sent for a case told here if nobody acted."
    )

    @OptionGroup var told: StoryOptions

    @Option(parsing: .unconditional, help: "Where the plan ends; a day after the opening else.")
    var until: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.text

    func run() throws {
        let times = try time.times()
        let rulebook = try files.rulebook()
        if let batch = told.batch {
            return try Batch(path: batch).answer { question throws(CommandFailure) in
                let story = try StoryOptions.story(question, times)
                let asked = try question.text("until")
                let end = try times.instant(asked ?? until)
                var writer = JSONWriter()
                writer.value(try self.plan(story, until: end, rulebook))
                return writer.bytes
            }
        }
        let story = try told.story(times)
        let end = try times.instant(until)
        let plan = try self.plan(story, until: end, rulebook)
        switch output {
        case .json:
            var writer = JSONWriter()
            writer.value(plan)
            Terminal.say(writer.text)
        case .text: Terminal.say(PlanText(plan: plan, times: times).text)
        case .svg:
            let picture = PlanPicture(
                title: "\(story.priority) under \(story.policy)",
                plan: plan,
                opened: story.opened,
                end: end ?? plan.steps.last?.at.adding(seconds: 900) ?? story.opened,
                zone: times.zone,
                names: rulebook.people.mapValues(\.name)
            )
            Terminal.say(picture.svg())
        }
    }

    private func plan(
        _ story: Story,
        until: Instant?,
        _ rulebook: Rulebook
    ) throws(CommandFailure) -> Plan {
        let value = try story.opening(in: rulebook)
        let opened = CaseEvent(.opened, at: story.opened, way: "cli", priority: value.priority)
        return Plan(
            value,
            from: story.opened,
            until: until ?? story.opened.adding(seconds: 86_400),
            events: [opened] + (try story.events(in: rulebook)),
            rulebook: rulebook
        )
    }
}

/// A plan for people: a line a step.
struct PlanText {
    var plan: Plan
    var times: Times

    var text: String {
        guard !plan.steps.isEmpty else { return "Nothing would be sent.\n" }
        var table = Table(header: ["AT", "WHAT", "STEP", "TO", "WHY"])
        for step in plan.steps {
            table.rows.append([
                times.shown(step.at), step.kind.rawValue, step.step.map(String.init) ?? "",
                step.to.map { "\($0.person) (\($0.channels.joined(separator: ", ")))" }
                    .joined(separator: ", "),
                step.why,
            ])
        }
        return table.text + (plan.isCut ? "… and more: the plan was cut off here.\n" : "")
    }
}
