import ArgumentParser
import CivilTime
import Clocks
import Daemon
import OnCall
import Paging
import RuleFiles

struct Check: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, github
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
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
        let templates = load.settings.map { Templates(config: files.config).findings($0) }
        let findings = load.diagnostics + (templates?.findings ?? [])
        switch output {
        case .json: Terminal.say(findings.json)
        case .github:
            for finding in findings { Terminal.say(finding.github) }
        case .text:
            let changes = load.rulebook.map { clockChanges($0, from: start, to: end) } ?? ""
            Terminal.say(
                findings.rendered(over: texts + (templates?.texts ?? [])) + changes
                    + summary(findings, files: texts.count)
            )
        }
        if findings.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
        if strict, !findings.isEmpty { throw ExitCode(3) }
    }

    /// A line for each day ahead of 23 or 25 hours in a zone of layers or calendars, and under it
    /// what falls into the change: no fault, but worth a look.
    private func clockChanges(
        _ rulebook: Rulebook,
        from start: Instant,
        to end: Instant
    ) -> String {
        var days: [Day: [String]] = [:]
        for change in rulebook.rotations.clockChanges(from: start, to: end) {
            let day = Day(zone: change.zone, date: change.date, seconds: change.daySeconds)
            days[day, default: []] += change.moved.map { moved in
                "\(moved.rotation), layer \(moved.layer): \(moved.kind.rawValue) at "
                    + told(moved.local, isMissing: moved.isMissing, at: moved.at, in: change.zone)
            }
        }
        for change in rulebook.calendarClockChanges(from: start, to: end) {
            let day = Day(zone: change.zone, date: change.date, seconds: change.daySeconds)
            days[day, default: []] += change.moved.map { moved in
                "calendar \(change.calendar): \(moved.isOpening ? "opening" : "closing") at "
                    + told(moved.local, isMissing: moved.isMissing, at: moved.at, in: change.zone)
            }
            if change.openSeconds != change.usualSeconds {
                let open = Span.text(seconds: change.openSeconds)
                let usual = Span.text(seconds: change.usualSeconds)
                days[day]?.append("calendar \(change.calendar): open \(open) instead of \(usual)")
            }
        }
        let sorted = days.sorted {
            ($0.key.zone.name, $0.key.date) < ($1.key.zone.name, $1.key.date)
        }
        return sorted.map { day, lines in
            "clocks change in \(day.zone.name) on \(day.date), a day of "
                + "\(Span.text(seconds: day.seconds))\n" + lines.map { "  \($0)\n" }.joined()
        }.joined()
    }

    private struct Day: Hashable {
        var zone: Zone
        var date: CivilDate
        var seconds: Int
    }

    private func told(
        _ local: CivilDateTime,
        isMissing: Bool,
        at: Instant,
        in zone: Zone
    )
        -> String
    {
        let wall = zone.civil(at: at).time
        return "\(local.time) \(isMissing ? "is skipped" : "comes twice"), happens at \(wall) "
            + "(\(at))"
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
