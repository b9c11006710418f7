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
        let console = Self.console(in: readme)
        let commands = console.filter { $0.hasPrefix("$ ") }.map { $0.dropFirst(2) }
        #expect(commands.count > 8)
        let ran = try workspace.run(
            "/bin/bash",
            ["-c", "set -e\n" + commands.joined(separator: "\n")]
        )
        #expect(ran.exit == 0, "\(ran.output)\n\(ran.errors)")
        let printed = Set(ran.output.split(separator: "\n").map { Self.masked($0) })
        for line in console where !line.hasPrefix("$ ") && !line.isEmpty {
            #expect(printed.contains(Self.masked(line)), "not printed as shown: \(line)")
        }
        #expect(workspace.text("daemon.stdout").contains("checkout returns 502"))
        #expect(daemon.stop() == 0)
    }

    /// The lines of the README's console blocks: commands after a `$`, and what they print.
    private static func console(in text: String) -> [Substring] {
        var isConsole = false
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isConsole = line == "```console"
            } else if isConsole {
                lines.append(line)
            }
        }
        return lines
    }

    /// The line with its digits and days of the week made equal: the README was written on another
    /// day.
    private static func masked(_ line: Substring) -> String {
        var text = String(line.map { $0.isNumber ? "0" : $0 })
        for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
            text = text.replacing("\(day) 0000", with: "Day 0000")
        }
        // A whole minute is shown without its seconds.
        return text.replacing("00:00:00", with: "00:00")
    }
}
