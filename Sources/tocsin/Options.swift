import ArgumentParser
import CivilTime
import Daemon
import Paging
import RuleFiles

/// How a command answers.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(name: .shortAndLong, help: "How to answer.")
    var output = Format.text

    var isJSON: Bool { output == .json }

    /// Whether the words of a command line ask for JSON, also where they cannot be parsed.
    static func asksForJSON(_ arguments: [String]) -> Bool {
        if arguments.contains(where: { ["-ojson", "-o=json", "--output=json"].contains($0) }) {
            return true
        }
        return zip(arguments, arguments.dropFirst()).contains { flag, value in
            (flag == "-o" || flag == "--output") && value == "json"
        }
    }
}

/// Where the files are.
struct FileOptions: ParsableArguments {
    @Option(help: "The folder of people, policies and calendars.")
    var config = "config"

    @Option(help: "The folder of rotation files.")
    var rotations = "rotations"

    /// The files as they stand, whatever is wrong with them.
    func load(
        now: Instant?,
        horizonSeconds: Int = 400 * 86_400
    ) throws(CommandFailure) -> (load: Load, files: [SourceText]) {
        let files: [SourceText]
        do throws(StartFault) {
            files = try RuleTree.read(config: config, rotations: rotations)
        } catch {
            throw CommandFailure(error)
        }
        return (try load(files, now: now, horizonSeconds: horizonSeconds), files)
    }

    /// The same of texts that are given.
    func load(
        _ files: [SourceText],
        now: Instant?,
        horizonSeconds: Int = 400 * 86_400
    ) throws(CommandFailure) -> Load {
        do throws(StartFault) {
            return Loader(
                zones: try SystemZones.zonesOnce(),
                files: files,
                now: now,
                horizonSeconds: horizonSeconds,
                configDirectory: RuleTree.trimmed(config)
            ).load()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The rulebook of files that have no error; findings are shown where they have.
    func rulebook() throws(CommandFailure) -> Rulebook {
        let (load, files) = try load(now: nil)
        if let rulebook = load.rulebook { return rulebook }
        let errors = load.diagnostics.filter { $0.severity == .error }
        throw CommandFailure(
            code: "files-faulty",
            message: "the files have \(errors.count) error\(errors.count == 1 ? "" : "s")",
            fix: "mend them; tocsin check shows each with its place",
            exit: 1,
            findings: errors.rendered(over: files)
        )
    }
}

/// How times are shown and read.
struct TimeOptions: ParsableArguments {
    @Flag(help: "Show and read times in UTC.")
    var utc = false

    func times() throws(CommandFailure) -> Times { try Times(isUTC: utc) }
}

/// The instant it is, and the zone that people's words for times are read in.
struct Times {
    let now: Instant
    let zone: Zone
    private let isUTC: Bool

    init(isUTC: Bool, now: Instant = WallClock.instant()) throws(CommandFailure) {
        self.isUTC = isUTC
        self.now = now
        guard !isUTC, let name = SystemZones.localName() else {
            zone = .utc
            return
        }
        do throws(StartFault) {
            zone = try SystemZones.zonesOnce().zone(named: name) ?? .utc
        } catch {
            zone = .utc
        }
    }

    /// Whether `text` names a time by how far it is from now, as `+2h` and `tomorrow` do.
    static func isRelative(_ text: String) -> Bool {
        Instant(rfc3339: text) == nil && CivilDateTime(text) == nil && CivilDate(text) == nil
    }

    func instant(_ text: String) throws(CommandFailure) -> Instant {
        do throws(MomentFault) {
            return try Instant(moment: text, now: now, in: zone)
        } catch {
            throw .usage(error.reason, fix: "write the time in one of these forms")
        }
    }

    func instant(_ text: String?) throws(CommandFailure) -> Instant? {
        guard let text else { return nil }
        return try instant(text)
    }

    /// For people, with its zone: `zone` where it is given and UTC was not asked for.
    func shown(_ instant: Instant, in zone: Zone? = nil) -> String {
        (isUTC ? .utc : zone ?? self.zone).spoken(instant)
    }

    /// A sentence of the daemon's with the instants in it told as all printed times are.
    func prose(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let marks = word.reversed().prefix { ",.;:)".contains($0) }
            guard let instant = Instant(rfc3339: String(word.dropLast(marks.count))) else {
                return String(word)
            }
            return shown(instant) + String(marks.reversed())
        }.joined(separator: " ")
    }

    /// A length of time such as `30m`, counted from now.
    func instant(after text: String) throws(CommandFailure) -> Instant {
        guard let span = Span(text) else {
            throw .usage("`\(text)` is not a length of time", fix: "write 30m, 2h or 1 day")
        }
        return zone.instant(span, after: now)
    }
}
