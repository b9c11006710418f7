import Foundation
import Glibc
import Testing

/// Who is let in and by which way, with the real daemon, openssl's certificates and curl.
@Suite("The doors", .serialized)
struct ServingTests {
    private func certificate(in workspace: Workspace, name: String) throws {
        let made = try workspace.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout", workspace.path("config/secrets/key.pem").path,
                "-out", workspace.path("config/secrets/cert.pem").path,
            ]
        )
        guard made.exit == 0 else { throw Child.Failed(description: made.errors) }
        chmod(workspace.path("config/secrets/key.pem").path, 0o600)
    }

    /// The status, or 0 where there was no answer.
    private func status(
        _ workspace: Workspace,
        _ url: String,
        _ arguments: [String] = []
    ) throws -> Int {
        let ran = try workspace.run(
            "/usr/bin/curl",
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10"] + arguments + [url]
        )
        return Int(ran.output) ?? 0
    }

    @Test("Beyond this machine nothing is served without tokens; with one, over TLS 1.2 or later")
    func encrypted() throws {
        let workspace = try Workspace()
        let port = try Workspace.freePort()
        var files = TestFiles()
        files.extra = """

            tls:
              listen: 0.0.0.0:\(port)
              certificate_file: secrets/cert.pem
              key_file: secrets/key.pem

            """
        try files.write(to: workspace)
        try certificate(in: workspace, name: "first")
        let refused = try workspace.tocsin("run")
        #expect(refused.exit == 1)
        #expect(refused.errors.contains("there are no tokens"))
        #expect(refused.errors.contains("tocsin token create --role admin --name NAME"))

        let made = try workspace.tocsin(
            "token",
            "create",
            "--role",
            "viewer",
            "--name",
            "wall",
            "-o",
            "json"
        )
        let secret = try #require(made.json["token"].string)
        try workspace.write("token", secret + "\n")
        let daemon = try TestDaemon(in: workspace)
        let url = "https://127.0.0.1:\(port)/v1/cases"
        let trusting = ["--cacert", workspace.path("config/secrets/cert.pem").path]
        let bearer = ["-H", "Authorization: Bearer \(secret)"]
        #expect(try status(workspace, url, trusting + bearer) == 200)
        #expect(try status(workspace, url, trusting + bearer + ["--tls-max", "1.2"]) == 200)
        #expect(try status(workspace, url, trusting) == 401)
        #expect(try status(workspace, url, bearer) == 0, "a certificate nobody vouches for")
        let old = ["-k", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"]
        #expect(try status(workspace, url, old) == 0)
        #expect(try status(workspace, url.replacing("https", with: "http")) == 0)

        // Another certificate is served from the next connection on.
        try certificate(in: workspace, name: "second")
        daemon.signal(SIGHUP)
        #expect(
            try becomesTrue(within: 10) { try status(workspace, url, trusting + bearer) == 200 }
        )
        #expect(daemon.stop() == 0)
    }

    @Test("The command line's token counts by its role, and only from a file of its owner's alone")
    func commandLine() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let server = "http://127.0.0.1:\(workspace.port)"
        #expect(try workspace.tocsin("cases", "--server", server).exit == 0, "no token yet")
        let made = try workspace.tocsin(
            "token",
            "create",
            "--role",
            "viewer",
            "--name",
            "wall",
            "-o",
            "json"
        )
        try workspace.write("token", try #require(made.json["token"].string))
        let named = ["--server", server, "--token-file", "token"]
        #expect(try workspace.tocsin("cases", "--server", server).exit == 4)
        #expect(try workspace.run(Workspace.binary.path, ["cases"] + named).exit == 0)
        let list = try workspace.run(Workspace.binary.path, ["token", "list"] + named)
        #expect(list.exit == 4)
        #expect(list.errors.contains("your role is viewer, and this takes admin"))
        chmod(workspace.path("token").path, 0o644)
        let exposed = try workspace.run(Workspace.binary.path, ["cases"] + named)
        #expect(exposed.exit == 1)
        #expect(exposed.errors.contains("chmod 600 token"))
        chmod(workspace.path("token").path, 0o600)

        let id = try #require(made.json["id"].string)
        #expect(try workspace.tocsin("token", "list").output.contains(id))
        #expect(try workspace.tocsin("token", "revoke", id).exit == 0)
        #expect(try workspace.tocsin("token", "revoke", id).exit == 5)
        #expect(try workspace.run(Workspace.binary.path, ["cases"] + named).exit != 0)
        #expect(daemon.stop() == 0)
    }

    /// Fewer where a sanitizer slows the daemon down.
    private static let connections =
        ProcessInfo.processInfo.environment["CROWD"].flatMap { Int($0) } ?? 2_000

    @Test("Two thousand silent and dripping connections keep nobody out, and are gone in time")
    func crowd() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let ran = try workspace.run(
            Python.executable,
            [Python.tool("crowd.py"), "\(workspace.port)", "\(Self.connections)", "16"]
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        guard case .number(let slowest) = ran.json["slowest_seconds"],
            case .number(let asked) = ran.json["asked"],
            case .number(let failed) = ran.json["failed"],
            case .number(let left) = ran.json["open"]
        else { throw Child.Failed(description: "crowd.py said \(ran.output)") }
        #expect(asked > 20 && failed == 0)
        #expect(slowest < 2)
        #expect(left == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("Headers above 16 KiB together, or more than 100 of them, are refused")
    func headers() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let url = "http://127.0.0.1:\(workspace.port)/healthz"
        func status(headers: Int, bytes: Int) throws -> Int {
            let value = String(repeating: "x", count: bytes)
            let arguments = (0..<headers).flatMap { ["-H", "X-\($0): \(value)"] }
            return try self.status(workspace, url, arguments)
        }
        // curl adds three of its own.
        #expect(try status(headers: 1, bytes: 15_000) == 200)
        #expect(try status(headers: 96, bytes: 1) == 200)
        for (headers, bytes) in [(1, 17_000), (20, 1_000), (101, 1), (200, 1)] {
            // 0 is a connection that ends without an answer.
            let answer = try status(headers: headers, bytes: bytes)
            #expect([0, 400, 431].contains(answer), "\(headers) headers of \(bytes): \(answer)")
        }
        #expect(try status(headers: 0, bytes: 0) == 200, "nobody else is kept out")
        #expect(daemon.stop() == 0)
    }

    @Test("Live events are streamed as they are committed, and taken up where a reader left")
    func liveEvents() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let url = "http://127.0.0.1:\(workspace.port)/v1/events"
        let reader = try Child(
            "/usr/bin/curl",
            ["-sN", url],
            in: workspace.folder,
            output: workspace.path("live"),
            errors: workspace.path("live.errors")
        )
        #expect(becomesTrue(within: 10) { workspace.text("live").contains(": hello") })
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 10) { workspace.text("live").contains("event: case.opened") })
        let text = workspace.text("live")
        #expect(text.contains("\"case\":\(number)"))
        let id = try #require(
            text.components(separatedBy: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4)
        )
        reader.send(SIGTERM)
        _ = try workspace.tocsin("note", "\(number)", "--as", "anna", "--text", "meanwhile")
        let again = try Child(
            "/usr/bin/curl",
            ["-sN", "-H", "Last-Event-ID: \(id)", url],
            in: workspace.folder,
            output: workspace.path("again"),
            errors: workspace.path("again.errors")
        )
        #expect(becomesTrue(within: 10) { workspace.text("again").contains("meanwhile") })
        #expect(!workspace.text("again").contains("reset"))
        #expect(!workspace.text("again").contains("case.opened"))
        // A reader that stays does not keep the daemon from stopping.
        #expect(daemon.stop() == 0)
        _ = again.exitCode(within: 5)
    }

    @Test("What /metrics says passes promtool's check")
    func metrics() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        _ = try daemon.open(title: "checkout returns 502")
        let url = "http://127.0.0.1:\(workspace.port)/metrics"
        let ran = try workspace.run(
            "/bin/sh",
            ["-c", "curl -sf \(url) > metrics && promtool check metrics < metrics"]
        )
        #expect(ran.exit == 0, "\(ran.errors)\(ran.output)")
        for name in [
            "tocsin_cases_open 1", "tocsin_deadline_left_seconds ", "tocsin_engine_lag_seconds ",
            "tocsin_uncovered_seconds{rotation=\"support-primary\"} 0",
            "tocsin_delivery_latency_seconds_count 1", "tocsin_config_last_reload_successful 1",
        ] {
            #expect(workspace.text("metrics").contains("\n" + name), "\(name)")
        }
        #expect(daemon.stop() == 0)
    }
}
