import ArgumentParser
import CivilTime
import Daemon
import Glibc
import OnCall
import Paging
import Shapes

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shifts that changed files move, person by person.",
        discussion: """
            OLD and NEW are folders that hold config/ and rotations/, or folders of rotation \
            files; without NEW, the files of --config and --rotations are compared. Where a \
            folder has no config/, people and calendars come from --config. Without OLD, what \
            the running daemon has in force is compared with the files here.
            """
    )

    @Argument(help: "The folder of the old files; the running daemon where none is named.")
    var old: String?

    @Argument(help: "The folder of the new files.")
    var new: String?

    @Option(parsing: .unconditional, help: "The middle of what is compared.")
    var at = "now"

    @Option(help: "How far before and after it shifts are compared.")
    var horizon = "60d"

    @OptionGroup var files: FileOptions
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try old == nil ? daemon.times(time, reading: [at]) : time.times()
        let instant = try times.instant(at)
        guard let span = Span(horizon) else {
            throw CommandFailure.usage(
                "`\(horizon)` is not a length of time",
                fix: "write --horizon 60d"
            )
        }
        let before: (any Schedule)? = try old.map { try options(for: $0).rulebook() }
        let after = try new.map { try options(for: $0) }?.rulebook() ?? files.rulebook()
        let start = times.zone.instant(span, before: instant)
        let end = times.zone.instant(span, after: instant)
        let old = try before ?? ScheduleInForce(daemon.connection(), from: start, to: end)
        let names = Set(old.rotationNames).union(after.rotationNames).sorted()
        let changes = names.flatMap { name in
            [RotationChange](
                of: name,
                before: old.shifts(name, from: start, to: end),
                after: after.shifts(name, from: start, to: end)
            )
        }
        let current = changes.filter { $0.start <= instant && instant < $0.end }
        if output.isJSON {
            var writer = JSONWriter()
            writer.value(changes, current: current, from: start, to: end)
            return Terminal.say(writer.text)
        }
        let text = DifferenceText(
            changes: changes,
            current: current,
            old: old,
            new: after,
            times: times
        )
        Terminal.say(text.text(from: start, to: end))
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func options(for folder: String) throws(CommandFailure) -> FileOptions {
        guard Self.isFolder(folder) else {
            throw CommandFailure(
                code: "folder-missing",
                message: "there is no folder `\(folder)` here",
                fix: "name a folder that holds config/ and rotations/, or one of rotation files",
                exit: 5
            )
        }
        let path = RuleTree.trimmed(folder)
        var options = FileOptions()
        let holdsConfig = Self.isFolder("\(path)/config")
        options.config = holdsConfig ? "\(path)/config" : files.config
        let holdsRotations = Self.isFolder("\(path)/rotations")
        options.rotations = holdsRotations ? "\(path)/rotations" : path
        return options
    }
}

/// Changes for people: by rotation, then what they mean for each person.
private struct DifferenceText {
    var changes: [RotationChange]
    var current: [RotationChange]
    var old: any Schedule
    var new: Rulebook
    var times: Times

    func text(from start: Instant, to end: Instant) -> String {
        let span = "from \(times.shown(start)) to \(times.shown(end))"
        guard !changes.isEmpty else { return "No shift changes \(span).\n" }
        var table = Table(header: ["ROTATION", "FROM", "TO", "BEFORE", "AFTER"])
        for change in changes {
            table.rows.append([
                change.rotation, shown(change.start, change.rotation),
                shown(change.end, change.rotation),
                change.before.map { old.names(of: $0.people) } ?? "no such rotation",
                change.after.map { new.names(of: $0.people) } ?? "no such rotation",
            ])
        }
        return "Shifts that change \(span)\n\n\(table.text)\n\(persons)\(now)"
    }

    private func shown(_ instant: Instant, _ rotation: RotationID) -> String {
        times.shown(instant, in: new.zone(of: rotation) ?? old.zone(of: rotation))
    }

    private var persons: String {
        changes.byPerson.map { entry in
            let lines =
                entry.gains.map { (stretch: $0, sign: "+") }
                + entry.losses.map { (stretch: $0, sign: "-") }
            let name: any Schedule = new.people[entry.person] == nil ? old : new
            return name.names(of: [entry.person]) + "\n"
                + lines.sorted { $0.stretch.start < $1.stretch.start }.map { line in
                    let stretch = line.stretch
                    return "  \(line.sign) \(shown(stretch.start, stretch.rotation)) – "
                        + "\(shown(stretch.end, stretch.rotation))  \(stretch.rotation)\n"
                }.joined()
        }.joined()
    }

    private var now: String {
        current.map { change in
            "\nAt this moment \(change.rotation) would pass from "
                + "\(old.names(of: change.peopleBefore)) to \(new.names(of: change.peopleAfter)).\n"
        }.joined()
    }
}

extension JSONWriter {
    fileprivate mutating func value(
        _ changes: [RotationChange],
        current: [RotationChange],
        from start: Instant,
        to end: Instant
    ) {
        beginObject()
        field("from", start)
        field("to", end)
        key("changes")
        beginArray()
        for change in changes {
            beginObject()
            field("rotation", change.rotation)
            field("start", change.start)
            field("end", change.end)
            key("before")
            people(change.before)
            key("after")
            people(change.after)
            endObject()
        }
        endArray()
        key("people")
        beginArray()
        for entry in changes.byPerson {
            beginObject()
            field("person", entry.person)
            key("gains")
            value(entry.gains)
            key("losses")
            value(entry.losses)
            endObject()
        }
        endArray()
        field("changed_now", current.map(\.rotation))
        endObject()
    }

    /// `null` where there is no such rotation.
    private mutating func people(_ answer: Answer?) {
        if let answer { value(answer.people) } else { null() }
    }

    private mutating func value(_ stretches: [PersonChange.Stretch]) {
        beginArray()
        for stretch in stretches {
            beginObject()
            field("rotation", stretch.rotation)
            field("start", stretch.start)
            field("end", stretch.end)
            endObject()
        }
        endArray()
    }
}
