import CivilTime
import Clocks
import OnCall

@testable import Paging

/// The five policies as config/ ships them, with rotations of one person each unless a test says
/// otherwise.
enum Shipped {
    static let here = Office.here

    static func calendar(
        _ id: String,
        _ zone: String,
        _ from: String,
        _ to: String,
        holidays: [String] = []
    ) -> BusinessCalendar {
        BusinessCalendar(
            id: id,
            zone: Office.zone(zone),
            hours: [
                BusinessCalendar.Window(
                    days: [.monday, .tuesday, .wednesday, .thursday, .friday],
                    from: Office.time(from),
                    to: Office.time(to)
                )
            ],
            holidays: Set(holidays.compactMap { CivilDate($0) })
        )
    }

    static let federal = ["2025-11-11", "2025-11-27", "2025-12-25", "2026-01-01"]
    static let quikBusiness = calendar(
        "quik-business",
        "America/Los_Angeles",
        "07:00",
        "15:00",
        holidays: federal
    )
    static let quadrotechBusiness = calendar(
        "quadrotech-business",
        "Europe/Zurich",
        "09:00",
        "17:00"
    )
    static let coverage = calendar(
        "guidelines-coverage",
        "America/Denver",
        "08:00",
        "17:00",
        holidays: federal
    )
    static let userSupportBusiness = calendar(
        "user-support-business",
        "Europe/London",
        "09:00",
        "18:00"
    )
    static let esqBusiness = calendar(
        "esq-business",
        "America/New_York",
        "09:00",
        "17:00",
        holidays: federal
    )

    // MARK: Ladders

    static func hours(
        _ id: String,
        _ calendar: BusinessCalendar,
        second: Int,
        leadership: Int = 7_500
    ) -> Ladder {
        Ladder(
            id: id,
            hours: calendar,
            steps: [
                Office.step(.seconds(0), "support-primary"),
                Office.step(.seconds(second), "support-secondary"),
                Office.step(.share(basisPoints: leadership), "leadership"),
            ],
            leadership: ["leadership"],
            lastResort: ["leadership"],
            repeatEverySeconds: 7_200,
            repeatTimes: 3,
            source: here
        )
    }

    static let critical = Ladder(
        id: "critical",
        hours: nil,
        steps: [
            Office.step(.share(basisPoints: 0), "support-primary"),
            Office.step(.share(basisPoints: 1_500), "support-primary"),
            Office.step(.share(basisPoints: 3_000), "support-secondary"),
            Office.step(.share(basisPoints: 5_000), "support-primary", "support-secondary"),
            Office.step(.share(basisPoints: 7_500), "leadership"),
        ],
        leadership: ["leadership"],
        lastResort: ["marcus"],
        repeatEverySeconds: 900,
        repeatTimes: nil,
        source: here
    )

    static let critical15 = Ladder(
        id: "critical-15min",
        hours: nil,
        steps: [
            Office.step(.share(basisPoints: 0), "support-primary", "specialists"),
            Office.step(.share(basisPoints: 1_500), "support-primary"),
            Office.step(.share(basisPoints: 3_000), "support-secondary"),
            Office.step(
                .share(basisPoints: 5_000),
                "support-primary",
                "support-secondary",
                "specialists"
            ),
            Office.step(.share(basisPoints: 7_500), "leadership"),
            Office.step(.share(basisPoints: 9_000), "marcus"),
        ],
        leadership: ["leadership"],
        lastResort: ["marcus"],
        repeatEverySeconds: 300,
        repeatTimes: nil,
        source: here
    )

    static let ladders = [
        critical, critical15, hours("working-hours", quikBusiness, second: 3_600),
        hours("quadrotech-hours", quadrotechBusiness, second: 7_200),
        hours("guidelines-hours", coverage, second: 7_200, leadership: 5_000),
        hours("user-support-hours", userSupportBusiness, second: 3_600),
        hours("esq-hours", esqBusiness, second: 3_600),
    ]

    static func policy(
        _ id: String,
        effectiveFrom: String? = nil,
        defaults: [String: String],
        print: [Policy.PrintedLine] = [],
        notices: Set<Policy.CustomerNotice> = [],
        maintenance: Policy.Maintenance? = nil,
        triage: Policy.Triage? = nil,
        _ priorities: [Policy.Priority]
    ) -> Policy {
        Policy(
            id: id,
            title: id,
            sourceText: nil,
            effectiveFrom: effectiveFrom.flatMap { CivilDate($0) },
            defaultPriority: defaults,
            print: print,
            priorities: priorities,
            customerNotices: notices,
            maintenance: maintenance,
            triage: triage,
            readings: [],
            source: here
        )
    }

    static func rulebook(_ people: [String: [String]] = [:]) -> Rulebook {
        let onCall = [
            "support-primary": ["anna"], "support-secondary": ["ben"], "specialists": ["chitra"],
            "leadership": ["lena"],
        ].merging(people) { $1 }
        let everyone = ["anna", "ben", "chitra", "dana", "lena", "marcus"]
            .map { Office.person($0) }
        return Rulebook(
            people: Dictionary(everyone.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            rotations: Rotations(
                rotations: onCall.map { Office.rotation($0.key, $0.value) },
                overrides: [],
                away: [],
                unreachable: []
            ),
            calendars: [:],
            ladders: Dictionary(ladders.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            policies: Dictionary(
                [quik, quadrotech, guidelines, userSupport, esq].map { ($0.id, $0) },
                uniquingKeysWith: { $1 }
            ),
            hash: "shipped",
            zoneDataVersion: "test"
        )
    }
}

extension Run {
    /// A case of a shipped policy, opened at `opened` and run from there.
    init(
        _ policy: String,
        _ priority: String,
        at opened: String,
        channel: String? = nil,
        tags: [String] = [],
        title: String = "checkout returns 502",
        isDefault: Bool = false,
        people: [String: [String]] = [:]
    ) {
        var value = Case(
            id: "case",
            number: 4711,
            policy: policy,
            priority: priority,
            customer: "Northwind",
            title: title,
            openedAt: Office.at(opened)
        )
        value.contacts = ["it@northwind.example"]
        value.channel = channel
        value.tags = tags
        let reason = isDefault ? Case.defaultPriority : nil
        self.init(value, rulebook: Shipped.rulebook(people), reason: reason)
    }

    /// Everything that falls due before `at`, then `name` by `person`.
    mutating func act(
        _ name: CaseEvent.Name,
        by person: String? = "anna",
        at text: String,
        until: String? = nil,
        status: CaseStatus? = nil,
        reason: String? = nil,
        priority: String? = nil,
        text words: String? = nil,
        to other: String? = nil
    ) {
        let instant = Office.at(text)
        var event = CaseEvent(name, at: instant, by: person, way: "cli", text: words)
        event.until = until.map { Office.at($0) }
        event.status = status
        event.reason = reason
        event.priority = priority
        event.person = other
        act(event, at: instant)
    }

    mutating func advance(to text: String) { advance(to: Office.at(text)) }

    /// `2025-11-24T07:00 page anna` for each thing sent, on the wall of `zone`.
    func wall(_ zone: String, _ kinds: Notification.Kind...) -> [String] {
        let zone = Office.zone(zone)
        return sent.filter { kinds.isEmpty || kinds.contains($0.notification.kind) }.map { entry in
            let to = entry.notification.person ?? entry.notification.contact.address
            return "\(zone.civil(at: entry.at)) \(entry.notification.kind.rawValue) \(to)"
        }
    }

    /// The same for what was sent by a duty.
    func wall(_ zone: String, _ duty: Duty) -> [String] {
        let zone = Office.zone(zone)
        return sent.filter { $0.notification.occasion.hasPrefix("\(duty.rawValue).") }
            .map { entry in
                let to = entry.notification.person ?? entry.notification.contact.address
                return "\(zone.civil(at: entry.at)) \(entry.notification.kind.rawValue) \(to)"
            }
    }

    /// The sentences of one duty, once each.
    func words(of duty: Duty) -> [String] {
        var found: [String] = []
        for entry in sent where entry.notification.occasion.hasPrefix("\(duty.rawValue).") {
            if !found.contains(entry.notification.summary) {
                found.append(entry.notification.summary)
            }
        }
        return found
    }

    /// What customers were sent, by its first line.
    var toCustomers: [String] {
        sent.filter { $0.notification.person == nil }.map { entry in
            String(entry.notification.summary.split(separator: "\n").first ?? "")
        }
    }
}
