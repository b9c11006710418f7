import Foundation
import Testing

@Suite("The README, followed word for word", .serialized)
struct ReadmeTests {
    @Test("Every command that the README shows works, in order, with the shipped files")
    func commands() throws {
        let workspace = try Workspace()
        try workspace.copy("config")
        try workspace.copy("rotations")
        let settings = workspace.text("config/tocsin.yaml")
        // A daemon of the person who runs these tests may have the usual port.
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: "127.0.0.1:8470", with: "127.0.0.1:\(workspace.port)")
        )
        try FileManager.default.createDirectory(
            at: workspace.path(".build"),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            at: workspace.path(".build/debug"),
            withDestinationURL: Workspace.binary.deletingLastPathComponent()
        )
        let daemon = try TestDaemon(in: workspace)

        let readme = try String(
            contentsOf: Workspace.repository.appending(path: "README.md"),
            encoding: .utf8
        )
        let commands = Self.commands(in: readme)
        #expect(commands.count > 8)
        let script =
            "set -e\n"
            + commands.map { "echo '$ \($0.replacing("'", with: "'\\''"))'\n\($0)" }
            .joined(separator: "\n")
        let ran = try workspace.run("/bin/bash", ["-c", script])
        #expect(ran.exit == 0, "\(ran.output)\n\(ran.errors)")
        #expect(workspace.text("daemon.stdout").contains("checkout returns 502"))
        #expect(daemon.stop() == 0)
    }

    /// The lines after a `$` in the README's console blocks.
    private static func commands(in text: String) -> [String] {
        var isConsole = false
        var commands: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isConsole = line == "```console" }
            if isConsole, line.hasPrefix("$ ") { commands.append(String(line.dropFirst(2))) }
        }
        return commands
    }
}
