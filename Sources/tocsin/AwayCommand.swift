import ArgumentParser
import CivilTime
import OnCall
import Paging
import RuleFiles
import Shapes

struct AwayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "away",
        abstract: "Absences, in the rotation files: the next in order steps in.",
        discussion: """
            Writes a rotation file; every other line of it, comments among them, stays as it is. \
            The files must be sound afterwards, else nothing is written. tocsin reload puts it in \
            force.
            """,
        subcommands: [Add.self, List.self, Remove.self]
    )

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Somebody is away for some days."
        )

        @Argument(help: "A key of people.yaml.")
        var person: String

        @Option(help: "The first day away, such as 2026-11-30.")
        var from: String

        @Option(help: "The last day away.")
        var until: String

        @Option(help: "Why, for those who read the file.")
        var reason: String

        @Option(help: "The file; one that has absences, or a rotation with that person.")
        var file: String?

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let edit = try RuleEdit(files, now: try time.times().now)
            guard edit.rulebook.people[person] != nil else {
                throw CommandFailure.notFound(
                    "person `\(person)`",
                    among: edit.rulebook.people.keys
                )
            }
            let (first, last) = (try Self.date(from), try Self.date(until))
            guard first <= last else {
                throw CommandFailure.usage(
                    "--until is before --from",
                    fix: "swap them; both are days away"
                )
            }
            let path = try path(edit)
            var section = try edit.section("away", of: path)
            let (text, line) = section.add(
                "{person: \(person.asYAML), from: \(first), until: \(last), "
                    + "note: \(reason.asYAML)}"
            )
            let draft = try edit.draft(path, text)
            try draft.write()
            Terminal.complain(draft.warnings)
            RuleEdit.Written(file: path, line: line).say(
                output,
                "\(edit.rulebook.names([person])) away from \(first) until \(last)"
            )
        }

        private func path(_ edit: RuleEdit) throws(CommandFailure) -> String {
            if let file { return file }
            if let path = edit.paths(holding: "away").first { return path }
            let rotations = edit.rulebook.rotations.rotations.values.sorted {
                ($0.source.file, $0.source.line) < ($1.source.file, $1.source.line)
            }
            let own = rotations.first { rotation in
                rotation.layers.contains { layer in
                    layer.versions.contains { $0.order.contains { $0.contains(person) } }
                }
            }
            guard let found = own ?? rotations.first else {
                throw CommandFailure(
                    code: "no-file",
                    message: "there is no rotation file to write to",
                    fix: "name one: --file rotations/support.yaml",
                    exit: 1
                )
            }
            return found.source.file
        }

        static func date(_ text: String) throws(CommandFailure) -> CivilDate {
            guard let date = CivilDate(text) else {
                throw .usage("`\(text)` is no date", fix: "write it as 2026-11-30")
            }
            return date
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Absences that have not ended, the next first."
        )

        @Argument(help: "Of this person only.")
        var person: String?

        @Flag(help: "Also those that have ended.")
        var all = false

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let times = try time.times()
            let edit = try RuleEdit(files, now: times.now)
            let absences = edit.load.away.filter { away in
                (person == nil || away.person == person) && (all || away.end > times.now)
            }.sorted { ($0.start, $0.person) < ($1.start, $1.person) }
            if output.isJSON { return Terminal.say(json(absences)) }
            guard !absences.isEmpty else { return Terminal.say("Nobody is away.") }
            var table = Table(header: ["PERSON", "FROM", "TO", "FILE"])
            for away in absences {
                table.rows.append([
                    edit.rulebook.names([away.person]), times.shown(away.start),
                    times.shown(away.end), away.source.description,
                ])
            }
            Terminal.say(table.text)
        }

        private func json(_ absences: [Away]) -> String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("away")
            writer.beginArray()
            for away in absences {
                writer.beginObject()
                writer.field("person", away.person)
                writer.field("from", away.start)
                writer.field("to", away.end)
                writer.field("source", away.source.description)
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
            abstract: "Take away the absence that a time falls into."
        )

        @Argument(help: "A key of people.yaml.")
        var person: String

        @Option(parsing: .unconditional, help: "A time or day within it.")
        var at: String

        @OptionGroup var files: FileOptions
        @OptionGroup var time: TimeOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let times = try time.times()
            let edit = try RuleEdit(files, now: times.now)
            let instant = try times.instant(at)
            let found = edit.load.away.first { away in
                away.person == person && away.start <= instant && instant < away.end
            }
            guard let found else {
                throw CommandFailure(
                    code: "not-found",
                    message: "\(person) is not away at \(times.shown(instant))",
                    fix: "list absences: tocsin away list",
                    exit: 5
                )
            }
            try edit.remove(found.source, from: "away").say(
                output,
                "\(edit.rulebook.names([person])) is not away any more"
            )
        }
    }
}
