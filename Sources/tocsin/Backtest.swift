import ArgumentParser
import CivilTime
import Clocks
import Daemon
import Dispatch
import Glibc
import Paging
import Shapes
import Synchronization

/// Past cases, each decided again by the files as the engine would have decided it.
struct Backtest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "What past cases would have sent under these files, and under changed ones.",
        discussion: """
            A case a line: {"policy", "priority", "opened", "events": [{"at", "event"}]}, as for \
            clocks --batch, with an "id" where it has one. A case is followed until it was last \
            resolved or closed, else until a day after its last event.
            """
    )

    @Option(help: "The past cases, a JSON object a line; - is standard input.")
    var cases: String

    @Option(
        help: "A folder with the changed config/ and rotations/; one that it lacks stays as it is."
    )
    var against: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let lines = try Self.lines(of: cases)
        let before = try files.rulebook()
        let after = try against.map { folder in try self.changedFiles(in: folder).rulebook() }
        let chunkLines = 256
        let likeness = after.flatMap { after in
            Self.span(of: lines).map { Likeness(before, after, from: $0.start, to: $0.end) }
        }
        let parts = Mutex<[Int: BacktestReport]>([:])
        DispatchQueue.concurrentPerform(iterations: (lines.count + chunkLines - 1) / chunkLines) {
            chunk in
            let first = chunk * chunkLines
            var report = BacktestReport()
            for index in first..<min(first + chunkLines, lines.count) {
                report.add(lines[index], line: index + 1, before, after, likeness, times)
            }
            parts.withLock { $0[chunk] = report }
        }
        let report = parts.withLock { parts in
            parts.sorted { $0.key < $1.key }.reduce(into: BacktestReport()) { $0.merge($1.value) }
        }
        Terminal.say(
            output.isJSON
                ? report.json(isCompared: after != nil)
                : report.text(isCompared: after != nil, times)
        )
        guard report.faults.isEmpty else { throw ExitCode(1) }
    }

    private func changedFiles(in folder: String) throws(CommandFailure) -> FileOptions {
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        var changed = files
        let hasConfig = access(base + "config", F_OK) == 0
        let hasRotations = access(base + "rotations", F_OK) == 0
        if hasConfig { changed.config = base + "config" }
        if hasRotations { changed.rotations = base + "rotations" }
        guard hasConfig || hasRotations else {
            throw .usage(
                "`\(folder)` holds neither config/ nor rotations/",
                fix: "name the folder above them"
            )
        }
        return changed
    }

    /// From the first instant that the plain ones of the lines name to the last that is followed.
    private static func span(of lines: [ArraySlice<UInt8>]) -> (start: Instant, end: Instant)? {
        var events: [PlainStory.Event] = []
        var span: (start: Instant, end: Instant)?
        for line in lines {
            let story = line.withUnsafeBytes { PlainStory($0, events: &events) }
            guard let opened = story?.opened else { continue }
            for at in [opened] + events.map(\.at) {
                span = (min(span?.start ?? at, at), max(span?.end ?? at, at))
            }
        }
        return span.map { ($0.start, $0.end.adding(seconds: BacktestOutcome.afterSeconds)) }
    }

    private static func lines(of path: String) throws(CommandFailure) -> [ArraySlice<UInt8>] {
        do throws(SystemFile.Fault) {
            let bytes = try SystemFile.bytes(
                of: path == "-" ? "/dev/stdin" : path,
                upTo: 512 * 1_024 * 1_024
            )
            return bytes.split(separator: UInt8(ascii: "\n")).filter { line in
                !line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
            }
        } catch {
            throw CommandFailure(
                code: "file-unreadable",
                message: "cannot read `\(path)`: \(error.reason)",
                fix: "name a file, or - for standard input",
                exit: 1
            )
        }
    }
}

/// What one past case came to under one rulebook.
struct BacktestOutcome {
    typealias Page = FoundPage

    var pages: [Page]
    /// Response and resolution clocks that ran out, by name.
    var breaches: Set<String> = []

    /// How long a case that is not resolved is followed after its last event.
    static let afterSeconds = 86_400

    init(_ story: Story, _ rulebook: Rulebook) throws(CommandFailure) {
        let value = try story.opening(in: rulebook)
        let events = try story.events(in: rulebook)
        let opened = CaseEvent(.opened, at: story.opened, way: "cli", priority: value.priority)
        let end = Self.end(of: story, events)
        let found = Plan.pages(
            value,
            from: story.opened,
            until: end,
            events: [opened] + events,
            rulebook: rulebook
        )
        guard !found.isCut else {
            throw CommandFailure(
                code: "too-many-pages",
                message: "more than \(Plan.pagesMax) pages: the case was never taken",
                fix: "say when it was acknowledged, resolved or closed",
                exit: 1
            )
        }
        pages = found.pages
        for clock in found.clocks
        where clock.state == .breached && (clock.name == .response || clock.name == .resolution) {
            breaches.insert(clock.name.rawValue)
        }
    }

    /// Just after the case was last resolved or closed, else a day after its last event.
    static func end(of story: Story, _ events: [CaseEvent]) -> Instant {
        let last = events.last?.at ?? story.opened
        let name = events.last?.canonical.name
        return last.adding(seconds: name == .resolved || name == .closed ? 1 : afterSeconds)
    }
}

extension Story {
    /// Whether the changed files decide it as those in force do.
    func isAlike(under likeness: Likeness?) -> Bool {
        let first = events.first.map { min($0.at, opened) } ?? opened
        return likeness?.holds(
            policy: policy,
            from: first,
            opened: opened,
            until: BacktestOutcome.end(of: self, events)
        ) ?? false
    }
}
