import CivilTime
import Clocks
import OnCall
import Paging
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// The same rules as the product takes them; nothing is decided here.
extension PlainRules {
    private static let here = SourceLine(file: "plain", line: 1)
    /// Read once from the machine's zone files.
    private static let berlin: Zone = {
        guard let file = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb") else {
            preconditionFailure("no zone files: install tzdata")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        do {
            return try Zone(name: "Europe/Berlin", tzif: Array(bytes.prefix(count)))
        } catch {
            preconditionFailure("the zone file of Berlin: \(error)")
        }
    }()

    /// `name` tells one reading of the files from another.
    func rulebook(_ name: String) -> Rulebook {
        let here = Self.here
        let business = BusinessCalendar(
            id: "business",
            zone: .utc,
            hours: [
                BusinessCalendar.Window(
                    days: [.monday, .tuesday, .wednesday, .thursday, .friday],
                    from: Self.wall(Self.openingHour),
                    to: Self.wall(Self.closingHour)
                )
            ]
        )
        let policy = Policy(
            id: "random",
            title: "Plain",
            sourceText: nil,
            effectiveFrom: nil,
            defaultPriority: [:],
            print: [],
            priorities: priorities.map { $0.compiled(business, here) },
            customerNotices: [],
            maintenance: nil,
            readings: [],
            source: here
        )
        return Rulebook(
            people: Dictionary(
                people.map { ($0.key, Self.person($0.key, channels: $0.value)) },
                uniquingKeysWith: { $1 }
            ),
            rotations: Rotations(
                rotations: rotations.keys.sorted().compactMap { name in
                    rotations[name].map { $0.compiled(name, Self.berlin, here) }
                },
                overrides: [],
                away: [],
                unreachable: []
            ),
            calendars: [:],
            ladders: Dictionary(
                priorities.map { ($0.name, $0.compiledLadder(business, here)) },
                uniquingKeysWith: { $1 }
            ),
            policies: ["random": policy],
            hash: name,
            zoneDataVersion: "none"
        )
    }

    private static func person(_ id: String, channels: [String]) -> Person {
        Person(
            id: id,
            name: id,
            role: nil,
            zone: .utc,
            contacts: channels.map { Contact(name: $0, channel: $0, address: id) },
            page: channels.map { PageRule(use: $0, afterSeconds: 0) },
            source: here
        )
    }

    fileprivate static func wall(_ hour: Int) -> WallTime {
        WallTime(hour: hour, minute: 0) ?? .midnight
    }
}

extension PlainRules.Rotation {
    fileprivate func compiled(_ name: String, _ berlin: Zone, _ here: SourceLine) -> Rotation {
        let zone = isInBerlin ? berlin : .utc
        return Rotation(
            id: name,
            title: name,
            zone: zone,
            layers: [
                Layer(
                    name: "days",
                    zone: zone,
                    hours: hours.map { hours in
                        [
                            HoursWindow(
                                days: Set(Weekday.allCases),
                                from: PlainRules.wall(hours.from),
                                to: PlainRules.wall(hours.to)
                            )
                        ]
                    },
                    onDates: nil,
                    handoff: Handoff(
                        every: .days(1),
                        at: PlainRules.wall(handoffHour),
                        countsCoveredTurnsOnly: false
                    ),
                    versions: [
                        MemberVersion(
                            from: CivilDate(daysSinceEpoch: PlainRules.firstDay),
                            order: order.map { [$0] },
                            first: 0,
                            source: here
                        )
                    ],
                    source: here
                )
            ],
            ifNobody: ifNobody.map { [$0] } ?? [],
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: here
        )
    }
}

extension PlainRules.Priority {
    fileprivate func compiled(
        _ business: BusinessCalendar,
        _ here: SourceLine
    ) -> Policy.Priority {
        Policy.Priority(
            promises: PriorityPromises(
                name: name,
                response: Promise(
                    target: isInBusinessHours
                        ? .open(seconds: responseSeconds) : .elapsed(seconds: responseSeconds),
                    calendar: isInBusinessHours ? business : .always,
                    text: "\(responseSeconds) s"
                ),
                update: updateSeconds.map { seconds in
                    Cadence(every: .elapsed(seconds: seconds), calendar: .always, text: "updates")
                },
                resolution: resolutionSeconds.map { seconds in
                    Promise(
                        target: .elapsed(seconds: seconds),
                        calendar: .always,
                        text: "\(seconds) s"
                    )
                },
                ownership: false
            ),
            title: name,
            also: [],
            urgency: .page,
            ladder: name,
            source: here
        )
    }

    fileprivate func compiledLadder(
        _ business: BusinessCalendar,
        _ here: SourceLine
    ) -> Ladder {
        Ladder(
            id: name,
            hours: isInBusinessHours ? business : nil,
            steps: ladder.steps.map { step in
                let offset: Ladder.Offset =
                    switch step.at {
                    case .share(let share): .share(basisPoints: share)
                    case .seconds(let seconds): .seconds(seconds)
                    }
                return Ladder.Step(at: offset, page: step.page, source: here)
            },
            leadership: ladder.leadership,
            lastResort: ladder.lastResort,
            repeatEverySeconds: ladder.repeatSeconds,
            repeatTimes: ladder.repeatTimes,
            source: here
        )
    }
}
