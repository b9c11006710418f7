import ArgumentParser
import CivilTime
import Shapes

struct Report: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, csv, json
    }

    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Promises kept and missed, and who was paged how often.",
        discussion: """
            Of the cases opened in that time: the response and resolution clocks that have an \
            outcome, by priority, and the pages of each person. csv has a line for each clock of \
            each case.
            """
    )

    @Option(parsing: .unconditional, help: "Cases opened from then; 12 weeks where not said.")
    var from: String?

    @Option(parsing: .unconditional, help: "Cases opened before then; now where not said.")
    var to: String?

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var time: TimeOptions

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.text

    func run() throws {
        let times = try daemon.times(time, reading: [from, to])
        let query = [
            ("from", try times.instant(from)?.rfc3339), ("to", try times.instant(to)?.rfc3339),
        ]
        let connection = try daemon.connection()
        switch output {
        case .csv: Terminal.say(try connection.get("/v1/report.csv", query).text)
        case .json: Terminal.say(try connection.get("/v1/report", query).text)
        case .text:
            Terminal.say(text(try connection.get("/v1/report", query).json, times))
        }
    }

    private func text(_ report: JSON, _ times: Times) -> String {
        let span = ["from", "to"].compactMap { report[$0]?.string }
            .compactMap { Instant(rfc3339: $0) }.map { times.shown($0) }
        var text = "\(span.joined(separator: " to ")): \(report.plain("cases")) cases\n\n"
        var table = Table(header: ["CLOCK", "PRIORITY", "CLOCKS", "KEPT", "MISSED", "MEDIAN"])
        let rows = report["clocks"]?.array ?? []
        let groups = Dictionary(grouping: rows) { "\($0.plain("clock")) \($0.plain("priority"))" }
        for (_, own) in groups.sorted(by: { $0.key < $1.key }) {
            guard let first = own.first else { continue }
            let kept = own.filter { $0["met"]?.bool == true }.count
            let seconds = own.filter { $0["stopped_at"]?.isNull == false }
                .compactMap { $0["seconds"]?.integer }.sorted()
            let median = seconds.isEmpty ? "-" : "\(seconds[seconds.count / 2] / 60) min"
            table.rows.append([
                first.plain("clock"), first.plain("priority"), "\(own.count)", "\(kept)",
                "\(own.count - kept)", median,
            ])
        }
        text += rows.isEmpty ? "No clock has an outcome.\n" : table.text
        let people = report["pages"]?.array ?? []
        if !people.isEmpty {
            var pages = Table(header: ["PERSON", "PAGES", "BY NIGHT"])
            for person in people {
                let hours = (person["by_hour"]?.array ?? []).compactMap(\.integer)
                let night = hours.enumerated().filter { $0.offset < 7 || $0.offset >= 22 }
                    .reduce(0) { $0 + $1.element }
                pages.rows.append([
                    Terminal.harmless(person.plain("person")), person.plain("pages"), "\(night)",
                ])
            }
            text += "\n" + pages.text
        }
        if report["is_cut"]?.bool == true {
            text += "\nThere are more cases than one report reads; ask for less at a time.\n"
        }
        return text
    }
}
