import CivilTime
import OnCall
import Shapes
import Testing

@Suite struct WatchStretchesTests {
    private func rotations(_ order: [[PersonID]], every weeks: Int) -> Rotations {
        let line = SourceLine(file: "rotations/a.yaml", line: 1)
        let versions = [20_000, 20_021, 20_420].enumerated().map { index, day in
            MemberVersion(
                from: CivilDate(daysSinceEpoch: day),
                order: order,
                first: 0,
                source: SourceLine(file: "rotations/a.yaml", line: 10 + index)
            )
        }
        let layer = Layer(
            name: "weekly",
            zone: .utc,
            hours: nil,
            onDates: nil,
            handoff: Handoff(
                every: .weeks(weeks, on: .thursday),
                at: .midnight,
                countsCoveredTurnsOnly: false
            ),
            versions: versions,
            source: line
        )
        let rotation = Rotation(
            id: "support",
            title: "Support",
            zone: .utc,
            layers: [layer],
            ifNobody: [],
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: line
        )
        return Rotations(rotations: [rotation], overrides: [], away: [], unreachable: [])
    }

    @Test(
        "Within a stretch every instant has the same watch, or the stretch has none",
        arguments: [1, 30, 200]
    )
    func sameWithin(weeks: Int) {
        let rotations = rotations([["anna"], ["ben"]], every: weeks)
        var random = 7
        for chunk in 0..<80 {
            let start = Instant(secondsSinceEpoch: (19_990 + chunk * 8) * 86_400)
            let end = start.adding(seconds: 8 * 86_400)
            let stretches = Watch.stretches(of: "support", in: rotations, from: start, to: end)
            #expect(stretches.first?.start == start)
            for (index, stretch) in stretches.enumerated() {
                let limit = index + 1 < stretches.count ? stretches[index + 1].start : end
                let length = limit.seconds(since: stretch.start)
                random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
                for offset in [0, random % length, length - 1] {
                    let instant = stretch.start.adding(seconds: offset)
                    let watch = Watch("support", at: instant, in: rotations)
                    if let kept = stretch.watch { #expect(kept == watch) }
                }
            }
        }
    }

    @Test("Most stretches can be kept, and a rotation that is not there has none")
    func kept() {
        let start = Instant(secondsSinceEpoch: 20_100 * 86_400)
        let end = start.adding(seconds: 80 * 86_400)
        let weekly = rotations([["anna"], ["ben"]], every: 1)
        let stretches = Watch.stretches(of: "support", in: weekly, from: start, to: end)
        #expect(stretches.count > 10 && stretches.allSatisfy { $0.watch != nil })
        let lonely = rotations([["anna"]], every: 1)
        let alone = Watch.stretches(of: "support", in: lonely, from: start, to: end)
        #expect(alone.count == 1 && alone.first?.watch != nil)
        #expect(alone.first?.watch?.until == nil && alone.first?.watch?.unseenFrom == nil)
        #expect(Watch.stretches(of: "suport", in: weekly, from: start, to: end).isEmpty)
    }
}
