package import CivilTime
import Clocks
import OnCall
package import Paging

/// Policies, ladders and people drawn from a seed.
package enum RandomRules {
    static let here = SourceLine(file: "random", line: 1)
    package static let people = ["anna", "ben", "chitra", "lena", "marcus"]

    package static func rulebook(using random: inout SplitMix64) -> Rulebook {
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
            customerNotices: Bool.random(using: &random)
                ? [.escalated, .status, .workaround] : [],
            maintenance: Policy.Maintenance(noticeSeconds: 7_200, usualSeconds: 40_000),
            triage: Policy.Triage(afterSeconds: 1_800, words: ["x"]),
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
            if calendar.isAlwaysOpen {
                .elapsed(seconds: minutes * 60)
            } else if Bool.random(using: &random) {
                .open(seconds: minutes * 60)
            } else {
                .split(inHoursSeconds: minutes * 60, outsideSeconds: minutes * 240)
            }
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
                resolution: resolution(minutes, calendar, using: &random),
                ownership: Bool.random(using: &random)
            ),
            title: name,
            also: [],
            urgency: Int.random(in: 0...3, using: &random) > 0 ? .page : .notice,
            ladder: ladder,
            silence: Bool.random(using: &random)
                ? Policy.Silence(
                    after: .elapsed(seconds: Int.random(in: 1...30, using: &random) * 3_600),
                    attempts: Int.random(in: 1...2, using: &random),
                    resolves: Bool.random(using: &random)
                ) : nil,
            wantsEstimate: Bool.random(using: &random),
            tiers: Bool.random(using: &random) ? ["primary", "secondary", "leadership"] : [],
            tierAfterSeconds: Int.random(in: 10...90, using: &random) * 60,
            escalatesAtPercent: Bool.random(using: &random)
                ? Int.random(in: 50...150, using: &random) : nil,
            source: here
        )
    }

    private static func resolution(
        _ minutes: Int,
        _ calendar: BusinessCalendar,
        using random: inout SplitMix64
    ) -> Promise {
        Promise(
            target: .elapsed(seconds: minutes * 240),
            bestBy: Bool.random(using: &random) ? .elapsed(seconds: minutes * 120) : nil,
            kind: Bool.random(using: &random) ? .goal : .commitment,
            calendar: Bool.random(using: &random) ? .always : calendar,
            startsOn: Int.random(in: 0...3, using: &random) > 0 ? .opened : .diagnosed,
            text: "\(minutes * 4) min"
        )
    }

    /// What people and the customer do, at random instants; some of it the case will not admit.
    package static func events(
        from start: Instant,
        to end: Instant,
        using random: inout SplitMix64
    ) -> [CaseEvent] {
        var at = start
        let length = end.seconds(since: start)
        var events: [CaseEvent] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            at = at.adding(seconds: Int.random(in: 1...max(2, length / 5), using: &random))
            guard at < end else { break }
            events.append(event(at: at, using: &random))
        }
        return events
    }

    private static func event(at: Instant, using random: inout SplitMix64) -> CaseEvent {
        let names: [CaseEvent.Name] = [
            .acknowledged, .acknowledged, .acknowledged, .responded, .responded, .updated, .noted,
            .statusChanged, .statusChanged, .statusChanged, .priorityChanged, .snoozed, .escalated,
            .reassigned, .responderAdded, .estimateGiven, .diagnosed, .delayed, .workaroundFound,
            .customerWrote, .linkedRelease, .unacknowledged, .resolved, .reopened,
        ]
        let name = names.randomElement(using: &random) ?? .noted
        let person = people.randomElement(using: &random) ?? "anna"
        var event = CaseEvent(name, at: at, by: person, way: "cli", text: "words", reason: "words")
        event.until = at.adding(seconds: Int.random(in: 60...50_000, using: &random))
        switch name {
        case .statusChanged:
            event.status = [.pending, .pending, .onHold, .inProgress].randomElement(using: &random)
            event.reason = ["customer", "customer", "fix"].randomElement(using: &random)
        case .priorityChanged:
            event.priority = ["P1", "P2"].randomElement(using: &random)
            event.reason = nil
        case .reassigned, .responderAdded:
            event.person = people.randomElement(using: &random)
        case .updated where Bool.random(using: &random): event.until = nil
        default: break
        }
        return event
    }
}
