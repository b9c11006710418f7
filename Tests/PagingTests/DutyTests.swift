import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("What is owed beside pages, and its words") struct DutyTests {
    let opened = "2025-11-18T10:00:00-07:00"

    private func answered(_ policy: String, _ priority: String) -> Run {
        var run = Run(policy, priority, at: opened)
        run.act(.acknowledged, at: "2025-11-18T10:05:00-07:00")
        run.act(.responded, at: "2025-11-18T10:10:00-07:00")
        return run
    }

    @Test("A reminder for an estimate says how to record one, and the follow-up what it was")
    func estimates() {
        var run = answered("support-guidelines", "High")
        run.advance(to: "2025-11-18T10:20:00-07:00")
        #expect(
            run.words(of: .estimate) == [
                "The customer of case 4711 was answered without an estimate of when it will be"
                    + " resolved. Give one and record it (the event estimate_given, with its time)."
            ]
        )
        run.act(
            .estimateGiven,
            at: "2025-11-18T10:30:00-07:00",
            until: "2025-11-18T12:00:00-07:00"
        )
        run.advance(to: "2025-11-18T12:00:00-07:00")
        #expect(
            run.words(of: .followUp) == [
                "The estimate given for case 4711 was Tue 2025-11-18 11:00 PST (-0800)."
                    + " Tell the customer how things stand, or give a new one:"
                    + " tocsin update 4711 --text \"…\""
            ]
        )
    }

    @Test("A case without a silence rule that waits for its customer is asked about each day")
    func neverForgotten() {
        let rotations = [
            Office.rotation("primary", ["anna"]), Office.rotation("secondary", ["ben"]),
            Office.rotation("leadership", ["lena"]),
        ]
        // Tuesday at ten in Los Angeles.
        let at = Office.at("2025-11-18T10:00:00-08:00")
        var run = Run(Office.value("P2", at: at), rulebook: Office.rulebook(rotations: rotations))
        run.act(CaseEvent(.responded, at: at, by: "ben", way: "cli"), at: at)
        var wait = CaseEvent(.statusChanged, at: at, by: "ben", way: "cli")
        (wait.status, wait.reason) = (.pending, "customer")
        run.act(wait, at: at)
        #expect(run.value.owner == nil)
        run.advance(to: Office.at("2025-11-24T12:00:00-08:00"))
        #expect(
            run.wall("America/Los_Angeles", .chase) == [
                "2025-11-19T10:00 reminder anna", "2025-11-20T10:00 reminder anna",
                "2025-11-21T10:00 reminder anna", "2025-11-24T10:00 reminder anna",
            ]
        )
        #expect(run.nextDue != nil)
    }

    @Test("A case that was answered and that nobody has is told an hour later, then each day")
    func unowned() {
        var run = Run("esq", "2", at: opened)
        run.act(.responded, at: "2025-11-18T10:10:00-07:00")
        #expect(run.value.owner == nil)
        run.advance(to: "2025-11-20T12:00:00-07:00")
        let days = [18, 19, 20].map { "2025-11-\($0)T11:10 reminder anna" }
        #expect(run.wall("America/Denver", .unowned) == days)
        #expect(
            run.words(of: .unowned).first
                == "Case 4711 was answered and nobody has it since the last word at Tue 2025-11-18"
                + " 09:10 PST (-0800): take it with tocsin ack 4711, or say how it ended:"
                + " tocsin resolve 4711"
        )
        run.act(.acknowledged, at: "2025-11-20T12:10:00-07:00")
        run.advance(to: "2025-11-22T12:00:00-07:00")
        #expect(run.wall("America/Denver", .unowned) == days)
        // Where updates are owed, their reminders say as much.
        var updated = Run("quik", "P1", at: opened)
        updated.act(.responded, at: "2025-11-18T10:10:00-07:00")
        updated.advance(to: "2025-11-20T12:00:00-07:00")
        #expect(updated.words(of: .unowned).isEmpty)
        #expect(updated.nextDue != nil)
    }

    @Test("A case that was said to be closable is asked about until somebody closes it")
    func stillOpen() {
        var run = answered("quadrotech", "High")
        for day in [18, 19, 20] {
            let at = "2025-11-\(day)T11:00:00-07:00"
            run.act(.statusChanged, at: at, status: .pending, reason: "customer")
        }
        run.advance(to: "2025-11-26T12:00:00-07:00")
        #expect(run.words(of: .silence).count == 1)
        #expect(run.wall("America/Denver", .silence) == ["2025-11-24T01:00 notice anna"])
        #expect(
            run.wall("America/Denver", .chase).suffix(2) == [
                "2025-11-25T01:00 reminder anna", "2025-11-26T01:00 reminder anna",
            ]
        )
        #expect(
            run.words(of: .chase).last?
                .hasPrefix("Case 4711 waits for its customer since Thu 2025-11-20") == true
        )
    }

    @Test("A silent customer's owner is told since when, and what becomes of the case")
    func silence() {
        var run = answered("support-guidelines", "High")
        run.act(
            .statusChanged,
            at: "2025-11-18T11:00:00-07:00",
            status: .pending,
            reason: "customer"
        )
        run.advance(to: "2025-11-22T11:00:00-07:00")
        let since =
            "The customer of case 4711 has not answered since Tue 2025-11-18 10:00 PST (-0800)"
        #expect(
            run.words(of: .silence) == [
                "\(since). It is resolved a day from now; ask once more.",
                "\(since): it is resolved, and may be reopened: tocsin reopen 4711",
            ]
        )
    }

    @Test("A chaser, a triage and a diagnosis reminder say what to do")
    func reminders() {
        var chased = answered("quadrotech", "High")
        chased.act(
            .statusChanged,
            at: "2025-11-18T11:00:00-07:00",
            status: .pending,
            reason: "customer"
        )
        chased.advance(to: "2025-11-20T11:00:00-07:00")
        #expect(
            chased.words(of: .chase).first
                == "Case 4711 waits for its customer since Tue 2025-11-18 10:00 PST (-0800)."
                + " Ask again and record it: tocsin status 4711 pending --reason customer"
        )
        var mailed = Run("esq", "3", at: opened, channel: "mail", isDefault: true)
        mailed.advance(to: "2025-11-19T17:00:00-07:00")
        #expect(
            mailed.words(of: .triage) == [
                "Nobody has chosen the priority of case 4711, which stands at 3 because it came"
                    + " without one: tocsin priority 4711 PRIORITY"
            ]
        )
        #expect(
            mailed.words(of: .diagnosis) == [
                "The resolution clock of case 4711 has not started: it waits until the problem is"
                    + " reproducible or its defect identified. Record that (the event diagnosed),"
                    + " or note why it cannot be decided."
            ]
        )
    }

    @Test("The end of a range and an internal objective are told as what they are")
    func objectives() {
        var low = answered("user-support", "Low")
        low.advance(to: "2025-11-20T18:00:00Z")
        #expect(
            low.words(of: .bestBy) == [
                "The early end of the range for the resolution of case 4711 (2-3 business days)"
                    + " is reached."
            ]
        )
        var high = Run("user-support", "High", at: "2025-11-18T08:59:00Z")
        high.advance(to: "2025-11-18T10:00:00Z")
        #expect(
            high.words(of: .objective) == [
                "The internal objective for the response to case 4711 is reached; the promise"
                    + " itself runs out at Tue 2025-11-18 04:59 PST (-0800)."
            ]
        )
    }

    @Test("Maintenance says when it starts, or that nobody knows")
    func maintenance() {
        var run = Run("quik", "P4", at: "2025-12-01T09:00:00-08:00", tags: ["maintenance"])
        run.advance(to: "2025-12-01T09:10:00-08:00")
        #expect(
            run.words(of: .maintenance) == [
                "Maintenance 4711 has no start: record it (the event linked_release, with its"
                    + " time), or nobody can be reminded to tell customers."
            ]
        )
        run.act(
            .linkedRelease,
            at: "2025-12-01T09:20:00-08:00",
            until: "2025-12-02T22:00:00-08:00"
        )
        run.advance(to: "2025-12-02T00:00:00-08:00")
        let start =
            "Maintenance 4711 (checkout returns 502) starts at Tue 2025-12-02 22:00 PST (-0800)"
        #expect(
            run.words(of: .maintenance).dropFirst() == [
                "\(start) and customers have not been told. Post the notice, then record it:"
                    + " tocsin update 4711 --text \"…\"",
                "\(start) and no notice to customers is recorded; 24 h were promised.",
            ]
        )
    }

    @Test(
        "A handoff notice names both, the dues and the last update; a tier's page who has the case"
    )
    func shifts() {
        var run = Run(
            "quik",
            "P1",
            at: "2025-11-24T08:00:00-08:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
        run.act(.updated, at: "2025-11-24T08:10:00-08:00", text: "we see it too")
        run.act(.responded, at: "2025-11-24T08:20:00-08:00")
        run.act(.noted, at: "2025-11-24T08:50:00-08:00", text: "x")
        run.advance(to: "2025-11-24T09:00:00-08:00")
        #expect(
            run.words(of: .handoff) == [
                "The shift of ANNA, who has case 4711 (checkout returns 502), ends at Mon"
                    + " 2025-11-24 09:00 PST (-0800); next is DANA. Its clocks: update due"
                    + " Mon 2025-11-24 10:20 PST (-0800). Last update at Mon 2025-11-24 08:10 PST"
                    + " (-0800): \"we see it too\". Hand it over:"
                    + " tocsin reassign 4711 --to PERSON"
            ]
        )
        #expect(
            run.words(of: .handover) == [
                "The shift of ANNA ended at Mon 2025-11-24 09:00 PST (-0800) and case 4711 is"
                    + " promised continuous effort: acknowledge it to have it."
            ]
        )
        var tiers = answered("user-support", "High")
        tiers.advance(to: "2025-11-18T11:10:00-07:00")
        #expect(
            tiers.words(of: .tier) == [
                "Case 4711 has made no progress since Tue 2025-11-18 09:10 PST (-0800) and comes to"
                    + " tier 2 (support-secondary). ANNA has it: talk, or acknowledge it to take it"
                    + " over."
            ]
        )
    }

    @Test("Without an owner's handoff a case of urgency page is told to both; a notice is not")
    func plainHandoff() {
        func run(_ priority: String) -> Run {
            var run = Run(
                "quik",
                priority,
                at: "2025-11-24T08:00:00-08:00",
                people: ["support-primary": ["dana", "anna"]]
            )
            run.act(.acknowledged, at: "2025-11-24T08:05:00-08:00")
            run.act(.noted, at: "2025-11-24T08:40:00-08:00", text: "x")
            run.advance(to: "2025-11-24T09:00:00-08:00")
            return run
        }
        #expect(
            run("P2").wall("America/Los_Angeles", .handoff) == [
                "2025-11-24T08:30 notice anna", "2025-11-24T08:30 notice dana",
                "2025-11-24T09:00 notice anna", "2025-11-24T09:00 notice dana",
            ]
        )
        #expect(run("P3").wall("America/Los_Angeles", .handoff) == [])
    }

    @Test("After an absence a series sends its latest message only")
    func absence() {
        var run = answered("support-guidelines", "High")
        run.act(at: Office.at("2025-11-25T12:00:00-07:00"))
        #expect(run.wall("America/Denver", .estimate) == ["2025-11-25T12:00 reminder anna"])
        run.advance(to: "2025-11-26T10:20:00-07:00")
        #expect(run.wall("America/Denver", .estimate).last == "2025-11-26T10:20 reminder anna")
    }

    @Test(
        "A page to take a case over is wanted until someone does, others while nobody has it"
    )
    func wanted() {
        var run = answered("quik", "P1")
        let ladder = run.sent[0].notification
        #expect(!run.value.wants(ladder))
        run.act(.escalated, by: "ben", at: "2025-11-18T10:30:00-07:00", reason: "x")
        let escalation = run.sent.last { $0.notification.kind == .page }?.notification
        #expect(escalation.map { run.value.wants($0) } == true)
        run.act(.acknowledged, by: "lena", at: "2025-11-18T10:31:00-07:00")
        #expect(escalation.map { run.value.wants($0) } == false)
        #expect(run.value.owner == "lena")
    }

    @Test("Once the customer was answered the ladder's pages are not wanted, an escalation's are")
    func wantedAfterAnAnswer() throws {
        var run = Run("quik", "P1", at: opened)
        let ladder = try #require(run.sent.first { $0.notification.kind == .page }).notification
        #expect(run.value.wants(ladder))
        run.act(.responded, at: "2025-11-18T10:10:00-07:00")
        #expect(run.value.acknowledgement == nil)
        #expect(!run.value.wants(ladder))
        run.act(.escalated, by: "ben", at: "2025-11-18T10:30:00-07:00", reason: "x")
        let escalation = try #require(run.sent.last { $0.notification.kind == .page }).notification
        #expect(run.value.wants(escalation))
    }

    @Test("Every message of a series is a notification of its own")
    func keys() {
        var run = answered("esq", "1")
        run.advance(to: "2025-11-25T10:00:00-07:00")
        let keys = run.sent.map { $0.notification.key(caseID: "case") }
        #expect(keys.count > 100)
        #expect(Set(keys).count == keys.count)
    }
}
