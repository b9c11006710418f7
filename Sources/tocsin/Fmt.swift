import ArgumentParser
import Daemon
import RuleFiles
import Shapes

struct Fmt: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Bring files into the standard layout, keeping every comment.",
        discussion: """
            With names of files prints each as it would be; without names lists those of the two \
            folders that would change and exits 1. Only white space is moved: a file that the \
            layout would change in meaning is left alone.
            """
    )

    @Argument(help: "The files; without any, all YAML files of the two folders.")
    var paths: [String] = []

    @Flag(name: .short, help: "Rewrite the files that would change.")
    var write = false

    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    /// One file and what the layout makes of it; `text` is nil where it is left alone.
    private struct Outcome {
        var path: String
        var text: String?
        var isSame = false
    }

    func run() throws {
        var outcomes: [Outcome] = []
        for source in try sources() {
            let text = layout(source)
            let isSame = text?.utf8.elementsEqual(source.bytes) ?? false
            outcomes.append(Outcome(path: source.path, text: text, isSame: isSame))
            guard let text, write, !isSame else { continue }
            try Replacement(path: source.path).write(text)
        }
        if output.isJSON { Terminal.say(json(outcomes)) } else { say(outcomes) }
        let isFailed = outcomes.contains { outcome in
            outcome.text == nil || (!write && paths.isEmpty && !outcome.isSame)
        }
        if isFailed { throw ExitCode(1) }
    }

    private func say(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            guard let text = outcome.text else { continue }
            if !write, !paths.isEmpty {
                Terminal.say(text)
            } else if !outcome.isSame {
                Terminal.say(outcome.path)
            }
        }
    }

    private func json(_ outcomes: [Outcome]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("files")
        writer.beginArray()
        for outcome in outcomes {
            writer.beginObject()
            writer.field("file", outcome.path)
            writer.field("readable", outcome.text != nil)
            writer.field("changes", outcome.text != nil && !outcome.isSame)
            writer.field("written", write && outcome.text != nil && !outcome.isSame)
            if !write, !paths.isEmpty { writer.field("text", outcome.text) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }

    /// `nil`, with a message, where the file is left alone.
    private func layout(_ source: SourceText) -> String? {
        do throws(Layout.Fault) {
            return try Layout(source).text
        } catch {
            switch error {
            case .unreadable(let findings): Terminal.complain(findings.rendered(over: [source]))
            case .unsure(let file):
                Terminal.complain(
                    "\(file): left alone, because the layout would change what it says\n"
                        + "  fix: write it in a simpler form, without tags or explicit keys\n"
                )
            }
            return nil
        }
    }

    private func sources() throws(CommandFailure) -> [SourceText] {
        guard !paths.isEmpty else {
            do throws(StartFault) {
                let all = try RuleTree.read(config: files.config, rotations: files.rotations)
                return all.filter { $0.path.hasSuffix(".yaml") || $0.path.hasSuffix(".yml") }
            } catch {
                throw CommandFailure(error)
            }
        }
        var sources: [SourceText] = []
        for path in paths { sources.append(try Self.source(path)) }
        return sources
    }

    static func source(_ path: String) throws(CommandFailure) -> SourceText {
        do throws(SystemFile.Fault) {
            let bytes = try SystemFile.bytes(of: path, upTo: SourceText.bytesMax + 1)
            return SourceText(path: path, bytes: bytes)
        } catch {
            throw CommandFailure(
                code: "file-unreadable",
                message: "cannot read `\(path)`: \(error.reason)",
                fix: "name a YAML file",
                exit: error.isMissing ? 5 : 1
            )
        }
    }
}
