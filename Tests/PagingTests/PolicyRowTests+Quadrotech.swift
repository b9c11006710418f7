import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

/// The rows of the second policy that a notifier acts on, by their line numbers in the text.
@Suite("S1 Quadrotech, row by row") struct QuadrotechRows {
    let zone = "Europe/Zurich"
    /// A Tuesday.
    let opened = "2025-11-18T10:00:00+01:00"

    /// Opened, taken and answered in the first ten minutes.
    private func answered(_ priority: String = "High") -> Run {
        var run = Run("quadrotech", priority, at: opened)
        run.act(.acknowledged, at: "2025-11-18T10:05:00+01:00")
        run.act(.responded, at: "2025-11-18T10:10:00+01:00")
        return run
    }

    @Test("S1 5-7: the number stands in every page, reminder and notice to a customer")
    func number() {
        var run = answered()
        run.act(
            .escalated,
            by: nil,
            at: "2025-11-18T11:00:00+01:00",
            reason: "no answer to my mails"
        )
        let asking = run.sent.filter {
            [.page, .reminder].contains($0.notification.kind) || $0.notification.person == nil
        }
        #expect(asking.count > 1)
        for entry in asking { #expect(entry.notification.summary.contains("4711")) }
    }

    @Test("S1 28: pending for the customer pauses the resolution and is quiet, but for the chaser")
    func pendingCustomer() {
        var run = answered()
        run.act(
            .statusChanged,
            at: "2025-11-18T11:00:00+01:00",
            status: .pending,
            reason: "customer"
        )
        run.advance(to: "2025-11-19T12:00:00+01:00")
        let resolution = run.value.clocks(rulebook: run.rulebook, at: run.now).last
        #expect(resolution?.state == .paused)
        #expect(run.wall(zone, .page) == ["2025-11-18T10:00 page anna"])
        #expect(run.wall(zone, .chase) == ["2025-11-19T11:00 reminder anna"])
    }

    @Test(
        "S1 28: pending for a fix keeps the clock running and the pages coming, four times slower"
    )
    func pendingFix() {
        var run = answered()
        run.act(.statusChanged, at: "2025-11-18T11:00:00+01:00", status: .pending, reason: "fix")
        run.advance(to: "2025-11-18T16:00:00+01:00")
        let resolution = run.value.clocks(rulebook: run.rulebook, at: run.now).last
        #expect(resolution?.state == .running)
        // The lease of an hour lasts four.
        #expect(
            run.wall(zone, .page) == ["2025-11-18T10:00 page anna", "2025-11-18T15:00 page anna"]
        )
        var plain = answered()
        plain.advance(to: "2025-11-18T16:00:00+01:00")
        #expect(plain.wall(zone, .page)[1] == "2025-11-18T11:10 page anna")
    }

    @Test("S1 29: on hold needs its end, is quiet until then, and reminds at it")
    func onHold() throws {
        var run = answered()
        var hold = CaseEvent(.statusChanged, at: run.now, by: "anna", way: "cli")
        hold.status = .onHold
        #expect(throws: Refusal.self) {
            try run.value.admit(hold, rulebook: run.rulebook, at: run.now)
        }
        run.act(
            .statusChanged,
            at: "2025-11-18T11:00:00+01:00",
            until: "2025-12-01T09:00:00+01:00",
            status: .onHold
        )
        run.advance(to: "2025-12-01T09:00:00+01:00")
        #expect(run.wall(zone, .reminder) == ["2025-12-01T09:00 reminder anna"])
        #expect(run.wall(zone, .page) == ["2025-11-18T10:00 page anna"])
    }

    @Test("S1 30: resolved stops every clock and page; a reopening resumes (R-17)")
    func resolved() {
        var run = answered()
        run.act(.resolved, at: "2025-11-18T11:00:00+01:00", reason: "future-release")
        #expect(run.nextDue == nil)
        #expect(run.value.statusReason == "future-release")
        run.act(.reopened, at: "2025-11-19T11:00:00+01:00")
        #expect(run.wall(zone, .page).last == "2025-11-19T11:00 page anna")
        let clocks = run.value.clocks(rulebook: run.rulebook, at: run.now)
        #expect(clocks.map(\.state) == [.running, .running])
    }

    @Test("S1 31: three attempts on three business days unanswered, and it may be closed (R-37)")
    func attempts() {
        var run = answered()
        for day in ["18", "19", "20"] {
            run.act(
                .statusChanged,
                at: "2025-11-\(day)T14:00:00+01:00",
                status: .pending,
                reason: "customer"
            )
        }
        run.advance(to: "2025-11-24T14:00:00+01:00")
        #expect(run.wall(zone, .silence) == ["2025-11-21T14:00 notice anna"])
        #expect(run.value.status == .pending)
        var twice = answered()
        for hour in ["14", "15", "16"] {
            twice.act(
                .statusChanged,
                at: "2025-11-18T\(hour):00:00+01:00",
                status: .pending,
                reason: "customer"
            )
        }
        twice.advance(to: "2025-11-28T16:00:00+01:00")
        #expect(twice.wall(zone, .silence) == [])
        #expect(twice.wall(zone, .chase).count == 8)
    }

    @Test("S1 33-35: a case that came without a severity is asked about after an hour of the desk")
    func triage() {
        var run = Run("quadrotech", "Medium", at: "2025-11-18T16:30:00+01:00", isDefault: true)
        run.advance(to: "2025-11-19T09:30:00+01:00")
        #expect(run.wall(zone, .triage) == ["2025-11-19T09:30 reminder anna"])
        run.act(.priorityChanged, at: "2025-11-19T09:40:00+01:00", priority: "Medium")
        #expect(!run.value.isUnassessed)
        run.advance(to: "2025-11-21T09:30:00+01:00")
        #expect(run.wall(zone, .triage).count == 1)
    }

    @Test("S1 40: High outside business hours waits for the next opening")
    func highAtNight() {
        var run = Run("quadrotech", "High", at: "2025-11-21T20:00:00+01:00")
        run.advance(to: "2025-11-24T09:00:00+01:00")
        #expect(run.wall(zone, .page) == ["2025-11-24T09:00 page anna"])
    }

    @Test("S1 47-64: both targets are goals: leadership is paged, nothing is called a breach")
    func goals() {
        var run = Run("quadrotech", "High", at: opened)
        run.advance(to: "2025-11-19T11:00:00+01:00")
        #expect(run.wall(zone, .breach) == [])
        #expect(run.wall(zone, .warning).contains("2025-11-19T10:00 warning lena"))
    }

    @Test(
        "S1 66: raised by hand, as system critical or too complex, leadership is paged at any hour"
    )
    func byHand() {
        var run = Run("quadrotech", "High", at: "2025-11-21T20:00:00+01:00")
        run.act(.escalated, at: "2025-11-21T23:00:00+01:00", reason: "system critical")
        #expect(run.wall(zone, .page) == ["2025-11-21T23:00 page lena"])
        #expect(run.sent[0].notification.summary == "ANNA escalated case 4711: system critical.")
    }

    @Test("S1 68: the whole resolution target gone, leadership is paged by the policy itself")
    func overdue() {
        var run = answered()
        for day in ["18", "19", "20", "21", "24", "25"] {
            for hour in 11...16 {
                let at = "2025-11-\(day)T\(hour):00:00+01:00"
                if Office.at(at) < Office.at("2025-11-25T10:00:00+01:00") {
                    run.act(.noted, at: at, text: "on it")
                }
            }
        }
        run.advance(to: "2025-11-25T10:00:00+01:00")
        let page = run.sent.first { $0.notification.event == .escalated }
        #expect(page?.notification.person == "lena")
        #expect(
            page?.notification.summary.hasPrefix(
                "Case 4711 is escalated: the resolution target of 5 business days has passed."
            ) == true
        )
        #expect(page?.at == Office.at("2025-11-25T10:00:00+01:00"))
    }

    @Test("S1 68, 70: an escalation by the customer pages the director at once, with its reason")
    func director() throws {
        var run = answered()
        let empty = CaseEvent(.escalated, at: run.now, way: "mail")
        #expect(throws: Refusal.self) {
            try run.value.admit(empty, rulebook: run.rulebook, at: run.now)
        }
        run.act(.escalated, by: nil, at: "2025-11-18T10:30:00+01:00", reason: "a week without help")
        let page = run.sent.last { $0.notification.kind == .page }?.notification
        #expect(page?.person == "lena")
        #expect(page?.summary == "Case 4711 is escalated: a week without help. ANNA has it.")
    }
}
