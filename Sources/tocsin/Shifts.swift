import ArgumentParser
import CivilTime
import Daemon
import Glibc
import OnCall
import Paging
import Pictures
import Shapes

struct Shifts: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, csv, ics, svg, json
    }

    static let configuration = CommandConfiguration(
        commandName: "shifts",
        abstract: "The final schedule of a rotation, overrides and absences worked in."
    )

    @Argument(help: "The rotation.")
    var rotation: String

    @Option(parsing: .unconditional, help: "Where it begins.")
    var from = "now"

    @Option(parsing: .unconditional, help: "Where it ends, exclusive.")
    var to = "+14d"

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.table

    private static let yearsMax = 20

    func run() throws {
        let times = try time.times()
        let rulebook = try files.rulebook()
        let start = try times.instant(from)
        let end = try times.instant(to)
        guard let zone = rulebook.rotations.rotations[rotation]?.zone else {
            throw CommandFailure.notFound(
                "rotation `\(rotation)`",
                among: rulebook.rotations.rotations.keys
            )
        }
        guard start < end else {
            throw CommandFailure.usage("--to is not after --from", fix: "name a later time")
        }
        guard end.seconds(since: start) <= Self.yearsMax * 366 * 86_400 else {
            throw CommandFailure.usage(
                "shifts prints at most \(Self.yearsMax) years at a time",
                fix: "name an earlier --to"
            )
        }
        if output == .svg, end.seconds(since: start) > RotationPicture.daysMax * 86_400 {
            throw CommandFailure.usage(
                "a picture shows at most \(RotationPicture.daysMax) days",
                fix: "name an earlier --to"
            )
        }
        let shifts = rulebook.rotations.shifts(rotation, from: start, to: end)
        switch output {
        case .json:
            var writer = JSONWriter()
            writer.value(shifts, of: rotation)
            Terminal.say(writer.text)
        case .csv: say(csv(shifts))
        case .ics: say(calendar(rulebook, from: start, to: end))
        case .svg: Terminal.say(picture(rulebook, from: start, to: end, now: times.now))
        case .table:
            var table = Table(header: ["FROM", "TO", "ON CALL", "BY"])
            for shift in shifts {
                table.rows.append([
                    times.shown(shift.start, in: zone), times.shown(shift.end, in: zone),
                    rulebook.names(shift.answer.people), shift.answer.by,
                ])
            }
            Terminal.say(table.text)
        }
    }

    /// Lines that CRLF ends, as they are; `Terminal.say` would end them once more.
    private func say(_ lines: String) {
        if !SystemFile.write(lines, to: 1) { Glibc.exit(0) }
    }

    private func calendar(_ rulebook: Rulebook, from start: Instant, to end: Instant) -> String {
        ICalendar(
            name: rulebook.rotations.rotations[rotation]?.title ?? rotation,
            entries: ICalendar.entries(
                of: rotation,
                in: rulebook.rotations,
                from: start,
                to: end
            ),
            names: rulebook.people.mapValues(\.name)
        ).text
    }

    private func picture(
        _ rulebook: Rulebook,
        from start: Instant,
        to end: Instant,
        now: Instant
    ) -> String {
        let picture = RotationPicture(
            rotation,
            in: rulebook.rotations,
            names: rulebook.people.mapValues(\.name),
            from: start,
            to: end,
            now: now
        )
        return picture?.svg() ?? ""
    }

    private func csv(_ shifts: [Shift]) -> String {
        let lines = shifts.map { shift in
            [
                shift.start.rfc3339, shift.end.rfc3339,
                shift.answer.people.joined(separator: " "), shift.answer.layer ?? "",
                "\(shift.answer.isOverride)", "\(shift.answer.isGap)",
            ].map(quoted).joined(separator: ",")
        }
        return (["start,end,people,layer,override,gap"] + lines).joined(separator: "\r\n") + "\r\n"
    }

    private func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\r\n".contains($0) }) else { return field }
        return "\""
            + field.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
