import CivilTime
import Clocks
import OnCall
import Paging

/// One seed of a property test; `SEED=0x2a swift test --filter PlanTests` is how it is named.
struct Seed: Sendable, CustomStringConvertible {
    var value: UInt64
    var description: String { "seed 0x\(String(value, radix: 16))" }

    static let all = (1...8).map { Seed(value: UInt64($0) &* 0x9E37_79B9_7F4A_7C15) }
}

/// A small seeded generator, the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Policies, ladders and people drawn from a seed.
enum RandomRules {
    static let here = SourceLine(file: "random", line: 1)
    static let people = ["anna", "ben", "chitra", "lena", "marcus"]

    static func rulebook(using random: inout SplitMix64) -> Rulebook {
        let calendar = BusinessCalendar(
            id: "business",
            zone: .utc,
            hours: [
                BusinessCalendar.Window(
                    days: [.monday, .tuesday, .wednesday, .thursday, .friday],
                    from: wall(8),
                    to: wall(17)
                )
            ]
        )
        let ladder = ladder("always", hours: nil, using: &random)
        let quiet = self.ladder("quiet", hours: calendar, using: &random)
        let policy = Policy(
            id: "random",
            title: "Random",
            sourceText: nil,
            effectiveFrom: nil,
            defaultPriority: [:],
            print: [],
            priorities: [
                priority("P1", .always, ladder: "always", using: &random),
                priority("P2", calendar, ladder: "quiet", using: &random),
            ],
            customerNotices: Bool.random(using: &random) ? [.escalated] : [],
            maintenance: nil,
            readings: [],
            source: here
        )
        return Rulebook(
            people: Dictionary(
                people.map { ($0, person($0, using: &random)) },
                uniquingKeysWith: { $1 }
            ),
            rotations: rotations(using: &random),
            calendars: [:],
            ladders: ["always": ladder, "quiet": quiet],
            policies: ["random": policy],
            hash: "random",
            zoneDataVersion: "none"
        )
    }

    private static func wall(_ hour: Int) -> WallTime {
        WallTime(hour: hour, minute: 0) ?? .midnight
    }

    private static func person(_ id: String, using random: inout SplitMix64) -> Person {
        let contacts = ["hook", "bell"].map { Contact(name: $0, channel: $0, address: id) }
        return Person(
            id: id,
            name: id,
            role: nil,
            zone: .utc,
            contacts: contacts,
            page: Bool.random(using: &random)
                ? [PageRule(use: "hook", afterSeconds: 0)]
                : contacts.map { PageRule(use: $0.name, afterSeconds: 0) },
            source: here
        )
    }

    private static func rotations(using random: inout SplitMix64) -> Rotations {
        let names = ["primary", "secondary", "leadership"]
        let all = names.map { name in
            let order = people.shuffled(using: &random).prefix(
                Int.random(in: 1...4, using: &random)
            )
            let hours =
                Bool.random(using: &random)
                ? nil
                : [HoursWindow(days: Set(Weekday.allCases), from: wall(6), to: wall(20))]
            return Rotation(
                id: name,
                title: name,
                zone: .utc,
                layers: [
                    Layer(
                        name: "days",
                        zone: .utc,
                        hours: hours,
                        onDates: nil,
                        handoff: Handoff(
                            every: .days(1),
                            at: wall(9),
                            countsCoveredTurnsOnly: false
                        ),
                        versions: [
                            MemberVersion(
                                from: CivilDate(daysSinceEpoch: 20_000),
                                order: order.map { [$0] },
                                first: 0,
                                source: here
                            )
                        ],
                        source: here
                    )
                ],
                ifNobody: Bool.random(using: &random) ? ["marcus"] : [],
                distinctFrom: nil,
                requiredCoverageSeconds: nil,
                source: here
            )
        }
        return Rotations(rotations: all, overrides: [], away: [], unreachable: [])
    }

    private static func ladder(
        _ id: String,
        hours: BusinessCalendar?,
        using random: inout SplitMix64
    ) -> Ladder {
        var steps: [Ladder.Step] = []
        var share = 0
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let targets = ["primary", "secondary", "leadership", "lena"]
            let page = Array(
                targets.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
            )
            steps.append(Ladder.Step(at: .share(basisPoints: share), page: page, source: here))
            share += Int.random(in: 100...3_000, using: &random)
        }
        return Ladder(
            id: id,
            hours: hours,
            steps: steps,
            leadership: ["leadership"],
            lastResort: ["marcus"],
            repeatEverySeconds: Int.random(in: 5...60, using: &random) * 60,
            repeatTimes: Int.random(in: 0...3, using: &random),
            source: here
        )
    }

    private static func priority(
        _ name: String,
        _ calendar: BusinessCalendar,
        ladder: String,
        using random: inout SplitMix64
    ) -> Policy.Priority {
        let minutes = Int.random(in: 10...300, using: &random)
        let target: Target =
            calendar.isAlwaysOpen
            ? .elapsed(seconds: minutes * 60) : .open(seconds: minutes * 60)
        let update: Cadence? =
            Bool.random(using: &random)
            ? nil
            : Cadence(
                every: .elapsed(seconds: Int.random(in: 30...300, using: &random) * 60),
                calendar: .always,
                text: "every so often"
            )
        return Policy.Priority(
            promises: PriorityPromises(
                name: name,
                response: Promise(target: target, calendar: calendar, text: "\(minutes) min"),
                update: update,
                resolution: Promise(
                    target: .elapsed(seconds: minutes * 240),
                    kind: .goal,
                    calendar: .always,
                    text: "\(minutes * 4) min"
                )
            ),
            title: name,
            also: [],
            urgency: .page,
            ladder: ladder,
            source: here
        )
    }

    /// Acknowledgements, answers, updates and a resolve, at random instants.
    static func events(
        from start: Instant,
        to end: Instant,
        using random: inout SplitMix64
    ) -> [CaseEvent] {
        var events: [CaseEvent] = []
        var at = start
        let length = end.seconds(since: start)
        let person = people.randomElement(using: &random) ?? "anna"
        let names: [CaseEvent.Name] = [.acknowledged, .responded, .updated, .noted, .resolved]
        for name in names where Bool.random(using: &random) {
            at = at.adding(seconds: Int.random(in: 1...max(2, length / 4), using: &random))
            guard at < end else { break }
            events.append(CaseEvent(name, at: at, by: person, way: "cli", text: "words"))
        }
        return events
    }
}
