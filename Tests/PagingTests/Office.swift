import CivilTime
import Clocks
import OnCall

@testable import Paging

/// A small support office, written in code: quik's P1 and P2, three rotations, four people.
enum Office {
    static let losAngeles = zone("America/Los_Angeles")
    static let here = SourceLine(file: "office", line: 1)

    static let business = BusinessCalendar(
        id: "quik-business",
        zone: losAngeles,
        hours: [
            BusinessCalendar.Window(
                days: [.monday, .tuesday, .wednesday, .thursday, .friday],
                from: time("07:00"),
                to: time("15:00")
            )
        ]
    )

    static func time(_ text: String) -> WallTime { WallTime(text) ?? .midnight }

    static func at(_ text: String) -> Instant {
        guard let instant = Instant(rfc3339: text) else { preconditionFailure(text) }
        return instant
    }

    static func person(_ id: String, _ contacts: [(String, Int)] = [("hook", 0)]) -> Person {
        Person(
            id: id,
            name: id.uppercased(),
            role: nil,
            zone: losAngeles,
            contacts: contacts.map { Contact(name: $0.0, channel: $0.0, address: id) },
            page: contacts.map { PageRule(use: $0.0, afterSeconds: $0.1) },
            source: here
        )
    }

    static func rotation(_ id: String, _ people: [String], ifNobody: [String] = []) -> Rotation {
        let layer = Layer(
            name: "week",
            zone: losAngeles,
            hours: nil,
            onDates: nil,
            handoff: Handoff(
                every: .weeks(1, on: .monday),
                at: time("09:00"),
                countsCoveredTurnsOnly: false
            ),
            versions: [
                MemberVersion(
                    from: CivilDate("2025-01-06") ?? CivilDate(daysSinceEpoch: 0),
                    order: people.map { [$0] },
                    first: 0,
                    source: here
                )
            ],
            source: here
        )
        return Rotation(
            id: id,
            title: id,
            zone: losAngeles,
            layers: people.isEmpty ? [] : [layer],
            ifNobody: ifNobody,
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: here
        )
    }

    static func step(_ offset: Ladder.Offset, _ page: String...) -> Ladder.Step {
        Ladder.Step(at: offset, page: page, source: here)
    }

    static let critical = Ladder(
        id: "critical",
        hours: nil,
        steps: [
            step(.share(basisPoints: 0), "primary"),
            step(.share(basisPoints: 1_500), "primary"),
            step(.share(basisPoints: 3_000), "secondary"),
            step(.share(basisPoints: 5_000), "primary", "secondary"),
            step(.share(basisPoints: 7_500), "leadership"),
        ],
        leadership: ["leadership"],
        lastResort: ["marcus"],
        repeatEverySeconds: 900,
        repeatTimes: nil,
        source: here
    )

    static let workingHours = Ladder(
        id: "working-hours",
        hours: business,
        steps: [
            step(.seconds(0), "primary"), step(.seconds(3_600), "secondary"),
            step(.share(basisPoints: 7_500), "leadership"),
        ],
        leadership: ["leadership"],
        lastResort: ["leadership"],
        repeatEverySeconds: 7_200,
        repeatTimes: 3,
        source: here
    )

    static let p1 = Policy.Priority(
        promises: PriorityPromises(
            name: "P1",
            response: Promise(
                target: .elapsed(seconds: 3_600),
                calendar: .always,
                text: "1 h"
            ),
            update: Cadence(
                every: .elapsed(seconds: 7_200),
                calendar: .always,
                text: "every 2 h"
            ),
            ownership: true
        ),
        title: "Critical",
        also: ["critical"],
        urgency: .page,
        ladder: "critical",
        source: here
    )

    static let p2 = Policy.Priority(
        promises: PriorityPromises(
            name: "P2",
            response: Promise(
                target: .open(seconds: 4 * 3_600),
                calendar: business,
                text: "4 business hours"
            )
        ),
        title: "Major",
        also: [],
        urgency: .page,
        ladder: "working-hours",
        source: here
    )

    static func rulebook(
        rotations: [Rotation]? = nil,
        people: [Person]? = nil,
        ladders: [Ladder] = [critical, workingHours],
        priorities: [Policy.Priority] = [p1, p2]
    ) -> Rulebook {
        let people = people ?? ["anna", "ben", "lena", "marcus"].map { person($0) }
        let policy = Policy(
            id: "quik",
            title: "Quik!",
            sourceText: nil,
            effectiveFrom: nil,
            defaultPriority: ["any": "P1"],
            print: [],
            priorities: priorities,
            customerNotices: [.escalated],
            maintenance: nil,
            readings: [],
            source: here
        )
        return Rulebook(
            people: Dictionary(people.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            rotations: Rotations(
                rotations: rotations ?? [
                    rotation("primary", ["anna"]), rotation("secondary", ["ben"]),
                    rotation("leadership", ["lena"]),
                ],
                overrides: [],
                away: [],
                unreachable: Set(people.filter { $0.waits.isEmpty }.map(\.id))
            ),
            calendars: [:],
            ladders: Dictionary(ladders.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            policies: ["quik": policy],
            hash: "office",
            zoneDataVersion: "test"
        )
    }

    /// A case just opened, its first decision not yet taken.
    static func value(_ priority: String = "P1", at openedAt: Instant) -> Case {
        Case(
            id: "case",
            number: 4711,
            policy: "quik",
            priority: priority,
            customer: "Northwind",
            title: "checkout returns 502",
            openedAt: openedAt
        )
    }
}

/// A case run through time by its own decisions.
struct Run {
    var value: Case
    var rulebook: Rulebook
    var now: Instant
    var nextDue: Instant?
    var log: [CaseEvent] = []
    var sent: [(at: Instant, notification: Notification)] = []

    init(_ value: Case, rulebook: Rulebook = Office.rulebook(), reason: String? = nil) {
        self.value = value
        self.rulebook = rulebook
        now = value.openedAt
        act(CaseEvent(.opened, at: now, way: "test", reason: reason), at: now)
    }

    mutating func act(_ event: CaseEvent? = nil, at instant: Instant) {
        if event != nil { advance(to: instant) }
        now = instant
        let decision = value.decision(
            after: event.map { [$0] } ?? [],
            rulebook: rulebook,
            at: instant
        )
        value = decision.value
        nextDue = decision.nextDue
        log += decision.events
        sent += decision.notifications.map { (instant, $0) }
    }

    mutating func advance(to until: Instant) {
        while let next = nextDue, next <= until, next > now { act(at: next) }
    }

    /// `minutes kind person` for each thing sent, minutes since the opening.
    func lines(_ kinds: Notification.Kind...) -> [String] {
        sent.filter { kinds.isEmpty || kinds.contains($0.notification.kind) }.map { entry in
            let seconds = entry.at.seconds(since: value.openedAt)
            let minutes = seconds % 60 == 0 ? "\(seconds / 60)" : "\(seconds / 60):\(seconds % 60)"
            let to = entry.notification.person ?? entry.notification.contact.address
            return "\(minutes) \(entry.notification.kind.rawValue) \(to)"
        }
    }
}
