import CivilTime
import Testing

@Suite struct ZoneTests {
    /// One time on the wall and the instants that show it.
    struct Row: Sendable, CustomTestStringConvertible {
        var zone: String
        var wall: String
        /// In RFC 3339: one instant, two, or `gap` and the first instant after it.
        var instants: String

        var testDescription: String { "\(zone) \(wall): \(instants)" }
    }

    static let rows: [Row] = [
        Row(
            zone: "America/Los_Angeles",
            wall: "2025-11-02T00:59:59",
            instants: "2025-11-02T00:59:59-07:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2025-11-02T01:00",
            instants: "2025-11-02T01:00:00-07:00 2025-11-02T01:00:00-08:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2025-11-02T01:59:59",
            instants: "2025-11-02T01:59:59-07:00 2025-11-02T01:59:59-08:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2025-11-02T02:00",
            instants: "2025-11-02T02:00:00-08:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2026-03-08T01:59:59",
            instants: "2026-03-08T01:59:59-08:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2026-03-08T02:00",
            instants: "gap 2026-03-08T03:00:00-07:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2026-03-08T02:59:59",
            instants: "gap 2026-03-08T03:00:00-07:00"
        ),
        Row(
            zone: "America/Los_Angeles",
            wall: "2026-03-08T03:00",
            instants: "2026-03-08T03:00:00-07:00"
        ),
        Row(
            zone: "Europe/London",
            wall: "2026-03-29T01:30",
            instants: "gap 2026-03-29T02:00:00+01:00"
        ),
        Row(
            zone: "Europe/London",
            wall: "2026-10-25T01:30",
            instants: "2026-10-25T01:30:00+01:00 2026-10-25T01:30:00+00:00"
        ),
        Row(
            zone: "Australia/Lord_Howe",
            wall: "2026-04-05T01:45",
            instants: "2026-04-05T01:45:00+11:00 2026-04-05T01:45:00+10:30"
        ),
        Row(
            zone: "Australia/Lord_Howe",
            wall: "2026-04-05T01:29:59",
            instants: "2026-04-05T01:29:59+11:00"
        ),
        Row(
            zone: "Australia/Lord_Howe",
            wall: "2026-10-04T02:15",
            instants: "gap 2026-10-04T02:30:00+11:00"
        ),
        Row(
            zone: "Pacific/Apia",
            wall: "2011-12-30T12:00",
            instants: "gap 2011-12-31T00:00:00+14:00"
        ),
        Row(
            zone: "Pacific/Apia",
            wall: "2011-12-29T24:00",
            instants: "gap 2011-12-31T00:00:00+14:00"
        ),
        Row(
            zone: "Pacific/Apia",
            wall: "2011-12-30T24:00",
            instants: "2011-12-31T00:00:00+14:00"
        ),
        Row(
            zone: "Asia/Kathmandu",
            wall: "2026-06-01T09:00",
            instants: "2026-06-01T09:00:00+05:45"
        ),
        Row(
            zone: "Europe/Dublin",
            wall: "2026-10-25T01:00",
            instants: "2026-10-25T01:00:00+01:00 2026-10-25T01:00:00+00:00"
        ),
        Row(
            zone: "Africa/Casablanca",
            wall: "2025-02-23T02:30",
            instants: "2025-02-23T02:30:00+01:00 2025-02-23T02:30:00+00:00"
        ),
        Row(
            zone: "Africa/Casablanca",
            wall: "2025-04-06T02:30",
            instants: "gap 2025-04-06T03:00:00+01:00"
        ),
        Row(
            zone: "America/Vancouver",
            wall: "2026-03-08T02:30",
            instants: "gap 2026-03-08T03:00:00-07:00"
        ),
        // 2400 is past the written-out cycle's first hundreds of years, and a leap year.
        Row(
            zone: "Europe/London",
            wall: "2826-03-29T01:30",
            instants: "gap 2826-03-29T02:00:00+01:00"
        ),
        Row(
            zone: "Europe/London",
            wall: "9998-07-01T12:00",
            instants: "9998-07-01T12:00:00+01:00"
        ),
    ]

    @Test("A time on the wall has no instant in a gap and two where it repeats", arguments: rows)
    func instantsOfWallTime(row: Row) throws {
        let zone = try SystemZones.zone(row.zone)
        let civil = try #require(CivilDateTime(row.wall))
        let found = zone.instants(of: civil)
        let text =
            switch found {
            case .once(let instant): instant.rfc3339(in: zone)
            case .missing(let end): "gap \(end.rfc3339(in: zone))"
            case .twice(let first, let second):
                "\(first.rfc3339(in: zone)) \(second.rfc3339(in: zone))"
            }
        #expect(text == row.instants)
        let words = row.instants.split(separator: " ")
        #expect(zone.last(of: civil).rfc3339(in: zone) == words.last.map(String.init))
        let first = words.first == "gap" ? words.last : words.first
        #expect(zone.first(of: civil).rfc3339(in: zone) == first.map(String.init))
    }

    @Test(
        "A golden instant shows the time and the offset of its zone",
        arguments: [
            ("2025-11-02T07:30:00Z", "America/Los_Angeles", "Sun 2025-11-02 00:30 PDT (-0700)"),
            ("2025-11-02T08:15:00Z", "America/Los_Angeles", "Sun 2025-11-02 01:15 PDT (-0700)"),
            ("2025-11-02T09:15:00Z", "America/Los_Angeles", "Sun 2025-11-02 01:15 PST (-0800)"),
            ("2025-11-02T09:30:00Z", "America/Los_Angeles", "Sun 2025-11-02 01:30 PST (-0800)"),
            ("2026-03-08T09:30:00Z", "America/Los_Angeles", "Sun 2026-03-08 01:30 PST (-0800)"),
            ("2026-03-08T10:30:00Z", "America/Los_Angeles", "Sun 2026-03-08 03:30 PDT (-0700)"),
            ("2025-11-01T18:00:00Z", "America/Denver", "Sat 2025-11-01 12:00 MDT (-0600)"),
            ("2025-11-02T18:00:00Z", "America/Denver", "Sun 2025-11-02 11:00 MST (-0700)"),
            ("2025-10-31T16:00:00Z", "America/Denver", "Fri 2025-10-31 10:00 MDT (-0600)"),
            ("2025-11-03T17:00:00Z", "America/Denver", "Mon 2025-11-03 10:00 MST (-0700)"),
            ("2025-11-18T17:59:00Z", "Europe/London", "Tue 2025-11-18 17:59 GMT (+0000)"),
            ("2026-01-05T06:15:30Z", "Asia/Kathmandu", "Mon 2026-01-05 12:00:30 +0545"),
            ("2026-01-05T12:00:00Z", "Etc/UTC", "Mon 2026-01-05 12:00 UTC"),
        ]
    )
    func golden(instant: String, zone: String, spoken: String) throws {
        let zone = try SystemZones.zone(zone)
        let instant = try #require(Instant(rfc3339: instant))
        #expect(zone.spoken(instant) == spoken)
        #expect(Instant(rfc3339: instant.rfc3339(in: zone)) == instant)
    }

    @Test("Changes are listed from the start on, without the end")
    func transitions() throws {
        let zone = try SystemZones.zone("America/Los_Angeles")
        let autumn = try #require(Instant(rfc3339: "2025-11-02T09:00:00Z"))
        let spring = try #require(Instant(rfc3339: "2026-03-08T10:00:00Z"))
        let fall = ZoneTransition(
            at: autumn,
            offsetBeforeSeconds: -25_200,
            offsetAfterSeconds: -28_800
        )
        #expect(zone.transitions(from: autumn, to: spring) == [fall])
        #expect(zone.transitions(from: autumn.adding(seconds: 1), to: spring).isEmpty)
        #expect(zone.transitions(from: autumn, to: spring.adding(seconds: 1)).count == 2)
        #expect(zone.transitions(from: spring, to: autumn).isEmpty)
        #expect(Zone.utc.transitions(from: .distantPast, to: .distantFuture).isEmpty)
    }

    @Test("The changes of many centuries are two a year, each where the offset really changes")
    func transitionsBeyondTheCycle() throws {
        let zone = try SystemZones.zone("Europe/London")
        let start = try #require(Instant(rfc3339: "2100-01-01T00:00:00Z"))
        let end = try #require(Instant(rfc3339: "4100-01-01T00:00:00Z"))
        let found = zone.transitions(from: start, to: end)
        #expect(found.count == 2 * 2000)
        for change in found {
            #expect(zone.offsetSeconds(at: change.at) == change.offsetAfterSeconds)
            #expect(
                zone.offsetSeconds(at: change.at.adding(seconds: -1)) == change.offsetBeforeSeconds
            )
        }
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.at < $1.at })
    }

    @Test("Instants outside years 1 to 9999 have an answer", arguments: SystemZones.varied)
    func extremes(name: String) throws {
        let zone = try SystemZones.zone(name)
        for seconds in [Int.min, .min + 1, -62_135_596_801, 253_402_300_800, .max - 1, .max] {
            let instant = Instant(secondsSinceEpoch: seconds)
            _ = zone.civil(at: instant)
            _ = zone.spoken(instant)
            _ = instant.rfc3339(in: zone)
            _ = instant.rfc3339
            #expect(!zone.abbreviation(at: instant).isEmpty)
            #expect(zone.transitions(from: instant, to: instant).isEmpty)
            let date = CivilDate(daysSinceEpoch: seconds)
            for time in [WallTime.midnight, .endOfDay] {
                _ = zone.instants(of: CivilDateTime(date: date, time: time))
            }
        }
    }

    @Test("A zone says whether its rules call a time daylight time")
    func daylight() throws {
        let zone = try SystemZones.zone("America/Los_Angeles")
        let summer = try #require(Instant(rfc3339: "2026-07-01T12:00:00Z"))
        let winter = try #require(Instant(rfc3339: "2026-01-01T12:00:00Z"))
        #expect(zone.isDaylight(at: summer))
        #expect(!zone.isDaylight(at: winter))
    }
}
