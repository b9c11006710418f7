import Foundation
import Glibc
import TestSupport
import Testing

/// A sync that never returns, as from a disk that is gone: the engine's turn hangs in it.
@Suite("A daemon that hangs is seen to, and started again it goes on", .serialized)
struct HangTests {
    private static let sign = "WATCHDOG=1"
    /// Longer than this without a sign of life, and systemd kills.
    private static let watchdogSeconds = 6.0

    @Test("All signs of life end, it is not ready; killed as systemd does, it pages what it owed")
    func hung() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let web = "http://127.0.0.1:\(receiver.port)"
        let extra = "heartbeat:\n  - {url: \"\(web)/beat\", every: 1 s}\n"
        try TestFiles(hook: "\(web)/hook", extra: extra).write(to: workspace)
        try workspace.writeShortLadder()
        let notices = try NoticeSocket(in: workspace)
        let countdown = try SharedNumber(in: workspace, named: "countdown")
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("disk", in: workspace), "DISK_HANG": countdown.path,
                "NOTIFY_SOCKET": notices.path, "SWIFT_BACKTRACE": "enable=no",
                "WATCHDOG_USEC": "\(Int(Self.watchdogSeconds * 1_000_000))",
            ]
        )
        var random = Dice(seed: 17)
        for hang in 1...rounds("HANGS", usually: 1) {
            let at = Date().timeIntervalSince1970
            let number = try daemon.open(title: "hang \(hang)")
            expectLife(notices, "hang \(hang)")
            expectBeats(receiver, "hang \(hang)")
            countdown.set(1 + Int64(random.next() % 4))
            let isHung = becomesTrue(within: 20) {
                _ = notices.count(of: Self.sign)
                return countdown.value == 0
            }
            try #require(isHung, "hang \(hang): no sync came")
            try expectSilence(notices, in: workspace, "hang \(hang)")
            let isSilent = becomesTrue(within: 20) {
                let before = beats(receiver)
                usleep(3_000_000)
                return beats(receiver) == before
            }
            #expect(isSilent, "hang \(hang): the address is called by one that hangs")
            daemon.signal(SIGABRT)
            #expect(daemon.exitCode(within: 10) == 128 + SIGABRT, "hang \(hang)")

            try daemon.restart()
            #expect(becomesTrue(within: 5) { notices.count(of: "READY=1") == hang + 1 })
            // All of its steps fell due meanwhile.
            let isPaged = try becomesTrue(within: 10) {
                _ = notices.count(of: Self.sign)
                return try Climb(of: number, openedAt: at, receiver, workspace).steps
                    .isSuperset(of: 1...5)
            }
            let climb = try Climb(of: number, openedAt: at, receiver, workspace)
            #expect(isPaged, "hang \(hang): \(climb)")
            for (page, keys) in climb.keys { #expect(keys.count == 1, "hang \(hang): \(page)") }
            expectLife(notices, "after hang \(hang)")
            expectBeats(receiver, "after hang \(hang)")
        }
        let messages = receiver.arrivals.filter { $0.path == "/hook" }
        #expect(!messages.isEmpty)
        for (key, same) in Dictionary(grouping: messages, by: \.key) {
            #expect(Set(same.map(\.body)).count == 1, "\(key) came with two bodies")
        }
        #expect(daemon.stop() == 0)
    }

    @Test("An engine that hangs and no watchdog ends is told by the last gasp, with what is open")
    func toldHang() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let countdown = try SharedNumber(in: workspace, named: "countdown")
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("disk", in: workspace), "DISK_HANG": countdown.path,
            ]
        )
        let number = try daemon.open(title: "what is open")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
        let isKept = becomesTrue(within: 60) {
            workspace.text("var/tocsin.db.last-gasp").contains("what is open")
        }
        #expect(isKept)
        countdown.set(1)
        #expect(becomesTrue(within: 30) { countdown.value == 0 })
        let isTold = becomesTrue(within: 120) {
            receiver.arrivals(with: "engine hangs").contains { $0.body.contains("what is open") }
        }
        #expect(isTold)
        usleep(3_000_000)
        #expect(receiver.arrivals(with: "engine hangs").count == 1, "told once")
        #expect(daemon.isRunning)
        daemon.kill()
    }

    @Test("A courier that hangs: it is not ready, it ends within two minutes, and its pages go out")
    func courier() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let countdown = try SharedNumber(in: workspace, named: "countdown")
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("loops", in: workspace),
                "HANG_COURIER": countdown.path,
            ]
        )
        let first = try daemon.open(title: "before")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: first).isEmpty })
        countdown.set(1)
        #expect(becomesTrue(within: 5) { countdown.value == 0 })
        let second = try daemon.open(title: "while it hangs")
        let url = "http://127.0.0.1:\(workspace.port)"
        let isUnready = try becomesTrue(within: 50) {
            try workspace.tocsin("monitor", url, "--once").exit == 1
        }
        #expect(isUnready, "ready while nothing leaves it")
        #expect(daemon.exitCode(within: 90) == 1)
        #expect(!receiver.arrivals(with: "courier hangs").isEmpty)
        #expect(receiver.pages(of: second).isEmpty)
        try daemon.restart()
        #expect(becomesTrue(within: 10) { !receiver.pages(of: second).isEmpty })
        #expect(daemon.stop() == 0)
    }

    @Test("Doors that do not answer end the signs of life and are told; answering, all is well")
    func doors() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let beat = "heartbeat:\n  - {url: \"http://127.0.0.1:\(receiver.port)/beat\", every: 1 s}\n"
        try TestFiles.alarming(receiver, extra: beat).write(to: workspace)
        let hang = try SharedNumber(in: workspace, named: "hang")
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("loops", in: workspace), "HANG_DOORS": hang.path,
            ]
        )
        expectBeats(receiver, "open")
        hang.set(1)
        let isTold = becomesTrue(within: 240) {
            !receiver.arrivals(with: "Nobody answers at").isEmpty
        }
        #expect(isTold)
        let before = beats(receiver)
        usleep(5_000_000)
        #expect(beats(receiver) <= before + 1, "the address is called by one that is deaf")
        #expect(daemon.isRunning)
        hang.set(0)
        let comesBack = becomesTrue(within: 60) { beats(receiver) > before + 3 }
        #expect(comesBack)
        #expect(try daemon.open(title: "heard again") > 0)
        #expect(daemon.stop() == 0)
    }

    private func beats(_ receiver: Receiver) -> Int {
        receiver.arrivals.count { $0.path == "/beat" }
    }

    private func expectBeats(_ receiver: Receiver, _ when: String) {
        let before = beats(receiver)
        let comes = becomesTrue(within: 20) { beats(receiver) > before + 1 }
        #expect(comes, "\(when): the address is not called")
    }

    /// Another sign of life comes in time.
    private func expectLife(_ notices: NoticeSocket, _ when: String) {
        let before = notices.count(of: Self.sign)
        let lives = becomesTrue(within: Self.watchdogSeconds) {
            notices.count(of: Self.sign) > before
        }
        #expect(lives, "\(when): no sign of life")
    }

    /// No sign comes any more, for longer than systemd waits, and readiness says so too.
    private func expectSilence(
        _ notices: NoticeSocket,
        in workspace: Workspace,
        _ when: String
    ) throws {
        // One of the turn before may be on its way.
        usleep(300_000)
        let began = ContinuousClock.now
        let before = notices.count(of: Self.sign)
        let url = "http://127.0.0.1:\(workspace.port)"
        let isUnready = try becomesTrue(within: 20) {
            try workspace.tocsin("monitor", url, "--once").exit == 1
        }
        #expect(isUnready, "\(when): ready while it hangs")
        #expect(ContinuousClock.now - began > .seconds(Self.watchdogSeconds))
        #expect(notices.count(of: Self.sign) == before, "\(when): a sign of life from a hang")
    }
}
