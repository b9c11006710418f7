import Testing

@testable import CivilTime

@Suite struct FooterRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var rule: String
        /// Each change of the years 2027 and 2028, in UTC.
        var changes: [String]

        var testDescription: String { rule }
    }

    static let rows: [Row] = [
        Row(rule: "UTC0", changes: []),
        Row(rule: "<+03>-3", changes: []),
        Row(rule: "<-0330>3:30", changes: []),
        Row(
            rule: "CET-1CEST,M3.5.0,M10.5.0/3",
            changes: [
                "2027-03-28T01:00:00Z CEST 7200", "2027-10-31T01:00:00Z CET 3600",
                "2028-03-26T01:00:00Z CEST 7200", "2028-10-29T01:00:00Z CET 3600",
            ]
        ),
        // Summer over the turn of the year.
        Row(
            rule: "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
            changes: [
                "2027-04-03T15:00:00Z +1030 37800", "2027-10-02T15:30:00Z +11 39600",
                "2028-04-01T15:00:00Z +1030 37800", "2028-09-30T15:30:00Z +11 39600",
            ]
        ),
        // Hours before midnight and beyond a day, as version 3 allows.
        Row(
            rule: "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
            changes: [
                "2027-03-28T01:00:00Z -01 -3600", "2027-10-31T01:00:00Z -02 -7200",
                "2028-03-26T01:00:00Z -01 -3600", "2028-10-29T01:00:00Z -02 -7200",
            ]
        ),
        Row(
            rule: "EET-2EEST,M3.4.4/50,M10.4.4/50",
            changes: [
                "2027-03-27T00:00:00Z EEST 10800", "2027-10-29T23:00:00Z EET 7200",
                "2028-03-25T00:00:00Z EEST 10800", "2028-10-27T23:00:00Z EET 7200",
            ]
        ),
        // Days of the year: J60 is always 1 March; 59 is 29 February in a leap year.
        Row(
            rule: "AAA0BBB,J60/0,59/0",
            changes: [
                "2027-02-28T23:00:00Z AAA 0", "2027-03-01T00:00:00Z BBB 3600",
                "2028-02-28T23:00:00Z AAA 0", "2028-03-01T00:00:00Z BBB 3600",
            ]
        ),
        // Standard time is the summer's, as Irish law has it.
        Row(
            rule: "IST-1GMT0,M10.5.0,M3.5.0/1",
            changes: [
                "2027-03-28T01:00:00Z IST 3600", "2027-10-31T01:00:00Z GMT 0",
                "2028-03-26T01:00:00Z IST 3600", "2028-10-29T01:00:00Z GMT 0",
            ]
        ),
        // Daylight time all year: one year's end is the next one's start.
        Row(rule: "EST5EDT,0/0,J365/25", changes: []),
    ]

    @Test("A rule changes the clocks when it says", arguments: rows)
    func changes(row: Row) throws {
        let footer = try #require(FooterRule(Array(row.rule.utf8)[...]))
        let kind = LocalKind(offsetSeconds: 0, isDaylight: false, abbreviation: "AAA")
        let table = ZoneTable(first: kind, changes: [], footer: footer)
        let zone = Zone(name: row.rule, table: table)
        let start = try #require(Instant(rfc3339: "2027-01-01T00:00:00Z"))
        let end = try #require(Instant(rfc3339: "2029-01-01T00:00:00Z"))
        let found = zone.transitions(from: start, to: end).map {
            "\($0.at) \(zone.abbreviation(at: $0.at)) \($0.offsetAfterSeconds)"
        }
        #expect(found == row.changes)
    }

    @Test("Daylight time all year shows no hour of standard time")
    func allYear() throws {
        let footer = try #require(FooterRule(Array("EST5EDT,0/0,J365/25".utf8)[...]))
        let kind = LocalKind(offsetSeconds: 0, isDaylight: false, abbreviation: "AAA")
        let table = ZoneTable(first: kind, changes: [(0, kind)], footer: footer)
        for day in 400..<4000 { #expect(table.kind(at: day * 86_400).abbreviation == "EDT") }
    }

    @Test(
        "What is no rule is refused",
        arguments: [
            "", "A", "AAA", "AAA25", "AAA1:60", "<AAA", "<>3", "AAA0BBB", "AAA0BBB,",
            "AAA0BBB,M3.5.0",
            "AAA0BBB,M3.5.0,", "AAA0BBB,M13.5.0,M10.5.0", "AAA0BBB,M3.6.0,M10.5.0",
            "AAA0BBB,M3.5.7,M10.5.0", "AAA0BBB,M0.5.0,M10.5.0", "AAA0BBB,J0,J365",
            "AAA0BBB,J366,J365", "AAA0BBB,366,0", "AAA0BBB,M3.5.0/168,M10.5.0",
            "AAA0BBB,M3.5.0,M10.5.0 ", "AAA0BBB,M3.5.0,M10.5.0,", "AAA0BBB-25,M3.5.0,M10.5.0",
            "AAA-24BBB-24:30x,M3.5.0,M10.5.0", "AAA99999999999999999999", "Ä0", ":Europe/Berlin",
        ]
    )
    func refused(text: String) {
        #expect(FooterRule(Array(text.utf8)[...]) == nil)
    }
}
