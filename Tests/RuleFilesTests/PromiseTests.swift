import Clocks
import Paging
import Testing

@testable import RuleFiles

/// The words of a promise, each as the type it becomes.
@Suite struct PromiseTests {
    struct Row: Sendable, CustomStringConvertible {
        var text: String
        var target: Target?
        var bestBy: Target?
        var description: String { text }
    }

    static let rows = [
        Row(text: "15 min", target: .elapsed(seconds: 900)),
        Row(text: "90 s", target: .elapsed(seconds: 90)),
        Row(text: "24 h", target: .elapsed(seconds: 86_400)),
        Row(text: "4 business hours", target: .open(seconds: 14_400)),
        Row(text: "1 business day", target: .businessDays(1, endOfDay: false)),
        Row(
            text: "2-3 business days",
            target: .businessDays(3, endOfDay: false),
            bestBy: .businessDays(2, endOfDay: false)
        ),
        Row(text: "3 days", target: .days(3)),
        Row(text: "2 weeks", target: .days(14)),
        Row(
            text: "{within: 1 business day, end_of_day: true}",
            target: .businessDays(1, endOfDay: true)
        ),
        Row(
            text: "{in_hours: 1 h, outside: 4 h}",
            target: .split(inHoursSeconds: 3_600, outsideSeconds: 14_400)
        ),
        Row(text: "{within: 3 days, best_by: 2 days}", target: .days(3), bestBy: .days(2)),
        Row(text: "{by: next maintenance window}", target: nil),
    ]

    @Test("A promise's words become its target", arguments: rows)
    func target(_ row: Row) throws {
        let priority = try priority("resolution: \(row.text)")
        #expect(priority.promises.resolution?.target == row.target)
        #expect(priority.promises.resolution?.bestBy == row.bestBy)
        #expect(priority.promises.resolution?.calendar.id == "desk")
    }

    @Test("Continuous effort is the ownership clock, and a goal may stand beside it")
    func ownership() throws {
        let plain = try priority("resolution: continuous effort")
        #expect(plain.promises.ownership && plain.promises.resolution == nil)
        let both = try priority(
            "resolution: {within: 48 h, starts_on: diagnosed, kind: goal}\n"
                + "        ownership: continuous effort"
        )
        #expect(both.promises.ownership)
        #expect(both.promises.resolution?.startsOn == .diagnosed)
        #expect(both.promises.resolution?.kind == .goal)
    }

    @Test("A cadence has its conditions, and none where it is as needed")
    func cadence() throws {
        #expect(try priority("update: as needed").promises.update == nil)
        let delayed = try priority("update: {every: 1 h, when: delayed}").promises.update
        #expect(delayed?.onlyWhenDelayed == true && delayed?.every == .elapsed(seconds: 3_600))
        let own = try priority("update: {every: 2 h, internal: true}").promises.update
        #expect(own?.kind == .internal)
        #expect(try priority("update: every 1 week").promises.update?.every == .days(7))
    }

    @Test("Pauses are R-18's where nothing is written, else what is written")
    func pauses() throws {
        let plain = try priority("response: 1 h")
        #expect(plain.promises.resolutionPauses == [.pendingCustomer, .onHold])
        let own = try priority("pauses: {resolution: [pending:fix], update: none}")
        #expect(own.promises.resolutionPauses == [.pendingFix])
        #expect(own.promises.updatePauses == [])
    }

    @Test("Attempts at a silent customer and a share for leadership are read as numbers")
    func silence() throws {
        let priority = try priority(
            "silence: {after: 3 business days, attempts: 3, then: announce}\n"
                + "        escalate_at: 100%"
        )
        #expect(priority.silence?.attempts == 3)
        #expect(priority.silence?.after == .businessDays(3, endOfDay: false))
        #expect(priority.silence?.resolves == false)
        #expect(priority.escalatesAtPercent == 100)
    }

    @Test("The five policies promise what their texts say")
    func shipped() throws {
        let policies = try #require(Fixture.load(Fixture.shipped, now: nil).rulebook).policies
        let critical = try #require(policies["user-support"]?.priority(named: "Critical"))
        #expect(critical.promises.response?.target == .elapsed(seconds: 900))
        #expect(critical.promises.channelResponses["mail"]?.calendar.id == "user-support-business")
        let down = try #require(policies["esq"]?.priority(named: "1"))
        #expect(down.promises.ownership && down.promises.resolution?.startsOn == .diagnosed)
        let quik = try #require(policies["quik"])
        #expect(quik.priorities.map(\.name) == ["P1", "P2", "P3", "P4"])
        #expect(quik.maintenance?.noticeSeconds == 86_400)
        #expect(quik.priorities[2].promises.resolution?.orEvent == "next release")
        #expect(policies["support-guidelines"]?.priorities.allSatisfy(\.wantsEstimate) == true)
        #expect(
            policies["quadrotech"]?.priorities.map(\.promises.response?.kind) == [
                .goal, .goal, .goal,
            ]
        )
    }

    private func priority(_ line: String) throws -> Policy.Priority {
        let text = """
            format: 1
            timezone: Europe/Berlin
            people:
              anna: {contacts: {email: a@example.com}, page: [{use: email}]}
            calendars:
              desk: {hours: [{days: weekdays, from: "09:00", to: "17:00"}]}
            ladders:
              l: {steps: [{at: 0%, page: [anna]}], leadership: [anna], last_resort: [anna]}
            policies:
              p:
                priorities:
                  P1:
                    calendar: desk
                    ladder: l
                    \(line)
            """
        let load = Fixture.load(text, now: nil)
        #expect(load.diagnostics.isEmpty, "\(load.diagnostics.map(\.message))")
        return try #require(load.rulebook?.policies["p"]?.priorities.first)
    }
}
