import CivilTime
import OnCall
import Testing

/// Two sets of files against each other.
@Suite struct RotationChangeTests {
    private let berlin: Zone

    init() throws { berlin = try zone("Europe/Berlin") }

    private func weekly(_ order: PersonID...) throws -> Rotations {
        Rotations(try rotation("support", weeklyLayer(order)))
    }

    private func weeklyLayer(_ order: [PersonID]) throws -> Layer {
        try layer(
            "weekly",
            berlin,
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2027-01-04", order.map { [$0] })
        )
    }

    private func words(_ changes: [RotationChange]) -> [String] {
        changes.map { change in
            let before = change.before?.people.joined(separator: "+") ?? "none"
            let after = change.after?.people.joined(separator: "+") ?? "none"
            return "\(change.rotation) \(text(change.start, berlin)) \(text(change.end, berlin)) "
                + "\(before) \(after)"
        }
    }

    @Test("Swapping two people changes every week, and the person on call now")
    func swap() throws {
        let (old, new) = (try weekly("anna", "ben", "chitra"), try weekly("ben", "anna", "chitra"))
        let start = try instant("2027-01-06T00:00", berlin)
        let end = try instant("2027-02-02T00:00", berlin)
        #expect(
            words(old.changes(to: new, from: start, to: end)) == [
                "support 2027-01-06T00:00 2027-01-11T09:00 anna ben",
                "support 2027-01-11T09:00 2027-01-18T09:00 ben anna",
                "support 2027-01-25T09:00 2027-02-01T09:00 anna ben",
                "support 2027-02-01T09:00 2027-02-02T00:00 ben anna",
            ]
        )
        let now = old.changes(to: new, at: start)
        #expect(now.map(\.rotation) == ["support"])
        #expect(now.first?.peopleBefore == ["anna"] && now.first?.peopleAfter == ["ben"])
        #expect(old.changes(to: new, at: try instant("2027-01-20T00:00", berlin)) == [])
        #expect(old.changes(to: old, from: start, to: end) == [])
    }

    @Test("For each person there is what they get and what they lose; who stays is left out")
    func persons() throws {
        let (old, new) = (try weekly("anna", "ben", "chitra"), try weekly("ben", "anna", "chitra"))
        let changes = old.personChanges(
            to: new,
            from: try instant("2027-01-04T09:00", berlin),
            to: try instant("2027-01-25T09:00", berlin)
        )
        #expect(changes.map(\.person) == ["anna", "ben"])
        #expect(changes[0].losses.map { text($0.start, berlin) } == ["2027-01-04T09:00"])
        #expect(changes[0].gains.map { text($0.start, berlin) } == ["2027-01-11T09:00"])
        #expect(changes[0].gains.map { text($0.end, berlin) } == ["2027-01-18T09:00"])
    }

    @Test("A rotation that comes or goes is a change, also where nobody answers for it")
    func comesAndGoes() throws {
        let old = Rotations(rotation("empty"), try rotation("gone", weeklyLayer(["anna"])))
        let new = Rotations(try rotation("new", weeklyLayer(["ben"])))
        let start = try instant("2027-01-05T00:00", berlin)
        #expect(
            words(old.changes(to: new, from: start, to: start.adding(seconds: 3_600))) == [
                "empty 2027-01-05T00:00 2027-01-05T01:00  none",
                "gone 2027-01-05T00:00 2027-01-05T01:00 anna none",
                "new 2027-01-05T00:00 2027-01-05T01:00 none ben",
            ]
        )
    }

    @Test("An instant is inside a change exactly where the answers differ", arguments: Seed.all)
    func everyInstant(seed: Seed) throws {
        let zones = try ["Europe/Berlin", "Asia/Beirut", "America/Denver"].map(zone)
        var random = SplitMix64(seed: seed.value)
        for round in 0..<100 {
            var input = RandomRotations(random: random, zones: zones)
            let old = Rotations(
                rotations: input.rotations,
                overrides: input.overrides,
                away: input.away,
                unreachable: input.unreachable
            )
            let new = Rotations(
                rotations: input.rotations,
                overrides: Array(input.overrides.dropLast()),
                away: Array(input.away.dropFirst()),
                unreachable: []
            )
            let (start, end) = (
                input.change.adding(seconds: -1_000_000), input.change.adding(seconds: 1_000_000)
            )
            let changes = old.changes(to: new, from: start, to: end)
            for _ in 0..<40 {
                let instant = input.instant()
                for id in ["first", "second"] {
                    let isInside = changes.contains {
                        $0.rotation == id && $0.start <= instant && instant < $0.end
                    }
                    let isDifferent =
                        old.answer(id, at: instant)?.people != new.answer(id, at: instant)?.people
                    try #require(isInside == isDifferent, "\(id), round \(round), \(seed)")
                }
            }
            random = input.random
        }
    }
}
