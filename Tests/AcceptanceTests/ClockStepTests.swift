import Foundation
import Glibc
import TestSupport
import Testing

/// Cases in every phase of their ladder, and a wall clock that is set while they climb.
@Suite("A clock that is set neither skips a page nor doubles one", .serialized)
struct ClockStepTests {
    /// `make fault` has twenty cases a step.
    static let cases = rounds("CLOCK_CASES", usually: 4)
    static let steps: [Int64] =
        ProcessInfo.processInfo.environment["CLOCK_CASES"] == nil
        ? [61, -7_200, 86_400, -90 * 86_400] : [1, -1, 61, -61, -7_200, 86_400, -90 * 86_400]

    private func files(_ receiver: Receiver) -> TestFiles {
        TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            extra: "emergency: {channel: hook, address: ops}\n"
        )
    }

    /// What admins were told of the clock, each message once.
    private func alarms(_ receiver: Receiver) -> [String] {
        let told = receiver.arrivals.filter { arrival in
            arrival.json["data"]["to"]["address"].string == "ops"
                && arrival.body.contains("The wall clock stepped")
        }
        let texts = told.map { ($0.key, $0.json["data"]["notification"]["summary"].string ?? "") }
        return Array(Dictionary(texts, uniquingKeysWith: { first, _ in first }).values)
    }

    @Test("Each step of a ladder is paged or caught up, once", arguments: steps)
    func stepped(seconds: Int64) throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try files(receiver).write(to: workspace)
        try workspace.writeShortLadder()
        let offset = try SharedNumber(in: workspace, named: "offset")
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("wallclock", in: workspace),
                "WALL_OFFSET": offset.path,
            ]
        )
        var opened: [(number: Int, at: Double)] = []
        for index in 0..<Self.cases {
            let at = Date().timeIntervalSince1970
            opened.append((try daemon.open(title: "case \(index)"), at))
            let pause = 8_000_000 / Self.cases
            usleep(UInt32(pause))
        }
        let stepped = Date().timeIntervalSince1970
        offset.set(seconds * 1_000_000_000)
        usleep(12_000_000)
        #expect(daemon.isRunning)
        let way = seconds < 0 ? "stepped back by" : "stepped ahead by"
        #expect(alarms(receiver).map { $0.contains(way) } == (abs(seconds) > 60 ? [true] : []))

        for (number, at) in opened {
            let climb = try Climb(of: number, openedAt: at, receiver, workspace)
            #expect(climb.steps.isSuperset(of: 1...5), "case \(number): \(climb)")
            for (page, keys) in climb.keys {
                #expect(keys.count == 1, "case \(number): \(page) under \(keys.count) keys")
            }
            if seconds <= 1 {
                // A clock that went back changes nothing: the ladder goes on as it was begun.
                #expect(Climb.whole == Set(climb.keys.keys), "case \(number): \(climb)")
            }
            let late = climb.seconds.values.map { $0 + at }.filter { $0 > stepped }.min()
            if seconds > 8, let late { #expect(late < stepped + 10, "case \(number): \(climb)") }
        }
        #expect(daemon.stop() == 0)
    }

    @Test(
        "A machine that boots in 1970 goes on where it was, and pages for a new case",
        arguments: 1...rounds("BOOTS", usually: 1)
    )
    func boot(turn: Int) throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try files(receiver).write(to: workspace)
        try workspace.writeShortLadder()
        let offset = try SharedNumber(in: workspace, named: "offset")
        let variables = [
            "LD_PRELOAD": try Shim.built("wallclock", in: workspace), "WALL_OFFSET": offset.path,
        ]
        let daemon = try TestDaemon(in: workspace, variables: variables)
        let before = try daemon.open(title: "before")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: before).isEmpty })
        // Each goes down at another moment of its ladder.
        usleep(UInt32(turn - 1) % 20 * 350_000)
        daemon.kill()
        offset.set(-Int64(Date().timeIntervalSince1970 - 3_600) * 1_000_000_000)
        try daemon.restart()
        let at = Date().timeIntervalSince1970
        usleep(10_000_000)
        #expect(alarms(receiver).map { $0.contains("stepped back by") } == [true])
        let climb = try Climb(of: before, openedAt: at, receiver, workspace)
        #expect(climb.steps.isSuperset(of: 1...5), "\(climb)")
        for (page, keys) in climb.keys { #expect(keys.count == 1, "\(page)") }
        let after = try daemon.open(title: "after")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: after).isEmpty })
        #expect(daemon.stop() == 0)
    }

    @Test("A daemon that is stopped and goes on sends what fell due within ten seconds, once")
    func paused() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        try workspace.writeShortLadder()
        let daemon = try TestDaemon(in: workspace)
        var random = Dice(seed: 7)
        for round in 0..<rounds("PAUSES", usually: 2) {
            let at = Date().timeIntervalSince1970
            let number = try daemon.open(title: "pause \(round)")
            usleep(UInt32(random.next() % 6_000_000))
            daemon.signal(SIGSTOP)
            // Every fiftieth is as long as a machine is moved to another host.
            let isLong = round % 50 == 49
            usleep(isLong ? 600_000_000 : 1_000_000 + UInt32(random.next() % 5_000_000))
            daemon.signal(SIGCONT)
            let resumed = Date().timeIntervalSince1970
            usleep(9_500_000)
            let climb = try Climb(of: number, openedAt: at, receiver, workspace)
            #expect(climb.steps.isSuperset(of: 1...5), "round \(round): \(climb)")
            for (page, keys) in climb.keys { #expect(keys.count == 1, "round \(round): \(page)") }
            for (page, seconds) in climb.seconds {
                #expect(seconds + at < resumed + 10, "round \(round): \(page) came \(seconds) s")
            }
            #expect(try workspace.tocsin("resolve", "\(number)", "--as", "anna").exit == 0)
        }
        #expect(daemon.stop() == 0)
    }
}
