import CivilTime
import Clocks
import OnCall

@testable import Paging

extension Shipped {
    private static func promise(
        _ target: Target?,
        _ calendar: BusinessCalendar,
        _ text: String,
        kind: Promise.Kind = .commitment,
        bestBy: Target? = nil,
        startsOn: Promise.Start = .opened,
        or event: String? = nil
    ) -> Promise {
        Promise(
            target: target,
            bestBy: bestBy,
            kind: kind,
            calendar: calendar,
            startsOn: startsOn,
            orEvent: event,
            text: text
        )
    }

    private static func days(_ count: Int) -> Target { .businessDays(count, endOfDay: false) }

    // MARK: S0

    static let quik: Policy = {
        func priority(
            _ name: String,
            _ response: Promise,
            update: Cadence? = nil,
            resolution: Promise? = nil,
            urgency: Policy.Urgency = .page,
            ladder: String = "working-hours"
        ) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: response,
                    update: update,
                    resolution: resolution,
                    ownership: resolution == nil
                ),
                title: name,
                also: [],
                urgency: urgency,
                ladder: ladder,
                source: here
            )
        }
        let hours = quikBusiness
        let two = Cadence(every: .elapsed(seconds: 7_200), calendar: .always, text: "every 2 h")
        let day = Cadence(every: days(1), calendar: hours, text: "every 1 business day")
        let week = Cadence(every: .days(7), calendar: hours, text: "every 1 week")
        let window = "next maintenance window"
        return policy(
            "quik",
            effectiveFrom: "2025-11-01",
            defaults: ["any": "P3"],
            print: [
                Policy.PrintedLine(label: "emergency phone", text: "877-456-7845 ext. 987")
            ],
            notices: [.escalated],
            maintenance: Policy.Maintenance(noticeSeconds: 86_400, usualSeconds: 7 * 86_400),
            [
                priority(
                    "P1",
                    promise(.elapsed(seconds: 3_600), .always, "1 h"),
                    update: two,
                    ladder: "critical"
                ),
                priority(
                    "P2",
                    promise(.open(seconds: 4 * 3_600), hours, "4 business hours"),
                    update: day,
                    resolution: promise(.elapsed(seconds: 86_400), hours, "24 h", kind: .goal)
                ),
                priority(
                    "P3",
                    promise(days(1), hours, "1 business day"),
                    update: week,
                    resolution: promise(
                        days(5),
                        hours,
                        "5 business days",
                        kind: .goal,
                        or: "next release"
                    ),
                    urgency: .notice
                ),
                priority(
                    "P4",
                    promise(days(2), hours, "2 business days"),
                    resolution: promise(nil, hours, window, kind: .goal, or: window),
                    urgency: .notice
                ),
            ]
        )
    }()

    // MARK: S1

    static let quadrotech: Policy = {
        func priority(_ name: String, _ response: Int, _ resolution: Int) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: promise(
                        days(response),
                        quadrotechBusiness,
                        "\(response) business days",
                        kind: .goal
                    ),
                    resolution: promise(
                        days(resolution),
                        quadrotechBusiness,
                        "\(resolution) business days",
                        kind: .goal
                    )
                ),
                title: name,
                also: [],
                urgency: name == "High" ? .page : .notice,
                ladder: "quadrotech-hours",
                silence: Policy.Silence(after: days(1), attempts: 3, resolves: false),
                escalatesAtPercent: 100,
                source: here
            )
        }
        return policy(
            "quadrotech",
            effectiveFrom: "2019-10-03",
            defaults: ["any": "Medium"],
            triage: Policy.Triage(afterSeconds: 3_600),
            [priority("High", 1, 5), priority("Medium", 2, 10), priority("Low", 3, 15)]
        )
    }()

    // MARK: S2

    static let guidelines: Policy = {
        func priority(_ name: String, _ target: Target, _ text: String) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: promise(target, coverage, text, kind: .goal)
                ),
                title: name,
                also: [],
                urgency: name == "Critical" || name == "Urgent" ? .page : .notice,
                ladder: "guidelines-hours",
                silence: Policy.Silence(after: .days(4), resolves: true),
                wantsEstimate: true,
                source: here
            )
        }
        return policy(
            "support-guidelines",
            defaults: ["any": "Normal"],
            [
                priority("Critical", .elapsed(seconds: 86_400), "24 h"),
                priority("Urgent", .elapsed(seconds: 2 * 86_400), "48 h"),
                priority("High", .days(3), "3 days"),
                priority("Normal", .days(7), "1 week"),
                priority("Low", .days(14), "2 weeks"),
            ]
        )
    }()

    // MARK: S3

    static let userSupport: Policy = {
        let hours = userSupportBusiness
        func priority(
            _ name: String,
            _ response: Promise,
            _ resolution: Promise,
            ladder: String,
            update: Cadence? = nil,
            tierAfter: Int = 3_600
        ) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: response,
                    update: update
                        ?? Cadence(
                            every: .elapsed(seconds: 3_600),
                            calendar: hours,
                            onlyWhenDelayed: true,
                            text: "every 1 h"
                        ),
                    resolution: resolution,
                    channelResponses: ["mail": promise(days(1), hours, "1 business day")]
                ),
                title: name,
                also: [],
                urgency: ladder == "user-support-hours" ? .notice : .page,
                ladder: ladder,
                tiers: ["support-primary", "support-secondary", "specialists"],
                tierAfterSeconds: tierAfter,
                source: here
            )
        }
        return policy(
            "user-support",
            defaults: ["any": "Low"],
            notices: [.status, .workaround],
            [
                priority(
                    "Critical",
                    promise(.elapsed(seconds: 900), .always, "15 min"),
                    promise(.elapsed(seconds: 4 * 3_600), .always, "4 h", kind: .goal),
                    ladder: "critical-15min",
                    update: Cadence(
                        every: .elapsed(seconds: 3_600),
                        calendar: .always,
                        text: "every 1 h"
                    ),
                    tierAfter: 900
                ),
                priority(
                    "High",
                    promise(
                        .split(inHoursSeconds: 3_600, outsideSeconds: 4 * 3_600),
                        hours,
                        "1 h in hours, 4 h outside"
                    ),
                    promise(.elapsed(seconds: 8 * 3_600), hours, "8 h", kind: .goal),
                    ladder: "critical"
                ),
                priority(
                    "Medium",
                    promise(.open(seconds: 4 * 3_600), hours, "4 business hours"),
                    promise(days(1), hours, "1 business day", kind: .goal),
                    ladder: "user-support-hours"
                ),
                priority(
                    "Low",
                    promise(days(1), hours, "1 business day"),
                    promise(days(3), hours, "2-3 business days", kind: .goal, bestBy: days(2)),
                    ladder: "user-support-hours"
                ),
            ]
        )
    }()

    // MARK: S4

    static let esq: Policy = {
        let hours = esqBusiness
        func priority(
            _ name: String,
            _ response: Promise,
            _ resolution: Promise,
            update: Cadence? = nil
        ) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: response,
                    update: update,
                    resolution: resolution,
                    ownership: name == "1"
                ),
                title: name == "1" ? "System Down" : name,
                also: [],
                urgency: name == "1" || name == "2" ? .page : .notice,
                ladder: name == "1" ? "critical" : "esq-hours",
                source: here
            )
        }
        func diagnosed(_ target: Target, _ calendar: BusinessCalendar, _ text: String) -> Promise {
            promise(target, calendar, text, kind: .goal, startsOn: .diagnosed)
        }
        return policy(
            "esq",
            defaults: ["any": "3", "mail": "3"],
            triage: Policy.Triage(afterSeconds: 3_600, words: ["down", "outage"]),
            [
                priority(
                    "1",
                    promise(.elapsed(seconds: 3_600), .always, "1 h"),
                    diagnosed(.elapsed(seconds: 48 * 3_600), .always, "48 h"),
                    update: Cadence(
                        every: .elapsed(seconds: 7_200),
                        kind: .internal,
                        calendar: .always,
                        text: "every 2 h"
                    )
                ),
                priority(
                    "2",
                    promise(.open(seconds: 4 * 3_600), hours, "4 business hours"),
                    diagnosed(days(7), hours, "7 business days")
                ),
                priority(
                    "3",
                    promise(.open(seconds: 8 * 3_600), hours, "8 business hours"),
                    diagnosed(days(14), hours, "14 business days")
                ),
                priority(
                    "4",
                    promise(.open(seconds: 24 * 3_600), hours, "24 business hours"),
                    promise(.open(seconds: 48 * 3_600), hours, "48 business hours", kind: .goal)
                ),
            ]
        )
    }()
}
