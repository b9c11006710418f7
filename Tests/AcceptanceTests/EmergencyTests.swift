import Foundation
import Glibc
import Testing

@Suite("Alarms of the product itself need no rules", .serialized)
struct EmergencyTests {
    /// Files with a fault in a policy, and a receiver of alarms.
    private func faulty() throws -> (Workspace, Receiver) {
        let (workspace, receiver) = try Workspace.alarming()
        let policy = workspace.text("config/policies/quik.yaml")
        try workspace.write("config/policies/quik.yaml", policy + "  broken")
        return (workspace, receiver)
    }

    @Test("A start that is refused for its files tells it once, however often it is tried")
    func refused() throws {
        let (workspace, receiver) = try faulty()
        for _ in 1...2 {
            let ran = try workspace.tocsin("run")
            #expect(ran.exit == 1)
            #expect(ran.errors.contains("quik.yaml"), "\(ran.errors)")
            #expect(
                becomesTrue(within: 5) { !receiver.arrivals(with: "Tocsin cannot start").isEmpty }
            )
        }
        let messages = receiver.arrivals(with: "Tocsin cannot start")
        #expect(messages.count == 1)
        #expect(messages.last?.body.contains("in the files") == true)
    }

    @Test("Beside a daemon that works, a refused start tells nobody")
    func second() throws {
        let (workspace, receiver) = try faulty()
        let broken = workspace.text("config/policies/quik.yaml")
        try workspace.write("config/policies/quik.yaml", String(broken.dropLast("  broken".count)))
        let daemon = try TestDaemon(in: workspace)
        unlink(workspace.path("var/files.good").path)
        try workspace.write("config/policies/quik.yaml", broken)
        #expect(try workspace.tocsin("run").exit == 1)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 10) { !receiver.arrivals(of: number).isEmpty })
        #expect(receiver.arrivals(with: "Tocsin cannot start").isEmpty)
        #expect(daemon.stop() == 0)
    }

    @Test("monitor alarms whatever the rules here are")
    func monitored() throws {
        let (workspace, receiver) = try faulty()
        let url = "http://127.0.0.1:\(workspace.port)"
        let monitor = try Child(
            Workspace.binary.path,
            ["monitor", url, "--every", "1", "--for", "0"],
            in: workspace.folder,
            output: workspace.path("monitor.stdout"),
            errors: workspace.path("monitor.stderr")
        )
        let isTold = becomesTrue(within: 20) {
            !receiver.arrivals(with: "Tocsin at \(url) fails").isEmpty
        }
        #expect(isTold, "\(workspace.text("monitor.stderr"))")
        monitor.send(SIGTERM)
    }

    @Test("monitor says what is wrong with tocsin.yaml itself")
    func unreadable() throws {
        let (workspace, _) = try faulty()
        let settings = workspace.text("config/tocsin.yaml")
        try workspace.write("config/tocsin.yaml", settings + "emergencey: {}\n")
        let ran = try workspace.tocsin("monitor", "http://127.0.0.1:\(workspace.port)")
        #expect(ran.exit == 1)
        #expect(ran.errors.contains("emergencey"), "\(ran.errors)")
    }
}
