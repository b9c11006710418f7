import Foundation
import Glibc
import Testing

/// A daemon with one intake of each dialect.
private struct Senders {
    static let intake = """
        intake:
          pd: {dialect: pagerduty, key_file: secrets/pd, policy: quik, customer: Northwind,
               priorities: {critical: P1, error: P2, warning: P3, info: P4}}
          am: {dialect: alertmanager, key_file: secrets/am, policy: quik, customer: Northwind,
               priorities: {critical: P1, warning: P3}}
          api: {dialect: alertmanager-api, key_file: secrets/api, policy: quik, customer: Northwind}
          og: {dialect: opsgenie, key_file: secrets/og, policy: quik, customer: Northwind}
          support: {dialect: mail, address: support@pager.example.com, policy: esq}

        """
    static let pagerduty = "0123456789abcdef0123456789abcdef"

    let workspace: Workspace
    let daemon: TestDaemon
    var base: String { "http://127.0.0.1:\(workspace.port)" }

    /// `more` stands in tocsin.yaml; `prepare` may write what it names.
    init(
        mailPort: Int? = nil,
        more: String = "",
        prepare: (Workspace) throws -> Void = { _ in }
    ) throws {
        workspace = try Workspace()
        for (name, key) in [
            ("pd", Self.pagerduty), ("am", "am-key"), ("api", "api-key"), ("og", "og-key"),
        ] { try workspace.write("config/secrets/\(name)", key + "\n") }
        try TestFiles(mailPort: mailPort, extra: Self.intake + more).write(to: workspace)
        try prepare(workspace)
        daemon = try TestDaemon(in: workspace)
    }

    func ask(
        _ client: String,
        _ base: String,
        _ key: String,
        _ more: String...
    ) throws -> [String: JSONValue] {
        let ran = try workspace.run(
            Python.executable,
            [Python.tool("senders.py"), client, base, key] + more
        )
        guard ran.exit == 0 else { throw Child.Failed(description: ran.output + ran.errors) }
        var steps: [String: JSONValue] = [:]
        for line in ran.output.split(separator: "\n") {
            let step = JSONValue(parsing: String(line))
            steps[step["step"].string ?? ""] = step["value"]
        }
        return steps
    }

    /// Every case, as its title, priority and status.
    func cases() throws -> [JSONValue] {
        try workspace.tocsin("cases", "--state", "all", "-o", "json").json["cases"].items
    }

    func events(_ number: Int) throws -> [String] {
        try workspace.tocsin("show", "\(number)", "-o", "json").json["events"].items
            .compactMap { $0["event"].string }
    }
}

@Suite("Senders that speak another product's dialect", .serialized)
struct SenderTests {
    @Test("pdpyras triggers, joins, acknowledges and resolves")
    func pdpyras() throws {
        let senders = try Senders()
        let steps = try senders.ask("pdpyras", senders.base, Senders.pagerduty)
        #expect(steps["trigger"]?.string == "k-pdpyras")
        #expect(steps["again"]?.string == "k-pdpyras")
        #expect(steps["keyless"]?.string?.isEmpty == false)
        #expect(steps["wrong key"]?.int == 400)
        let cases = try senders.cases()
        #expect(cases.count == 2)
        let first = try #require(cases.first { $0["title"].string == "disk full" })
        #expect(first["priority"].string == "P1")
        #expect(first["status"].string == "resolved")
        let events = try senders.events(first["number"].int ?? 0)
        #expect(events.contains("acknowledged"))
    }

    @Test("The pagerduty client speaks TLS to a daemon of a private authority")
    func pagerduty() throws {
        let port = try Workspace.freePort()
        let tls = """
            tls:
              listen: 127.0.0.1:\(port)
              certificate_file: secrets/cert.pem
              key_file: secrets/key.pem

            """
        let senders = try Senders(more: tls) { try Authority.certify(in: $0) }
        let base = "https://127.0.0.1:\(port)"
        let authority = senders.workspace.path("ca.pem").path
        let steps = try senders.ask("pagerduty", base, Senders.pagerduty, authority)
        #expect(steps["trigger"]?.string == "k-pagerduty")
        #expect(steps["again"]?.string == "k-pagerduty")
        #expect(steps["wrong key"]?.int == 400)
        #expect(steps["unknown authority"]?.string == "refused")
        let cases = try senders.cases()
        #expect(cases.count == 1)
        let value = try #require(cases.first)
        #expect(value["title"].string == "disk full")
        #expect(value["priority"].string == "P1")
        #expect(value["status"].string == "resolved")
        #expect(try senders.events(value["number"].int ?? 0).contains("acknowledged"))
    }

    @Test("What was answered 2xx is there after kill -9 at that moment, in every dialect")
    func kept() throws {
        let senders = try Senders()
        let alert = #"{"labels":{"alertname":"by compat"}}"#
        let requests: [(path: String, key: String, title: String, body: String)] = [
            (
                "/v2/enqueue", "", "by pagerduty",
                """
                {"routing_key":"\(Senders.pagerduty)","event_action":"trigger",
                "payload":{"summary":"by pagerduty","source":"db1","severity":"critical"}}
                """
            ),
            (
                "/hooks/alertmanager", "Bearer am-key", "by webhook",
                """
                {"version":"4","status":"firing","alerts":[{"status":"firing",
                "labels":{"alertname":"by webhook"},"annotations":{},
                "startsAt":"2026-03-02T10:00:00Z","endsAt":"0001-01-01T00:00:00Z"}]}
                """
            ),
            ("/compat/api/v2/alerts", "Bearer api-key", "by compat", "[\(alert)]"),
            (
                "/opsgenie/v2/alerts", "GenieKey og-key", "by opsgenie",
                #"{"message":"by opsgenie"}"#
            ),
            (
                "/v1/cases", "", "by api",
                """
                {"policy":"quik","priority":"P1","customer":"Northwind","title":"by api"}
                """
            ),
        ]
        for request in requests {
            let ran = try senders.workspace.run(
                "/usr/bin/curl",
                [
                    "-s", "-o", "answer", "-w", "%{http_code}", "-d", request.body,
                    "-H", "Content-Type: application/json",
                    "-H", "Authorization: \(request.key)", senders.base + request.path,
                ]
            )
            senders.daemon.kill()
            #expect(
                Int(ran.output).map { (200..<300).contains($0) } == true,
                "\(request.path): \(ran.output) \(senders.workspace.text("answer"))"
            )
            try senders.daemon.restart()
        }
        let titles = try senders.cases().compactMap { $0["title"].string }
        #expect(Set(titles) == Set(requests.map(\.title)))
        #expect(titles.count == requests.count)
    }

    @Test("The Opsgenie client creates, notes, snoozes, acknowledges, escalates and closes")
    func opsgenie() throws {
        let senders = try Senders()
        let steps = try senders.ask("opsgenie", senders.base + "/opsgenie", "og-key")
        #expect(steps["create"]?[0].string == "Request will be processed")
        #expect(steps["status"]?[0] == .bool(true))
        #expect(steps["status"]?[1].string == "shop/checkout 1")
        #expect(steps["show"]?[0].string == "checkout down")
        #expect(steps["close"] == .bool(true))
        #expect(steps["close nothing"] == .bool(false))
        #expect(steps["wrong key"]?.int == 401)
        let value = try #require(try senders.cases().first)
        #expect(value["priority"].string == "P1")
        #expect(value["status"].string == "resolved")
        #expect(value["details"].string?.contains("region: eu") == true)
        let events = try senders.events(value["number"].int ?? 0)
        for event in ["noted", "snoozed", "acknowledged", "escalated", "resolved"] {
            #expect(events.contains(event), "\(event) is not in \(events)")
        }
    }

    @Test("Alertmanager 0.25 opens a case for each alert of a group and resolves it")
    func alertmanager() throws {
        let senders = try Senders()
        let port = try Workspace.freePort()
        let workspace = senders.workspace
        try workspace.write(
            "alertmanager.yml",
            """
            route: {receiver: tocsin, group_by: [job], group_wait: 1s, group_interval: 1s}
            receivers:
              - name: tocsin
                webhook_configs:
                  - url: \(senders.base)/hooks/alertmanager
                    http_config: {authorization: {credentials: am-key}}
            """
        )
        let server = try Child(
            "/usr/bin/prometheus-alertmanager",
            [
                "--config.file=\(workspace.path("alertmanager.yml").path)",
                "--storage.path=\(workspace.path("am").path)",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ],
            in: workspace.folder,
            output: workspace.path("am.log"),
            errors: workspace.path("am.log")
        )
        let url = "--alertmanager.url=http://127.0.0.1:\(port)"
        func raise(_ name: String, _ more: String...) throws -> Bool {
            try workspace.run(
                "/usr/bin/amtool",
                [url, "alert", "add", name, "severity=critical", "job=shop"] + more
            ).exit == 0
        }
        #expect(
            try becomesTrue(within: 20) { try raise("DiskFull", "--annotation=summary=disk full") }
        )
        #expect(try raise("SwapFull"))
        #expect(
            try becomesTrue(within: 20) { try senders.cases().count == 2 },
            "\(workspace.text("am.log"))"
        )
        let disk = try #require(try senders.cases().first { $0["title"].string == "disk full" })
        #expect(disk["priority"].string == "P1")
        #expect(disk["key"].string?.count == 16)
        #expect(disk["status"].string == "open")
        #expect(
            try raise(
                "DiskFull",
                "--annotation=summary=disk full",
                "--end=2026-01-02T00:00:00Z",
                "--start=2026-01-01T00:00:00Z"
            )
        )
        #expect(
            try becomesTrue(within: 20) {
                try senders.cases().contains {
                    $0["title"].string == "disk full" && $0["status"].string == "resolved"
                }
            }
        )
        #expect(server.isRunning)
    }

    @Test("amtool raises, lists and silences through /compat")
    func compat() throws {
        let senders = try Senders()
        let url =
            "--alertmanager.url=http://tocsin:api-key@127.0.0.1:\(senders.workspace.port)/compat"
        func amtool(_ words: String...) throws -> Workspace.Ran {
            try senders.workspace.run("/usr/bin/amtool", [url] + words)
        }
        let added = try amtool(
            "alert",
            "add",
            "DiskFull",
            "severity=P1",
            "--annotation=summary=disk full"
        )
        #expect(added.exit == 0, "\(added.errors)")
        let listed = try amtool("alert", "query", "-o", "json", "alertname=DiskFull")
        #expect(listed.json[0]["labels"]["severity"].string == "P1", "\(listed.errors)")
        #expect(try senders.cases().first?["priority"].string == "P1")
        let silenced = try amtool(
            "silence",
            "add",
            "job=~batch.*",
            "--comment=nightly",
            "--author=anna"
        )
        #expect(silenced.exit == 0, "\(silenced.errors)")
        #expect(try amtool("alert", "add", "Late", "job=batch-1").exit == 0)
        #expect(try senders.cases().count == 1)
        let silences = try amtool("silence", "query", "-o", "json")
        #expect(silences.json[0]["status"]["state"].string == "active", "\(silences.errors)")
        let id = silenced.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try amtool("silence", "expire", id).exit == 0)
        #expect(try amtool("alert", "add", "Late", "job=batch-1").exit == 0)
        #expect(try senders.cases().count == 2)
        #expect(try amtool("config", "show").output.contains("Tocsin"))
        let ended = try amtool(
            "alert",
            "add",
            "DiskFull",
            "severity=P1",
            "--start=2026-01-01T00:00:00Z",
            "--end=2026-01-02T00:00:00Z"
        )
        #expect(ended.exit == 0)
        #expect(try senders.cases().contains { $0["status"].string == "resolved" })
    }

    @Test("Prometheus 2.42 raises an alert through /compat and resolves it")
    func prometheus() throws {
        let senders = try Senders()
        let workspace = senders.workspace
        let port = try Workspace.freePort()
        try workspace.write("rules.yml", Self.rules("vector(1) > 0"))
        try workspace.write(
            "prometheus.yml",
            """
            global: {evaluation_interval: 1s, scrape_interval: 1h}
            rule_files: [rules.yml]
            alerting:
              alertmanagers:
                - path_prefix: /compat
                  authorization: {credentials: api-key}
                  static_configs: [{targets: ["127.0.0.1:\(workspace.port)"]}]
            """
        )
        let server = try Child(
            "/usr/bin/prometheus",
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--rules.alert.resend-delay=1s",
            ],
            in: workspace.folder,
            output: workspace.path("prometheus.log"),
            errors: workspace.path("prometheus.log")
        )
        #expect(
            try becomesTrue(within: 30) { try senders.cases().count == 1 },
            "\(workspace.text("prometheus.log").suffix(2_000))"
        )
        let value = try #require(try senders.cases().first)
        #expect(value["title"].string == "always down")
        #expect(value["priority"].string == "P2")
        try workspace.write("rules.yml", Self.rules("vector(1) > 2"))
        server.send(SIGHUP)
        #expect(
            try becomesTrue(within: 30) {
                try senders.cases().first?["status"].string == "resolved"
            }
        )
        #expect(try senders.cases().count == 1)
    }

    @Test("One that is to come by itself and falls silent is told, and ends the signs of life")
    func silent() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let hook = "http://127.0.0.1:\(receiver.port)"
        let extra = """
            emergency: {channel: hook}
            heartbeat:
              - {url: "\(hook)/beat", every: 1 s}
            intake:
              am: {dialect: alertmanager, key_file: secrets/am, policy: quik, expect_every: 4 s}

            """
        try workspace.write("config/secrets/am", "am-key\n")
        try TestFiles(hook: "\(hook)/hook", extra: extra).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        func beats() -> Int { receiver.arrivals.filter { $0.path == "/beat" }.count }
        func come() throws {
            let address = "http://127.0.0.1:\(workspace.port)/hooks/alertmanager"
            let words = ["-s", "-H", "Authorization: Bearer am-key", "-d", "{}", address]
            _ = try workspace.run("/usr/bin/curl", words)
        }
        let isBeating = try becomesTrue(within: 20) {
            try come()
            return beats() > 1
        }
        #expect(isBeating)
        let isTold = becomesTrue(within: 20) {
            receiver.arrivals.contains { $0.body.contains("Nothing comes by intake am") }
        }
        #expect(isTold, "\(workspace.text("daemon.stderr"))")
        usleep(500_000)
        let before = beats()
        usleep(2_500_000)
        #expect(beats() == before)
        let isBack = try becomesTrue(within: 20) {
            try come()
            return beats() > before
        }
        #expect(isBack)
        #expect(daemon.stop() == 0)
    }

    private static func rules(_ expression: String) -> String {
        """
        groups:
          - name: all
            rules:
              - alert: Down
                expr: \(expression)
                labels: {severity: P2}
                annotations: {summary: always down}
        """
    }
}
