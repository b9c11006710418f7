import CivilTime
import Clocks
import Paging
import Testing

@testable import RuleFiles

/// What lies ahead for promises: unstaffed deadlines and clock changes.
@Suite struct AheadTests {
    private func rulebook(_ calendars: String) throws -> Rulebook {
        let text = """
            format: 1
            people:
              anna: {name: Anna, contacts: {email: a@example.com}, page: [{use: email}]}
              lena: {name: Lena, contacts: {email: l@example.com}, page: [{use: email}]}
            calendars:
            \(calendars)
            ladders:
              desk: {hours: desk, steps: [{at: 0%, page: [anna]}, {at: 50%, page: [lena]}], \
            leadership: [lena], last_resort: [lena]}
            policies:
              acme:
                priorities:
                  P1: {calendar: desk, response: {within: 24 h, kind: goal}, ladder: desk, \
            channels: {mail: {response: {within: 3 days, kind: goal}}}}
                  P2: {calendar: desk, response: 4 business hours, ladder: desk}
            """
        let load = Fixture.load(text, now: nil)
        return try #require(load.rulebook, "\(load.diagnostics)")
    }

    private func at(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    @Test("A case of Friday falls due on Saturday when nobody is in, one of Monday does not")
    func friday() throws {
        let rulebook = try rulebook(
            "  desk: {timezone: Europe/Berlin, "
                + "hours: [{days: weekdays, from: \"09:00\", to: \"17:00\"}]}"
        )
        let found = rulebook.unstaffedPromises(
            from: try at("2026-11-23T00:00:00Z"),
            to: try at("2026-11-30T00:00:00Z")
        )
        #expect(found.map(\.priority) == ["P1", "P1"])
        #expect(found.map(\.channel) == [nil, "mail"])
        let first = try #require(found.first)
        #expect(first.clock == .response && first.text == "24 h" && first.hours == "desk")
        #expect(first.stretches.map(\.start) == [try at("2026-11-27T08:00:00Z")])
        #expect(first.stretches.map(\.end) == [try at("2026-11-27T16:00:00Z")])
        #expect(first.firstDue == (try at("2026-11-28T08:00:00Z")))
        #expect(first.announceAt == (try at("2026-11-27T15:00:00Z")))
        // Three days from Thursday and Friday are Sunday and, staffed, Monday.
        // Wednesday's are Saturday.
        let mail = try #require(found.last)
        #expect(
            mail.stretches.map(\.start) == [
                try at("2026-11-25T08:00:00Z"), try at("2026-11-26T08:00:00Z"),
            ]
        )
    }

    @Test("Every opening of the shipped policies is told as unstaffed that its clock says is")
    func differential() throws {
        let rulebook = try #require(Fixture.load(Fixture.shipped, now: nil).rulebook)
        let start = try at("2026-10-20T06:00:00Z")
        let found = rulebook.unstaffedPromises(from: start, to: start.adding(seconds: 75 * 86_400))
        var unstaffed = 0
        for policy in rulebook.policies.values {
            for priority in policy.priorities {
                guard let ladder = rulebook.ladders[priority.ladder],
                    let hours = priority.hours(of: ladder)
                else { continue }
                let own = found.filter { $0.policy == policy.id && $0.priority == priority.name }
                    .filter { $0.channel == nil }
                for sample in 0..<75 * 24 {
                    let openedAt = start.adding(seconds: sample * 3_600 + 117)
                    guard hours.isOpen(at: openedAt) else { continue }
                    let clocks = CaseClocks(
                        priorities: [priority.promises],
                        priority: priority.name,
                        openedAt: openedAt,
                        records: []
                    ).clocks(at: openedAt)
                    for clock in clocks where [.response, .resolution].contains(clock.name) {
                        let isTold = own.contains { promise in
                            promise.clock == clock.name
                                && promise.stretches.contains {
                                    $0.start <= openedAt && openedAt < $0.end
                                }
                        }
                        let isUnstaffed = clock.unstaffedDeadline(staffed: hours) != nil
                        if isUnstaffed { unstaffed += 1 }
                        #expect(
                            isTold == isUnstaffed,
                            "\(policy.id) \(priority.name) \(clock.name) opened \(openedAt)"
                        )
                    }
                }
            }
        }
        #expect(unstaffed > 600)
    }

    @Test("A window that opens in the hour that is skipped, and one over the hour that comes twice")
    func clockChanges() throws {
        let rulebook = try rulebook(
            """
              desk: {timezone: Europe/Berlin, hours: [{days: every day, from: "02:30", \
            to: "10:00"}]}
              other: {timezone: Asia/Tokyo, hours: 24x7}
            """
        )
        let changes = rulebook.calendarClockChanges(
            from: try at("2026-10-01T00:00:00Z"),
            to: try at("2027-05-01T00:00:00Z")
        )
        #expect(changes.map(\.calendar) == ["desk", "desk"])
        #expect(changes.map(\.daySeconds) == [90_000, 82_800])
        #expect(changes.map(\.date.written) == ["2026-10-25", "2027-03-28"])
        // An opening in the repeated hour takes the first occurrence, one in the gap its end.
        #expect(changes.map(\.openSeconds) == [8 * 3_600 + 1_800, 7 * 3_600])
        #expect(changes.map(\.usualSeconds) == [27_000, 27_000])
        #expect(changes.flatMap(\.moved).map(\.isMissing) == [false, true])
        #expect(changes.flatMap(\.moved).map(\.isOpening) == [true, true])
        #expect(
            changes.flatMap(\.moved).map(\.at) == [
                try at("2026-10-25T00:30:00Z"), try at("2027-03-28T01:00:00Z"),
            ]
        )
        #expect(changes.map(\.isFelt) == [true, true])
    }
}
