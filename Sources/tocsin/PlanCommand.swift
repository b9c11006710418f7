import ArgumentParser
import CivilTime
import Paging
import Shapes

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Everything that would be sent for a case told here if nobody acted."
    )

    @OptionGroup var told: StoryOptions

    @Option(parsing: .unconditional, help: "Where the plan ends; a day after the opening else.")
    var until: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

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
        let plan = try self.plan(story, until: try times.instant(until), rulebook)
        guard !output.isJSON else {
            var writer = JSONWriter()
            writer.value(plan)
            return Terminal.say(writer.text)
        }
        Terminal.say(PlanText(plan: plan, times: times).text)
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
