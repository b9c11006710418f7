import ArgumentParser
import CivilTime
import Clocks
import Paging
import Shapes

struct ClocksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clocks",
        abstract: "Each clock of a case told here, as it stands at one instant."
    )

    @OptionGroup var told: StoryOptions

    @Option(parsing: .unconditional, help: "The instant to ask for; later events do not count.")
    var at = "now"

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let rulebook = try files.rulebook()
        if let batch = told.batch {
            var plain = ClocksBatch(rulebook)
            return try Batch(path: batch).answer(
                plainly: { line, output in plain.answer(line, into: &output) },
                { question throws(CommandFailure) in
                    try Self.answer(question, at: at, rulebook, times)
                }
            )
        }
        let instant = try times.instant(at)
        let clocks = try Self.clocks(try told.story(times), at: instant, rulebook)
        if output.isJSON { return Terminal.say(Self.json(clocks).text) }
        Terminal.say("At \(times.shown(instant))\n\n\(text(clocks, times))")
    }

    /// The answer to a line of any form; `at` holds where it names no instant.
    static func answer(
        _ question: Question,
        at: String,
        _ rulebook: Rulebook,
        _ times: Times
    ) throws(CommandFailure) -> [UInt8] {
        let story = try StoryOptions.story(question, times)
        let instant = try times.instant(question.text("at") ?? at)
        return json(try clocks(story, at: instant, rulebook)).bytes
    }

    private static func clocks(
        _ story: Story,
        at instant: Instant,
        _ rulebook: Rulebook
    ) throws(CommandFailure) -> [Clock] {
        if let policy = rulebook.policies[story.policy], let date = policy.effectiveFrom,
            story.opened < policy.promises.start(of: date)
        {
            throw CommandFailure(
                code: "policy-not-in-force",
                message: "policy `\(policy.id)` is in force from \(date), after the case was opened"
                    + " at \(story.opened.rfc3339) (R-40)",
                fix: "name a later opening, or a policy that was in force then",
                exit: 5
            )
        }
        return try story.value(at: instant, in: rulebook).clocks(rulebook: rulebook, at: instant)
    }

    static func json(_ clocks: [Clock]) -> JSONWriter {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("clocks", clocks)
        writer.endObject()
        return writer
    }

    private func text(_ clocks: [Clock], _ times: Times) -> String {
        guard !clocks.isEmpty else {
            return "This priority promises nothing that runs on a clock.\n"
        }
        var table = Table(header: ["CLOCK", "KIND", "TARGET", "STATE", "ELAPSED", "DUE"])
        for clock in clocks {
            let zone = clock.calendar.zone
            var due = clock.due.map { times.shown($0, in: zone) } ?? "-"
            if let latest = clock.dueLatest {
                due += ", at the latest \(times.shown(latest, in: zone))"
            }
            if let objective = clock.objective {
                due += ", objective \(times.shown(objective, in: zone))"
            }
            table.rows.append([
                clock.name.rawValue, clock.kind.rawValue, clock.target,
                clock.state.rawValue.split(separator: "_").joined(separator: " "),
                Span.text(seconds: clock.elapsedSeconds), due,
            ])
        }
        return table.text
    }
}
