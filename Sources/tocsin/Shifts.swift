import ArgumentParser
import CivilTime
import OnCall
import Paging
import Shapes

struct Shifts: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, csv, json
    }

    static let configuration = CommandConfiguration(
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
        let shifts = rulebook.rotations.shifts(rotation, from: start, to: end)
        switch output {
        case .json:
            var writer = JSONWriter()
            writer.value(shifts, of: rotation)
            Terminal.say(writer.text)
        case .csv: Terminal.say(csv(shifts))
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
