import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("A case as bytes") struct EncodingTests {
    let opened = Office.at("2025-11-23T03:00:00Z")

    private func busy() -> Case {
        var value = Office.value(at: opened)
        value.key = "dedup"
        value.details = "a\nb\u{1F4DF}"
        value.links = ["https://example.com/runbook"]
        value.contacts = ["it@northwind.example"]
        var run = Run(value)
        func at(_ minutes: Int) -> Instant { opened.adding(seconds: minutes * 60) }
        run.act(CaseEvent(.acknowledged, at: at(20), by: "anna", way: "cli"), at: at(20))
        run.act(
            CaseEvent(.updated, at: at(25), by: "anna", way: "cli", text: "on it", until: at(90)),
            at: at(25)
        )
        for (index, reason) in PauseReason.allCases.enumerated() {
            var event = CaseEvent(.statusChanged, at: at(30 + index), by: "anna", way: "cli")
            event.status = reason == .onHold ? .onHold : .pending
            event.reason = String(reason.rawValue.split(separator: ":").last ?? "")
            event.until = at(600)
            run.act(event, at: at(30 + index))
        }
        for name in [CaseEvent.Name.diagnosed, .delayed, .customerWrote, .resolved, .reopened] {
            run.act(CaseEvent(name, at: at(50), by: "anna", way: "cli"), at: at(50))
        }
        run.advance(to: at(200))
        run.act(CaseEvent(.resolved, at: at(200), way: run.value.intake), at: at(200))
        run.act(CaseEvent(.raisedAgain, at: at(201), way: run.value.intake), at: at(201))
        run.act(CaseEvent(.acknowledged, at: at(202), by: "anna", way: "cli"), at: at(202))
        run.act(CaseEvent(.resolved, at: at(203), way: run.value.intake), at: at(203))
        return run.value
    }

    @Test("Every field comes back as it was")
    func roundTrip() {
        let value = busy()
        #expect(Case(encoded: value.encoded()) == value)
    }

    @Test("What is owed of a case comes back too, in every policy")
    func duties() {
        var run = Run(
            "quik",
            "P1",
            at: "2025-11-24T08:00:00-08:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
        run.act(.responded, at: "2025-11-24T08:50:00-08:00")
        run.act(.estimateGiven, at: "2025-11-24T08:51:00-08:00", until: "2025-11-24T08:55:00-08:00")
        run.act(.undelivered, by: nil, at: "2025-11-24T08:52:00-08:00", reason: "a@b.example")
        run.advance(to: "2025-11-24T09:00:00-08:00")
        #expect(run.value.progress.duties.count == 3)
        #expect(run.value.progress.offered == ["dana", "anna"])
        #expect(Case(encoded: run.value.encoded()) == run.value)
    }

    @Test("A case that an earlier version wrote is read as one that owes nothing")
    func earlierForm() {
        let value = Office.value(at: opened)
        // The form's number, and without what was added at the end.
        let now = value.encoded()
        let added = [UInt8](repeating: 0, count: 14)
        #expect(now.suffix(14) == added[...])
        // A number is written twice as large: the first form, the third, and the fourth.
        for (form, count) in [(UInt8(2), 14), (6, 8), (8, 2)] {
            var then = Array(now.dropLast(count))
            then[0] = form
            #expect(Case(encoded: then) == value)
        }
    }

    @Test("Damaged bytes are no case, and never a trap")
    func damaged() {
        let bytes = busy().encoded()
        for length in 0..<bytes.count { #expect(Case(encoded: Array(bytes.prefix(length))) == nil) }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0xFF
            _ = Case(encoded: other)
        }
    }

    @Test("An occasion reads back from its text")
    func occasions() {
        let all: [Occasion] = [
            .page(cycle: 1, step: 2, round: 3), .escalation(4), .raise(6),
            .warning(.resolution, run: 1, percent: 75), .reminder(run: 0, index: 2),
            .lateUpdate(run: 5), .lease(cycle: 1, notice: 2), .notice(7),
            .duty(.followUp, anchor: 1_763_740_800, index: 3),
        ]
        for occasion in all { #expect(Occasion(occasion.text) == occasion) }
        #expect(Occasion("page.c1.s2") == nil)
        #expect(Occasion("") == nil)
    }
}
