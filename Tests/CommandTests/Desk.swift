import ArgumentParser
import CivilTime
import Clocks
import Foundation
import OnCall
import Paging

@testable import tocsin

/// A desk of three, in UTC: anna has every day, and one policy promises an answer.
enum Desk {
    private static let line = SourceLine(file: "config/policies/desk.yaml", line: 3)
    static let opened = Instant(secondsSinceEpoch: 1_780_300_800)  // 2026-06-01T08:00:00Z

    static func times() throws -> Times { try Times(isUTC: true) }

    /// Whom the ladder pages after how many minutes, and the minutes of the promise.
    static func rulebook(
        _ steps: [(minutes: Int, page: String)],
        response: Int = 60,
        onCall: String = "anna"
    ) -> Rulebook {
        let promises = PriorityPromises(
            name: "P1",
            response: Promise(
                target: .elapsed(seconds: response * 60),
                calendar: .always,
                text: "\(response) min"
            )
        )
        let priority = Policy.Priority(
            promises: promises,
            title: "Critical",
            also: ["critical"],
            urgency: .page,
            ladder: "desk",
            source: line
        )
        let policy = Policy(
            id: "desk",
            title: "Desk",
            sourceText: nil,
            effectiveFrom: nil,
            defaultPriority: ["any": "P1"],
            print: [],
            priorities: [priority],
            customerNotices: [],
            maintenance: nil,
            readings: [],
            source: line
        )
        return Rulebook(
            people: Dictionary(uniqueKeysWithValues: ["anna", "ben", "chitra"].map(person)),
            rotations: rotations(onCall),
            calendars: [:],
            ladders: ["desk": ladder(steps)],
            policies: ["desk": policy],
            hash: "",
            zoneDataVersion: ""
        )
    }

    private static func ladder(_ steps: [(minutes: Int, page: String)]) -> Ladder {
        Ladder(
            id: "desk",
            hours: nil,
            steps: steps.map {
                Ladder.Step(at: .seconds($0.minutes * 60), page: [$0.page], source: line)
            },
            leadership: ["chitra"],
            lastResort: ["chitra"],
            repeatEverySeconds: 86_400,
            repeatTimes: nil,
            source: line
        )
    }

    private static func person(_ id: String) -> (PersonID, Person) {
        let contacts = [
            Contact(name: "push", channel: "push", address: id),
            Contact(name: "mail", channel: "email", address: "\(id)@example.com"),
        ]
        let person = Person(
            id: id,
            name: id,
            role: nil,
            zone: .utc,
            contacts: contacts,
            page: [
                PageRule(use: "push", afterSeconds: 0), PageRule(use: "mail", afterSeconds: 60),
            ],
            source: line
        )
        return (id, person)
    }

    private static func rotations(_ onCall: String) -> Rotations {
        let version = MemberVersion(
            from: CivilDate(daysSinceEpoch: 20_000),
            order: [[onCall]],
            first: 0,
            source: line
        )
        let layer = Layer(
            name: "turns",
            zone: .utc,
            hours: nil,
            onDates: nil,
            handoff: Handoff(every: .days(1), at: .midnight, countsCoveredTurnsOnly: false),
            versions: [version],
            source: line
        )
        let rotation = Rotation(
            id: "desk",
            title: "desk",
            zone: .utc,
            layers: [layer],
            ifNobody: [],
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: line
        )
        return Rotations(rotations: [rotation], overrides: [], away: [], unreachable: [])
    }

    /// The rules that the repository ships.
    static func shipped() throws -> Rulebook {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let words = [
            "--config", root.appending(path: "config").path,
            "--rotations", root.appending(path: "rotations").path,
        ]
        return try FileOptions.parse(words).rulebook()
    }
}

/// Lines that tell cases of the shipped policies, the same for the same seed.
struct RandomStories {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func number(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }

    private mutating func pick(_ words: [String]) -> String { words[number(below: words.count)] }

    private static let words = [
        "responded", "updated", "acknowledged", "pending:customer", "pending:fix",
        "pending:other", "in_progress", "diagnosed", "delayed", "resolved", "reopened", "closed",
        "customer_wrote",
    ]

    mutating func line(_ rulebook: Rulebook) -> String {
        let policy = pick(rulebook.policies.keys.sorted())
        let names = rulebook.policies[policy]?.priorities.map(\.name) ?? []
        let opened = 1_767_225_600 + number(below: 300 * 86_400)
        var members = [
            "\"policy\": \"\(policy)\"", "\"priority\":\"\(pick(names))\"",
            "\"opened\": \"\(text(opened))\"",
        ]
        var at = opened
        let events = (0..<number(below: 6)).map { _ in
            at += number(below: 2 * 86_400) - 600
            var word = pick(Self.words)
            switch number(below: 12) {
            case 0: word = "on_hold:\(text(at + number(below: 86_400)))"
            case 1: word = "linked_release:\(text(at + number(below: 864_000)))"
            case 2: word = "priority:\(pick(names))"
            default: break
            }
            return "{\"at\":\"\(text(at))\", \"event\":\"\(word)\"}"
        }
        if !events.isEmpty { members.append("\"events\": [\(events.joined(separator: ", "))]") }
        if number(below: 4) == 0 { members.append("\"channel\": \"\(pick(["mail", "api"]))\"") }
        members.append("\"at\": \"\(text(at + number(below: 3 * 86_400)))\"")
        if number(below: 2) == 0 { members.reverse() }
        return "{\(members.joined(separator: ","))}"
    }

    private func text(_ second: Int) -> String { Instant(secondsSinceEpoch: second).rfc3339 }
}
