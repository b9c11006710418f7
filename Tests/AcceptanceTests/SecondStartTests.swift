import Foundation
import Glibc
import TestSupport
import Testing

@Suite("One database has one daemon", .serialized)
struct SecondStartTests {
    /// Makes files in `other` by which the same database is served on a socket and a port of
    /// their own; gives the port.
    private func writeOther(in workspace: Workspace) throws -> Int {
        try workspace.copyTree("config", to: "other")
        let settings = workspace.text("config/tocsin.yaml")
        let port = try Workspace.freePort()
        try workspace.write(
            "other/tocsin.yaml",
            settings.replacingOccurrences(of: ":\(workspace.port)", with: ":\(port)")
                .replacingOccurrences(of: "var/tocsin.sock", with: "var/other.sock")
        )
        return port
    }

    @Test("A second daemon on one database is turned away, and the first goes on")
    func secondDaemon() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        _ = try writeOther(in: workspace)
        for _ in 0..<rounds("SECOND_OPENERS", usually: 2) {
            let ran = try workspace.tocsin("run", "--config", "other")
            #expect(ran.exit == 1, "\(ran.errors)")
            #expect(ran.errors.contains("tocsin.db"), "\(ran.errors)")
            #expect(daemon.isRunning)
            #expect(try workspace.tocsin("show", "\(number)").exit == 0)
        }
    }

    @Test("What would open the database itself is turned away while a daemon has it")
    func secondOpener() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        #expect(try workspace.tocsin("db", "backup", "copy.db").exit == 0)
        let number = try daemon.open(title: "after the copy")
        for _ in 0..<rounds("SECOND_OPENERS", usually: 2) {
            for words in [
                ["restore", "copy.db"], ["migrate"],
                ["backup", "again.db", "--database", "var/tocsin.db"],
            ] {
                let ran = try workspace.run(Workspace.binary.path, ["db"] + words)
                #expect(ran.exit == 6, "\(words): \(ran.exit) \(ran.errors)")
            }
            #expect(daemon.isRunning)
            #expect(try workspace.tocsin("show", "\(number)").exit == 0)
        }
        #expect(access(workspace.path("again.db").path, F_OK) != 0)
        #expect(daemon.stop() == 0)
    }

    @Test("Of two daemons that start at once one is turned away, and no page comes twice")
    func doubleStart() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        // A step every two seconds: what is open has something due at each start.
        try workspace.writeShortLadder()
        let ports = ["config": workspace.port, "other": try writeOther(in: workspace)]
        for round in 0..<rounds("DOUBLE_STARTS", usually: 2) {
            // By doors of their own, or as one command called twice.
            let folders = ["config", round.isMultiple(of: 2) ? "other" : "config"]
            let both = try folders.enumerated().map { place, folder in
                try started(folder, as: "start-\(round)-\(place)", in: workspace)
            }
            let isDecided = becomesTrue(within: 30) { both.contains { !$0.isRunning } }
            try #require(isDecided, "round \(round): both go on")
            let loser = try #require(both.firstIndex { !$0.isRunning })
            let why = workspace.text("start-\(round)-\(loser).stderr")
            #expect(both[loser].exitCode(within: 1) == 1, "round \(round): \(why)")

            let (winner, port) = (both[1 - loser], ports[folders[1 - loser]] ?? 0)
            let number = try open(at: port, title: "start \(round)", in: workspace)
            #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
            #expect(winner.isRunning)
            winner.send(SIGTERM)
            #expect(winner.exitCode(within: 15) == 0, "round \(round)")
        }
        // Nothing was killed, so nothing had a reason to come again.
        let twice = Dictionary(grouping: receiver.arrivals, by: \.key).filter { $1.count > 1 }
        #expect(twice.isEmpty, "\(twice.mapValues { $0.map(\.at) })")
    }

    private func started(
        _ folder: String,
        as name: String,
        in workspace: Workspace
    ) throws -> Child {
        try Child(
            Workspace.binary.path,
            ["run", "--config", folder],
            in: workspace.folder,
            output: workspace.path("\(name).stdout"),
            errors: workspace.path("\(name).stderr")
        )
    }

    /// Opens a case as soon as somebody answers at that port, and gives its number.
    private func open(at port: Int, title: String, in workspace: Workspace) throws -> Int {
        var words = ["open", "--policy", "quik", "--priority", "P1", "--customer", "Northwind"]
        words += ["--title", title, "--key", title, "-o", "json"]
        words += ["--server", "http://127.0.0.1:\(port)"]
        let number: Int? = try eventually(within: 30) {
            let ran = try workspace.run(Workspace.binary.path, words)
            return ran.exit == 0 ? ran.json.caseObject["number"].int : nil
        }
        return try #require(number, "nobody took \(title)")
    }
}
