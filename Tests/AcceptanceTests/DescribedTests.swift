import Foundation
import Testing

/// The served description against the served API, by schemathesis with every check it has.
@Suite("What /openapi.json says is what is answered", .serialized)
struct DescribedTests {
    /// Examples of each operation; `schemathesis` adds those that cover each schema's edges.
    private static let examples = 12

    @Test(
        "schemathesis finds nothing to complain of, with the token of each role",
        .timeLimit(.minutes(4))
    )
    func described() throws {
        let workspace = try Workspace()
        var files = TestFiles()
        files.extra = "limits: {requests_per_minute: 1000000}\n"
        try files.write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        var tokens: [(role: String, id: String, secret: String)] = []
        for role in ["intake", "viewer", "responder", "leader", "admin"] {
            let made = try workspace.tocsin(
                "token",
                "create",
                "--role",
                role,
                "--name",
                role,
                "-o",
                "json"
            )
            let id = try #require(made.json["id"].string, "\(made.errors)")
            tokens.append((role, id, try #require(made.json["token"].string)))
        }
        try workspace.write("st.toml", tool("described.toml", with: ("CASE", "\(number)")))
        let own = tokens.map(\.id).joined(separator: " ")
        try workspace.write("described.py", tool("described.py", with: ("OWN", own)))
        let runs = try tokens.map { token in
            (role: token.role, child: try run(token.role, token.secret, in: workspace))
        }
        for run in runs {
            let exit = run.child.exitCode(within: 150)
            let said = workspace.text("\(run.role).out")
            #expect(exit == 0, "\(run.role): \(said.suffix(6_000))")
            #expect(said.contains("✅ Stateful"), "\(run.role): \(said.suffix(1_000))")
        }
        #expect(daemon.isRunning)
        let listed = try workspace.tocsin("token", "list")
        for run in runs { #expect(listed.output.contains(run.role), "its token was revoked") }
        #expect(daemon.stop() == 0)
    }

    private func tool(_ name: String, with words: (String, String)) throws -> String {
        try String(contentsOf: URL(filePath: Python.tool(name)), encoding: .utf8)
            .replacing("\"\(words.0)\"", with: "\"\(words.1)\"")
    }

    private func run(_ role: String, _ token: String, in workspace: Workspace) throws -> Child {
        // Roles that may do less are tried with less: what they get is mostly 403.
        let examples = role == "admin" ? Self.examples : 3
        return try Child(
            Python.executable,
            [
                "-m", "schemathesis.cli", "--config-file", workspace.path("st.toml").path,
                "run", "http://127.0.0.1:\(workspace.port)/openapi.json",
                "-H", "Authorization: Bearer \(token)", "--checks", "all",
                "--max-examples", "\(examples)", "--seed", "1", "--generation-database", "none",
                "--no-color", "--no-shrink",
            ],
            in: workspace.folder,
            output: workspace.path("\(role).out"),
            errors: workspace.path("\(role).out")
        )
    }
}
