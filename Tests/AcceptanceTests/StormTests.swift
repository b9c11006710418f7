import Foundation
import TestSupport
import Testing

@Suite("Five thousand cases at once", .serialized)
struct StormTests {
    static let cases = 5_000

    @Test("Every first page sets out within a minute, and the daemon stays below 300 MB")
    func storm() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let ran = try workspace.run(
            Python.executable,
            [Python.tool("storm.py"), "\(workspace.port)", "\(Self.cases)"],
            within: 180
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        let areAllOut = becomesTrue(within: 60) { receiver.count >= Self.cases }
        #expect(areAllOut, "\(receiver.count) pages of \(Self.cases)")

        let (answers, arrivals) = (ran.json, receiver.arrivals)
        var slowest = 0.0
        var paged: Set<Int> = []
        for arrival in arrivals {
            let number = try #require(arrival.json["data"]["case"]["number"].int)
            guard paged.insert(number).inserted else { continue }
            guard case .number(let answered) = answers["\(number)"] else {
                Issue.record("case \(number) was never answered")
                continue
            }
            slowest = max(slowest, arrival.at - answered)
        }
        #expect(paged.count == Self.cases, "each case is paged for by itself")
        #expect(Set(arrivals.map(\.key)).count == arrivals.count, "none came twice")
        #expect(slowest < 60, "the last first page came \(slowest) s after its case")
        let most = try #require(daemon.mostResidentKilobytes)
        #expect(most < 300 * 1_024, "\(most) KiB at most")
        #expect(daemon.stop() == 0)
    }
}

@Suite("A sender that says the same again and again", .serialized)
struct ResendTests {
    @Test("However often and at once a case is sent, by its key or its request's: it is one case")
    func resent() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let count = rounds("RESENDS", usually: 2_000)
        let cases = count / 100
        let ran = try workspace.run(
            Python.executable,
            [Python.tool("resend.py"), "\(workspace.port)", "\(count)", "\(cases)"],
            within: 1_800
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        let answers = ran.json
        #expect(answers.keys.count == cases)
        var numbers: Set<Int> = []
        for key in answers.keys {
            let answer = answers[key]
            #expect(answer["created"].int == 1, "\(key): \(answer)")
            #expect(answer["numbers"].items.count == 1, "\(key): \(answer)")
            numbers.formUnion(answer["numbers"].items.compactMap(\.int))
        }
        #expect(numbers == Set(1...cases))
        #expect(try daemon.open(title: "the next") == cases + 1, "nothing else was opened")
        #expect(daemon.stop() == 0)
    }
}
