import Paging
import Testing

@testable import tocsin

/// The plain way of `clocks --batch` against the general one.
@Suite struct ClocksBatchTests {
    private func plain(_ line: String, _ batch: inout ClocksBatch) -> String? {
        var output: [UInt8] = []
        let isAnswered = Array(line.utf8).withUnsafeBytes { batch.answer($0, into: &output) }
        return isAnswered ? String(decoding: output, as: UTF8.self) : nil
    }

    @Test("A plain line has the bytes of the general answer, under every policy we ship")
    func sameBytes() throws {
        let rulebook = try Desk.shipped()
        let times = try Desk.times()
        var batch = ClocksBatch(rulebook)
        var stories = RandomStories(seed: 3)
        var count = 0
        for _ in 0..<5_000 {
            let line = stories.line(rulebook)
            let question = try Question(line: Array(line.utf8))
            let general = try? ClocksCommand.answer(question, at: "now", rulebook, times)
            let answer = plain(line, &batch)
            // What is refused is left to the general way, which words the refusal.
            #expect(answer == nil || general != nil, "\(line)")
            guard let general, let answer else { continue }
            count += 1
            #expect(answer == String(decoding: general, as: UTF8.self), "\(line)")
        }
        #expect(count > 4_500)
    }

    private static let case1 =
        "\"policy\":\"desk\",\"priority\":\"P1\",\"opened\":\"2026-06-01T08:00:00Z\""

    private static let at1 = "\"at\":\"2026-06-01T09:00:00Z\""
    private static let times1 = "\"opened\":\"2026-06-01T08:00:00Z\",\(at1)"

    @Test(
        "Whatever is not plain is left to the general way",
        arguments: [
            "", "{}", "[]", "{\(case1)}", "{\(case1),\"at\":\"now\"}",
            "{\(case1),\(at1),\"more\":\"x\"}",
            "{\(case1),\(at1),\(at1)}",
            "{\(case1),\(at1),\"events\":null}",
            "{\(case1),\(at1),\"events\":[{}]}",
            "{\(case1),\(at1),\"events\":[],}",
            "{\(case1),\(at1)} x",
            "{\(case1),\(at1)",
            "{\(case1),\(at1),\"events\":[{\"at\":\"now\",\"event\":\"updated\"}]}",
            "{\(case1),\(at1),\"events\":[{\(at1),\"event\":\"moved\"}]}",
            "{\(case1),\(at1),\"events\":[{\(at1),\"event\":\"priority:P9\"}]}",
            "{\"policy\":\"none\",\"priority\":\"P1\",\(times1)}",
            "{\"policy\":\"desk\",\"priority\":\"critical\",\(times1)}",
        ]
    )
    func leaves(line: String) {
        var batch = ClocksBatch(Desk.rulebook([(0, "desk")]))
        #expect(plain(line, &batch) == nil)
    }

    @Test("Members may come in any order, events with them, with spaces")
    func forms() {
        var batch = ClocksBatch(Desk.rulebook([(0, "desk")]))
        let event = "{\"at\":\"2026-06-01T08:30:00Z\",\"event\":\"responded\"}"
        let one = plain(
            "{\(Self.case1),\"events\":[\(event)],\"at\":\"2026-06-01T09:00:00Z\"}",
            &batch
        )
        let other = plain(
            " { \"at\" : \"2026-06-01T09:00:00Z\", \"id\": \"7\", \"events\": [ \(event) ] ,"
                + " \(Self.case1) }\r",
            &batch
        )
        #expect(one?.contains("\"state\":\"met\"") == true)
        #expect(one == other)
    }
}
