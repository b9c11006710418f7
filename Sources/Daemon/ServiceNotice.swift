import Engine
import Glibc
import Synchronization

/// What systemd is told of the daemon, by the datagrams of `sd_notify`.
final class ServiceNotice: Sendable {
    private let path: String?
    /// Milliseconds between two signs of life; `nil` where none are asked for.
    private let everyMilliseconds: Int64?
    private let last = Mutex<Int64>(0)

    /// `socket` and `watchdogMicroseconds` are NOTIFY_SOCKET and WATCHDOG_USEC.
    init(socket: String?, watchdogMicroseconds: Int64?) {
        path = socket.flatMap { $0.isEmpty ? nil : $0 }
        // A third, so that one that is late does not count.
        everyMilliseconds = watchdogMicroseconds.map { max(1, $0 / 3_000) }
    }

    convenience init() {
        let text = { (name: String) in getenv(name).map { String(cString: $0) } }
        let isOurs = text("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        self.init(
            socket: text("NOTIFY_SOCKET"),
            watchdogMicroseconds: isOurs ? text("WATCHDOG_USEC").flatMap { Int64($0) } : nil
        )
    }

    func ready() { say("READY=1\nSTATUS=pages whoever is on call", waitsSeconds: 30) }
    func stopping() { say("STOPPING=1") }

    /// Asks for more time to start while `body` reads so many bytes, by the slowest disk that is
    /// still one: for a hang no time is asked.
    func extendingStart<Value, Fault: Error>(
        reading bytes: Int,
        _ body: () throws(Fault) -> Value
    ) throws(Fault) -> Value {
        guard path != nil else { return try body() }
        let done = DoneFlag()
        defer { done.set() }
        SystemThread.start { [self] in
            for _ in 0...(bytes / Self.slowestBytes) {
                say("EXTEND_TIMEOUT_USEC=90000000")
                if done.wait(milliseconds: 30_000) { break }
            }
        }
        return try body()
    }

    /// Read in 30 s, at 10 MB a second.
    private static let slowestBytes = 300_000_000

    /// To be followed by `ready`; `monotonic` is the instant in milliseconds.
    func reloading(monotonic: Int64) { say("RELOADING=1\nMONOTONIC_USEC=\(monotonic * 1_000)") }

    /// From the end of a turn of the engine that went well or found the disk full, and from nowhere
    /// else: a hang must be seen.
    ///
    /// Never waits: where nobody reads, paging goes on and this word is lost.
    func turned(monotonic: Int64) {
        guard path != nil, let every = everyMilliseconds else { return }
        guard last.withLock({ monotonic - $0 >= every }), say("WATCHDOG=1", waitsSeconds: 0) else {
            return
        }
        last.withLock { $0 = monotonic }
    }

    /// `false` where it was not taken in that time.
    @discardableResult
    private func say(_ text: String, waitsSeconds: Int = 1) -> Bool {
        guard let path else { return false }
        let descriptor = socket(
            AF_UNIX,
            CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: waitsSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading @ stands for the zero byte of the abstract name space.
        var name = Array(path.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let isAbstract = name.first == 0
        let length = socklen_t(offset + name.count + (isAbstract ? 0 : 1))
        let bytes = Array(text.utf8)
        let flags = CInt(MSG_NOSIGNAL) | (waitsSeconds == 0 ? CInt(MSG_DONTWAIT) : 0)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, flags, $0, length) == bytes.count
            }
        }
    }
}
