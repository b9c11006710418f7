import Foundation
import TestSupport
import Testing

@Suite("Files that are torn while they are read", .serialized)
struct TornFileTests {
    /// Places at which a file is cut off; `make fault` raises it.
    private static let cuts = rounds("TORN", usually: 20)

    @Test("A file cut off anywhere never comes into force, and its whole does")
    func torn() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let anna = workspace.text("rotations/support.yaml")
        let marcus = anna.replacingOccurrences(
            of: "order: [anna], first: anna",
            with: "order: [marcus], first: marcus"
        )
        var inForce = "anna"
        for cut in 0..<Self.cuts {
            let (next, person) = cut.isMultiple(of: 2) ? (marcus, "marcus") : (anna, "anna")
            // The last bytes are the end of a line, which may be missing.
            let length = (next.utf8.count - 4) * cut / Self.cuts
            try workspace.write("rotations/support.yaml", String(next.prefix(length)))
            let torn = try workspace.tocsin("reload", "--now")
            #expect(torn.exit == 1, "\(length) bytes: \(torn.output)")
            #expect((torn.output + torn.errors).contains("fix"), "\(length) bytes")
            #expect(try onCall(workspace) == inForce, "\(length) bytes")

            try workspace.write("rotations/support.yaml", next)
            let whole = try workspace.tocsin("reload", "--now")
            #expect(whole.exit == 0, "\(whole.errors)")
            #expect(try onCall(workspace) == person)
            inForce = person
        }
        #expect(daemon.stop() == 0)
    }

    @Test("While a writer tears the file, what is in force is one text or the other")
    func racing() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let anna = workspace.text("rotations/support.yaml")
        let marcus = anna.replacingOccurrences(of: "anna", with: "marcus")
        try workspace.write("anna.yaml", anna)
        try workspace.write("marcus.yaml", marcus)
        let script = """
            while sleep 0.01; do for name in anna marcus; do
                head -c 300 $name.yaml >rotations/support.yaml
                tail -c +301 $name.yaml >>rotations/support.yaml
            done; done
            """
        let writer = try Child(
            "/bin/bash",
            ["-c", script],
            in: workspace.folder,
            output: workspace.path("writer.out"),
            errors: workspace.path("writer.err")
        )
        var seen: Set<String> = []
        for _ in 0..<Self.cuts {
            _ = try workspace.tocsin("reload", "--now")
            seen.insert(try onCall(workspace))
        }
        writer.send(9)
        _ = writer.exitCode(within: 5)
        #expect(seen.isSubset(of: ["anna", "marcus"]), "\(seen)")
        #expect(daemon.isRunning)
        try workspace.write("rotations/support.yaml", marcus)
        #expect(try workspace.tocsin("reload", "--now").exit == 0)
        #expect(try onCall(workspace) == "marcus")
        #expect(daemon.stop() == 0)
    }

    /// Whom the daemon would page first.
    private func onCall(_ workspace: Workspace) throws -> String {
        let ran = try workspace.run(
            "/usr/bin/curl",
            [
                "-s", "--unix-socket", "var/tocsin.sock",
                "http://tocsin/v1/oncall?rotation=support-primary",
            ]
        )
        let people = ran.json["rotations"].items.first?["people"].items.compactMap(\.string) ?? []
        return people.joined(separator: ",")
    }
}
