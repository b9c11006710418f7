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

    @Test(
        "Each attempt to a name that nobody resolves ends in 15.5 s, and threads do not pile up",
        .enabled(if: isAllowed, "this machine lets no test make a network of its own")
    )
    func swallowed() throws {
        let workspace = try Workspace()
        try TestFiles(hook: "http://pager.example.net/hook").write(to: workspace)
        try workspace.writeShortLadder()
        try workspace.write("resolv.conf", "nameserver 192.0.2.53\nnameserver 192.0.2.54\n")
        let script = """
            ip link add quiet type veth peer name other && \
            ip addr add 192.0.2.1/24 dev quiet && \
            ip link set quiet up && ip link set other up && ip link set lo up && \
            ip neigh add 192.0.2.53 lladdr 02:00:00:00:00:53 dev quiet && \
            ip neigh add 192.0.2.54 lladdr 02:00:00:00:00:54 dev quiet && \
            mount --bind resolv.conf /etc/resolv.conf && exec "$@"
            """
        let wrapper = ["/usr/bin/unshare", "-n", "-m", "sh", "-c", script, "sh"]
        let daemon = try TestDaemon(in: workspace, wrapper: wrapper)
        let wanted = rounds("LOOKUPS", usually: 6)
        for index in 0..<max(2, wanted / 8) { _ = try daemon.open(title: "lookup \(index)") }
        var attempts: [JSONValue] = []
        var threadsMost = 0
        let isDone = try becomesTrue(within: 240) {
            let list = try workspace.tocsin("deliveries", "--limit", "200", "-o", "json").json
            attempts = list["deliveries"].items.flatMap { $0["attempts"].items }
            let tasks = try? FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(daemon.processID)/task"
            )
            threadsMost = max(threadsMost, tasks?.count ?? 0)
            usleep(500_000)
            return attempts.count >= wanted
        }
        #expect(isDone, "\(attempts.count) attempts of \(wanted)")
        let slowest = attempts.compactMap { $0["millis"].int }.max() ?? 0
        #expect(slowest <= 15_500, "an attempt took \(slowest) ms")
        #expect(
            attempts.allSatisfy { $0["outcome"].string == "transient" },
            "\(attempts.prefix(3))"
        )
        #expect(threadsMost <= 64 + 24, "\(threadsMost) threads")
        // It is still there for whoever asks, and stops when told.
        #expect(try workspace.tocsin("cases").exit == 0)
        #expect(daemon.stop() == 0)
    }
}
