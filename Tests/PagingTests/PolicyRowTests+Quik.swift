import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

/// The rows of the first policy that a notifier acts on, by their line numbers in the text.
@Suite("S0 Quik!, row by row") struct QuikRows {
    let zone = "America/Los_Angeles"
    let saturday = "2025-11-22T20:00:00-08:00"

    @Test("S0 3, 5: a case from before the policy's first day is held to the strictest one (R-40)")
    func effective() {
        var run = Run("quik", "P1", at: "2025-10-31T12:00:00-07:00")
        run.advance(to: "2025-10-31T12:00:00-07:00")
        #expect(run.value.clocks(rulebook: run.rulebook, at: run.now).first?.target == "15 min")
        #expect(run.wall(zone, .notice) == ["2025-10-31T12:00 notice lena"])
        #expect(run.wall(zone, .page).count == 2)
        let later = Run("quik", "P1", at: "2025-11-01T00:00:00-07:00")
        #expect(later.value.clocks(rulebook: later.rulebook, at: later.now).first?.target == "1 h")
    }

    @Test("S0 11-14: outside 07:00 to 15:00 Pacific and on holidays a P3 waits for the desk")
    func businessDays() {
        var run = Run("quik", "P3", at: "2025-11-26T16:00:00-08:00")
        run.advance(to: "2025-11-28T08:00:00-08:00")
        #expect(
            run.wall(zone, .page) == ["2025-11-28T07:00 page anna", "2025-11-28T08:00 page ben"]
        )
    }

    @Test("S0 16-17: a P1 pages at any hour, and customers are shown the emergency number")
    func emergency() {
        var run = Run("quik", "P1", at: saturday)
        run.advance(to: "2025-11-22T20:45:00-08:00")
        #expect(run.wall(zone, .page).first == "2025-11-22T20:00 page anna")
        let words = run.sent.last { $0.notification.person == nil }?.notification.summary
        #expect(words?.contains("emergency phone: 877-456-7845 ext. 987") == true)
    }

    @Test("S0 17: the page of a P1 that came by web says that nobody phoned")
    func notPhoned() {
        let run = Run("quik", "P1", at: saturday, channel: "web")
        #expect(run.sent[0].notification.summary.contains("came by web and was not phoned"))
        let phoned = Run("quik", "P1", at: saturday, channel: "phone")
        #expect(!phoned.sent[0].notification.summary.contains("not phoned"))
    }

    @Test("S0 23: a case registered late is as late as its opening says")
    func registration() {
        let value = Run("quik", "P1", at: saturday).value
        var late = Case(
            id: "late",
            number: 1,
            policy: "quik",
            priority: "P1",
            customer: "Northwind",
            title: "x",
            openedAt: value.openedAt
        )
        let now = value.openedAt.adding(seconds: 20 * 60)
        let opened = CaseEvent(.opened, at: late.openedAt, way: "test")
        let decision = late.decision(after: [opened], rulebook: Shipped.rulebook(), at: now)
        late = decision.value
        #expect(decision.notifications.map(\.person) == ["ben"])
        #expect(decision.notifications.first?.page?.steps == [1, 2, 3])
    }

    @Test("S0 25-27: neither an acknowledgement nor a note is the response; an answer is (R-19)")
    func response() {
        var run = Run("quik", "P1", at: saturday)
        run.act(.acknowledged, at: "2025-11-22T20:05:00-08:00")
        run.act(.noted, at: "2025-11-22T20:06:00-08:00", text: "looking")
        #expect(run.value.clocks(rulebook: run.rulebook, at: run.now)[0].state == .running)
        run.act(.responded, at: "2025-11-22T20:07:00-08:00")
        #expect(run.value.clocks(rulebook: run.rulebook, at: run.now)[0].state == .met)
    }

    @Test("S0 38-39: a P1 owes an update every 2 h, day and night, from the first answer on")
    func updates() {
        var run = Run("quik", "P1", at: saturday)
        run.act(.acknowledged, at: "2025-11-22T20:05:00-08:00")
        run.act(.responded, at: "2025-11-22T20:10:00-08:00")
        run.act(.noted, at: "2025-11-22T21:00:00-08:00", text: "x")
        run.advance(to: "2025-11-22T22:11:00-08:00")
        #expect(
            run.wall(zone, .reminder) == [
                "2025-11-22T22:00 reminder anna", "2025-11-22T22:10 reminder anna",
            ]
        )
    }

    @Test("S0 46: a P2 owes an update a business day later, at the same time of day")
    func daily() {
        var run = Run("quik", "P2", at: "2025-11-21T09:00:00-08:00")
        run.act(.responded, at: "2025-11-21T10:00:00-08:00")
        run.advance(to: "2025-11-24T10:00:00-08:00")
        #expect(
            run.wall(zone, .reminder) == [
                "2025-11-24T09:50 reminder anna", "2025-11-24T10:00 reminder anna",
            ]
        )
    }

    @Test("S0 47, 63: 24 h are a goal: it warns, says so, and never speaks of a breach (R-35)")
    func goal() {
        var run = Run("quik", "P2", at: "2025-11-18T09:00:00-08:00")
        run.act(.acknowledged, at: "2025-11-18T09:05:00-08:00")
        run.act(.responded, at: "2025-11-18T09:10:00-08:00")
        run.advance(to: "2025-11-19T09:01:00-08:00")
        #expect(run.wall(zone, .breach) == [])
        let last = run.sent.last { $0.notification.kind == .warning }?.notification
        #expect(last?.summary.contains("resolution promise (a goal) of 24 h ran out") == true)
    }

    @Test("S0 47: a P2 due on Saturday is announced before the desk closes on Friday (R-12)")
    func unstaffed() {
        var run = Run("quik", "P2", at: "2025-11-21T10:00:00-08:00")
        run.act(.acknowledged, at: "2025-11-21T10:05:00-08:00")
        run.act(.responded, at: "2025-11-21T10:10:00-08:00")
        run.advance(to: "2025-11-21T14:59:00-08:00")
        #expect(
            run.wall(zone, .unstaffedResolution) == [
                "2025-11-21T14:00 warning anna", "2025-11-21T14:00 warning lena",
            ]
        )
        let late = Run("quik", "P2", at: "2025-11-21T14:30:00-08:00")
        #expect(late.wall(zone, .unstaffedResolution).first == "2025-11-21T14:30 warning anna")
    }

    @Test("S0 53: a P3 owes its weekly update; S0 60: a P4 owes none")
    func weekly() {
        var run = Run("quik", "P3", at: "2025-11-18T09:00:00-08:00")
        run.act(.responded, at: "2025-11-18T10:00:00-08:00")
        run.advance(to: "2025-11-25T10:00:00-08:00")
        #expect(run.wall(zone, .reminder).last == "2025-11-25T10:00 reminder anna")
        var low = Run("quik", "P4", at: "2025-11-18T09:00:00-08:00")
        low.act(.responded, at: "2025-11-18T10:00:00-08:00")
        low.advance(to: "2026-01-18T10:00:00-08:00")
        #expect(low.wall(zone, .reminder) == [])
    }

    @Test(
        "S0 54, 61: linking a release binds the resolution to it, and its end is a warning (R-25)"
    )
    func release() {
        var run = Run("quik", "P4", at: "2025-11-18T09:00:00-08:00")
        run.act(.acknowledged, at: "2025-11-18T09:30:00-08:00")
        run.act(.responded, at: "2025-11-18T10:00:00-08:00")
        run.act(
            .linkedRelease,
            at: "2025-11-18T11:00:00-08:00",
            until: "2025-12-09T09:00:00-08:00"
        )
        run.advance(to: "2025-12-09T09:00:00-08:00")
        #expect(run.wall(zone, .warning).contains("2025-12-09T09:00 warning anna"))
    }

    @Test("S0 40: when the owner's shift ends both are paged until one of them has the case")
    func ownership() {
        // The week passes on from anna to dana on Monday at 09:00.
        var run = Run(
            "quik",
            "P1",
            at: "2025-11-24T08:00:00-08:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        #expect(run.wall(zone, .page) == ["2025-11-24T08:00 page anna"])
        run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
        run.act(.responded, at: "2025-11-24T08:50:00-08:00")
        run.advance(to: "2025-11-24T09:10:00-08:00")
        #expect(
            run.wall(zone, .handoff) == [
                "2025-11-24T08:30 notice anna", "2025-11-24T08:30 notice dana",
            ]
        )
        #expect(
            run.wall(zone, .handover) == [
                "2025-11-24T09:00 page dana", "2025-11-24T09:00 page anna",
                "2025-11-24T09:10 page dana", "2025-11-24T09:10 page anna",
            ]
        )
        run.act(.acknowledged, by: "dana", at: "2025-11-24T09:12:00-08:00")
        #expect(run.value.owner == "dana")
        #expect(run.wall(zone, .notice).last == "2025-11-24T09:12 notice anna")
        run.advance(to: "2025-11-24T09:40:00-08:00")
        #expect(run.wall(zone, .handover).count == 4)
    }

    @Test("S0 40: an owner off shift who falls silent is not asked alone")
    func silentOwner() {
        var run = Run(
            "quik",
            "P1",
            at: "2025-11-24T08:00:00-08:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
        run.act(.responded, at: "2025-11-24T08:06:00-08:00")
        run.advance(to: "2025-11-24T09:06:00-08:00")
        #expect(
            run.wall(zone, .page).suffix(2) == [
                "2025-11-24T09:06 page anna", "2025-11-24T09:06 page dana",
            ]
        )
    }

    @Test("S0 40: whoever the handover pages may acknowledge, a bystander may not")
    func handoverConflict() throws {
        var run = Run(
            "quik",
            "P1",
            at: "2025-11-24T08:00:00-08:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
        run.act(.responded, at: "2025-11-24T08:10:00-08:00")
        let dana = CaseEvent(.acknowledged, at: run.now, by: "dana", way: "cli")
        #expect(throws: Refusal.self) {
            try run.value.admit(dana, rulebook: run.rulebook, at: run.now)
        }
        run.advance(to: "2025-11-24T09:00:00-08:00")
        try run.value.admit(dana, rulebook: run.rulebook, at: run.now)
        let ben = CaseEvent(.acknowledged, at: run.now, by: "ben", way: "cli")
        #expect(throws: Refusal.self) {
            try run.value.admit(ben, rulebook: run.rulebook, at: run.now)
        }
        // The owner may keep it: that is no repeat any more.
        let anna = CaseEvent(.acknowledged, at: run.now, by: "anna", way: "cli")
        #expect(!run.value.isRepeat(anna))
    }

    @Test("S0 73: planned maintenance reminds at 7 days, warns at 48 h and is in breach past 24 h")
    func maintenance() {
        var run = Run("quik", "P4", at: "2025-12-01T09:00:00-08:00", tags: ["maintenance"])
        run.act(
            .linkedRelease,
            at: "2025-12-01T09:01:00-08:00",
            until: "2025-12-20T22:00:00-08:00"
        )
        run.advance(to: "2025-12-21T00:00:00-08:00")
        #expect(
            run.wall(zone) == [
                "2025-12-13T22:00 reminder anna", "2025-12-18T22:00 warning anna",
                "2025-12-18T22:00 warning lena", "2025-12-19T22:00:01 breach anna",
                "2025-12-19T22:00:01 breach lena",
            ]
        )
        #expect(run.value.clocks(rulebook: run.rulebook, at: run.now).isEmpty)
    }

    @Test("S0 73: a notice that is recorded ends the reminders of a planned window")
    func maintenanceNoticed() {
        var run = Run("quik", "P4", at: "2025-12-01T09:00:00-08:00", tags: ["maintenance"])
        run.act(
            .linkedRelease,
            at: "2025-12-01T09:01:00-08:00",
            until: "2025-12-20T22:00:00-08:00"
        )
        run.act(.updated, at: "2025-12-14T09:00:00-08:00", text: "posted on the status page")
        run.advance(to: "2025-12-21T00:00:00-08:00")
        #expect(run.wall(zone) == ["2025-12-13T22:00 reminder anna"])
    }

    @Test("S0 75: emergency maintenance owes no notice")
    func emergencyMaintenance() {
        var run = Run(
            "quik",
            "P4",
            at: "2025-12-01T09:00:00-08:00",
            tags: ["maintenance", "emergency"]
        )
        run.act(
            .linkedRelease,
            at: "2025-12-01T09:01:00-08:00",
            until: "2025-12-01T22:00:00-08:00"
        )
        run.advance(to: "2025-12-03T00:00:00-08:00")
        #expect(run.sent.isEmpty)
    }

    @Test("S0 77-81: a customer's address that bounced is told as stale, once")
    func staleContact() {
        var run = Run("quik", "P1", at: saturday)
        run.act(.acknowledged, at: "2025-11-22T20:05:00-08:00")
        for minute in ["10", "12"] {
            run.act(
                .undelivered,
                by: nil,
                at: "2025-11-22T20:\(minute):00-08:00",
                reason: "it@northwind.example"
            )
        }
        let told = run.sent.filter { $0.notification.summary.hasPrefix("Contact stale") }
        #expect(told.map(\.notification.person) == ["anna", "lena"])
    }

    @Test("S0 91-93: leadership is paged, and the customer told once for each escalation (R-36)")
    func escalation() {
        var run = Run("quik", "P1", at: saturday)
        run.advance(to: "2025-11-22T21:30:00-08:00")
        #expect(run.wall(zone, .page).contains("2025-11-22T20:45 page lena"))
        #expect(
            run.toCustomers == [
                "Your case 4711 (checkout returns 502) has been escalated to our support"
                    + " leadership."
            ]
        )
        var byHand = Run("quik", "P1", at: saturday)
        byHand.act(.escalated, at: "2025-11-22T20:10:00-08:00", reason: "data is lost")
        byHand.advance(to: "2025-11-22T21:30:00-08:00")
        #expect(byHand.toCustomers.count == 1)
    }
}
