import Foundation
import Glibc
import TestSupport
import Testing

/// A network of the daemon's own in which every question to a name server is swallowed.
@Suite("A dead name server holds nothing up", .serialized)
struct ResolverTests {
    /// Whether this machine lets a test make a network and a mount of its own.
    static let isAllowed: Bool = {
        guard getuid() == 0, let workspace = try? Workspace() else { return false }
        let script = """
            ip link add quiet type veth peer name other && ip link set lo up \
            && mount -t tmpfs x /mnt
            """
        let ran = try? workspace.run("/usr/bin/unshare", ["-n", "-m", "sh", "-c", script])
        return ran?.exit == 0
    }()

    /// The daemon's name servers swallow every question; by `exec "$@"` it lives there.
    private static let silence = """
        ip link add quiet type veth peer name other && \
        ip addr add 192.0.2.1/24 dev quiet && \
        ip link set quiet up && ip link set other up && ip link set lo up && \
        ip neigh add 192.0.2.53 lladdr 02:00:00:00:00:53 dev quiet && \
        ip neigh add 192.0.2.54 lladdr 02:00:00:00:00:54 dev quiet && \
        mount --bind resolv.conf /etc/resolv.conf && exec "$@"
        """

    private func daemon(in workspace: Workspace) throws -> TestDaemon {
        try workspace.write("resolv.conf", "nameserver 192.0.2.53\nnameserver 192.0.2.54\n")
        let wrapper = ["/usr/bin/unshare", "-n", "-m", "sh", "-c", Self.silence, "sh"]
        return try TestDaemon(in: workspace, wrapper: wrapper)
    }

    private func threads(of daemon: TestDaemon) -> Int {
        let tasks = try? FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(daemon.processID)/task"
        )
        return tasks?.count ?? 0
    }

    /// Attempts so far, of up to two hundred messages.
    private func attempts(in workspace: Workspace) throws -> [JSONValue] {
        let list = try workspace.tocsin("deliveries", "--limit", "200", "-o", "json").json
        return list["deliveries"].items.flatMap { $0["attempts"].items }
    }

    private func expectInTime(_ attempts: [JSONValue]) {
        let slowest = attempts.compactMap { $0["millis"].int }.max() ?? .max
        #expect(slowest <= 15_500, "an attempt took \(slowest) ms")
        let others = attempts.filter { $0["outcome"].string != "transient" }
        #expect(others.isEmpty, "\(others.prefix(3))")
    }

    @Test(
        "Each attempt to a name that nobody resolves ends in 15.5 s, and threads do not pile up",
        .enabled(if: isAllowed, "this machine lets no test make a network of its own")
    )
    func swallowed() throws {
        let workspace = try Workspace()
        try TestFiles(hook: "http://pager.example.net/hook").write(to: workspace)
        try workspace.writeShortLadder()
        let daemon = try daemon(in: workspace)
        let wanted = rounds("LOOKUPS", usually: 6)
        for index in 0..<max(2, wanted / 8) { _ = try daemon.open(title: "lookup \(index)") }
        var made: [JSONValue] = []
        var threadsMost = 0
        let isDone = try becomesTrue(within: 240) {
            made = try attempts(in: workspace)
            threadsMost = max(threadsMost, threads(of: daemon))
            usleep(500_000)
            return made.count >= wanted
        }
        #expect(isDone, "\(made.count) attempts of \(wanted)")
        expectInTime(made)
        #expect(threadsMost <= 64 + 24, "\(threadsMost) threads")
        // It is still there for whoever asks, and stops when told.
        #expect(try workspace.tocsin("cases").exit == 0)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "A hundred dead names at once: each is tried in 15.5 s, with 64 threads more at most",
        .enabled(if: isAllowed, "this machine lets no test make a network of its own")
    )
    func hundred() throws {
        let workspace = try Workspace()
        var files = TestFiles(hook: "http://127.0.0.1:9/hook")
        files.extra = "emergency: {channel: terminal}\n"
        try files.write(to: workspace)
        let local = "  terminal: {type: local}\n"
        let settings = workspace.text("config/tocsin.yaml")
        try #require(settings.contains(local))
        let names = (0..<100).map { "dead-\($0)" }
        let channels = names.map {
            "  \($0): {type: webhook, url: \"http://\($0).example.net/hook\"}\n"
        }
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: local, with: local + channels.joined())
        )
        let daemon = try daemon(in: workspace)
        // Everything it has of its own is at work by now.
        _ = try daemon.open(title: "before")
        usleep(3_000_000)
        let own = threads(of: daemon)
        let script = """
            import json, socket, sys
            for name in sys.argv[1:]:
                body = json.dumps({"channel": name, "address": "test"})
                door = socket.socket(socket.AF_UNIX)
                door.settimeout(10)
                door.connect("var/tocsin.sock")
                door.sendall(("POST /v1/test HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close"
                    "\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s"
                    % (len(body), body)).encode())
                answer = door.recv(65536).split(b"\\r\\n")[0]
                assert answer.split()[1].startswith(b"2"), answer
            """
        let sent = try workspace.run(Python.executable, ["-c", script] + names)
        try #require(sent.exit == 0, "\(sent.errors)")
        var tried: Set<String> = []
        var threadsMost = 0
        let areTried = try becomesTrue(within: 180) {
            let list = try workspace.tocsin("deliveries", "--limit", "200", "-o", "json").json
            for delivery in list["deliveries"].items where !delivery["attempts"].items.isEmpty {
                tried.insert(delivery["channel"].string ?? "")
            }
            for _ in 0..<10 {
                threadsMost = max(threadsMost, threads(of: daemon))
                usleep(50_000)
            }
            return tried.isSuperset(of: names)
        }
        #expect(areTried, "\(tried.count) of \(names.count)")
        let list = try workspace.tocsin("deliveries", "--limit", "200", "-o", "json").json
        expectInTime(
            list["deliveries"].items.filter { names.contains($0["channel"].string ?? "") }
                .flatMap { $0["attempts"].items }
        )
        #expect(threadsMost > own + 20, "\(threadsMost) threads: nothing was looked up at once")
        #expect(threadsMost <= own + 64, "\(threadsMost) threads, \(own) before")
        #expect(try workspace.tocsin("cases").exit == 0)
        #expect(daemon.stop() == 0)
    }
}
