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
        abstract: "Everything that would be sent for a case told here if nobody acted.",
        discussion: """
            With a case's number or id, what the daemon is about to send for that case; without, \
            what would be sent for one that --policy, --priority and --opened tell.
            """
    )

    @Argument(help: "A case of the daemon's; none where one is told by options.")
    var `case`: String?

    @OptionGroup var told: StoryOptions

    @Option(
        parsing: .unconditional,
        help: "Where the plan ends; a day after the opening else, or after now."
    )
    var until: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var time: TimeOptions

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.text

    func validate() throws {
        if self.case != nil, told.isTold {
            throw ValidationError("say a case of the daemon's or tell one, not both")
        }
    }

    func run() throws {
        if let number = self.case { return try show(ofCase: number) }
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
        case .text: Terminal.say(PlanText(plan, times: times).text)
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

    /// What the daemon will send for one of its cases, by its own files and its own clock.
    private func show(ofCase number: String) throws {
        let times = try daemon.times(time, reading: [until])
        let connection = try daemon.connection()
        let path = "/v1/cases/\(Connection.escaped(number))"
        let answer = try connection.get(
            path + "/plan",
            [("until", try times.instant(until)?.rfc3339)]
        )
        let plan = PlanText(json: answer.json, times: times)
        switch output {
        case .json: Terminal.say(answer.text)
        case .text: Terminal.say(plan.text)
        case .svg:
            let value = try connection.get(path).json["case"] ?? .null
            let opened = value["opened_at"]?.string.flatMap { Instant(rfc3339: $0) }
            let first = plan.marks.first?.at ?? opened ?? times.now
            let picture = PlanPicture(
                title: "case \(value.plain("number")), \(value.plain("priority")) under "
                    + value.plain("policy"),
                marks: plan.marks,
                opened: min(opened ?? first, first),
                end: try times.instant(until) ?? plan.marks.last?.at.adding(seconds: 900) ?? first,
                zone: times.zone,
                names: [:]
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
    struct Line {
        var mark: PlanPicture.Mark
        var recipients: String
    }

    var lines: [Line]
    var isCut: Bool
    var times: Times

    var marks: [PlanPicture.Mark] { lines.map(\.mark) }

    init(_ plan: Plan, times: Times) {
        lines = plan.steps.map { step in
            Line(
                mark: PlanPicture.Mark(
                    at: step.at,
                    kind: step.kind,
                    step: step.step,
                    to: step.to.map(\.person),
                    why: step.why
                ),
                recipients: Self.recipients(step.to.map { ($0.person, $0.channels) })
            )
        }
        isCut = plan.isCut
        self.times = times
    }

    /// As the daemon answers; a step that cannot be read is left out.
    init(json: JSON, times: Times) {
        lines = (json["steps"]?.array ?? []).compactMap { step in
            guard let at = step["at"]?.string.flatMap({ Instant(rfc3339: $0) }),
                let kind = step["kind"]?.string.flatMap({ PlanStep.Kind(rawValue: $0) })
            else { return nil }
            let to = (step["to"]?.array ?? []).map { recipient in
                (
                    recipient.plain("person"),
                    (recipient["channels"]?.array ?? []).compactMap(\.string)
                )
            }
            return Line(
                mark: PlanPicture.Mark(
                    at: at,
                    kind: kind,
                    step: step["step"]?.integer,
                    to: to.map(\.0),
                    why: step.plain("why")
                ),
                recipients: Self.recipients(to)
            )
        }
        isCut = json["cut"]?.bool ?? false
        self.times = times
    }

    private static func recipients(_ to: [(person: String, channels: [String])]) -> String {
        to.map { "\($0.person) (\($0.channels.joined(separator: ", ")))" }.joined(separator: ", ")
    }

    var text: String {
        guard !lines.isEmpty else { return "Nothing would be sent.\n" }
        var table = Table(header: ["AT", "WHAT", "STEP", "TO", "WHY"])
        for line in lines {
            table.rows.append([
                times.shown(line.mark.at), line.mark.kind.rawValue,
                line.mark.step.map(String.init) ?? "", line.recipients, line.mark.why,
            ])
        }
        return table.text + (isCut ? "… and more: the plan was cut off here.\n" : "")
    }
}
