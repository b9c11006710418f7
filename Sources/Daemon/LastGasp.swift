import Glibc
import Logging

/// What still leaves when the store is lost: the open cases of the highest priority and who is on
/// call, from a file that is written while all is well (reliability.md G12).
final class LastGasp: Sendable {
    private let line: EmergencyLine?
    private let path: String
    private let logger: Logger

    private static let bytesMax = 64 * 1_024
    /// One fault is told again after so long, however often the daemon is started meanwhile.
    private static let againMilliseconds: Int64 = 600_000

    init(_ line: EmergencyLine?, besides database: String, logger: Logger) {
        self.line = line
        self.logger = logger
        path = database + ".last-gasp"
    }

    /// Keeps what is to be told, replacing the file only with a whole one.
    func keep(_ text: String) {
        let part = path + ".part"
        unlink(part)
        do throws(SystemFile.Fault) {
            try SystemFile.append(text, to: part)
            rename(part, path)
        } catch {
            unlink(part)
        }
    }

    /// `title` says what is wrong in a few words, `text` in a sentence.
    func send(_ title: String, _ text: String) {
        logger.critical("\(title)", metadata: ["reason": "\(text)"])
        guard let line, isNews(title) else { return }
        let kept = (try? SystemFile.bytes(of: path, upTo: Self.bytesMax)) ?? []
        let known = kept.isEmpty ? "" : " Last known: \(String(decoding: kept, as: UTF8.self))"
        if line.send(title, text + known) {
            logger.info("last gasp taken over")
        } else {
            logger.critical("last gasp not delivered")
        }
    }

    /// Whether the same was not told a moment ago, by this process or the one before.
    private func isNews(_ title: String) -> Bool {
        let mark = path + ".told"
        let now = WallClock.milliseconds()
        let bytes = (try? SystemFile.bytes(of: mark, upTo: 1_024)) ?? []
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
        if parts.count == 2, let told = Int64(parts[0]), parts[1] == title, told <= now,
            now - told < Self.againMilliseconds
        {
            return false
        }
        unlink(mark)
        // Where even this cannot be kept, telling twice is better than not at all.
        try? SystemFile.append("\(now) \(title)", to: mark)
        return true
    }
}
