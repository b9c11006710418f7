import CivilTime
import Clocks
import TestSupport
import Testing

@testable import Paging

@Suite("A sender that ends its case and raises it again (F38, docs/decisions/0017)")
struct FlappingTests {
    private static let opened = Office.at("2025-11-18T10:00:00Z")
    private static let sender = "monitoring"

    /// Two steps and a repeat, so that what raises bring is not lost among what silence brings.
    private static let rulebook = Office.rulebook(ladders: [
        Ladder(
            id: "critical",
            hours: nil,
            steps: [
                Office.step(.seconds(0), "primary"), Office.step(.seconds(1_200), "secondary"),
            ],
            leadership: ["leadership"],
            lastResort: ["marcus"],
            repeatEverySeconds: 1_800,
            repeatTimes: nil,
            source: Office.here
        ),
        Office.workingHours,
    ])

    private static func run(at opened: Instant = opened) -> Run {
        var value = Office.value(at: opened)
        value.key = "checkout"
        value.intake = sender
        return Run(value, rulebook: rulebook)
    }

    private func at(_ minutes: Int) -> Instant { Self.opened.adding(seconds: minutes * 60) }

    private func end(_ run: inout Run, at minutes: Int) {
        run.act(CaseEvent(.resolved, at: at(minutes), way: Self.sender), at: at(minutes))
    }

    private func raise(_ run: inout Run, at minutes: Int) throws {
        run.advance(to: at(minutes))
        let event: CaseEvent = try #require(run.value.raisedAgain(at: at(minutes)))
        run.act(event, at: at(minutes))
    }

    private func acknowledge(_ run: inout Run, at minutes: Int) {
        let event = CaseEvent(.acknowledged, at: at(minutes), by: "anna", way: "cli")
        run.act(event, at: at(minutes))
    }

    @Test("Who has it gets one notice, keeps it, and no ladder starts")
    func notice() throws {
        var run = Self.run()
        acknowledge(&run, at: 5)
        run.act(CaseEvent(.responded, at: at(6), by: "anna", way: "cli"), at: at(6))
        end(&run, at: 10)
        #expect(run.value.acknowledgement == nil)
        try raise(&run, at: 20)
        #expect(run.value.status == .open)
        #expect(run.value.acknowledgement?.by == "anna")
        #expect(run.value.progress.cycle == 1)
        run.advance(to: at(55))
        #expect(run.lines(.page) == ["0 page anna"])
        #expect(run.lines(.notice).filter { $0.hasPrefix("20 ") } == ["20 notice anna"])
        // It is no word of a person: the acknowledgement ends an hour after the answer.
        run.advance(to: at(66))
        #expect(run.lines(.page).last == "66 page anna")
    }

    @Test("While nobody has it those paged last are paged again, and the ladder goes on")
    func pages() throws {
        var run = Self.run()
        end(&run, at: 3)
        try raise(&run, at: 6)
        run.advance(to: at(20))
        #expect(run.lines(.page) == ["0 page anna", "6 page anna", "20 page ben"])
        end(&run, at: 30)
        try raise(&run, at: 35)
        #expect(run.lines(.page).suffix(1) == ["35 page ben"])
        run.advance(to: at(50))
        #expect(run.lines(.page).suffix(3) == ["50 page anna", "50 page ben", "50 page lena"])
    }

    @Test("Its clocks go on as if it had not been ended; a reopening starts them anew (R-17)")
    func clocks() throws {
        var run = Self.run()
        end(&run, at: 10)
        try raise(&run, at: 20)
        #expect(run.value.clocks(rulebook: Self.rulebook, at: run.now).first?.due == at(60))
        end(&run, at: 30)
        run.act(CaseEvent(.reopened, at: at(40), by: "anna", way: "cli"), at: at(40))
        #expect(run.value.clocks(rulebook: Self.rulebook, at: run.now).first?.due == at(100))
        #expect(run.value.progress.cycle == 2)
    }

    @Test("A person's end, and one of more than 15 minutes ago, stand")
    func stands() {
        var run = Self.run()
        end(&run, at: 10)
        #expect(run.value.raisedAgain(at: at(25)) != nil)
        #expect(run.value.raisedAgain(at: at(25).adding(seconds: 1)) == nil)
        #expect(run.value.raisedAgain(at: at(9)) == nil)
        for event in [
            CaseEvent(.resolved, at: at(10), by: "anna", way: Self.sender),
            CaseEvent(.resolved, at: at(10), way: "cli"),
            CaseEvent(.resolved, at: at(10), reason: "silence"),
        ] {
            var run = Self.run()
            run.act(event, at: at(10))
            #expect(run.value.raisedAgain(at: at(11)) == nil)
        }
    }

    @Test("The sixth raise of an hour is told as flapping, then none until an hour without")
    func flaps() throws {
        var run = Self.run()
        acknowledge(&run, at: 1)
        run.act(CaseEvent(.responded, at: at(2), by: "anna", way: "cli"), at: at(2))
        for minutes in stride(from: 4, through: 40, by: 4) {
            end(&run, at: minutes - 2)
            try raise(&run, at: minutes)
        }
        let told = run.sent.filter { $0.notification.event == .raisedAgain }
        #expect(
            told.map { $0.at.seconds(since: Self.opened) / 60 } == [4, 8, 12, 16, 20],
            "the opening is the first of the six"
        )
        #expect(told.map(\.notification.kind) == [.notice, .notice, .notice, .notice, .page])
        #expect(told.last?.notification.summary.contains("flaps") == true)
        let ends = run.sent.filter { $0.notification.event == .resolved }
        #expect(ends.allSatisfy { $0.at <= at(18) }, "nor of ends")
        acknowledge(&run, at: 95)
        end(&run, at: 102)
        try raise(&run, at: 104)
        #expect(run.sent.last?.notification.kind == .notice)
        #expect(run.sent.last?.at == at(104))
    }

    /// What a door does with a raise: joins the open case, opens the ended one again, or a new one.
    private struct Desk {
        var runs: [Run] = []
        var now: Instant

        mutating func raise() {
            guard var run = runs.last else { return runs.append(FlappingTests.run(at: now)) }
            run.advance(to: now)
            let event = run.value.raisedAgain(at: now)
            if let event { run.act(event, at: now) }
            runs[runs.count - 1] = run
            if !run.value.isOpen { runs.append(FlappingTests.run(at: now)) }
        }

        mutating func act(_ event: CaseEvent) {
            guard !runs.isEmpty else { return }
            runs[runs.count - 1].act(event, at: now)
        }

        var value: Case? { runs.last?.value }
    }

    /// Instants of different pages: those to several people at once are one.
    private func pages(_ run: Run, _ isWanted: (String) -> Bool = { _ in true }) -> [Instant] {
        var seen: Set<String> = []
        return run.sent.filter { $0.notification.kind == .page }.compactMap { entry in
            let occasion = entry.notification.occasion
            return isWanted(occasion) && seen.insert(occasion).inserted ? entry.at : nil
        }
    }

    private func mostInAnHour(_ instants: [Instant]) -> Int {
        instants.map { first in
            instants.filter { (0..<3_600).contains($0.seconds(since: first)) }.count
        }.max() ?? 0
    }

    @Test("In 1,000 patterns: at most six pages an hour, nobody untold, one case for a key")
    func patterns() throws {
        var random = SplitMix64(seed: 38)
        var (reattached, flapping, unheeded) = (0, 0, 0)
        for number in 1...1_000 {
            let heeds = number % 4 != 0
            let spreadSeconds = [120, 400, 900, 1_500].randomElement(using: &random) ?? 900
            var desk = Desk(now: Self.opened)
            for _ in 0..<Int.random(in: 3...25, using: &random) {
                desk.raise()
                let value = try #require(desk.value)
                let run = try #require(desk.runs.last)
                #expect(value.isOpen)
                let isToldNow = run.sent.contains { $0.at == desk.now }
                #expect(
                    isToldNow || run.value.flapping.isFlapping,
                    "pattern \(number): raised at \(desk.now), nobody told"
                )
                if value.acknowledgement == nil { #expect(run.nextDue != nil) }
                desk.now = desk.now.adding(seconds: .random(in: 1...spreadSeconds, using: &random))
                if heeds, value.acknowledgement == nil,
                    let person = value.progress.currentPeople.first
                {
                    desk.act(CaseEvent(.acknowledged, at: desk.now, by: person, way: "cli"))
                    desk.now = desk.now.adding(seconds: 20)
                }
                var end = CaseEvent(.resolved, at: desk.now, way: Self.sender)
                if Int.random(in: 0..<20, using: &random) == 0 {
                    (end.by, end.way) = ("anna", "cli")
                }
                desk.act(end)
                desk.now = desk.now.adding(seconds: .random(in: 1...spreadSeconds, using: &random))
            }
            desk.raise()
            for (run, next) in zip(desk.runs, desk.runs.dropFirst()) {
                let end = try #require(run.log.last { $0.name == .resolved })
                #expect(
                    end.by != nil || next.value.openedAt.seconds(since: end.at) > 900,
                    "pattern \(number): two cases for one key"
                )
            }
            let popped = desk.runs.popLast()
            var last = try #require(popped)
            last.advance(to: desk.now.adding(seconds: 3 * 3_600))
            // Left open and to itself it is paged again, however quiet its raises have become.
            #expect(pages(last).contains { $0 > desk.now.adding(seconds: 1) })
            for run in desk.runs + [last] {
                let raises = pages(run) { $0.hasPrefix("raise.") || $0 == "page.c1.s1.r0" }
                #expect(mostInAnHour(raises) <= 6, "pattern \(number)")
                if heeds { #expect(mostInAnHour(pages(run)) <= 6, "pattern \(number)") }
                reattached += run.log.filter { $0.name == .raisedAgain }.count
                flapping += run.value.flapping.isFlapping ? 1 : 0
            }
            unheeded += heeds ? 0 : 1
        }
        #expect(reattached > 5_000 && flapping > 100 && unheeded == 250)
    }
}
