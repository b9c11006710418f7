import Foundation
import Testing

/// Debian's Chromium at the page, by `scripts/browser`, which says what each part does.
@Suite("The web page in a browser", .serialized)
struct BrowserTests {
    @Test(
        "The page holds",
        arguments: [
            ("pages", "every page in four looks, and axe finds nothing"),
            ("actions", "every action with scripts off and on, none against the policy"),
            ("vectors", "500 texts that would be script run nothing"),
            ("robot", "500 runs of a mail scanner acknowledge nothing, 100 people do"),
        ]
    )
    func part(_ name: String, _ promise: String) throws {
        let workspace = try Workspace()
        let child = try Child(
            Python.executable,
            ["-W", "ignore", Python.tool("browser"), name],
            in: workspace.folder,
            environment: ProcessInfo.processInfo.environment.merging([
                "TOCSIN_BINARY": Workspace.binary.path
            ]) { $1 },
            output: workspace.path("said"),
            errors: workspace.path("errors")
        )
        let exit = child.exitCode(within: 400)
        #expect(exit == 0, "\(promise): \(workspace.text("said"))\(workspace.text("errors"))")
        #expect(workspace.text("said").contains("0 faults"))
    }
}
