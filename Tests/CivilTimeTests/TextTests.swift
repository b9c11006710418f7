import CivilTime
import Testing

@Suite struct TextTests {
    @Test(
        "RFC 3339 is read to the second, whatever its offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2025-11-02T08:30:00Z", 1_762_072_200),
            ("2025-11-02t08:30:00z", 1_762_072_200),
            ("2025-11-02 08:30:00Z", 1_762_072_200),
            ("2025-11-02T01:30:00-07:00", 1_762_072_200),
            ("2025-11-02T14:15:00+05:45", 1_762_072_200),
            ("2025-11-02T08:30:00.999999999Z", 1_762_072_200),
            ("2025-11-02T08:30:00-00:00", 1_762_072_200),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ]
    )
    func readsRFC3339(text: String, seconds: Int) {
        #expect(Instant(rfc3339: text)?.secondsSinceEpoch == seconds)
    }

    @Test(
        "What is not RFC 3339 is refused",
        arguments: [
            "", "2025-11-02", "2025-11-02T08:30:00", "2025-11-02T08:30Z", "2025-11-02T24:00:00Z",
            "2025-11-02T08:60:00Z", "2025-11-02T08:30:61Z", "2025-02-29T08:30:00Z",
            "2025-11-02T08:30:00.Z", "2025-11-02T08:30:00+0545", "2025-11-02T08:30:00+05",
            "2025-11-02T08:30:00+24:00", "2025-11-02T08:30:00+05:60", "2025-11-02T08:30:00ZZ",
            "2025-11-02T08:30:00Z ", " 2025-11-02T08:30:00Z", "2025-11-2T08:30:00Z",
            "２０２５-11-02T08:30:00Z", "2025-11-02T08:30:00,5Z", "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z", "+2025-11-02T08:30:00Z",
        ]
    )
    func refusesOthers(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test("An instant before an offset of whole minutes was usual still reads back")
    func offsetsWithSeconds() throws {
        let zone = try SystemZones.zone("Africa/Monrovia")
        let instant = try #require(Instant(rfc3339: "1960-01-01T12:00:00Z"))
        #expect(instant.rfc3339(in: zone) == "1960-01-01T11:16:00-00:44")
        #expect(Instant(rfc3339: instant.rfc3339(in: zone)) == instant)
    }

    @Test("Dates and times read back as they are written")
    func civil() {
        #expect(CivilDate("2026-01-05")?.description == "2026-01-05")
        #expect(CivilDate("0001-01-01")?.description == "0001-01-01")
        #expect(WallTime("09:00")?.description == "09:00")
        #expect(WallTime("09:00:00")?.description == "09:00")
        #expect(WallTime("09:00:30")?.description == "09:00:30")
        #expect(WallTime("24:00") == .endOfDay)
        #expect(WallTime("24:00")?.description == "24:00")
        #expect(CivilDateTime("2026-12-24T09:00")?.description == "2026-12-24T09:00")
        #expect(CivilDateTime("2026-12-24 09:00:01")?.description == "2026-12-24T09:00:01")
    }

    @Test(
        "A date that is no ISO date is refused",
        arguments: [
            "", "2026-1-5", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-32", "20260105",
            "2026-01-05 ", "2026/01/05", "02026-01-05", "0000-01-01", "-026-01-05",
        ]
    )
    func refusesDates(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test(
        "A time that is no ISO time is refused",
        arguments: [
            "", "9:00", "09", "0900", "09:60", "24:01", "24:00:01", "25:00", "09:00:60", "-9:00",
        ]
    )
    func refusesTimes(text: String) {
        #expect(WallTime(text) == nil)
    }

    @Test("A weekday has a long and a short name")
    func weekdays() {
        for day in Weekday.allCases {
            #expect(Weekday(name: day.name) == day)
            #expect(Weekday(name: day.abbreviation) == day)
        }
        #expect(Weekday(name: "wed") == .wednesday)
        #expect(Weekday.thursday.abbreviation == "Thu")
        for name in ["", "we", "weds", "montag", "1"] { #expect(Weekday(name: name) == nil) }
    }

    @Test("A slip of the pen finds the name that was meant, a stranger finds none")
    func nearNames() {
        let names = ["handoff", "hours", "layers", "members"]
        #expect(nearest(to: "hand_off", in: names) == "handoff")
        #expect(nearest(to: "Layer", in: names) == "layers")
        #expect(nearest(to: "huors", in: names) == "hours")
        #expect(nearest(to: "rotation", in: names) == nil)
        #expect(nearest(to: "", in: names) == nil)
        #expect(nearest(to: String(repeating: "a", count: 65), in: names) == nil)
        #expect(nearest(to: "cat", in: ["hat", "bat"]) == "bat")
    }

    @Test("A zone is suggested for its city and for a slip")
    func zoneSuggestions() {
        let names = ["America/New_York", "Asia/Kolkata", "Europe/Berlin"]
        let zones = Zones(version: "test", names: names) { _ in nil }
        #expect(zones.suggestion(for: "berlin") == "Europe/Berlin")
        #expect(zones.suggestion(for: "New York") == "America/New_York")
        #expect(zones.suggestion(for: "Asia/Kolkatta") == "Asia/Kolkata")
        #expect(zones.suggestion(for: "europe/berlin") == "Europe/Berlin")
        #expect(zones.suggestion(for: "Pacific") == nil)
        #expect(zones.suggestion(for: " ") == nil)
    }
}
