import CivilTime
import Foundation
import OnCall
import Testing

/// One seed of a property test.
///
/// `SEED=0x2a swift test --filter ComparisonTests` replays exactly that seed.
struct Seed: Sendable, CustomStringConvertible {
    var value: UInt64

    var description: String { "replay with SEED=0x\(String(value, radix: 16))" }

    static var all: [Seed] {
        if let given = ProcessInfo.processInfo.environment["SEED"],
            let value = UInt64(given.replacingOccurrences(of: "0x", with: ""), radix: 16)
        {
            return [Seed(value: value)]
        }
        return [Seed(value: 1), Seed(value: 2)]
    }
}

/// The resolver against the slow and obvious evaluation of the same random rotations.
@Suite struct ComparisonTests {
    /// Both turns of the clock, half an hour, changes at midnight, and zones that never change.
    static let zoneNames = [
        "Europe/Berlin", "America/Denver", "Asia/Singapore", "Australia/Lord_Howe",
        "Asia/Beirut", "Africa/Cairo", "Europe/Dublin", "America/Santiago",
    ]

    /// Ten thousand rotations between the two seeds, two a round.
    private static let rounds = 2_500

    @Test("Answers equal those of the slow evaluator, in every zone", arguments: Seed.all)
    func answers(seed: Seed) throws {
        let zones = try everyZone()
        #expect(zones.count > 300, "a whole tzdata has more distinct files")
        var random = SplitMix64(seed: seed.value)
        for round in 0..<Self.rounds {
            // Each zone has its turn; the one beside it is any.
            let pair = [
                zones[round % zones.count], zones.randomElement(using: &random) ?? .utc,
            ]
            var input = RandomRotations(random: random, zones: pair)
            let (rotations, slow) = resolvers(of: input)
            for _ in 0..<8 {
                let instant = input.instant()
                for id in ["first", "second"] {
                    let answer = try #require(rotations.answer(id, at: instant))
                    let expected = slow.answer(id, at: instant)
                    try #require(
                        Spoken(answer) == Spoken(people: expected.people, by: expected.by),
                        "\(id) at \(instant.secondsSinceEpoch), round \(round), \(seed)"
                    )
                }
            }
            random = input.random
        }
    }

    @Test("Shifts are contiguous, clipped, as long as can be, and say what answers say")
    func shifts() throws {
        let zones = try Self.zoneNames.map(zone)
        var random = SplitMix64(seed: 7)
        for round in 0..<150 {
            var input = RandomRotations(random: random, zones: zones)
            let (rotations, slow) = resolvers(of: input)
            let start = input.instant()
            let end = start.adding(seconds: 86_400 * 10 + 61)
            let shifts = rotations.shifts("first", from: start, to: end)
            try #require(shifts.first?.start == start && shifts.last?.end == end, "round \(round)")
            for (shift, next) in zip(shifts, shifts.dropFirst()) {
                try #require(shift.start < shift.end && shift.end == next.start, "round \(round)")
                try #require(Spoken(shift.answer) != Spoken(next.answer), "round \(round)")
                let change = rotations.nextChange("first", after: shift.start)
                try #require(change == shift.end, "round \(round)")
            }
            for shift in shifts {
                let length = shift.end.seconds(since: shift.start)
                let inside = Int.random(in: 0..<length, using: &input.random)
                for seconds in [0, inside, length - 1] {
                    let instant = shift.start.adding(seconds: seconds)
                    let expected = slow.answer("first", at: instant)
                    try #require(
                        Spoken(shift.answer) == Spoken(people: expected.people, by: expected.by),
                        "at \(instant.secondsSinceEpoch), round \(round)"
                    )
                }
            }
            random = input.random
        }
    }

    @Test("Every minute of the days around a clock change is answered alike")
    func everyMinute() throws {
        let zones = try Self.zoneNames.map(zone)
        var random = SplitMix64(seed: 11)
        for round in 0..<12 {
            let input = RandomRotations(random: random, zones: zones)
            let (rotations, slow) = resolvers(of: input)
            for minute in -720...720 {
                let instant = input.change.adding(seconds: minute * 60)
                let answer = try #require(rotations.answer("first", at: instant))
                let expected = slow.answer("first", at: instant)
                try #require(
                    Spoken(answer) == Spoken(people: expected.people, by: expected.by),
                    "at \(instant.secondsSinceEpoch), round \(round)"
                )
            }
            random = input.random
        }
    }

    @Test("Covered turns are counted alike where clock changes hide or stretch a window")
    func coveredTurns() throws {
        let zones = try Self.zoneNames.map(zone)
        var random = SplitMix64(seed: 13)
        for round in 0..<100 {
            let zone = try #require(zones.randomElement(using: &random))
            let layer = Self.smallHours(zone, around: round, using: &random)
            let order = rotation("first", layer)
            let rotations = Rotations(order)
            let slow = SlowRotations(rotations: [order], overrides: [], away: [], unreachable: [])
            let start = zone.first(of: CivilDateTime(date: layer.versions[0].from, time: .midnight))
            let end = start.adding(seconds: 60 * 86_400)
            for shift in rotations.shifts("first", from: start, to: end) {
                let expected = slow.answer("first", at: shift.start)
                try #require(
                    Spoken(shift.answer) == Spoken(people: expected.people, by: expected.by),
                    "at \(shift.start.secondsSinceEpoch), round \(round)"
                )
            }
        }
    }

    /// A layer whose handoffs and short windows are in the hours in which clocks change.
    private static func smallHours(
        _ zone: Zone,
        around round: Int,
        using random: inout SplitMix64
    ) -> Layer {
        func half(_ range: ClosedRange<Int>) -> Int { 1800 * Int.random(in: range, using: &random) }
        let start = Instant(secondsSinceEpoch: 1_790_000_000 + round * 9_000_000)
        let changes = zone.transitions(from: start, to: start.adding(seconds: 400 * 86_400))
        let change = changes.randomElement(using: &random)?.at ?? start
        let from = zone.civil(at: change).date.adding(days: -Int.random(in: 2...9, using: &random))
        let opening = half(0...7)
        let window = HoursWindow(
            days: Set(Weekday.allCases.filter { _ in Bool.random(using: &random) }),
            from: WallTime(secondsSinceMidnight: opening) ?? .midnight,
            to: WallTime(secondsSinceMidnight: opening + half(1...2)) ?? .midnight
        )
        return Layer(
            name: "small hours",
            zone: zone,
            hours: [window],
            onDates: nil,
            handoff: Handoff(
                every: .days(Int.random(in: 1...3, using: &random)),
                at: WallTime(secondsSinceMidnight: half(0...7)) ?? .midnight,
                countsCoveredTurnsOnly: true
            ),
            versions: [
                MemberVersion(
                    from: from,
                    order: [["anna"], ["ben"], ["chitra"]],
                    first: 0,
                    source: someLine
                )
            ],
            source: someLine
        )
    }

    private func resolvers(of input: RandomRotations) -> (Rotations, SlowRotations) {
        (
            Rotations(
                rotations: input.rotations,
                overrides: input.overrides,
                away: input.away,
                unreachable: input.unreachable
            ),
            SlowRotations(
                rotations: input.rotations,
                overrides: input.overrides,
                away: input.away,
                unreachable: input.unreachable
            )
        )
    }
}

/// What an answer says, apart from the member version's line.
private struct Spoken: Equatable {
    var people: [PersonID]
    var by: String
}

extension Spoken {
    init(_ answer: Answer) {
        people = answer.people
        let override = "override \(answer.source.line)"
        by = answer.isGap ? "gap" : answer.isOverride ? override : answer.layer ?? "none"
    }
}
