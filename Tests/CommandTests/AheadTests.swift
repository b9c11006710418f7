import CivilTime
import OnCall
import Shapes
import Testing

@testable import tocsin

@Suite("The next change is named however far ahead it is") struct AheadTests {
    private static let line = SourceLine(file: "rotations/a.yaml", line: 3)
    private static let now = Instant(secondsSinceEpoch: 1_780_300_800)  // 2026-06-01T08:00:00Z

    private func rotations(
        _ versions: [(from: Int, order: [[String]])],
        every: Handoff.Interval = .days(1),
        hours: [HoursWindow]? = nil,
        away: [Away] = []
    ) -> Rotations {
        let layer = Layer(
            name: "turns",
            zone: .utc,
            hours: hours,
            onDates: nil,
            handoff: Handoff(every: every, at: .midnight, countsCoveredTurnsOnly: false),
            versions: versions.map { version in
                MemberVersion(
                    from: CivilDate(daysSinceEpoch: version.from),
                    order: version.order,
                    first: 0,
                    source: Self.line
                )
            },
            source: Self.line
        )
        let rotation = Rotation(
            id: "desk",
            title: "desk",
            zone: .utc,
            layers: [layer],
            ifNobody: [],
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: Self.line
        )
        return Rotations(rotations: [rotation], overrides: [], away: away, unreachable: [])
    }

    @Test("A change ten years away has its instant and its people")
    func tenYears() throws {
        // 2036-06-02 is day 24,259.
        let rotations = rotations([(20_000, [["anna"]]), (24_259, [["ben"]])])
        let watch = try #require(Watch("desk", at: Self.now, in: rotations))
        let change = Instant(secondsSinceEpoch: 24_259 * 86_400)
        #expect(watch.until == change)
        #expect(watch.next?.people == ["ben"] && watch.next?.from == change)
    }

    @Test("The same where a handoff every day in between changes nobody")
    func throughHandoffs() throws {
        let end = Instant(secondsSinceEpoch: 24_259 * 86_400)
        let away = Away(person: "ben", start: .distantPast, end: end, source: Self.line)
        let rotations = rotations([(20_000, [["anna"], ["ben"]])], away: [away])
        let watch = try #require(Watch("desk", at: Self.now, in: rotations))
        let until = try #require(watch.until)
        #expect(until >= end && until.seconds(since: end) <= 86_400)
        #expect(watch.next?.people == ["ben"])
    }

    @Test("Who stands alone never changes")
    func never() throws {
        let rotations = rotations([(20_000, [["anna"]])])
        #expect(rotations.ahead(of: "desk", after: Self.now) == .never)
        let watch = try #require(Watch("desk", at: Self.now, in: rotations))
        #expect(watch.until == nil && watch.next == nil && watch.unseenFrom == nil)
        #expect(rotations.ahead(of: "dekk", after: Self.now) == nil)
    }

    @Test("Where handoffs never change anybody, looking ahead ends and says how far it came")
    func bounded() throws {
        let away = Away(
            person: "ben",
            start: .distantPast,
            end: .distantFuture,
            source: Self.line
        )
        let rotations = rotations([(20_000, [["anna"], ["ben"]])], away: [away])
        let watch = try #require(Watch("desk", at: Self.now, in: rotations))
        #expect(watch.until == nil && watch.next == nil)
        let unseen = try #require(watch.unseenFrom)
        #expect(unseen.seconds(since: Self.now) > 100 * 365 * 86_400)
    }
}
