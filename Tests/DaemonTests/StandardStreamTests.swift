import Glibc
import Synchronization
import Testing

@testable import Daemon

/// Something to write to whose reader can hang.
private final class Unread: Sendable {
    let writer: CInt
    private let reader: CInt

    private init(writer: CInt, reader: CInt) {
        (self.writer, self.reader) = (writer, reader)
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    static func pipe() -> Unread? {
        var ends: [CInt] = [0, 0]
        return Glibc.pipe(&ends) == 0 ? Unread(writer: ends[1], reader: ends[0]) : nil
    }

    static func terminal() -> Unread? {
        let reader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (number, lock): (CInt, CInt) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN: what unlockpt and ptsname ask.
        guard reader >= 0, ioctl(reader, 0x4004_5431, &lock) == 0,
            ioctl(reader, 0x8004_5430, &number) == 0
        else { return nil }
        let writer = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        return writer < 0 ? nil : Unread(writer: writer, reader: reader)
    }

    /// What comes until `isAll` of everything since the beginning, or nothing does for ten seconds.
    func read(until isAll: (String) -> Bool) -> String {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        var question = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        while poll(&question, 1, 10_000) > 0 {
            let count = Glibc.read(reader, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count].filter { $0 != UInt8(ascii: "\r") }
            if isAll(String(decoding: bytes, as: UTF8.self)) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite("What the daemon writes waits for no reader") struct StandardStreamTests {
    @Test("Of a pipe and a terminal that are not read: no line waits, and those lost are counted")
    func unread() throws {
        for unread in [try #require(Unread.pipe()), try #require(Unread.terminal())] {
            let stream = StandardStream(descriptor: unread.writer)
            // More than it and what waits for it hold; where one waited, this would never end.
            var count = 4_001
            for line in 1..<count { stream.write("line \(line) of many that nobody reads\n") }
            #expect(!stream.write("line lost\n"))
            var hasEnded = false
            let said = unread.read { text in
                guard !hasEnded else { return text.contains("line ends\n") }
                hasEnded = text.contains("missing: ")
                count += 1
                stream.write(hasEnded ? "line ends\n" : "line more\n") { "missing: \($0)\n" }
                return false
            }
            let lines = said.split(separator: "\n")
            #expect(lines.first == "line 1 of many that nobody reads")
            #expect(lines.last == "line ends")
            let taken = lines.count { $0.hasPrefix("line ") }
            let lost = lines.compactMap { line in
                line.hasPrefix("missing: ") ? Int(line.dropFirst(9)) : nil
            }
            #expect(lost.first.map { $0 > 1 } == true)
            #expect(lost.reduce(0, +) + taken == count)
        }
    }

    @Test("Lines of several threads come whole, each thread's in its order")
    func threads() async throws {
        let unread = try #require(Unread.pipe())
        let stream = StandardStream(descriptor: unread.writer)
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                group.addTask { for line in 0..<200 { stream.write("\(thread) \(line)\n") } }
            }
        }
        let said = unread.read { $0.count { $0 == "\n" } == 800 }
        let lines = said.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.count == 800)
        for thread in 0..<4 {
            let own = lines.filter { $0.first == "\(thread)" }
            #expect(own.map { $0[1] } == (0..<200).map { "\($0)" })
        }
    }
}
