import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("What is told keeps the hours in which somebody is in, in the reader's own time")
struct HoursTests {
    let zone = "America/Denver"

    @Test("R-27: shares of a goal that pass over a weekend are one warning on Monday at eight")
    func weekend() {
        // A Friday; the goal of 24 h runs out on Saturday.
        var run = Run("support-guidelines", "Critical", at: "2025-11-21T12:00:00-07:00")
        run.advance(to: "2025-11-24T07:59:59-07:00")
        let friday = run.wall(zone, .warning)
        #expect(friday == ["2025-11-21T16:00 warning anna", "2025-11-21T16:00 warning lena"])
        run.advance(to: "2025-11-24T08:00:00-07:00")
        let monday = run.wall(zone, .warning).dropFirst(friday.count)
        #expect(!monday.isEmpty)
        #expect(monday.allSatisfy { $0.hasPrefix("2025-11-24T08:00 warning ") })
        let told = run.log.filter { $0.name == .warned }
        #expect(told.count == 1)
        #expect(told.first?.text?.hasSuffix("(collapsed: 50, 75, 90 %)") == true)
        let breach = run.log.first { $0.name == .breached }
        #expect(breach?.at == Office.at("2025-11-22T12:00:01-07:00"))
    }

    @Test("A share that passes while somebody is in is told at once")
    func inHours() {
        // Four business hours from Tuesday 8:00 in Los Angeles: half of them are over at 10:00.
        var run = Run("quik", "P2", at: "2025-11-18T08:00:00-08:00")
        run.advance(to: "2025-11-18T10:00:00-08:00")
        #expect(
            run.wall("America/Los_Angeles", .warning).allSatisfy {
                $0.hasPrefix("2025-11-18T10:00 warning ")
            }
        )
        #expect(!run.wall("America/Los_Angeles", .warning).isEmpty)
    }

    @Test("An absence that ends at night makes no warning at night")
    func lateAtNight() {
        var run = Run("support-guidelines", "Critical", at: "2025-11-21T12:00:00-07:00")
        run.act(at: Office.at("2025-11-22T03:00:00-07:00"))
        #expect(run.wall(zone, .warning) == [])
        run.advance(to: "2025-11-24T08:00:00-07:00")
        #expect(run.wall(zone, .warning).allSatisfy { $0.hasPrefix("2025-11-24T08:00 ") })
        #expect(run.wall(zone, .unstaffedResponse) == [])
    }

    @Test("R-12: where nobody is in before the due, Monday's warning stands for the announcement")
    func nobodyInBefore() {
        var run = Run("support-guidelines", "Critical", at: "2025-11-22T12:00:00-07:00")
        run.advance(to: "2025-11-24T08:00:00-07:00")
        #expect(run.wall(zone, .unstaffedResponse) == [])
        let warnings = run.wall(zone, .warning)
        #expect(!warnings.isEmpty)
        #expect(warnings.allSatisfy { $0.hasPrefix("2025-11-24T08:00 warning ") })
    }

    @Test("An acknowledgement that ends while nobody is in is not announced at night")
    func lease() {
        var run = Run("support-guidelines", "Critical", at: "2025-11-21T16:50:00-07:00")
        run.act(.acknowledged, at: "2025-11-21T16:55:00-07:00")
        run.advance(to: "2025-11-24T07:59:59-07:00")
        let silent = run.wall(zone).filter { $0 > "2025-11-21T17:00" }
        #expect(silent == [])
    }

    @Test("The end of a hold is told in the reader's own time")
    func holdEnd() throws {
        var run = Run(Office.value(at: Office.at("2025-11-18T18:00:00Z")), rulebook: abroad())
        let hold = Office.at("2025-11-18T20:00:00Z")
        run.act(
            CaseEvent(.acknowledged, at: run.now, by: "anna", way: "cli"),
            at: run.now.adding(seconds: 60)
        )
        run.act(
            CaseEvent(
                .statusChanged,
                at: run.now,
                by: "anna",
                way: "cli",
                until: hold,
                status: .onHold
            ),
            at: run.now.adding(seconds: 60)
        )
        run.advance(to: hold)
        let told = try #require(run.sent.last { $0.notification.event == .holdEnded })
        #expect(
            told.notification.summary == "The hold on case 4711 ended at"
                + " Tue 2025-11-18 13:00 MST (-0700); its clocks run again."
        )
        #expect(told.notification.why.hasPrefix("quik P1, the hold agreed with the customer is"))
    }

    /// The office, with everybody in Denver while the desk is in Los Angeles.
    private func abroad() -> Rulebook {
        let office = Office.rulebook()
        return Rulebook(
            people: office.people.mapValues { person in
                var person = person
                person.zone = Office.zone("America/Denver")
                return person
            },
            rotations: office.rotations,
            calendars: office.calendars,
            ladders: office.ladders,
            policies: office.policies,
            hash: "0123456789abcdef",
            zoneDataVersion: "none"
        )
    }

    @Test("The end of a ladder says which, not a number that a planned case has not got")
    func exhausted() {
        let friday = Office.at("2025-11-21T22:30:00Z")
        var value = Office.value("P2", at: friday)
        value.number = 0
        let plan = Plan(
            value,
            from: friday,
            until: friday.adding(seconds: 7 * 86_400),
            rulebook: Office.rulebook()
        )
        let end = plan.steps.last { $0.why.contains("exhausted") }
        #expect(end?.why.contains(" is exhausted (") == true)
        #expect(plan.steps.allSatisfy { !$0.why.contains("case 0") })
    }

    @Test("Every message keeps the short hash of the rulebook that decided it")
    func rulebook() {
        let run = Run(Office.value(at: Office.at("2025-11-18T18:00:00Z")), rulebook: abroad())
        #expect(!run.sent.isEmpty)
        #expect(run.sent.allSatisfy { $0.notification.rulebook == "0123456789ab" })
    }
}
