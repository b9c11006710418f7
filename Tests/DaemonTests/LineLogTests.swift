import CivilTime
import Logging
import RuleFiles
import Testing

@testable import Daemon

@Suite struct LineLogTests {
    private let instant = Instant(secondsSinceEpoch: 1_772_445_600)

    private func line(_ format: DaemonSettings.Log.Format, _ message: String) -> String {
        LineLog(format: format, logLevel: .info).line(
            at: instant,
            level: .warning,
            message: message,
            fields: [("reason", "a \"b\"\nc"), ("socket", "var/tocsin.sock"), ("empty", "")]
        )
    }

    @Test("logfmt quotes what is more than a word and keeps an event on one line")
    func logfmt() {
        #expect(
            line(.logfmt, "ready") == """
                time=2026-03-02T10:00:00Z level=warning message=ready reason="a \\"b\\"\\nc" \
                socket=var/tocsin.sock empty=""

                """
        )
    }

    @Test("JSON has every field as a text")
    func json() {
        #expect(
            line(.json, "two words") == """
                {"time":"2026-03-02T10:00:00Z","level":"warning","message":"two words",\
                "reason":"a \\"b\\"\\nc","socket":"var/tocsin.sock","empty":""}

                """
        )
    }
}
