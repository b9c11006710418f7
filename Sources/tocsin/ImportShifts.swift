import ArgumentParser
import CivilTime
import Daemon
import OnCall
import Paging
import RuleFiles
import Shapes

/// `import ics|csv|opsgenie|pagerduty|grafana-oncall`: another system's final schedule.
struct ImportShifts: ParsableArguments {
    @Argument(help: "The file, as that system answers or exports it; - is standard input.")
    var file: String

    @Option(help: "The rotation whose overrides they become.")
    var rotation: String

    @Option(parsing: .unconditional, help: "Shifts that end before then are left out.")
    var from = "now"

    @Option(help: "Who somebody is: THEIRS=OURS, such as ann@old.example=anna; again for more.")
    var person: [String] = []

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    private static let bytesMax = 16 * 1_024 * 1_024

    /// Prints overrides for a rotation file; what could not be read is told, and the exit is 1.
    func run(_ source: ImportedShift.Source) throws {
        let rulebook = try files.rulebook()
        guard let zone = rulebook.rotations.rotations[rotation]?.zone else {
            throw CommandFailure.notFound(
                "rotation `\(rotation)`",
                among: rulebook.rotations.rotations.keys
            )
        }
        let start = try time.times().instant(from)
        guard
            let reading = ImportedShift.reading(
                try text(),
                of: source,
                zones: try SystemZones.zonesOnce(),
                zone: zone
            )
        else {
            throw CommandFailure(
                code: "import-form",
                message: "`\(file)` is no schedule in the form of \(source.rawValue)",
                fix: "see tocsin import NAME --help for where it comes from",
                exit: 1
            )
        }
        var faults = reading.faults
        var lines: [String] = []
        for shift in reading.shifts.sorted(by: { $0.start < $1.start }) where shift.end > start {
            guard let id = key(of: shift.who, in: rulebook) else {
                let fault = "`\(Terminal.harmless(shift.who))` is nobody in people"
                if !faults.contains(fault) { faults.append(fault) }
                continue
            }
            lines.append(
                "  - {rotation: \(rotation.asYAML), from: \(zone.civil(at: shift.start)), "
                    + "to: \(zone.civil(at: shift.end)), person: \(id.asYAML), "
                    + "reason: \("imported from \(source.rawValue)".asYAML)}\n"
            )
        }
        let head = "# Local times of the rotation; into its file, then tocsin check.\noverrides:"
        let text = "\(head)\(lines.isEmpty ? " []" : "")\n\(lines.joined())"
        DBCommand.say(text, output) { $0.field("overrides", text) }
        guard !faults.isEmpty else { return }
        for fault in faults { Terminal.complain("tocsin: \(fault)\n") }
        throw CommandFailure(
            code: "import-incomplete",
            message: "\(faults.count) things were not taken over",
            fix: "name people by --person THEIRS=OURS, and mend the rest in the file",
            exit: 1
        )
    }

    private func text() throws(CommandFailure) -> String {
        do throws(SystemFile.Fault) {
            let path = file == "-" ? "/dev/stdin" : file
            return String(
                decoding: try SystemFile.bytes(of: path, upTo: Self.bytesMax),
                as: UTF8.self
            )
        } catch {
            throw CommandFailure(
                code: "file-unreadable",
                message: "cannot read `\(file)`: \(error.reason)",
                fix: "name the exported file",
                exit: 1
            )
        }
    }

    /// By --person, as a key, a name, or an address of a contact.
    private func key(of who: String, in rulebook: Rulebook) -> String? {
        for pair in person {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2, parts[0] == who, rulebook.people[parts[1]] != nil {
                return parts[1]
            }
        }
        if rulebook.people[who] != nil { return who }
        let word = who.lowercased()
        return rulebook.people.values.first { person in
            person.name.lowercased() == word
                || person.contacts.contains { $0.address.lowercased() == word }
        }?.id
    }
}

struct ImportICS: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ics",
        abstract: "Shifts of an iCalendar file, as overrides of a rotation file.",
        discussion: "Who is on call is the first ATTENDEE of an event, else its SUMMARY."
    )
    @OptionGroup var shifts: ImportShifts
    func run() throws { try shifts.run(.ics) }
}

struct ImportCSV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Shifts of a table with start, end and person, as overrides.",
        discussion: "Times are RFC 3339; tocsin shifts -o csv prints such a table."
    )
    @OptionGroup var shifts: ImportShifts
    func run() throws { try shifts.run(.csv) }
}

struct ImportOpsgenie: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opsgenie",
        abstract: "The final timeline of an Opsgenie schedule, as overrides.",
        discussion: "The file is the answer of GET /v2/schedules/NAME/timeline."
    )
    @OptionGroup var shifts: ImportShifts
    func run() throws { try shifts.run(.opsgenie) }
}

struct ImportPagerDuty: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pagerduty",
        abstract: "The final schedule of a PagerDuty schedule, as overrides.",
        discussion: "The file is the answer of GET /schedules/ID?since=&until=."
    )
    @OptionGroup var shifts: ImportShifts
    func run() throws { try shifts.run(.pagerduty) }
}

struct ImportGrafanaOnCall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grafana-oncall",
        abstract: "The final shifts of a Grafana OnCall schedule, as overrides.",
        discussion: "The file is the answer of GET /api/v1/schedules/ID/final_shifts."
    )
    @OptionGroup var shifts: ImportShifts
    func run() throws { try shifts.run(.grafanaOnCall) }
}
