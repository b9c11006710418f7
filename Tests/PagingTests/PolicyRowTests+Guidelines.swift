import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

/// The rows of the third policy that a notifier acts on, by their line numbers in the text.
@Suite("S2 Support Guidelines, row by row") struct GuidelineRows {
    let zone = "America/Denver"
    /// A Tuesday.
    let opened = "2025-11-18T10:00:00-07:00"

    private func answered(_ priority: String = "High") -> Run {
        var run = Run("support-guidelines", priority, at: opened)
        run.act(.acknowledged, at: "2025-11-18T10:05:00-07:00")
        run.act(.responded, at: "2025-11-18T10:10:00-07:00")
        return run
    }

    @Test("S2 6: even Critical is paged in coverage hours only, holidays off")
    func coverage() {
        var run = Run("support-guidelines", "Critical", at: "2025-11-26T18:00:00-07:00")
        run.advance(to: "2025-11-28T08:00:00-07:00")
        // Half of the 24 h are over by then, so leadership comes at once, and nobody after it.
        let opening = "2025-11-28T08:00 page"
        #expect(run.wall(zone, .page) == ["\(opening) anna", "\(opening) ben", "\(opening) lena"])
    }

    @Test("S2 34: Critical of Friday 16:55, due on Saturday, is announced while the desk is open")
    func unstaffed() {
        let run = Run("support-guidelines", "Critical", at: "2025-11-21T16:55:00-07:00")
        #expect(
            run.wall(zone, .unstaffedResponse) == [
                "2025-11-21T16:55 warning anna", "2025-11-21T16:55 warning lena",
            ]
        )
        #expect(
            run.words(of: .unstaffedResponse) == [
                "The response goal of case 4711 (24 h) runs out at Sat 2025-11-22 15:55 PST"
                    + " (-0800), when nobody is in: answer it before the desk closes at"
                    + " Fri 2025-11-21 16:00 PST (-0800)."
            ]
        )
        let week = Run("support-guidelines", "Critical", at: opened)
        #expect(week.words(of: .unstaffedResponse) == [])
    }

    @Test("S2 32-42: the five targets are goals: passing one warns and breaches nothing")
    func goals() {
        var run = Run("support-guidelines", "High", at: opened)
        run.advance(to: "2025-11-21T10:00:01-07:00")
        #expect(run.wall(zone, .breach) == [])
        #expect(run.wall(zone, .warning).contains("2025-11-21T10:00 warning lena"))
    }

    @Test("S2 44: an answer without an estimate is followed by a reminder to give one")
    func estimateMissing() {
        var run = answered()
        run.advance(to: "2025-11-19T10:20:00-07:00")
        #expect(
            run.wall(zone, .estimate) == [
                "2025-11-18T10:20 reminder anna", "2025-11-19T10:20 reminder anna",
            ]
        )
        var solved = answered()
        solved.act(.resolved, at: "2025-11-18T10:15:00-07:00")
        #expect(solved.nextDue == nil)
    }

    @Test("S2 44: an estimate ends that reminder and is followed up at its time, until an update")
    func followUp() {
        var run = answered()
        run.act(
            .estimateGiven,
            at: "2025-11-18T10:12:00-07:00",
            until: "2025-11-20T15:00:00-07:00"
        )
        run.advance(to: "2025-11-20T15:00:00-07:00")
        #expect(run.wall(zone, .estimate) == [])
        #expect(run.wall(zone, .followUp) == ["2025-11-20T15:00 reminder anna"])
        run.act(.updated, at: "2025-11-20T15:30:00-07:00", text: "one more day")
        run.advance(to: "2025-11-24T15:00:00-07:00")
        #expect(run.wall(zone, .followUp).count == 1)
    }

    @Test("S2 44: raised, the earlier due holds and the log keeps the other reading (R-14)")
    func raised() {
        var run = Run("support-guidelines", "Normal", at: opened)
        run.act(.acknowledged, at: "2025-11-18T10:05:00-07:00")
        run.act(.priorityChanged, at: "2025-11-19T10:00:00-07:00", priority: "Critical")
        #expect(run.wall(zone, .page).last == "2025-11-19T10:00 page anna")
        let due = run.value.clocks(rulebook: run.rulebook, at: run.now).first?.due
        #expect(due == Office.at("2025-11-20T10:00:00-07:00"))
        let kept = run.log.last { $0.name == .noticed && $0.text?.hasPrefix("read from") == true }
        #expect(
            kept?.text == "read from the opening, Critical would give:"
                + " response due Wed 2025-11-19 10:00 MST (-0700)"
        )
    }

    @Test("S2 44: lowered, the due counts from the opening and those paged stand down (R-15)")
    func lowered() {
        var run = Run("support-guidelines", "Critical", at: opened)
        run.act(.priorityChanged, at: "2025-11-18T11:00:00-07:00", priority: "Low")
        #expect(run.wall(zone, .notice) == [])
        let due = run.value.clocks(rulebook: run.rulebook, at: run.now).first?.due
        #expect(due == Office.at("2025-12-02T10:00:00-07:00"))
        var other = Run("support-guidelines", "Critical", at: opened)
        other.act(.priorityChanged, by: "ben", at: "2025-11-18T11:00:00-07:00", priority: "Low")
        #expect(other.wall(zone, .notice) == ["2025-11-18T11:00 notice anna"])
    }

    @Test(
        "S2 50-54: fixed, or a third party's fault, the case is resolved and nothing more is owed"
    )
    func resolved() {
        var run = answered()
        run.act(.resolved, at: "2025-11-18T11:00:00-07:00", reason: "third-party")
        #expect(run.nextDue == nil)
        #expect(run.value.statusReason == "third-party")
    }

    @Test("S2 56: the owner hears on the third day of silence, the fourth resolves (R-37)")
    func silence() {
        var run = answered()
        run.act(
            .statusChanged,
            at: "2025-11-18T11:00:00-07:00",
            status: .pending,
            reason: "customer"
        )
        run.advance(to: "2025-11-22T11:00:00-07:00")
        #expect(
            run.wall(zone, .silence) == [
                "2025-11-21T11:00 reminder anna", "2025-11-22T11:00 notice anna",
            ]
        )
        #expect(run.value.status == .resolved)
        #expect(run.value.statusReason == "silence")
        #expect(run.nextDue == nil)
    }

    @Test("S2 56: any word of the customer starts the four days anew")
    func brokenSilence() {
        var run = answered()
        run.act(
            .statusChanged,
            at: "2025-11-18T11:00:00-07:00",
            status: .pending,
            reason: "customer"
        )
        run.act(.customerWrote, by: nil, at: "2025-11-20T11:00:00-07:00")
        #expect(run.value.status == .inProgress)
        run.act(
            .statusChanged,
            at: "2025-11-20T12:00:00-07:00",
            status: .pending,
            reason: "customer"
        )
        run.advance(to: "2025-11-23T12:00:00-07:00")
        #expect(run.wall(zone, .silence) == ["2025-11-23T12:00 reminder anna"])
        #expect(run.value.status == .pending)
    }

    @Test("S2 58: a customer may reopen: the ladder and the clocks start again")
    func reopened() {
        var run = answered()
        run.act(.resolved, at: "2025-11-18T11:00:00-07:00")
        run.act(.reopened, by: nil, at: "2025-11-20T11:00:00-07:00")
        #expect(run.wall(zone, .page).last == "2025-11-20T11:00 page anna")
        let due = run.value.clocks(rulebook: run.rulebook, at: run.now).first?.due
        #expect(due == Office.at("2025-11-23T11:00:00-07:00"))
    }
}
