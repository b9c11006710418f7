import CivilTime
import OnCall
import Testing

/// Bands, clock changes and holidays: what pictures and rehearsals show of rotations.
@Suite struct ForecastTests {
    private let berlin: Zone

    init() throws { berlin = try zone("Europe/Berlin") }

    @Test("A band says what a layer would say by itself, also where another covers it")
    func bands() throws {
        let rotations = Rotations(
            rotation(
                "support",
                try layer(
                    "below",
                    berlin,
                    every: .days(1),
                    at: "09:00",
                    version("2027-01-04", "anna", "ben")
                ),
                try layer(
                    "above",
                    berlin,
                    hours: [hours(weekdays, "12:00", "14:00")],
                    every: .days(1),
                    at: "09:00",
                    version("2027-01-04", "chitra")
                )
            ),
            away: [try away("ben", "2027-01-05", until: "2027-01-05", berlin)]
        )
        let bands = rotations.bands(
            "support",
            from: try instant("2027-01-04T00:00", berlin),
            to: try instant("2027-01-06T12:00", berlin)
        )
        let words = bands.map { band in
            band.stretches.map { stretch in
                "\(text(stretch.start, berlin)) \(text(stretch.end, berlin)) "
                    + stretch.people.joined(separator: "+")
            }
        }
        #expect(bands.map(\.layer) == ["below", "above"])
        #expect(
            words == [
                [
                    "2027-01-04T09:00 2027-01-06T00:00 anna",
                    "2027-01-06T00:00 2027-01-06T09:00 ben",
                    "2027-01-06T09:00 2027-01-06T12:00 anna",
                ],
                [
                    "2027-01-04T12:00 2027-01-04T14:00 chitra",
                    "2027-01-05T12:00 2027-01-05T14:00 chitra",
                ],
            ]
        )
        #expect(rotations.bands("suport", from: .distantPast, to: .distantFuture) == [])
    }

    @Test("Where answers are cut by version, nothing about them changes within")
    func answers() throws {
        let rotations = Rotations(
            rotation(
                "support",
                try layer(
                    "weekly",
                    berlin,
                    every: .weeks(1, on: .monday),
                    at: "09:00",
                    version("2027-01-04", "anna", line: 1),
                    version("2027-01-11", "anna", line: 2)
                )
            )
        )
        let start = try instant("2027-01-05T00:00", berlin)
        let end = try instant("2027-02-05T00:00", berlin)
        #expect(rotations.shifts("support", from: start, to: end).count == 1)
        let answers = rotations.answers("support", from: start, to: end)
        #expect(answers.map(\.answer.source.line) == [1, 2])
        #expect(text(answers[1].start, berlin) == "2027-01-11T09:00")
    }

    @Test("A clock change tells the day's length, and the handoffs and hours that it moves")
    func clockChanges() throws {
        let rotations = Rotations(
            rotation(
                "support",
                try layer(
                    "nights",
                    berlin,
                    hours: [hours(everyDay, "22:00", "02:30")],
                    every: .weeks(1, on: .sunday),
                    at: "02:00",
                    version("2027-01-03", "anna", "ben")
                ),
                try layer(
                    "month's end",
                    berlin,
                    every: .months(1, day: 31),
                    at: "02:30",
                    version("2027-01-31", "anna", "ben")
                ),
                try layer(
                    "alone",
                    berlin,
                    every: .days(1),
                    at: "02:30",
                    version("2027-01-03", "anna")
                )
            )
        )
        let changes = rotations.clockChanges(
            from: try instant("2027-01-01T00:00", berlin),
            to: try instant("2028-01-01T00:00", berlin)
        )
        #expect(changes.map(\.date.description) == ["2027-03-28", "2027-10-31"])
        #expect(changes.map(\.daySeconds) == [82_800, 90_000])
        let words = changes.map { change in
            change.moved.map { moved in
                "\(moved.layer) \(moved.kind) \(moved.local) "
                    + "\(moved.isMissing ? "missing" : "twice") \(moved.at)"
            }
        }
        #expect(
            words == [
                [
                    "nights handoff 2027-03-28T02:00 missing 2027-03-28T01:00:00Z",
                    "nights closing 2027-03-28T02:30 missing 2027-03-28T01:00:00Z",
                ],
                [
                    "nights handoff 2027-10-31T02:00 twice 2027-10-31T00:00:00Z",
                    "month's end handoff 2027-10-31T02:30 twice 2027-10-31T00:30:00Z",
                    "nights closing 2027-10-31T02:30 twice 2027-10-31T01:30:00Z",
                ],
            ]
        )
    }

    @Test("A holiday is told where it has less cover than the same weekday around it")
    func holidays() throws {
        let office = try layer(
            "office",
            berlin,
            hours: [hours(weekdays, "09:00", "17:00")],
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2027-01-04", "anna")
        )
        let rotations = Rotations(
            rotation("support", office),
            away: [try away("anna", "2027-12-24", until: "2027-12-24", berlin)]
        )
        let gaps = rotations.holidayGaps(
            // A Friday, and a Saturday that is never covered.
            on: [try date("2027-12-24"), try date("2027-12-25"), try date("2027-05-17")],
            from: try instant("2027-01-05T00:00", berlin),
            to: try instant("2028-01-01T00:00", berlin)
        )
        #expect(gaps.map(\.date.description) == ["2027-12-24"])
        #expect(gaps.first?.uncoveredSeconds == 86_400)
        #expect(gaps.first?.usualSeconds == 16 * 3_600)
    }
}
