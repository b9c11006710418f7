import CivilTime
import Testing

@Suite struct ZonePropertyTests {
    @Test("Every instant is among the instants of its own time on the wall", arguments: Seed.all)
    func roundTrip(seed: Seed) throws {
        var random = SplitMix64(seed: seed)
        for name in SystemZones.varied {
            let zone = try SystemZones.zone(name)
            let changes = zone.transitions(
                from: Instant(secondsSinceEpoch: -3_000_000_000),
                to: Instant(secondsSinceEpoch: 20_000_000_000)
            )
            for round in 0..<300 {
                let near = changes.randomElement(using: &random)?.at
                let center = round % 3 == 0 ? nil : near
                let instant =
                    center.map {
                        $0.adding(seconds: .random(in: -90_000...90_000, using: &random))
                    }
                    ?? Instant(
                        secondsSinceEpoch: .random(
                            in: -60_000_000_000...250_000_000_000,
                            using: &random
                        )
                    )
                check(instant, in: zone, "round \(round), \(seed)")
            }
        }
    }

    private func check(_ instant: Instant, in zone: Zone, _ place: String) {
        let civil = zone.civil(at: instant)
        #expect(civil.time < .endOfDay)
        switch zone.instants(of: civil) {
        case .once(let only):
            #expect(only == instant, "\(zone.name) \(instant), \(place)")
        case .missing:
            Issue.record("\(civil) is shown in \(zone.name) at \(instant), \(place)")
        case .twice(let first, let second):
            #expect(first < second)
            #expect(first == instant || second == instant, "\(zone.name) \(instant), \(place)")
            #expect(zone.civil(at: first) == civil && zone.civil(at: second) == civil)
        }
        #expect(Instant(rfc3339: instant.rfc3339(in: zone)) == instant)
        #expect(Instant(rfc3339: instant.rfc3339) == instant)
    }

    @Test("A time on the wall that is missing has a gap around it", arguments: Seed.all)
    func gaps(seed: Seed) throws {
        var random = SplitMix64(seed: seed)
        for name in SystemZones.varied {
            let zone = try SystemZones.zone(name)
            for round in 0..<300 {
                let date = CivilDate(daysSinceEpoch: .random(in: -30_000...200_000, using: &random))
                let time = WallTime(secondsSinceMidnight: .random(in: 0...86_400, using: &random))
                let civil = CivilDateTime(date: date, time: try #require(time))
                let found = zone.instants(of: civil)
                #expect(zone.first(of: civil) <= zone.last(of: civil))
                guard case .missing(let end) = found else { continue }
                let before = zone.civil(at: end.adding(seconds: -1))
                #expect(before < civil && civil < zone.civil(at: end), "\(round), \(seed)")
            }
        }
    }

    @Test("The changes of a stretch are those of its parts", arguments: Seed.all)
    func transitionsInParts(seed: Seed) throws {
        var random = SplitMix64(seed: seed)
        for name in SystemZones.varied {
            let zone = try SystemZones.zone(name)
            for round in 0..<20 {
                let cuts = (0..<3).map { _ in
                    Int.random(in: -5_000_000_000...30_000_000_000, using: &random)
                }
                .sorted().map(Instant.init)
                let parts =
                    zone.transitions(from: cuts[0], to: cuts[1])
                    + zone.transitions(from: cuts[1], to: cuts[2])
                #expect(
                    zone.transitions(from: cuts[0], to: cuts[2]) == parts,
                    "\(name), round \(round), \(seed)"
                )
            }
        }
    }
}
