import CivilTime
import OnCall
import Shapes
import Testing

@testable import tocsin

/// The plain way of `who --batch` against the general one.
@Suite struct WhoBatchTests {
    private let rotations: Rotations

    init() {
        let line = SourceLine(file: "rotations/a.yaml", line: 3)
        let version = MemberVersion(
            from: CivilDate(daysSinceEpoch: 20_000),
            order: [["anna"], ["ben", "chitra"]],
            first: 0,
            source: line
        )
        func rotation(_ id: String, _ every: Handoff.Interval) -> Rotation {
            let layer = Layer(
                name: "turns",
                zone: .utc,
                hours: nil,
                onDates: nil,
                handoff: Handoff(every: every, at: .midnight, countsCoveredTurnsOnly: false),
                versions: [version],
                source: line
            )
            return Rotation(
                id: id,
                title: id,
                zone: .utc,
                layers: [layer],
                ifNobody: [],
                distinctFrom: nil,
                requiredCoverageSeconds: nil,
                source: line
            )
        }
        rotations = Rotations(
            rotations: [rotation("day", .days(1)), rotation("long", .days(500))],
            overrides: [],
            away: [],
            unreachable: []
        )
    }

    private func plain(_ line: String, _ batch: inout WhoBatch) -> String? {
        var output: [UInt8] = []
        let isAnswered = Array(line.utf8).withUnsafeBytes { batch.answer($0, into: &output) }
        return isAnswered ? String(decoding: output, as: UTF8.self) : nil
    }

    @Test("A plain question has the bytes of the general answer, in any order of asking")
    func sameBytes() throws {
        var batch = WhoBatch(rotations)
        var random = 5
        var count = 0
        for _ in 0..<2_000 {
            random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
            let at = Instant(secondsSinceEpoch: 1_700_000_000 + random % 200_000_000)
            let name = random % 3 == 0 ? "long" : "day"
            let line = "{\"rotation\": \"\(name)\", \"at\":\"\(at.rfc3339)\"}"
            let watch = try #require(Watch(name, at: at, in: rotations))
            var writer = JSONWriter()
            writer.value([watch], at: at)
            count += 1
            #expect(plain(line, &batch) == writer.text)
        }
        #expect(count == 2_000)
    }

    @Test("Members may come in either order, with spaces")
    func forms() {
        var batch = WhoBatch(rotations)
        let one = plain("{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:00Z\"}", &batch)
        let other = plain(" { \"at\" : \"2026-01-01T00:00:00Z\", \"rotation\": \"day\" }\r", &batch)
        #expect(one != nil && one == other)
    }

    @Test(
        "Whatever is not plain is left to the general way",
        arguments: [
            "", "{}", "[]", "{\"rotation\":\"day\"}", "{\"at\":\"2026-01-01T00:00:00Z\"}",
            "{\"rotation\":\"day\",\"at\":\"tomorrow\"}",
            "{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:60Z\"}",
            "{\"rotation\":\"day\",\"at\":\"2026-02-30T00:00:00Z\"}",
            "{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:00+00:00\"}",
            "{\"rotation\":\"nowhere\",\"at\":\"2026-01-01T00:00:00Z\"}",
            "{\"rotation\":\"d\\u0061y\",\"at\":\"2026-01-01T00:00:00Z\"}",
            "{\"rotation\":\"day\",\"rotation\":\"long\",\"at\":\"2026-01-01T00:00:00Z\"}",
            "{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:00Z\",\"more\":1}",
            "{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:00Z\"} x",
            "{\"rotation\":\"day\",\"at\":\"2026-01-01T00:00:00Z\"",
            "{\"rotation\":\"day\",\"at\":\"0000-01-01T00:00:00Z\"}",
        ]
    )
    func leaves(line: String) {
        var batch = WhoBatch(rotations)
        #expect(plain(line, &batch) == nil)
    }
}
