import CivilTime
import OnCall
import Testing

/// What holds however far one looks, and whatever a file says.
@Suite struct HorizonTests {
    @Test("A later version never changes a shift before it begins", arguments: Seed.all)
    func versions(seed: Seed) throws {
        let zones = try ["Europe/Berlin", "America/Denver", "Asia/Beirut"].map(zone)
        var random = SplitMix64(seed: seed.value)
        for round in 0..<100 {
            let input = RandomRotations(random: random, zones: zones)
            random = input.random
            var shorter = input.rotations[0]
            shorter.layers = shorter.layers.map { layer in
                var layer = layer
                if layer.versions.count > 1 { layer.versions.removeLast() }
                return layer
            }
            shorter.distinctFrom = nil
            var longer = shorter
            longer.layers = input.rotations[0].layers
            let begins = zip(longer.layers, shorter.layers)
                .filter { $0.versions.count > $1.versions.count }
                .compactMap { layer, _ in
                    layer.versions.last.map { version in
                        layer.zone.first(
                            of: CivilDateTime(date: version.from, time: layer.handoff.at)
                        )
                    }
                }
            guard let end = begins.min() else { continue }
            let start = end.adding(seconds: -30 * 86_400)
            let before = Rotations(shorter, overrides: input.overrides, away: input.away)
                .shifts("first", from: start, to: end)
            let after = Rotations(longer, overrides: input.overrides, away: input.away)
                .shifts("first", from: start, to: end)
            try #require(before == after, "round \(round), \(seed)")
        }
    }

    @Test("Four hundred years on, which are whole weeks, the same people answer")
    func calendarCycle() throws {
        let denver = try zone("America/Denver")
        let rotations = Rotations(
            rotation(
                "support",
                try layer(
                    "weekly",
                    denver,
                    every: .weeks(1, on: .monday),
                    at: "09:00",
                    version("2027-01-04", "anna", "ben", "chitra")
                ),
                try layer(
                    "nights",
                    denver,
                    hours: [hours(weekdays, "22:00", "02:30")],
                    every: .days(1),
                    at: "09:00",
                    covered: true,
                    version("2027-01-04", "dana", "erik", "wei")
                ),
                try layer(
                    "month's end",
                    denver,
                    hours: [hours(weekend, "10:00", "12:00")],
                    every: .months(1, day: 31),
                    at: "09:00",
                    version("2027-01-31", "lena", "marcus")
                )
            )
        )
        let cycle = 146_097 * 86_400
        let start = try instant("2040-01-01T00:00", denver)
        let end = try instant("2041-01-01T00:00", denver)
        let near = rotations.shifts("support", from: start, to: end)
        for cycles in [1, 10] {
            let far = rotations.shifts(
                "support",
                from: start.adding(seconds: cycles * cycle),
                to: end.adding(seconds: cycles * cycle)
            )
            let moved = far.map { shift in
                Shift(
                    start: shift.start.adding(seconds: -cycles * cycle),
                    end: shift.end.adding(seconds: -cycles * cycle),
                    answer: shift.answer
                )
            }
            #expect(moved == near)
        }
        #expect(near.count > 500)
    }

    @Test("A new version that changes nobody does not end a shift")
    func joins() throws {
        let berlin = try zone("Europe/Berlin")
        let weekly = try layer(
            "weekly",
            berlin,
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2027-01-04", "anna", "ben"),
            version("2027-01-11", [["ben"], ["anna"], ["chitra"]], first: 0),
            version("2027-01-18", [["ben"]])
        )
        let rotations = Rotations(rotation("support", weekly))
        #expect(
            try rotations.timeline("support", "2027-01-05T00:00", "2027-02-01T00:00", berlin) == [
                "2027-01-05T00:00 2027-01-11T09:00 anna weekly",
                "2027-01-11T09:00 2027-02-01T00:00 ben weekly",
            ]
        )
        #expect(
            rotations.nextChange("support", after: try instant("2027-01-12T00:00", berlin)) == nil
        )
    }

    @Test("The ends of time and absurd intervals are answered too")
    func extremes() throws {
        let berlin = try zone("Europe/Berlin")
        let intervals: [Handoff.Interval] = [
            .hours(.max), .hours(0), .days(.max), .days(-1), .weeks(.max, on: .monday),
            .months(.max, day: 99), .months(0, day: 0),
        ]
        for interval in intervals {
            for covered in [false, true] {
                let odd = try layer(
                    "odd",
                    berlin,
                    hours: [hours([], "09:00", "17:00"), hours([.monday], "00:00", "00:00")],
                    every: interval,
                    at: "24:00",
                    covered: covered,
                    version("0001-01-01", "anna", "ben"),
                    version("9999-12-31", "ben", "anna")
                )
                let rotations = Rotations(rotation("support", odd))
                for second in [Int.min, 0, 1_800_000_000, Int.max] {
                    let instant = Instant(secondsSinceEpoch: second)
                    #expect(rotations.answer("support", at: instant) != nil)
                    let later = instant.secondsSinceEpoch > 0 ? instant : .distantPast
                    let day = rotations.shifts(
                        "support",
                        from: later,
                        to: later.adding(seconds: 86_400)
                    )
                    #expect(day.allSatisfy { $0.start < $0.end })
                }
            }
        }
    }
}
