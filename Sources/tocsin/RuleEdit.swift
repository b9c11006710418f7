import CivilTime
import OnCall
import Paging
import RuleFiles

/// One change of one rule file, which takes place only where all files are sound with it.
struct RuleEdit {
    let files: FileOptions
    let load: Load
    let rulebook: Rulebook
    private let sources: [SourceText]
    private let now: Instant

    init(_ files: FileOptions, now: Instant) throws(CommandFailure) {
        self.files = files
        self.now = now
        (load, sources) = try files.load(now: now)
        if let rulebook = load.rulebook {
            self.rulebook = rulebook
        } else {
            rulebook = try files.rulebook()
        }
    }

    /// The files with one text changed, as they would be in force; nothing is written yet.
    struct Draft {
        var path: String
        var text: String
        var load: Load
        /// Warnings that the change brings, as `check` prints them.
        var warnings: String
        fileprivate var read: [UInt8]

        /// Puts the text in the file's place, unless somebody else has changed the file meanwhile.
        func write() throws(CommandFailure) {
            let sources = try RuleEdit.source(path)
            guard sources.bytes == read else {
                throw CommandFailure(
                    code: "conflict",
                    message: "`\(path)` was changed by somebody else just now",
                    fix: "do it again",
                    exit: 6
                )
            }
            try Replacement(path: path).write(text)
        }
    }

    fileprivate static func source(_ path: String) throws(CommandFailure) -> SourceText {
        try Fmt.source(path)
    }

    func text(of path: String) -> String? {
        sources.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// The paths of the rule files that have a list of that name at the left margin.
    func paths(holding section: String) -> [String] {
        sources.filter { source in
            source.path.hasSuffix(".yaml") || source.path.hasSuffix(".yml")
        }.map(\.path).filter { path in
            text(of: path)?.split(whereSeparator: \.isNewline)
                .contains { $0.hasPrefix("\(section):") } ?? false
        }.sorted()
    }

    func draft(_ path: String, _ text: String) throws(CommandFailure) -> Draft {
        var changed = sources
        guard let index = changed.firstIndex(where: { $0.path == path }) else {
            throw .notFound("rule file `\(path)`", among: sources.map(\.path))
        }
        let read = changed[index].bytes
        changed[index] = SourceText(path: path, text: text)
        let load = try files.load(changed, now: now)
        let known = Set(self.load.diagnostics.map(\.message))
        let errors = load.diagnostics.filter { $0.severity == .error }
        guard load.rulebook != nil else {
            throw CommandFailure(
                code: "files-faulty",
                message: "with that, the files would have \(errors.count) "
                    + "error\(errors.count == 1 ? "" : "s"); nothing was written",
                fix: "mend what is named above",
                exit: 1,
                findings: errors.rendered(over: changed)
            )
        }
        return Draft(
            path: path,
            text: text,
            load: load,
            warnings: load.diagnostics.filter { !known.contains($0.message) }
                .rendered(over: changed),
            read: read
        )
    }

    func section(_ name: String, of path: String) throws(CommandFailure) -> ListSection {
        do throws(ListSection.Fault) {
            return try ListSection(name, in: text(of: path) ?? "")
        } catch {
            throw Self.unusual(name, path)
        }
    }

    static func unusual(_ name: String, _ path: String) -> CommandFailure {
        CommandFailure(
            code: "unusual-form",
            message: "`\(name)` of \(path) is written in a form that is not edited here",
            fix: "write it one entry a line, each beginning with `- `, or edit it by hand",
            exit: 1
        )
    }
}
