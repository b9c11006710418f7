import CivilTime
import OnCall
import Testing

/// The rules of rotation files, one by one.
@Suite struct RuleTests {
    private let berlin: Zone

    init() throws { berlin = try zone("Europe/Berlin") }

    private func weekly(_ name: String = "weekly", _ order: PersonID...) throws -> Layer {
        try layer(
            name,
            berlin,
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2027-01-04", order.map { [$0] })
        )
    }

    @Test("A rotation that does not exist has no answer")
    func unknown() throws {
        let rotations = Rotations(rotation("support", try weekly("weekly", "anna")))
        let now = try instant("2027-01-05T00:00", berlin)
        #expect(rotations.answer("suport", at: now) == nil)
        #expect(rotations.shifts("suport", from: now, to: now.adding(seconds: 60)).isEmpty)
        #expect(rotations.nextChange("suport", after: now) == nil)
        #expect(rotations.explanation("suport", at: now) == nil)
    }

    @Test("Before the first version begins, and with nobody to stand in, nobody answers")
    func beforeTheFirst() throws {
        let rotations = Rotations(rotation("support", try weekly("weekly", "anna")))
        let answer = rotations.answer("support", at: try instant("2027-01-04T08:59", berlin))
        #expect(answer?.people == [] && answer?.isGap == true && answer?.layer == nil)
        #expect(try rotations.who("support", "2027-01-04T09:00", berlin) == "anna")
    }

    @Test("At the handoff the incoming person answers")
    func handoff() throws {
        let rotations = Rotations(rotation("support", try weekly("weekly", "anna", "ben")))
        let handoff = try instant("2027-01-11T09:00", berlin)
        #expect(try rotations.who("support", at: handoff.adding(seconds: -1)) == "anna")
        #expect(try rotations.who("support", at: handoff) == "ben")
        #expect(rotations.nextChange("support", after: handoff.adding(seconds: -1)) == handoff)
    }

    @Test("When all of a layer are away, the layer below answers, then if_nobody")
    func fallThrough() throws {
        let rotations = Rotations(
            rotation(
                "support",
                try weekly("below", "chitra"),
                try weekly("above", "anna", "ben"),
                ifNobody: ["lena", "marcus"]
            ),
            away: [
                try away("anna", "2027-01-06", until: "2027-01-08", berlin),
                try away("ben", "2027-01-07", until: "2027-01-08", berlin),
                try away("chitra", "2027-01-08", until: "2027-01-08", berlin),
                try away("marcus", "2027-01-08", until: "2027-01-08", berlin),
            ]
        )
        let expected = [
            "2027-01-05T00:00 2027-01-06T00:00 anna above",
            "2027-01-06T00:00 2027-01-07T00:00 ben above",
            "2027-01-07T00:00 2027-01-08T00:00 chitra below",
            "2027-01-08T00:00 2027-01-09T00:00 lena gap",
            "2027-01-09T00:00 2027-01-10T00:00 anna above",
        ]
        #expect(
            try rotations.timeline("support", "2027-01-05T00:00", "2027-01-10T00:00", berlin)
                == expected
        )
    }

    @Test("Someone unreachable is never cover, not even by an override")
    func unreachable() throws {
        let rotations = Rotations(
            rotation("support", try weekly("weekly", "anna", "ben"), ifNobody: ["dana"]),
            overrides: [
                try override("support", "2027-01-12T00:00", "2027-01-13T00:00", berlin, "anna"),
                try override(
                    "support",
                    "2027-01-13T00:00",
                    "2027-01-14T00:00",
                    berlin,
                    "anna",
                    "wei"
                ),
            ],
            unreachable: ["anna", "dana"]
        )
        let expected = [
            "2027-01-03T00:00 2027-01-04T09:00 - gap",
            "2027-01-04T09:00 2027-01-13T00:00 ben weekly",
            "2027-01-13T00:00 2027-01-14T00:00 wei override",
            "2027-01-14T00:00 2027-01-15T00:00 ben weekly",
        ]
        #expect(
            try rotations.timeline("support", "2027-01-03T00:00", "2027-01-15T00:00", berlin)
                == expected
        )
    }

    @Test("An override stands for someone away, and one that touches it is another shift")
    func overrides() throws {
        let rotations = Rotations(
            rotation("support", try weekly("weekly", "ben")),
            overrides: [
                try override("support", "2027-01-06T12:00", "2027-01-06T14:00", berlin, "anna"),
                try override(
                    "support",
                    "2027-01-06T10:00",
                    "2027-01-06T12:00",
                    berlin,
                    "anna",
                    line: 51
                ),
            ],
            away: [try away("anna", "2027-01-06", until: "2027-01-06", berlin)]
        )
        let expected = [
            "2027-01-06T00:00 2027-01-06T10:00 ben weekly",
            "2027-01-06T10:00 2027-01-06T12:00 anna override",
            "2027-01-06T12:00 2027-01-06T14:00 anna override",
            "2027-01-06T14:00 2027-01-07T00:00 ben weekly",
        ]
        #expect(
            try rotations.timeline("support", "2027-01-06T00:00", "2027-01-07T00:00", berlin)
                == expected
        )
    }

    @Test("A layer on dates is tested at the instant, not by the day its window starts")
    func dates() throws {
        let night = try layer(
            "holiday night",
            berlin,
            hours: [hours(everyDay, "22:00", "06:00")],
            onDates: ["2027-01-06"],
            every: .days(1),
            at: "12:00",
            version("2027-01-01", "anna")
        )
        let rotations = Rotations(rotation("support", night))
        let expected = [
            "2027-01-05T12:00 2027-01-06T00:00 - gap",
            "2027-01-06T00:00 2027-01-06T06:00 anna holiday night",
            "2027-01-06T06:00 2027-01-06T22:00 - gap",
            "2027-01-06T22:00 2027-01-07T00:00 anna holiday night",
            "2027-01-07T00:00 2027-01-07T12:00 - gap",
        ]
        #expect(
            try rotations.timeline("support", "2027-01-05T12:00", "2027-01-07T12:00", berlin)
                == expected
        )
    }

    @Test("The slot of an hour that the clocks skip counts, with no length")
    func skippedSlot() throws {
        let hourly = try layer(
            "hourly",
            berlin,
            every: .hours(1),
            at: "00:00",
            version("2027-03-28", "anna", "ben", "chitra", "dana")
        )
        let rotations = Rotations(rotation("support", hourly))
        let expected = [
            "2027-03-28T00:00 2027-03-28T01:00 anna hourly",
            "2027-03-28T01:00 2027-03-28T03:00 ben hourly",
            "2027-03-28T03:00 2027-03-28T04:00 dana hourly",
            "2027-03-28T04:00 2027-03-28T05:00 anna hourly",
        ]
        #expect(
            try rotations.timeline("support", "2027-03-28T00:00", "2027-03-28T05:00", berlin)
                == expected
        )
    }

    @Test("A covered turn is counted by its own window on the day the clocks skip it, too")
    func coveredInTheGap() throws {
        let nightly = try layer(
            "nightly",
            berlin,
            hours: [hours(everyDay, "02:00", "03:00")],
            every: .days(1),
            at: "00:00",
            covered: true,
            version("2027-03-26", "anna", "ben", "chitra")
        )
        let rotations = Rotations(rotation("support", nightly))
        #expect(try rotations.who("support", "2027-03-27T02:30", berlin) == "ben")
        // The window of the 28th has no instant, so it uses up no turn.
        #expect(try rotations.who("support", "2027-03-29T02:30", berlin) == "chitra")
    }
}
