import ArgumentParser
import Daemon
import Glibc
import RuleFiles

struct Fmt: ParsableCommand {
    static let configuration = CommandConfiguration(
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

    func run() throws {
        var failed = false
        for source in try sources() {
            guard let text = layout(source) else {
                failed = true
                continue
            }
            let isSame = text.utf8.elementsEqual(source.bytes)
            if write {
                guard !isSame else { continue }
                try replace(source.path, with: text)
                Terminal.say(source.path)
            } else if !paths.isEmpty {
                Terminal.say(text)
            } else if !isSame {
                failed = true
                Terminal.say(source.path)
            }
        }
        if failed { throw ExitCode(1) }
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
        for path in paths {
            do throws(SystemFile.Fault) {
                let bytes = try SystemFile.bytes(of: path, upTo: SourceText.bytesMax + 1)
                sources.append(SourceText(path: path, bytes: bytes))
            } catch {
                throw CommandFailure(
                    code: "file-unreadable",
                    message: "cannot read `\(path)`: \(error.reason)",
                    fix: "name a YAML file",
                    exit: error.isMissing ? 5 : 1
                )
            }
        }
        return sources
    }

    /// Writes beside the file and renames, so that a reader sees the old text or the new one.
    private func replace(_ path: String, with text: String) throws(CommandFailure) {
        // A link stays one: what it leads to is rewritten.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let target = resolved.map { String(cString: $0) } ?? path
        let beside = target + ".tocsin-fmt"
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o644
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritable(path) }
        let isWritten = SystemFile.write(text, to: descriptor) && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(beside, target) == 0 else {
            let failure = unwritable(path)
            unlink(beside)
            throw failure
        }
    }

    private func unwritable(_ path: String) -> CommandFailure {
        CommandFailure(
            code: "file-unwritable",
            message: "cannot write `\(path)`: \(String(cString: strerror(errno)))",
            fix: "check its owner, its mode and the room on its disk",
            exit: 1
        )
    }
}
