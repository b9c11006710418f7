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
        return run.value
    }

    @Test("Every field comes back as it was")
    func roundTrip() {
        let value = busy()
        #expect(Case(encoded: value.encoded()) == value)
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
            .page(cycle: 1, step: 2, round: 3), .escalation(4),
            .warning(.resolution, run: 1, percent: 75), .reminder(run: 0, index: 2),
            .lateUpdate(run: 5), .lease(cycle: 1, notice: 2), .notice(7),
        ]
        for occasion in all { #expect(Occasion(occasion.text) == occasion) }
        #expect(Occasion("page.c1.s2") == nil)
        #expect(Occasion("") == nil)
    }
}
