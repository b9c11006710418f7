import Engine
import Glibc
import Testing

@testable import Daemon

@Suite("What the daemon knows of its own health")
struct WatchTests {
    private static let well = Vitals(
        turnAge: 900,
        commitAge: 12_000,
        courierAge: 1_100,
        auditAge: 30_000
    )

    @Test("All is well only where every condition holds")
    func vitals() {
        #expect(Self.well.faults == [])
        let breaks: [(String, (inout Vitals) -> Void)] = [
            ("no turn of the engine for 11 s", { $0.turnAge = 11_000 }),
            ("no turn of the engine yet", { $0.turnAge = nil }),
            ("no commit for 31 s", { $0.commitAge = 31_000 }),
            ("no pass of the courier for 31 s", { $0.courierAge = 31_000 }),
            ("no pass of the courier yet", { $0.courierAge = nil }),
            ("a page has waited 61 s for its first attempt", { $0.oldestUnattempted = 61_000 }),
            ("no audit for 151 s", { $0.auditAge = 151_000 }),
            ("no audit yet", { $0.auditAge = nil }),
            ("a fault", { $0.auditFaults = ["a fault"] }),
            ("nothing has come from monitoring", { $0.staleFeeds = ["monitoring"] }),
            ("nothing has come by intake monitoring", { $0.silentIntakes = ["monitoring"] }),
            ("nobody answers at pager:8420", { $0.deafDoors = ["pager:8420"] }),
            ("the store failed", { $0.fatal = "the store failed" }),
            ("the disk is full", { $0.shortage = "the disk is full" }),
        ]
        for (words, change) in breaks {
            var vitals = Self.well
            change(&vitals)
            #expect(vitals.faults == [words])
        }
    }

    @Test("A feed is stale after three looks in vain, and not within five minutes")
    func feeds() {
        let limits: [(Int, Int64)] = [(5, 300_000), (100, 300_000), (101, 303_000)]
        for (everySeconds, limit) in limits {
            let hearing = Polls.Hearing(name: "monitoring", everySeconds: everySeconds, at: 7)
            #expect(!hearing.isStale(at: 7 + limit))
            #expect(hearing.isStale(at: 8 + limit))
        }
    }

    @Test("A copy is checked a minute after the start and each hour, never two at once")
    func copyCheck() {
        let minute: Int64 = 60_000
        var check = Watch.CopyCheck()
        func begins(_ minutes: Int64, _ milliseconds: Int64 = 0) -> Bool {
            check.begins(at: 7 + minutes * minute + milliseconds)
        }
        #expect(!begins(0))
        #expect(!begins(1, -1))
        #expect(begins(1))
        #expect(!begins(2), "it runs")
        #expect(!begins(62), "it still runs")
        check.end()
        #expect(begins(63), "late, as soon as it may")
        check.end()
        #expect(!begins(123, -1))
        #expect(begins(123))
        var rehearsal = Watch.CopyCheck(speed: 60)
        let begun = [7, 1_006, 1_007].map { rehearsal.begins(at: $0) }
        #expect(begun == [false, false, true], "a minute of its time")
    }

    @Test("A copy is at hand where it lies there and three damaged databases do not")
    func goodCopy() {
        let scratch = Scratch()
        let good = GoodCopy(of: "\(scratch.path)/db")
        #expect(!good.isAtHand)
        scratch.write("db.good", "")
        #expect(good.isAtHand)
        for name in ["20261122T091500Z", "20261122T091501Z"] {
            scratch.write("db.damaged-\(name)", "")
            scratch.write("db.damaged-\(name)-wal", "")
        }
        #expect(good.isAtHand, "a log is no other one")
        scratch.write("db.damaged-20261122T091502Z", "")
        #expect(!good.isAtHand)
    }

    @Test("What daemons in a row said of their database counts until it was read and is sound")
    func condemnations() {
        let scratch = Scratch()
        let good = GoodCopy(of: "\(scratch.path)/db")
        #expect(good.condemnations == 0)
        good.condemn()
        good.condemn()
        #expect(good.condemnations == 2)
        good.acquit()
        #expect(good.condemnations == 0)
    }

    @Test("Two processes that die in the same unit make it poison; one that gets by clears it")
    func crashes() throws {
        let scratch = Scratch()
        let path = scratch.write("work", "")
        func process(_ body: (CrashRecord) -> Void) throws -> WorkMarker.Unit? {
            let record = try #require(CrashRecord(path: path))
            let poison = record.marker.poison
            body(record)
            return poison
        }
        // Each closure ends as a process would that is killed there.
        #expect(try process { $0.begin(.watched(7)) } == nil)
        #expect(try process { $0.begin(.watched(8)) } == nil, "once is an accident")
        #expect(try process { $0.begin(.watched(8)) } == nil, "it is another one")
        #expect(try process { _ in } == .watched(8), "twice in a row is not")
        #expect(try process { $0.begin(.opening(-5)) } == .watched(8), "until another is seen")
        #expect(try process { $0.begin(.opening(-5)) } == nil)
        #expect(
            try process {
                $0.begin(.opening(-5))
                $0.end(.opening(-5))
            } == .opening(-5)
        )
        #expect(try process { _ in } == nil, "it went well once")
    }

    @Test("The parts of a record are records of their own: what goes well in one clears no other")
    func recordParts() throws {
        let scratch = Scratch()
        let path = scratch.write("work", "")
        func die(_ body: (FilesMarks) -> Void) -> FilesMarks {
            let marks = FilesMarks(path: path)
            body(marks)
            return marks
        }
        for _ in 0..<2 {
            let marks = die { marks in
                marks.reading.begin(.files(7))
                marks.reading.end(.files(7))
                marks.watch.begin(.files(9))
                marks.engine.begin(.files(7))
                marks.engine.end(.files(7))
            }
            #expect(marks.watch.poison == nil, "once is an accident")
        }
        let marks = die { _ in }
        #expect(marks.watch.poison == .files(9))
        #expect(marks.reading.poison == nil)
        #expect(marks.engine.poison == nil)
        #expect(marks.reload.poison == nil)
    }

    @Test("The ballast takes real room and gives it back")
    func ballast() throws {
        let scratch = Scratch()
        let ballast = Ballast(besides: scratch.write("db", ""))
        defer { ballast.release() }
        #expect(!ballast.isThere)
        #expect(ballast.make())
        #expect(ballast.isThere)
        var status = stat()
        #expect(stat(ballast.path, &status) == 0)
        #expect(Int(status.st_blocks) * 512 >= Ballast.bytes, "not a hole")
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(ballast.release())
        #expect(!ballast.isThere)
        #expect(try #require(ballast.freeBytes) > 0)
    }

    @Test(
        "systemd hears of the start, of reloads, of life no more often than asked, and of the end"
    )
    func notices() throws {
        let scratch = Scratch()
        let socket = try #require(NoticeSocket(path: scratch.path + "/n"))
        let notice = ServiceNotice(socket: socket.path, watchdogMicroseconds: 30_000_000)
        notice.ready()
        notice.turned(monotonic: 100_000)
        notice.turned(monotonic: 105_000)
        notice.turned(monotonic: 110_000)
        notice.reloading(monotonic: 120_000)
        notice.stopping()
        #expect(socket.next()?.hasPrefix("READY=1\n") == true)
        #expect(socket.next() == "WATCHDOG=1")
        #expect(socket.next() == "WATCHDOG=1", "after a third of the time asked for")
        #expect(socket.next() == "RELOADING=1\nMONOTONIC_USEC=120000000")
        #expect(socket.next() == "STOPPING=1")
        #expect(socket.next() == nil)
        // Without systemd nothing is said and nothing fails.
        ServiceNotice(socket: nil, watchdogMicroseconds: nil).ready()
    }

    @Test("A start that takes long asks for more time")
    func longStart() throws {
        let scratch = Scratch()
        let socket = try #require(NoticeSocket(path: scratch.path + "/n"))
        let notice = ServiceNotice(socket: socket.path, watchdogMicroseconds: nil)
        let said = notice.extendingStart(reading: 0) { socket.awaited() }
        #expect(said == "EXTEND_TIMEOUT_USEC=90000000")
    }

    @Test("A manager that reads nothing holds up no turn, and hears of life again once it reads")
    func deafManager() throws {
        let scratch = Scratch()
        let socket = try #require(NoticeSocket(path: scratch.path + "/n"))
        let notice = ServiceNotice(socket: socket.path, watchdogMicroseconds: 3_000)
        // More than any queue takes: where one waited, this would never end.
        for turn in 1...5_000 { notice.turned(monotonic: Int64(turn)) }
        var count = 0
        while socket.next() == "WATCHDOG=1" { count += 1 }
        #expect((1..<5_000).contains(count))
        notice.turned(monotonic: 5_001)
        #expect(socket.next() == "WATCHDOG=1")
    }
}

/// The other end of `sd_notify`.
final class NoticeSocket {
    let path: String
    private let descriptor: CInt

    init?(path: String) {
        self.path = path
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, size) == 0
            }
        }
        guard isBound else { return nil }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The oldest datagram, or the next where none has come; `nil` after ten seconds.
    func awaited() -> String? {
        var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&question, 1, 10_000) > 0 ? next() : nil
    }

    /// The oldest datagram that has come; `nil` where none has.
    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
