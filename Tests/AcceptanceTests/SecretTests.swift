import Foundation
import Glibc
import Testing

/// A daemon with a secret in every place that takes one, through a day with faults in it.
@Suite("Secrets stay where they were put", .serialized)
struct SecretTests {
    private static let signingKey = "whsec_Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5"
    /// 32 characters; a wrong one differs in the last.
    private static let routingKey = "canaryroutingcanaryroutingcanary"
    private static let wrongKey = String(routingKey.dropLast()) + "0"
    private static let pushToken = "tk_canarypushcanarypush"
    private static let account = "ACcanary0123:canarytextscanarytexts"

    /// What must stand nowhere: each as written and as the bytes that it stands for.
    private static let canaries = [
        "Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5", "CanaryCanaryCanaryCanary", "swordfish",
        // user and password as AUTH PLAIN puts them on the wire
        "dG9jc2luAHN3b3JkZmlzaA", "AHRvY3NpbgBzd29yZGZpc2g",
        String(routingKey.dropLast()), pushToken, "canarytextscanarytexts",
        Data(account.utf8).base64EncodedString(),
    ]

    @Test("No log, database, copy, core or answer holds a secret, a token or a link's key")
    func canaries() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let relay = try MailServer(in: workspace)
        try writeFiles(to: workspace, receiver, relay)
        let daemon = try TestDaemon(in: workspace)
        let made = try workspace.tocsin(
            "token",
            "create",
            "--role",
            "admin",
            "--name",
            "probe",
            "-o",
            "json"
        )
        let token = try #require(made.json["token"].string)
        #expect(token.count > 20)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 20) { !relay.mails.isEmpty })
        let page = eventually(within: 20) {
            receiver.arrivals(of: number)
                .compactMap { $0.json["data"]["page"]["acknowledge_url"].string }.first
        }
        let link = try #require(page, "no page brought a link")
        try sendByTokens(from: workspace, to: receiver)

        let web = "http://127.0.0.1:\(workspace.port)"
        var answers: [Workspace.Ran] = []
        for path in [
            "/v1/cases", "/v1/cases?token=\(token)", "/v1/cases/\(number)", "/v1/deliveries",
            "/v1/tokens", "/metrics", "/openapi.json",
        ] {
            // No address takes a token, and none says it back.
            let status = path.contains("token=") ? 400 : 200
            answers.append(try fetch(web + path, token, expecting: status, in: workspace))
            // After some, whoever guesses waits.
            answers.append(try fetch(web + path, token + "x", expecting: 401, 429, in: workspace))
        }
        // Its form is sent to the link itself, so that holds the link's key, and nothing else.
        let form = try fetch(link, token, expecting: 200, in: workspace)
        answers.append(try fetch(link + "x", token, expecting: 404, in: workspace))
        for (key, status) in [(Self.routingKey, 202), (Self.wrongKey, 400)] {
            let event = """
                {"routing_key": "\(key)", "event_action": "trigger", "dedup_key": "\(status)",
                "payload": {"summary": "down", "source": "db", "severity": "critical"}}
                """
            let url = web + "/v2/enqueue"
            answers.append(try fetch(url, token, event, expecting: status, in: workspace))
        }
        answers.append(try workspace.tocsin("deliveries", "-o", "json"))
        #expect(answers.contains { $0.output.contains("checkout returns 502") })
        #expect(try workspace.tocsin("db", "backup", "copy.db").exit == 0)
        try crash(daemon)

        let linkKey = try #require(link.split(separator: ".").last.map(String.init))
        let others = Self.canaries + [token] + (try unchosen(in: workspace))
        #expect(linkKey.count > 20 && form.output.contains(linkKey))
        let secrets = others + [linkKey]
        expect(none: others, in: [form])
        expect(none: secrets, in: answers)
        for file in try written(in: workspace) {
            let bytes = try Data(contentsOf: file)
            for secret in secrets where bytes.range(of: Data(secret.utf8)) != nil {
                Issue.record("\(file.lastPathComponent) holds \(secret)")
            }
        }
    }

    private func expect(none secrets: [String], in answers: [Workspace.Ran]) {
        for secret in secrets {
            for answer in answers where (answer.output + answer.errors).contains(secret) {
                Issue.record("an answer holds \(secret): \(answer.output)")
            }
        }
    }

    /// Settings with a secret in every place that takes one.
    private func writeFiles(
        to workspace: Workspace,
        _ receiver: Receiver,
        _ relay: MailServer
    ) throws {
        let hook = "http://127.0.0.1:\(receiver.port)"
        var files = TestFiles(hook: "\(hook)/flaky", mailPort: relay.port)
        files.secret = Self.signingKey
        let encrypted = try Workspace.freePort()
        files.extra = """
            emergency: {channel: hook}
            base_url: http://127.0.0.1:\(workspace.port)
            tls:
              listen: 127.0.0.1:\(encrypted)
              certificate_file: secrets/cert.pem
              key_file: secrets/key.pem
            intake:
              monitoring:
                dialect: pagerduty
                key_file: secrets/monitoring
                policy: quik
                customer: Northwind
                priorities: {critical: P1}

            """
        try files.write(to: workspace)
        let local = "  terminal: {type: local}\n"
        let channels = """
            \(local)  push: {type: ntfy, url: "\(hook)/flaky", token_file: secrets/push}
              sms:
                type: twilio
                url: "\(hook)/status/401"
                account_file: secrets/sms
                from: "+13035550100"

            """
        let settings = workspace.text("config/tocsin.yaml")
        try #require(settings.contains(local))
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: local, with: channels)
        )
        try workspace.write("config/secrets/monitoring", Self.routingKey + "\n")
        try workspace.write("config/secrets/push", Self.pushToken + "\n")
        try workspace.write("config/secrets/sms", Self.account + "\n")
        let key = workspace.path("config/secrets/key.pem").path
        let made = try workspace.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=canary", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", key,
                "-out", workspace.path("config/secrets/cert.pem").path,
            ]
        )
        #expect(made.exit == 0, "\(made.errors)")
        chmod(key, 0o600)
    }

    /// Messages leave with both tokens, and are refused at first, so that there is something to
    /// write about them.
    private func sendByTokens(from workspace: Workspace, to receiver: Receiver) throws {
        try workspace.tocsin("test", "channel", "push")
        try workspace.tocsin("test", "channel", "sms", "--address", "+493012345")
        let basic = "Basic " + Data(Self.account.utf8).base64EncodedString()
        for words in ["Bearer " + Self.pushToken, basic] {
            let isSent = becomesTrue(within: 10) {
                receiver.arrivals.contains { $0.headers["authorization"].string == words }
            }
            #expect(isSent, "nothing left with \(words)")
        }
    }

    /// Its end as by a fault of its own, without a core, and another start.
    private func crash(_ daemon: TestDaemon) throws {
        let limits = try String(
            contentsOfFile: "/proc/\(daemon.processID)/limits",
            encoding: .utf8
        )
        let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") } ?? ""
        #expect(core.split { $0 == " " }.contains("0"), "\(core)")
        daemon.signal(SIGABRT)
        _ = daemon.exitCode(within: 30)
        try daemon.restart()
        #expect(daemon.stop() == 0)
    }

    /// Secrets that nobody chose: what links are made with, a line of the TLS key.
    private func unchosen(in workspace: Workspace) throws -> [String] {
        let own = workspace.text("var/acknowledge-secret").split(separator: "\n").map(String.init)
        let pem = workspace.text("config/secrets/key.pem").split(separator: "\n").map(String.init)
        let secrets = [
            try #require(own.first),
            // Behind the first line, which other keys of the kind begin with as well.
            try #require(pem.dropFirst(2).first),
        ]
        for secret in secrets { #expect(secret.count > 20, "\(secret)") }
        return secrets
    }

    /// The status, the headers and the body that the address answers with; by POST where there is a
    /// body to send.
    private func fetch(
        _ url: String,
        _ bearer: String,
        _ body: String? = nil,
        expecting statuses: Int...,
        in workspace: Workspace
    ) throws -> Workspace.Ran {
        let script = """
            import sys, urllib.error, urllib.request
            data = sys.argv[3].encode() if len(sys.argv) > 3 else None
            request = urllib.request.Request(sys.argv[1], data=data)
            request.add_header("Authorization", "Bearer " + sys.argv[2])
            request.add_header("Content-Type", "application/json")
            try: answer = urllib.request.urlopen(request, timeout=5)
            except urllib.error.HTTPError as refusal: answer = refusal
            print(answer.getcode())
            print(answer.headers)
            print(answer.read().decode())
            """
        let ran = try workspace.run(
            Python.executable,
            ["-c", script, url, bearer] + (body.map { [$0] } ?? [])
        )
        let status = ran.output.split(separator: "\n").first.flatMap { Int($0) } ?? 0
        #expect(statuses.contains(status), "\(url): \(ran.output)\(ran.errors)")
        return ran
    }

    /// Everything that the daemon wrote, which is for its owner only.
    private func written(in workspace: Workspace) throws -> [URL] {
        var files = ["daemon.stdout", "daemon.stderr", "copy.db"].map { workspace.path($0) }
        let folder = workspace.path("var")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let file = folder.appending(path: name)
            let facts = try FileManager.default.attributesOfItem(atPath: file.path)
            let mode = facts[.posixPermissions] as? Int ?? 0
            #expect(mode & 0o077 == 0, "\(name) has mode \(String(mode, radix: 8))")
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            // What it makes links with is itself a secret, and lies in a file of its own.
            if name != "acknowledge-secret" { files.append(file) }
        }
        return files
    }

    @Test("The unit runs it as a user of its own, without cores, new rights or writable places")
    func unit() throws {
        let path = Workspace.repository.appending(path: "packaging/tocsin.service")
        let lines = Set(
            try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
        )
        for line in [
            "User=tocsin", "LimitCORE=0", "NoNewPrivileges=yes", "CapabilityBoundingSet=",
            "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "UMask=0077",
            "StateDirectoryMode=0700", "MemoryDenyWriteExecute=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }
}
