import Foundation
import Glibc
import Testing

/// A daemon with a secret in every place that takes one, through a day with faults in it.
@Suite("Secrets stay where they were put", .serialized)
struct SecretTests {
    private static let signingKey = "whsec_Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5"

    /// What must stand nowhere: each as written and as the bytes that it stands for.
    private static let canaries = [
        "Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5", "CanaryCanaryCanaryCanary", "swordfish",
        // user and password as AUTH PLAIN puts them on the wire
        "dG9jc2luAHN3b3JkZmlzaA", "AHRvY3NpbgBzd29yZGZpc2g",
    ]

    @Test("No log, database, copy, core or answer holds a secret, a token or a link's key")
    func canaries() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let relay = try MailServer(in: workspace)
        let hook = "http://127.0.0.1:\(receiver.port)"
        var files = TestFiles(hook: "\(hook)/flaky", mailPort: relay.port)
        files.secret = Self.signingKey
        let web = "http://127.0.0.1:\(workspace.port)"
        files.extra = "emergency: {channel: hook}\nbase_url: \(web)\n"
        try files.write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let made = try workspace.tocsin("token", "create", "--role", "admin", "--name", "probe")
        let words = made.output.split { $0.isWhitespace || $0 == "\"" }.map(String.init)
        let token = try #require(words.max { $0.count < $1.count })
        #expect(made.exit == 0 && token.count > 20)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 20) { !receiver.arrivals(of: number).isEmpty })
        #expect(becomesTrue(within: 20) { !relay.mails.isEmpty })
        let links = receiver.arrivals(of: number)
            .compactMap { $0.json["data"]["page"]["acknowledge_url"].string }
        // A right token, a wrong one, a link, and one that nobody made.
        for address in ["/v1/cases", "/v1/cases?token=\(token)"] + links.prefix(1) {
            let url = address.hasPrefix("http") ? address : web + address
            for bearer in [token, token + "x"] {
                _ = try workspace.run(
                    "/usr/bin/env",
                    [
                        Python.executable, "-c", Self.fetch, url, bearer,
                    ]
                )
            }
        }
        #expect(try workspace.tocsin("db", "backup", "copy.db").exit == 0)
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

        var secrets = Self.canaries + [token]
        secrets += links.compactMap { $0.split(separator: "/").last.map(String.init) }
        for file in try written(in: workspace) {
            let bytes = try Data(contentsOf: file)
            for secret in secrets where bytes.range(of: Data(secret.utf8)) != nil {
                Issue.record("\(file.lastPathComponent) holds \(secret)")
            }
        }
    }

    private static let fetch = """
        import sys, urllib.request
        request = urllib.request.Request(sys.argv[1])
        request.add_header("Authorization", "Bearer " + sys.argv[2])
        try: urllib.request.urlopen(request, timeout=5).read()
        except Exception: pass
        """

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
            if !name.contains("secret") && !name.contains("token") { files.append(file) }
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
