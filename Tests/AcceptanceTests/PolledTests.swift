import Foundation
import Testing

@Suite("A document that is polled, and the report of what came of its cases", .serialized)
struct PolledTests {
    private static func entry(_ id: Int, _ state: String) -> String {
        #"{"id":\#(id),"name":"alert \#(id)","level":"critical","state":"\#(state)"}"#
    }

    private func serve(_ entries: [String], in workspace: Workspace) throws {
        try workspace.write("document.json", #"{"alerts":[\#(entries.joined(separator: ","))]}"#)
    }

    private func statuses(_ workspace: Workspace) throws -> [String: String] {
        let cases = try workspace.tocsin("cases", "--state", "all", "-o", "json").json["cases"]
        return Dictionary(
            cases.items.map { ($0["title"].string ?? "", $0["status"].string ?? "") },
            uniquingKeysWith: { "\($0), \($1)" }
        )
    }

    @Test("Entries open cases once, end them, come back, and an unchanged document costs a 304")
    func polled() throws {
        let workspace = try Workspace()
        try serve([Self.entry(1, "open"), Self.entry(2, "open")], in: workspace)
        let server = try DocumentServer(in: workspace)
        var files = TestFiles()
        files.extra = """
            intake:
              legacy:
                dialect: json
                url: "http://127.0.0.1:\(server.port)/alerts"
                key_file: secrets/legacy
                every: 5 s
                policy: quik
                customer: Northwind
                priorities: {critical: P1}
                map: {items: alerts, key: id, title: name, severity: level, resolved: state=closed}

            """
        try files.write(to: workspace)
        try workspace.write("config/secrets/legacy", "letmein\n")
        let daemon = try TestDaemon(in: workspace)
        #expect(
            try becomesTrue(within: 10) {
                try statuses(workspace) == ["alert 1": "open", "alert 2": "open"]
            },
            "\(workspace.text("daemon.stderr"))"
        )
        #expect(server.authorizations.first == "Bearer letmein")
        #expect(becomesTrue(within: 10) { server.statuses.contains(304) })
        _ = try workspace.tocsin("resolve", "1", "--as", "anna")
        try serve(
            [Self.entry(1, "open"), Self.entry(2, "closed"), Self.entry(3, "open")],
            in: workspace
        )
        #expect(
            try becomesTrue(within: 15) {
                try statuses(workspace) == [
                    "alert 1": "resolved", "alert 2": "resolved", "alert 3": "open",
                ]
            }
        )
        // It is still listed: a restart does not take it for another one.
        #expect(daemon.stop() == 0)
        let looked = server.statuses.filter { $0 == 200 }.count
        try daemon.restart()
        #expect(becomesTrue(within: 15) { server.statuses.filter { $0 == 200 }.count > looked })
        #expect(try statuses(workspace)["alert 1"] == "resolved")
        // It went at its source and came back: that is another case.
        try serve([Self.entry(3, "open")], in: workspace)
        let before = server.statuses.filter { $0 == 200 }.count
        #expect(becomesTrue(within: 15) { server.statuses.filter { $0 == 200 }.count > before })
        try serve([Self.entry(1, "open"), Self.entry(3, "open")], in: workspace)
        #expect(
            try becomesTrue(within: 15) {
                let text = try statuses(workspace)["alert 1"] ?? ""
                return text.contains("open") && text.contains("resolved")
            }
        )
        #expect(try statuses(workspace)["alert 3"] == "open", "it stayed: one case")
        #expect(daemon.stop() == 0)
    }

    @Test("The report counts kept and missed clocks and pages, as text, JSON and CSV")
    func reported() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "=1+1")
        _ = try daemon.open(title: "logins hang")
        #expect(try workspace.tocsin("respond", "\(number)", "--as", "anna").exit == 0)
        let text = try workspace.tocsin("report")
        #expect(text.exit == 0, "\(text.errors)")
        #expect(text.output.contains("2 cases"), "\(text.output)")
        #expect(text.output.contains("response"))
        let json = try workspace.tocsin("report", "-o", "json").json
        #expect(json["cases"].int == 2)
        let clock = json["clocks"][0]
        #expect(clock["case"].int == number)
        #expect(clock["clock"].string == "response")
        #expect(clock["met"] == .bool(true))
        let lines = try workspace.tocsin("report", "-o", "csv").output
            .components(separatedBy: "\r\n")
        #expect(lines[0].hasPrefix("case,customer,policy,priority,clock,opened,due,stopped,met"))
        #expect(lines.dropFirst().first?.hasPrefix("\(number),Northwind,quik,P1,response,") == true)
        let backwards = try workspace.tocsin("report", "--from", "now", "--to", "2020-01-01")
        #expect(backwards.exit != 0)
        let ladder = try workspace.run(
            Workspace.binary.path,
            ["test", "ladder", "no-such-ladder"]
        )
        #expect(ladder.exit == 5)
        let name = ladder.errors.components(separatedBy: "use one of: ").last?
            .components(separatedBy: ",").first?.trimmingCharacters(in: .whitespacesAndNewlines)
        let steps = try workspace.tocsin("test", "ladder", name ?? "")
        #expect(steps.exit == 0, "\(steps.errors)")
        #expect(steps.output.contains("anna") || steps.output.contains("ben"))
        #expect(daemon.stop() == 0)
    }
}
