import ArgumentParser
import CivilTime
import OnCall
import Paging
import Shapes

struct Who: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "who",
        abstract: "Who is on call, until when, and who is next.",
        discussion: """
            Exits 8 where nobody is on call for a rotation that was named, or for none at all.
            """
    )

    @Argument(help: "Rotations; all of them where none is named.")
    var rotation: [String] = []

    @Option(parsing: .unconditional, help: "The instant to ask for.")
    var at = "now"

    @Option(help: "Answer a question a line: {\"rotation\", \"at\"}; - is standard input.")
    var batch: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let rulebook = try files.rulebook()
        if let batch {
            var plain = WhoBatch(rulebook.rotations)
            return try Batch(path: batch).answer(
                plainly: { line, output in plain.answer(line, into: &output) },
                { question throws(CommandFailure) in try answer(question, rulebook, times) }
            )
        }
        let instant = try times.instant(at)
        let names = rotation.isEmpty ? rulebook.rotations.rotations.keys.sorted() : rotation
        var watches: [Watch] = []
        for name in names { watches.append(try watch(name, at: instant, in: rulebook)) }
        if output.isJSON {
            var writer = JSONWriter()
            writer.value(watches, at: instant)
            Terminal.say(writer.text)
        } else {
            Terminal.say(text(watches, at: instant, rulebook, times))
        }
        let empty = watches.filter { $0.answer.people.isEmpty }
        if rotation.isEmpty ? empty.count == watches.count : !empty.isEmpty { throw ExitCode(8) }
    }

    private func watch(
        _ name: String,
        at instant: Instant,
        in rulebook: Rulebook
    ) throws(CommandFailure) -> Watch {
        guard let watch = Watch(name, at: instant, in: rulebook.rotations) else {
            throw .notFound("rotation `\(name)`", among: rulebook.rotations.rotations.keys)
        }
        return watch
    }

    private func answer(
        _ question: Question,
        _ rulebook: Rulebook,
        _ times: Times
    ) throws(CommandFailure) -> [UInt8] {
        let instant = try times.instant(question.text("at") ?? at)
        let names =
            try question.text("rotation").map { [$0] }
            ?? rulebook.rotations.rotations.keys.sorted()
        var watches: [Watch] = []
        for name in names { watches.append(try watch(name, at: instant, in: rulebook)) }
        var writer = JSONWriter()
        writer.value(watches, at: instant)
        return writer.bytes
    }

    private func text(
        _ watches: [Watch],
        at instant: Instant,
        _ rulebook: Rulebook,
        _ times: Times
    ) -> String {
        var table = Table(header: ["ROTATION", "ON CALL", "BY", "UNTIL", "NEXT"])
        for watch in watches {
            let zone = rulebook.rotations.rotations[watch.rotation]?.zone
            table.rows.append([
                watch.rotation,
                rulebook.names(watch.answer.people),
                watch.answer.by,
                until(watch, zone, times),
                watch.next.map { rulebook.names($0.people) } ?? "",
            ])
        }
        return "At \(times.shown(instant))\n\n\(table.text)"
    }

    private func until(_ watch: Watch, _ zone: Zone?, _ times: Times) -> String {
        if let until = watch.until { return times.shown(until, in: zone) }
        if let unseen = watch.unseenFrom {
            return "no change before \(times.shown(unseen, in: zone))"
        }
        return "never changes"
    }
}

extension Answer {
    /// Which rule put them on call, in a few words.
    var by: String {
        if isOverride { return "override" }
        if let layer { return "layer \(layer)" }
        return people.isEmpty ? "no layer" : "if_nobody"
    }
}

extension Rulebook {
    /// `Anna Keller (anna), …`; `nobody` for an empty list.
    func names(_ people: [PersonID]) -> String {
        guard !people.isEmpty else { return "nobody" }
        return people.map { id in self.people[id].map { "\($0.name) (\(id))" } ?? id }
            .joined(separator: ", ")
    }
}
