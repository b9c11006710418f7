import CivilTime
import Engine
import Logging
import RuleFiles
import Shapes

/// One line an event on standard error, as logfmt or JSON.
struct LineLog: LogHandler {
    var format: DaemonSettings.Log.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    static func logger(_ settings: DaemonSettings.Log) -> Logger {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        return Logger(label: "tocsin") { _ in
            LineLog(format: settings.format, logLevel: level)
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            .map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        let now = WallClock.instant()
        let message = event.message.description
        let text = line(at: now, level: event.level, message: message, fields: fields)
        StandardStream.error.write(text) { lost in
            let message = "\(lost) lines are missing here: nobody took them"
            return line(at: now, level: .warning, message: message, fields: [])
        }
    }

    func line(
        at instant: Instant,
        level: Logger.Level,
        message: String,
        fields: [(String, String)]
    ) -> String {
        let all =
            [("time", instant.rfc3339), ("level", level.rawValue), ("message", message)] + fields
        switch format {
        case .logfmt:
            let pairs = all.map { "\($0.0)=\(Self.isPlain($0.1) ? $0.1 : Self.quoted($0.1))" }
            return pairs.joined(separator: " ") + "\n"
        case .json:
            let pairs = all.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }
            return "{\(pairs.joined(separator: ","))}\n"
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
                    && $0 != UInt8(ascii: "\\") && $0 != 0x7F
            }
    }

    /// Line breaks are escaped, so that one event stays one line.
    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.value(text)
        return writer.text
    }
}
