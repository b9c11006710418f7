import Foundation
import Testing

@Suite("The program describes itself", .serialized)
struct FileManTests {
    @Test("Every command has a manual page, and each page is current")
    func manual() throws {
        let files = try RuleFolder()
        let script = Workspace.repository.appending(path: "Tests/AcceptanceTests/Tools/manual.py")
            .path
        let ran = try files.workspace.run(
            Python.executable,
            [script, "--check", Workspace.binary.path]
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        #expect(ran.output.contains("are current"))
        let dump = try files.tocsin("--experimental-dump-help")
        let pages = try FileManager.default.contentsOfDirectory(
            atPath: Workspace.repository.appending(path: "docs/man").path
        )
        let commands = Command(JSONValue(parsing: dump.output)["command"]).all
        #expect(commands.count > 40)
        #expect(Set(pages) == Set(commands.map { $0.joined(separator: "-") + ".1" }))
    }

    @Test("Shells complete its commands", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let files = try RuleFolder()
        let ran = try files.tocsin("--generate-completion-script \(shell)")
        #expect(ran.exit == 0)
        for word in ["override", "add-responder", "breaching"] {
            #expect(ran.output.contains(word), "\(word) in the script for \(shell)")
        }
    }

    @Test("The script for bash completes a command's name")
    func bash() throws {
        let files = try RuleFolder()
        let script = try files.tocsin("--generate-completion-script bash").output
        try files.workspace.write("completion.bash", script)
        let ran = try files.workspace.run(
            "/bin/bash",
            [
                "-c",
                """
                source completion.bash
                COMP_WORDS=(tocsin rehe); COMP_CWORD=1; COMP_LINE="tocsin rehe"; COMP_POINT=11
                _tocsin tocsin rehe tocsin; echo "${COMPREPLY[@]}"
                """,
            ]
        )
        #expect(ran.output.contains("rehearse"), "\(ran.output)\(ran.errors)")
    }
}

/// A command of the program, as it describes itself.
struct Command {
    private let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    /// The words of this command and of all beneath it, `help` left out.
    var all: [[String]] {
        let name = json["commandName"].string ?? ""
        let children = json["subcommands"].items.map { Command($0) }
            .filter { $0.json["commandName"].string != "help" }
        return [[name]] + children.flatMap { child in child.all.map { [name] + $0 } }
    }

    /// Those that do something: without the ones that only hold others.
    var leaves: [[String]] {
        all.filter { path in !all.contains { $0.count > path.count && $0.starts(with: path) } }
    }
}
