import ArgumentParser
import CivilTime
import OnCall
import Paging
import RuleFiles

struct Check: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, github
    }

    static let configuration = CommandConfiguration(
        abstract: "Tell every fault in the files.",
        discussion: "Exits 0 where there is none, 1 on errors, 3 on warnings with --strict."
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions

    @Flag(help: "Exit 3 where there are warnings.")
    var strict = false

    @Option(help: "How far ahead gaps are looked for.")
    var horizon = "400d"

    @Option(parsing: .unconditional, help: "Where the horizon begins.")
    var at = "now"

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.text

    func run() throws {
        let times = try time.times()
        let start = try times.instant(at)
        guard let span = Span(horizon) else {
            throw CommandFailure.usage(
                "`\(horizon)` is not a length of time",
                fix: "write --horizon 400d"
            )
        }
        let end = times.zone.instant(span, after: start)
        let (load, texts) = try files.load(now: start, horizonSeconds: end.seconds(since: start))
        let findings = load.diagnostics
        switch output {
        case .json: Terminal.say(findings.json)
        case .github:
            for finding in findings { Terminal.say(finding.github) }
        case .text:
            let changes = load.rulebook.map { clockChanges($0, from: start, to: end) } ?? ""
            Terminal.say(
                findings.rendered(over: texts) + changes + summary(findings, files: texts.count)
            )
        }
        if findings.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
        if strict, !findings.isEmpty { throw ExitCode(3) }
    }

    /// A line for each zone of a layer whose clocks change ahead: no fault, but worth a look.
    private func clockChanges(_ rulebook: Rulebook, from start: Instant, to end: Instant) -> String
    {
        let zones = Set(rulebook.rotations.rotations.values.flatMap(\.layers).map(\.zone))
        return zones.sorted { $0.name < $1.name }.map { zone in
            let dates = zone.transitions(from: start, to: end).map {
                "\(zone.civil(at: $0.at).date)"
            }
            return dates.isEmpty
                ? "" : "clocks change in \(zone.name) on \(dates.joined(separator: ", "))\n"
        }.joined()
    }

    private func summary(_ findings: [Diagnostic], files: Int) -> String {
        let errors = findings.filter { $0.severity == .error }.count
        let warnings = findings.count - errors
        return
            "\(count(files, "file")) read: \(count(errors, "error")), \(count(warnings, "warning"))"
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
