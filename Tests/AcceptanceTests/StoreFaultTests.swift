import Foundation
import Glibc
import TestSupport
import Testing

/// A small disk of a test's own.
private final class SmallDisk {
    let folder: URL

    /// Whether this machine lets a test mount one: it takes root, and the right to mount.
    static let isAllowed: Bool = {
        let place = FileManager.default.temporaryDirectory
            .appending(path: "tocsin-mount-\(getpid())").path
        mkdir(place, 0o700)
        defer { rmdir(place) }
        guard mount("tmpfs", place, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount2(place, CInt(MNT_DETACH)) == 0
    }()

    init(at folder: URL, mebibytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let options = "size=\(mebibytes)m,mode=0700"
        guard mount("tmpfs", folder.path, "tmpfs", 0, options) == 0 else {
            throw Child.Failed(description: String(cString: strerror(errno)))
        }
    }

    deinit { umount2(folder.path, CInt(MNT_DETACH)) }

    private var filler: String { folder.appending(path: "filler").path }

    /// Writes until only so much is left; again where the daemon, whose ballast comes and goes,
    /// took of the space meanwhile.
    func fill(leaving mebibytes: Int) {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        for _ in 0..<100 {
            var status = statvfs()
            statvfs(folder.path, &status)
            let excess = Int(status.f_bavail) * Int(status.f_frsize) - mebibytes << 20
            guard excess > 0 else { return }
            let end = lseek(descriptor, 0, SEEK_END)
            if posix_fallocate(descriptor, end, off_t(excess)) != 0 { usleep(10_000) }
        }
    }

    func empty() { unlink(filler) }
}

@Suite("The store fails, and nobody is left in the dark", .serialized)
struct StoreFaultTests {
    /// A daemon whose alarms go to a receiver.
    private func place(heartbeat: Bool = false) throws -> (Workspace, Receiver) {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        var extra = ""
        if heartbeat {
            extra = "heartbeat:\n"
            for name in ["one", "two"] {
                extra += "  - {url: \"http://127.0.0.1:\(receiver.port)/\(name)\", every: 1 s}\n"
            }
        }
        try TestFiles.alarming(receiver, extra: extra).write(to: workspace)
        return (workspace, receiver)
    }

    private func told(_ words: String, _ receiver: Receiver, at path: String = "/hook") -> Bool {
        !receiver.arrivals(with: words, at: path).isEmpty
    }

    private func beats(_ receiver: Receiver, _ path: String) -> [Arrival] {
        receiver.arrivals.filter { $0.path == path }
    }

    private func isReady(_ workspace: Workspace) throws -> Bool {
        let url = "http://127.0.0.1:\(workspace.port)"
        return try workspace.tocsin("monitor", url, "--once").exit == 0
    }

    private func isOpened(_ workspace: Workspace) throws -> Int32 {
        try workspace.tocsin(
            "open",
            "--policy",
            "quik",
            "--priority",
            "P1",
            "--customer",
            "Northwind",
            "--title",
            "x"
        ).exit
    }

    @Test(
        "A full disk refuses new cases, tells it within 30 s, and heals without a restart",
        .enabled(if: SmallDisk.isAllowed, "this machine lets no test mount a disk of its own")
    )
    func full() throws {
        let (workspace, receiver) = try place(heartbeat: true)
        let disk = try SmallDisk(at: workspace.path("var"), mebibytes: 240)
        let daemon = try TestDaemon(in: workspace)
        let ballast = workspace.path("var/tocsin.db.ballast").path
        #expect(becomesTrue(within: 10) { access(ballast, F_OK) == 0 })
        let number = try daemon.open(title: "before")
        #expect(becomesTrue(within: 15) { self.beats(receiver, "/two").count > 1 })

        // The last gasp goes where alarms go by the files of now.
        let settings = workspace.text("config/tocsin.yaml")
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: "/hook\"", with: "/night\"")
        )
        #expect(try workspace.tocsin("reload").exit == 0)
        disk.fill(leaving: 12)
        #expect(
            becomesTrue(within: 30) { self.told("Tocsin's disk is full", receiver, at: "/night") }
        )
        #expect(access(ballast, F_OK) != 0, "the reserve is given back")
        #expect(try isOpened(workspace) == 7, "a new case is refused: 503")
        #expect(try !isReady(workspace))
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "anna").exit == 0)
        let during = beats(receiver, "/one").count
        usleep(3_000_000)
        #expect(beats(receiver, "/one").count <= during + 1, "no sign of life meanwhile")

        // And to the last byte.
        disk.fill(leaving: 0)
        usleep(2_000_000)
        #expect(daemon.isRunning)
        #expect(try isOpened(workspace) == 7)

        disk.empty()
        let isBack = try becomesTrue(within: 20) { try isOpened(workspace) == 0 }
        #expect(isBack)
        #expect(try isReady(workspace))
        #expect(becomesTrue(within: 10) { access(ballast, F_OK) == 0 })
        #expect(
            becomesTrue(within: 10) {
                self.told("The disk has space again", receiver, at: "/night")
            }
        )
        #expect(becomesTrue(within: 10) { self.beats(receiver, "/one").count > during + 1 })
        let shown = try workspace.tocsin("show", "\(number)", "-o", "json").json
        #expect(shown["events"].items.contains { $0["event"].string == "acknowledged" })
        #expect(daemon.stop() == 0)
    }

    @Test(
        "However often the disk fills and empties, what was answered is kept",
        .enabled(if: SmallDisk.isAllowed, "this machine lets no test mount a disk of its own")
    )
    func cycles() throws {
        let (workspace, _) = try place()
        let disk = try SmallDisk(at: workspace.path("var"), mebibytes: 240)
        let daemon = try TestDaemon(in: workspace)
        var answered: Set<Int> = []
        for cycle in 0..<rounds("DISK_CYCLES", usually: 2) {
            answered.insert(try daemon.open(title: "cycle \(cycle)"))
            disk.fill(leaving: cycle % 2 == 0 ? 12 : 0)
            // Opened until it is refused: an answer that came is kept.
            let isRefused = try becomesTrue(within: 30) {
                let ran = try workspace.tocsin(
                    "open",
                    "--policy",
                    "quik",
                    "--priority",
                    "P1",
                    "--customer",
                    "Northwind",
                    "--title",
                    "full \(cycle)",
                    "-o",
                    "json"
                )
                if let number = ran.json.caseObject["number"].int { answered.insert(number) }
                return ran.exit == 7
            }
            #expect(isRefused, "cycle \(cycle)")
            disk.empty()
            let isBack = try becomesTrue(within: 30) { try isOpened(workspace) == 0 }
            #expect(isBack, "cycle \(cycle)")
            #expect(daemon.isRunning)
        }
        var kept: Set<Int> = []
        for number in answered {
            if try workspace.tocsin("show", "\(number)").exit == 0 { kept.insert(number) }
        }
        #expect(kept == answered)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "A start on a full disk tells what was open and exits, and one with space is as before",
        .enabled(if: SmallDisk.isAllowed, "this machine lets no test mount a disk of its own")
    )
    func startsFull() throws {
        let (workspace, receiver) = try place()
        let disk = try SmallDisk(at: workspace.path("var"), mebibytes: 240)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "logins hang")
        let gasp = "var/tocsin.db.last-gasp"
        #expect(becomesTrue(within: 30) { workspace.text(gasp).contains("logins hang") })
        func told() -> [Arrival] {
            receiver.arrivals.filter { $0.body.contains("Tocsin cannot start") }
        }
        for start in 1...rounds("FULL_STARTS", usually: 2) {
            #expect(daemon.stop() == 0)
            // Without the reserve, which would be given back, and as if nothing had been told yet.
            unlink(workspace.path("var/tocsin.db.ballast").path)
            unlink(workspace.path(gasp + ".told").path)
            disk.fill(leaving: 0)
            let before = told().count
            try daemon.restart(waits: false)
            let code = daemon.exitCode(within: 30)
            #expect(code == 1, "start \(start): \(workspace.text("daemon.stderr"))")
            if code == nil { daemon.kill() }
            #expect(becomesTrue(within: 5) { told().count > before }, "start \(start)")
            disk.empty()
            try daemon.restart()
            #expect(try isOpened(workspace) == 0, "start \(start)")
        }
        #expect(told().allSatisfy { $0.body.contains("logins hang") })
        #expect(try workspace.tocsin("show", "\(number)").exit == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("Two addresses are called while all is well, with the next instant at which work is due")
    func heartbeats() throws {
        let (workspace, receiver) = try place(heartbeat: true)
        let daemon = try TestDaemon(in: workspace)
        _ = try daemon.open(title: "checkout returns 502")
        let isBeating = becomesTrue(within: 20) {
            ["/one", "/two"].allSatisfy { path in
                self.beats(receiver, path).contains { !$0.json["next_due_at"].isNull }
            }
        }
        #expect(isBeating)
        for _ in 0..<Self.silences {
            daemon.signal(SIGSTOP)
            expectSilence(of: receiver, from: "a daemon that hangs")
            daemon.signal(SIGCONT)
            expectBeats(of: receiver)
            daemon.kill()
            expectSilence(of: receiver, from: "a daemon that was killed")
            try daemon.restart()
            expectBeats(of: receiver)
        }
        #expect(daemon.stop() == 0)
    }

    /// How often each cause is tried; `make fault` raises it.
    private static let silences = rounds("SILENCES", usually: 1)

    private func calls(_ receiver: Receiver) -> Int {
        beats(receiver, "/one").count + beats(receiver, "/two").count
    }

    private func expectSilence(of receiver: Receiver, from cause: String) {
        // What had left before may still arrive.
        usleep(500_000)
        let before = calls(receiver)
        usleep(2_500_000)
        #expect(calls(receiver) == before, "\(cause) is silent")
    }

    private func expectBeats(of receiver: Receiver) {
        let before = calls(receiver)
        #expect(becomesTrue(within: 20) { calls(receiver) > before + 1 })
    }

    @Test("A fault in the tables stops the calls and is told; mended, they come again")
    func audited() throws {
        let (workspace, receiver) = try place(heartbeat: true)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "anna").exit == 0)
        expectBeats(of: receiver)
        let script = """
            import sqlite3, sys
            store = sqlite3.connect("var/tocsin.db", timeout=10)
            if sys.argv[1] == "break":
                store.execute(\"\"\"
                    INSERT INTO events (case_id, sequence, name, at, recorded_at, way, number, link)
                    SELECT case_id, max(sequence) + 5, 'noted', max(at), max(recorded_at), 'web',
                        (SELECT 1 + max(number) FROM events), zeroblob(32)
                    FROM events GROUP BY case_id\"\"\")
            else:
                rule = "SELECT sql FROM sqlite_master WHERE name = 'events_kept'"
                words = store.execute(rule).fetchone()[0]
                store.execute("DROP TRIGGER events_kept")
                store.execute("DELETE FROM events WHERE link = zeroblob(32)")
                store.execute(words)
            store.commit()
            """
        let broken = try workspace.run(Python.executable, ["-c", script, "break"])
        try #require(broken.exit == 0, "\(broken.errors)")
        // It looks every thirty seconds.
        let words = "do not have the log that they count"
        #expect(becomesTrue(within: 45) { self.told(words, receiver) })
        expectSilence(of: receiver, from: "a daemon whose log has holes")
        let mended = try workspace.run(Python.executable, ["-c", script, "mend"])
        try #require(mended.exit == 0, "\(mended.errors)")
        let before = calls(receiver)
        #expect(becomesTrue(within: 45) { self.calls(receiver) > before + 1 })
        #expect(daemon.stop() == 0)
    }

    @Test("A second instance alarms when the first is gone, and when it is back")
    func monitored() throws {
        let (workspace, receiver) = try place()
        let daemon = try TestDaemon(in: workspace)
        let url = "http://127.0.0.1:\(workspace.port)"
        #expect(try workspace.tocsin("monitor", url, "--once").exit == 0)
        let monitor = try Child(
            Workspace.binary.path,
            ["monitor", url, "--every", "1", "--for", "2"],
            in: workspace.folder,
            output: workspace.path("monitor.stdout"),
            errors: workspace.path("monitor.stderr")
        )
        usleep(1_500_000)
        daemon.kill()
        #expect(try workspace.tocsin("monitor", url, "--once").exit == 7)
        #expect(becomesTrue(within: 20) { self.told("Tocsin at \(url) fails", receiver) })
        try daemon.restart()
        #expect(becomesTrue(within: 20) { self.told("is well again", receiver) })
        #expect(monitor.isRunning)
        monitor.send(SIGTERM)
        #expect(daemon.stop() == 0)
    }
}
