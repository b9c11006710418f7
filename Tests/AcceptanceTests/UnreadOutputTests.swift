import Foundation
import Glibc
import TestSupport
import Testing

/// A pipe that somebody holds open and does not read, full from the start.
private final class UnreadPipe {
    let path: String
    private let descriptor: CInt

    init?(at path: String) {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { return nil }
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        fill()
    }

    func fill() {
        let line = [UInt8](repeating: UInt8(ascii: "\n"), count: 4_096)
        while write(descriptor, line, line.count) > 0 {}
    }

    deinit { close(descriptor) }

    /// What is in it now.
    func read() -> String {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}

/// A journal that hangs, a terminal that was stopped by Ctrl-S, a pager in a pipe.
@Suite("Whoever does not read what the daemon writes holds up no page", .serialized)
struct UnreadOutputTests {
    @Test("Where nobody reads its output it starts, pages and answers; what it said waits")
    func unread() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let output = try #require(UnreadPipe(at: workspace.path("unread.stdout").path))
        let log = try #require(UnreadPipe(at: workspace.path("unread.stderr").path))
        let daemon = try TestDaemon(
            in: workspace,
            wrapper: ["/bin/sh", "-c", "exec \"$@\" >'\(output.path)' 2>'\(log.path)'", "-"]
        )
        let number = try daemon.open(title: "nobody reads")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "anna").exit == 0)

        var (said, shown) = ("", "")
        let isReadAgain = becomesTrue(within: 20) {
            said += log.read()
            shown += output.read()
            return said.contains("sqlite=") && shown.contains("Tocsin runs at")
        }
        #expect(isReadAgain, "\(said)\(shown)")
        for pipe in [output, log] { pipe.fill() }
        #expect(daemon.stop() == 0)
    }

    @Test("Where output and log are closed, no connection gets what is written to them")
    func closed() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(
            in: workspace,
            wrapper: ["/bin/sh", "-c", "exec \"$@\" <&- >&- 2>&-", "-"]
        )
        for descriptor in 0...2 {
            let place = "/proc/\(daemon.processID)/fd/\(descriptor)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place) == "/dev/null")
        }
        let number = try daemon.open(title: "nothing to write to")
        #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
        #expect(daemon.stop() == 0)
    }
}
