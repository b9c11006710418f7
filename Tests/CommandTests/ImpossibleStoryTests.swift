import CivilTime
import Testing

@testable import tocsin

@Suite("A story that cannot have happened is refused by every command that is told one")
struct ImpossibleStoryTests {
    private func line(_ at: String, _ event: String) -> String {
        """
        {"policy": "quik", "priority": "P1", "opened": "2026-03-02T10:00:00Z", \
        "events": [{"at": "\(at)", "event": "\(event)"}], "at": "2026-03-02T12:00:00Z"}
        """
    }

    private func fault(_ line: String) throws -> String? {
        let (rulebook, times) = (try Desk.shipped(), try Desk.times())
        var batch = ClocksBatch(rulebook)
        var output: [UInt8] = []
        let isPlain = Array(line.utf8).withUnsafeBytes { batch.answer($0, into: &output) }
        do {
            let question = try Question(line: Array(line.utf8))
            let story = try StoryOptions.story(question, times)
            _ = try BacktestOutcome(story, rulebook)
            _ = try ClocksCommand.answer(question, at: "now", rulebook, times)
            return nil
        } catch {
            #expect(!isPlain, "the plain form must leave to the general way what that refuses")
            #expect(error.exit == 64)
            return error.message
        }
    }

    @Test("An event before the opening")
    func early() throws {
        #expect(
            try fault(line("2026-03-02T09:00:00Z", "responded")) == "2026-03-02T09:00:00Z is before"
                + " the case was opened at 2026-03-02T10:00:00Z"
        )
        #expect(try fault(line("2026-03-02T10:30:00Z", "responded")) == nil)
    }

    @Test("A hold that ends before it begins")
    func backwards() throws {
        #expect(
            try fault(line("2026-03-02T11:00:00Z", "on_hold:2026-03-02T10:30:00Z"))
                == "on_hold until 2026-03-02T10:30:00Z ends before it begins at"
                + " 2026-03-02T11:00:00Z"
        )
        #expect(try fault(line("2026-03-02T11:00:00Z", "on_hold:2026-03-02T11:30:00Z")) == nil)
    }
}
