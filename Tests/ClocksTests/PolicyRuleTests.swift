import CivilTime
import Clocks
import Testing

/// What the five policies add to the numbered decisions.
@Suite struct PolicyRuleTests {
    @Test("S3: updates when delayed count from the event until a word moves them")
    func onlyWhenDelayed() throws {
        let london = try zone("Europe/London")
        let promises = PriorityPromises(
            name: "High",
            update: Cadence(
                every: .elapsed(seconds: hour),
                calendar: try Calendars.userSupport(),
                onlyWhenDelayed: true,
                text: "every 1 h"
            )
        )
        func time(_ text: String) -> Instant { at("2025-11-18 " + text, in: london) }
        let clocks = CaseClocks(
            priorities: [promises],
            priority: "High",
            openedAt: time("09:00"),
            records: [
                record(time("09:30"), .responded),
                record(time("10:00"), .updated(next: nil)),
                record(time("11:00"), .delayed),
                record(time("11:30"), .delayed),
                record(time("11:45"), .updated(next: nil)),
                record(time("13:00"), .resolved),
                record(time("14:00"), .reopened),
            ]
        )
        let before = try #require(clocks.clock(.update, at: time("10:30")))
        #expect(before.state == .notStarted)
        #expect(before.due == nil)
        #expect(clocks.clock(.update, at: time("11:30"))?.due == time("12:00"))
        #expect(clocks.clock(.update, at: time("11:30"))?.anchor == time("11:00"))
        #expect(clocks.clock(.update, at: time("12:00"))?.due == time("12:45"))
        #expect(clocks.clock(.update, at: time("14:00"))?.state == .notStarted)
    }

    @Test("S3: of the priority's response and the channel's the stricter holds")
    func channels() throws {
        let calendar = try Calendars.userSupport()
        let quarter = Promise(target: .elapsed(seconds: 900), calendar: .always, text: "15 min")
        let day = Policies.dayPromise(1, calendar)
        let promises = [
            PriorityPromises(name: "Critical", response: quarter, channelResponses: ["mail": day]),
            PriorityPromises(
                name: "Low",
                response: Policies.dayPromise(3, calendar),
                channelResponses: ["mail": day]
            ),
        ]
        func clock(_ priority: String, _ channel: String?) -> Clock? {
            let opened = at("2025-11-18 10:00 Z")
            let clocks = CaseClocks(
                priorities: promises,
                priority: priority,
                openedAt: opened,
                channel: channel,
                records: []
            )
            return clocks.clock(.response, at: opened)
        }
        #expect(clock("Critical", "mail")?.target == "15 min")
        #expect(clock("Low", "mail")?.target == "1 business day")
        #expect(clock("Low", "mail")?.due == at("2025-11-19 10:00 Z"))
        #expect(clock("Low", "web")?.target == "3 business days")
        #expect(clock("Low", nil)?.due == at("2025-11-21 10:00 Z"))
    }

    @Test(
        "A priority that the policy does not have has no clocks, and changing to it changes nothing"
    )
    func unknownPriority() throws {
        let unknown = try QuikCase("P9", opened: "2025-11-18 09:00")
        #expect(unknown.clocks.clocks(at: .distantFuture).isEmpty)
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:10", .priority("P9"))]
        )
        #expect(quik.clock(.response, at: "2025-11-18 09:20")?.due == quik.at("2025-11-18 10:00"))
    }
}
