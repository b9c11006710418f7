import ArgumentParser
import CivilTime
import OnCall
import Paging
import RuleFiles
import Shapes

struct OverrideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "One-off changes of who is on call, in the rotation files.",
        discussion: """
            Writes the file that defines the rotation; every other line of it, comments among \
            them, stays as it is. The files must be sound afterwards, else nothing is written. \
            tocsin reload puts it in force.
            """,
        subcommands: [Add.self, List.self, Remove.self]
    )

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Put somebody on call from one time to another."
        )

        @Argument(help: "The rotation.")
        var rotation: String

        @Option(parsing: .unconditional, help: "When it begins.")
        var from: String

        @Option(parsing: .unconditional, help: "When it ends: the first minute not covered.")
        var to: String

        @Option(help: "Who is on call then; may be repeated for several at once.")
        var person: [String]

        @Option(help: "Who would have been.")
        var insteadOf: String?

        @Option(help: "Why, for those who read the file.")
        var reason: String

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if person.isEmpty { throw ValidationError("--person is missing") }
        }

        func run() throws {
            let times = try time.times()
            let edit = try RuleEdit(files, now: times.now)
            let found = try edit.rotation(rotation)
            let (start, end) = (try times.instant(from).minute, try times.instant(to).minute)
            guard start < end else {
                throw CommandFailure.usage("--to is not after --from", fix: "swap the two")
            }
            for name in person + [insteadOf].compactMap(\.self)
            where edit.rulebook.people[name] == nil {
                throw CommandFailure.notFound(
                    "person `\(name)`",
                    among: edit.rulebook.people.keys
                )
            }
            let path = found.source.file
            var section = try edit.section("overrides", of: path)
            let (text, line) = section.add(entry(start, end, in: found.zone))
            let draft = try edit.draft(path, text)
            let isThere = draft.load.overrides.contains { override in
                override.rotation == rotation && override.start == start && override.end == end
                    && override.source.line == line
            }
            guard isThere else {
                throw CommandFailure(
                    code: "time-twice",
                    message: "a time of it cannot be written in \(found.zone.name)",
                    fix: "begin and end outside the hour that the clocks there repeat",
                    exit: 1
                )
            }
            try draft.write()
            Terminal.complain(draft.warnings)
            let edited = RuleEdit.Written(file: path, line: line)
            let names = edit.rulebook.names(person)
            edited.say(
                output,
                "\(names) on call for \(rotation) from \(times.shown(start, in: found.zone)) to "
                    + times.shown(end, in: found.zone)
            )
        }

        private func entry(_ start: Instant, _ end: Instant, in zone: Zone) -> String {
            let people = person.map(\.asYAML)
            var parts = [
                "rotation: \(rotation.asYAML)", "from: \(zone.civil(at: start))",
                "to: \(zone.civil(at: end))",
                "person: "
                    + (people.count == 1 ? people[0] : "[\(people.joined(separator: ", "))]"),
            ]
            if let insteadOf { parts.append("instead_of: \(insteadOf.asYAML)") }
            parts.append("reason: \(reason.asYAML)")
            return "{\(parts.joined(separator: ", "))}"
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Overrides that have not ended, the next first."
        )

        @Argument(help: "Of this rotation only.")
        var rotation: String?

        @Flag(help: "Also those that have ended.")
        var all = false

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let times = try time.times()
            let edit = try RuleEdit(files, now: times.now)
            if let rotation { _ = try edit.rotation(rotation) }
            let overrides = edit.load.overrides.filter { override in
                (rotation == nil || override.rotation == rotation)
                    && (all || override.end > times.now)
            }.sorted { ($0.start, $0.rotation) < ($1.start, $1.rotation) }
            if output.isJSON { return Terminal.say(json(overrides)) }
            guard !overrides.isEmpty else { return Terminal.say("No override to show.") }
            var table = Table(header: ["ROTATION", "FROM", "TO", "ON CALL", "REASON", "FILE"])
            for override in overrides {
                let zone = edit.rulebook.zone(of: override.rotation)
                table.rows.append([
                    override.rotation, times.shown(override.start, in: zone),
                    times.shown(override.end, in: zone), edit.rulebook.names(override.people),
                    override.reason ?? "", override.source.description,
                ])
            }
            Terminal.say(table.text)
        }

        private func json(_ overrides: [Override]) -> String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("overrides")
            writer.beginArray()
            for override in overrides {
                writer.beginObject()
                writer.field("rotation", override.rotation)
                writer.field("from", override.start)
                writer.field("to", override.end)
                writer.field("people", override.people)
                writer.field("instead_of", override.insteadOf)
                writer.field("reason", override.reason)
                writer.field("source", override.source.description)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            return writer.text
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take away the override that holds at a time."
        )

        @Argument(help: "The rotation.")
        var rotation: String

        @Option(parsing: .unconditional, help: "A time at which it holds.")
        var at: String

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let times = try time.times()
            let edit = try RuleEdit(files, now: times.now)
            _ = try edit.rotation(rotation)
            let instant = try times.instant(at)
            let found = edit.load.overrides.first { override in
                override.rotation == rotation && override.start <= instant && instant < override.end
            }
            guard let found else {
                throw CommandFailure(
                    code: "not-found",
                    message: "no override of \(rotation) holds at \(times.shown(instant))",
                    fix: "list them: tocsin override list \(rotation)",
                    exit: 5
                )
            }
            let zone = edit.rulebook.zone(of: rotation)
            try edit.remove(found.source, from: "overrides").say(
                output,
                "The override of \(rotation) from \(times.shown(found.start, in: zone)) to "
                    + "\(times.shown(found.end, in: zone)) is gone"
            )
        }
    }
}

extension Instant {
    /// The minute it is in, as rotation files count.
    fileprivate var minute: Instant {
        let second = secondsSinceEpoch
        let rest = second % 60
        return Instant(secondsSinceEpoch: second - (rest < 0 ? rest + 60 : rest))
    }
}

extension RuleEdit {
    /// A line that was written or taken away.
    struct Written {
        var file: String
        var line: Int

        func say(_ output: OutputOptions, _ text: String) {
            guard output.isJSON else {
                return Terminal.say(
                    "\(text) (\(file):\(line)).\nIn force once the daemon has it: tocsin reload"
                )
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("file", file)
            writer.field("line", line)
            writer.endObject()
            Terminal.say(writer.text)
        }
    }

    func rotation(_ name: String) throws(CommandFailure) -> Rotation {
        guard let rotation = rulebook.rotations.rotations[name] else {
            throw .notFound("rotation `\(name)`", among: rulebook.rotations.rotations.keys)
        }
        return rotation
    }

    /// Takes away the entry that begins at `source`, and writes the file.
    func remove(_ source: SourceLine, from name: String) throws(CommandFailure) -> Written {
        var section = try section(name, of: source.file)
        let text: String
        do throws(ListSection.Fault) {
            text = try section.remove(line: source.line)
        } catch {
            throw Self.unusual(name, source.file)
        }
        let draft = try draft(source.file, text)
        try draft.write()
        Terminal.complain(draft.warnings)
        return Written(file: source.file, line: source.line)
    }
}
