import CivilTime
import OnCall
import Testing

/// Rotations that look at one another: `distinct_from` and `if_nobody`.
@Suite struct RelationTests {
    private let berlin: Zone

    init() throws { berlin = try zone("Europe/Berlin") }

    private func always(_ name: String, _ order: [[PersonID]]) throws -> Layer {
        try layer(
            name,
            berlin,
            every: .weeks(1, on: .monday),
            at: "00:00",
            version("2027-01-04", order)
        )
    }

    private let noon = "2027-01-05T12:00"

    @Test("The next in order that shares nobody steps in")
    func stepsToTheNext() throws {
        let rotations = Rotations(
            rotation("first", try always("one", [["anna"]])),
            rotation(
                "second",
                try always("two", [["anna", "ben"], ["chitra", "anna"], ["dana"]]),
                distinctFrom: "first"
            )
        )
        #expect(try rotations.who("second", noon, berlin) == "dana")
    }

    @Test("If none differs the same person stays, and no lower layer is tried")
    func sharesIfNoneDiffers() throws {
        let rotations = Rotations(
            rotation("first", try always("one", [["anna"]])),
            rotation(
                "second",
                try always("below", [["ben"]]),
                try always("above", [["anna"]]),
                distinctFrom: "first"
            )
        )
        #expect(try rotations.who("second", noon, berlin) == "anna")
    }

    @Test("Overrides and stand-ins of the other rotation count; one's own are not stepped")
    func overridesAndStandIns() throws {
        let night = "2027-01-06T12:00"
        let rotations = Rotations(
            rotation("first", ifNobody: ["anna"]),
            rotation("second", try always("two", [["anna"], ["ben"]]), distinctFrom: "first"),
            rotation("third", ifNobody: ["anna"], distinctFrom: "first"),
            overrides: [
                try override("first", "2027-01-06T00:00", "2027-01-08T00:00", berlin, "ben"),
                try override("second", "2027-01-07T00:00", "2027-01-08T00:00", berlin, "ben"),
            ]
        )
        #expect(try rotations.who("second", noon, berlin) == "ben")
        #expect(try rotations.who("second", night, berlin) == "anna")
        #expect(try rotations.who("second", "2027-01-07T12:00", berlin) == "ben")
        #expect(try rotations.who("third", noon, berlin) == "anna")
    }

    @Test("A gap is answered by people and by rotations, each person once")
    func standIns() throws {
        let rotations = Rotations(
            rotation("empty", ifNobody: ["lena", "crew", "marcus"]),
            rotation("crew", try always("one", [["lena", "anna"]])),
            away: [try away("marcus", "2027-01-06", until: "2027-01-06", berlin)]
        )
        let expected = [
            "2027-01-05T00:00 2027-01-06T00:00 lena+anna+marcus gap",
            "2027-01-06T00:00 2027-01-07T00:00 lena+anna gap",
        ]
        let timeline = try rotations.timeline(
            "empty",
            "2027-01-05T00:00",
            "2027-01-07T00:00",
            berlin
        )
        #expect(timeline == expected)
    }

    @Test("Rotations that lead back to themselves still answer")
    func circles() throws {
        let rotations = Rotations(
            rotation("one", ifNobody: ["two", "one"], distinctFrom: "two"),
            rotation("two", try always("two", [["anna"]]), ifNobody: ["one"], distinctFrom: "one"),
            rotation("self", try always("self", [["ben"]]), distinctFrom: "self")
        )
        #expect(try rotations.who("one", noon, berlin) == "anna")
        #expect(try rotations.who("two", noon, berlin) == "anna")
        #expect(try rotations.who("self", noon, berlin) == "ben")
        #expect(try rotations.who("two", "2027-01-01T12:00", berlin) == "-")
    }

    @Test("An explanation says of each layer why it did or did not answer")
    func explanation() throws {
        let holiday = try layer(
            "holiday",
            berlin,
            onDates: ["2027-01-06"],
            every: .days(1),
            at: "00:00",
            version("2027-01-01", "erik")
        )
        let evening = try layer(
            "evening",
            berlin,
            hours: [hours(everyDay, "18:00", "22:00")],
            every: .days(1),
            at: "00:00",
            version("2027-01-01", "erik")
        )
        let later = try layer(
            "later",
            berlin,
            every: .days(1),
            at: "00:00",
            version("2028-01-01", "erik")
        )
        let rotations = Rotations(
            rotation("first", try always("one", [["ben"]])),
            rotation(
                "second",
                try always("never", [["erik"]]),
                try always("answers", [["anna", "wei"], ["ben"], ["dana", "chitra"]]),
                try always("deserted", [["wei"]]),
                later,
                evening,
                holiday,
                distinctFrom: "first"
            ),
            away: [
                try away("anna", "2027-01-05", until: "2027-01-05", berlin),
                try away("chitra", "2027-01-05", until: "2027-01-05", berlin),
            ],
            unreachable: ["wei"]
        )
        let now = try instant(noon, berlin)
        let explanation = try #require(rotations.explanation("second", at: now))
        #expect(explanation.answer.people == ["dana"])
        let begins = try instant("2028-01-01T00:00", berlin)
        #expect(
            explanation.considerations.map(\.outcome) == [
                .outsideDates, .outsideHours, .notBegun(until: begins), .nobodyThere, .answers,
                .notReached,
            ]
        )
        #expect(explanation.considerations.map(\.layer).last == "never")
        #expect(
            explanation.considerations[4].passedOver.map { "\($0.person) \($0.reason)" } == [
                "anna away", "wei unreachable", "ben answersElsewhere", "chitra away",
            ]
        )
        let covered = try override("second", noon, "2027-01-05T13:00", berlin, "anna")
        let overridden = Rotations(rotation("second"), overrides: [covered])
        #expect(overridden.explanation("second", at: now)?.considerations == [])
        #expect(overridden.explanation("second", at: now)?.answer.isOverride == true)
    }
}
