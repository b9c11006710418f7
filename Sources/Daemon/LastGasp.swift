import Glibc
import Logging
import Store
import Synchronization

/// What still leaves when the store is lost: the open cases of the highest priority and who is on
/// call, from a file that is written while all is well (reliability.md G12).
final class LastGasp: Sendable {
    /// Sends a title and a text; whether they were taken over, `nil` where nobody is to be told.
    typealias Line = @Sendable (_ title: String, _ text: String) -> Bool?

    private let line: Mutex<Line>
    private let path: String
    private let logger: Logger
    private let clock: @Sendable () -> Milliseconds
    /// When each fault was tried last by this process, by its title.
    private let tried = Mutex<[String: Milliseconds]>([:])
    /// What this process kept last, for a disk that answers no more.
    private let known = Mutex<String?>(nil)

    private static let bytesMax = 64 * 1_024
    /// One fault is told again after so long, however often the daemon is started meanwhile.
    private static let againMilliseconds: Milliseconds = 600_000
    /// What nobody took over is tried again after so long.
    private static let retryMilliseconds: Milliseconds = 10_000

    init(
        besides database: String,
        logger: Logger,
        clock: @escaping @Sendable () -> Milliseconds = { WallClock.milliseconds() },
        line: @escaping Line
    ) {
        self.line = Mutex(line)
        self.logger = logger
        self.clock = clock
        path = database + ".last-gasp"
    }

    /// Goes by another way from now on.
    func replace(line next: @escaping Line) { line.withLock { $0 = next } }

    /// Keeps what is to be told, replacing the file only with a whole one.
    func keep(_ text: String) {
        known.withLock { $0 = text }
        let part = path + ".part"
        unlink(part)
        do throws(SystemFile.Fault) {
            try SystemFile.append(text, to: part)
            rename(part, path)
        } catch {
            unlink(part)
        }
    }

    /// Says once what is wrong: `title` in a few words, `text` in a sentence.
    ///
    /// Answers `false` where nobody took it over, so that it is to be sent again; until ten seconds
    /// have passed that does nothing.
    @discardableResult
    func send(_ title: String, _ text: String) -> Bool {
        if let last = tried.withLock({ $0[title] }), isWithin(Self.retryMilliseconds, of: last) {
            return false
        }
        logger.critical("\(title)", metadata: ["reason": "\(text)"])
        if isTold(title) { return true }
        let kept = known.withLock(\.self) ?? readKept()
        let known = kept.isEmpty ? "" : " Last known: \(kept)"
        let line = line.withLock { $0 }
        guard let isTakenOver = line(title, text + known) else { return true }
        let now = clock()
        guard isTakenOver else {
            tried.withLock { $0[title] = now }
            logger.critical("last gasp not delivered")
            return false
        }
        markTold(title, at: now)
        logger.info("last gasp taken over")
        return true
    }

    private func readKept() -> String {
        let bytes = (try? SystemFile.bytes(of: path, upTo: Self.bytesMax)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    private var mark: String { path + ".told" }

    /// Whether the same was told a moment ago, by this process or the one before.
    private func isTold(_ title: String) -> Bool {
        let bytes = (try? SystemFile.bytes(of: mark, upTo: 1_024)) ?? []
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[1] == title, let told = Milliseconds(parts[0]) else {
            return false
        }
        return isWithin(Self.againMilliseconds, of: told)
    }

    /// Only what was told counts as told: what failed is tried again.
    private func markTold(_ title: String, at now: Milliseconds) {
        unlink(mark)
        // Where even this cannot be kept, telling twice is better than not at all.
        try? SystemFile.append("\(now) \(title)", to: mark)
    }

    /// Whether `instant` lies so far back at most; one that is still to come does not.
    private func isWithin(_ milliseconds: Milliseconds, of instant: Milliseconds) -> Bool {
        let now = clock()
        return instant <= now && instant > now - milliseconds
    }
}
