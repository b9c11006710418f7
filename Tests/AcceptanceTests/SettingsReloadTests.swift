import Foundation
import Glibc
import Testing

@Suite("A reload takes up what tocsin.yaml says of alarms and signs of life", .serialized)
struct SettingsReloadTests {
    private static let settings = "config/tocsin.yaml"

    /// How often that path was called.
    private func calls(_ path: String, at receiver: Receiver) -> Int {
        receiver.arrivals.filter { $0.path == path }.count
    }

    private func edit(_ workspace: Workspace, _ changes: [String: String]) throws {
        var text = workspace.text(Self.settings)
        for (old, new) in changes {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        try workspace.write(Self.settings, text)
        let ran = try workspace.tocsin("reload")
        #expect(ran.exit == 0, "\(ran.errors)")
    }

    @Test("Alarms and signs of life go where the files say now, by a channel that is new with them")
    func replaced() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let hook = "http://127.0.0.1:\(receiver.port)"
        let extra = """
            emergency: {channel: hook, address: day}
            heartbeat:
              - {url: "\(hook)/old", every: 1 s}

            """
        try TestFiles(hook: "\(hook)/hook", extra: extra).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        #expect(becomesTrue(within: 20) { calls("/old", at: receiver) > 1 })
        let log = workspace.text("daemon.stderr")
        let versions = #/message=ready curl=\d+\.\d+\.\d+\S* .* sqlite=3\.\d+\.\d+ /#
        #expect(log.firstMatch(of: versions) != nil, "\(log)")
        #expect(log.contains("one heartbeat alone"), "\(log)")

        try edit(
            workspace,
            [
                "channels:\n": "channels:\n  night: {type: slack, url: \"\(hook)/night\"}\n",
                "{channel: hook, address: day}": "{channel: night}",
                "\(hook)/old": "\(hook)/new",
            ]
        )
        #expect(becomesTrue(within: 10) { calls("/new", at: receiver) > 1 })
        let old = calls("/old", at: receiver)
        let policy = "config/policies/quik.yaml"
        try workspace.write(policy, workspace.text(policy) + "  broken")
        #expect(try workspace.tocsin("reload").exit == 1)
        #expect(becomesTrue(within: 10) { calls("/night", at: receiver) > 0 })
        let alarm = try #require(receiver.arrivals.first { $0.path == "/night" })
        #expect(!alarm.json["blocks"].isNull, "\(alarm.body)")
        #expect(alarm.body.contains("The old files stay in force"), "\(alarm.body)")
        #expect(calls("/hook", at: receiver) == 0)
        #expect(becomesTrue(within: 10) { calls("/new", at: receiver) > 3 })
        #expect(calls("/old", at: receiver) == old)
        #expect(!workspace.text("daemon.stderr").contains("take a restart"))
        #expect(daemon.stop() == 0)
    }

    @Test("What may no longer be called is called no more, for pages, signs of life or documents")
    func disallowed() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try workspace.write("document.json", #"{"alerts":[]}"#)
        let server = try DocumentServer(in: workspace)
        var files = TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook")
        files.extra = """
            heartbeat:
              - {url: "http://127.0.0.1:\(receiver.port)/beat", every: 1 s}
            intake:
              legacy:
                dialect: json
                url: "http://127.0.0.1:\(server.port)/alerts"
                every: 5 s
                policy: quik
                customer: Northwind
                priorities: {critical: P1}
                map: {items: alerts, key: id, title: name, severity: level, resolved: state=closed}

            """
        try files.write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        #expect(
            becomesTrue(within: 20) {
                calls("/beat", at: receiver) > 1 && !server.statuses.isEmpty
            },
            "\(workspace.text("daemon.stderr"))"
        )
        let before = try daemon.open(title: "before")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: before).isEmpty })
        try edit(workspace, ["127.0.0.0/8": "10.0.0.0/8"])
        // The connection of the page before may still be open, and is not taken.
        let after = try daemon.open(title: "after")
        // All have tried again and were refused.
        let refusals = [
            "heartbeat is not taken", "its address is not allowed",
            "channel hook: the address is private or reserved",
        ]
        for words in refusals {
            #expect(
                becomesTrue(within: 10) { workspace.text("daemon.stderr").contains(words) },
                "\(words)"
            )
        }
        let (beats, looks) = (calls("/beat", at: receiver), server.statuses.count)
        usleep(6_000_000)
        #expect(calls("/beat", at: receiver) == beats)
        #expect(server.statuses.count == looks)
        #expect(receiver.arrivals(of: after).isEmpty)
        try edit(workspace, ["10.0.0.0/8": "127.0.0.0/8"])
        #expect(becomesTrue(within: 10) { calls("/beat", at: receiver) > beats })
        #expect(becomesTrue(within: 10) { server.statuses.count > looks })
        #expect(daemon.stop() == 0)
    }
}
