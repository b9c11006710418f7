import CivilTime
import Testing

@Suite struct MomentTests {
    /// Sunday 2026-10-25 00:30 in Berlin, two and a half hours before the clocks go back.
    private let now = Instant(secondsSinceEpoch: 1_792_881_000)

    @Test(
        "A person's word for a time is an instant in the zone",
        arguments: [
            ("now", "2026-10-25T00:30:00+02:00"),
            ("+2h", "2026-10-25T02:30:00+02:00"),
            ("+3h", "2026-10-25T02:30:00+01:00"),
            ("-30m", "2026-10-25T00:00:00+02:00"),
            ("+1 day", "2026-10-26T00:30:00+01:00"),
            ("-1 week", "2026-10-18T00:30:00+02:00"),
            ("+ 15 min", "2026-10-25T00:45:00+02:00"),
            ("today", "2026-10-25T00:00:00+02:00"),
            ("today 09:00", "2026-10-25T09:00:00+01:00"),
            ("tomorrow 09:00", "2026-10-26T09:00:00+01:00"),
            ("tomorrow", "2026-10-26T00:00:00+01:00"),
            ("yesterday 24:00", "2026-10-25T00:00:00+02:00"),
            ("2026-12-24", "2026-12-24T00:00:00+01:00"),
            ("2026-12-24T09:00", "2026-12-24T09:00:00+01:00"),
            ("2026-12-24 09:00", "2026-12-24T09:00:00+01:00"),
            ("2026-12-24T09:00:30", "2026-12-24T09:00:30+01:00"),
            ("2026-12-24T09:00:00Z", "2026-12-24T10:00:00+01:00"),
            ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
        ]
    )
    func reads(text: String, instant: String) throws {
        let zone = try SystemZones.zone("Europe/Berlin")
        let found = try Instant(moment: text, now: now, in: zone)
        #expect(found.rfc3339(in: zone) == instant)
    }

    @Test("A date whose midnight is skipped begins at the first instant after the gap")
    func midnightMissing() throws {
        let zone = try SystemZones.zone("Pacific/Apia")
        let found = try Instant(moment: "2011-12-30", now: now, in: zone)
        #expect(found.rfc3339(in: zone) == "2011-12-31T00:00:00+14:00")
    }

    @Test(
        "What names no instant, or two, is refused with what to write instead",
        arguments: [
            (
                "2026-10-25T02:30",
                """
                2026-10-25T02:30 happens twice in Europe/Berlin, when the clocks go back. \
                Write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00
                """
            ),
            (
                "today 02:30",
                """
                2026-10-25T02:30 happens twice in Europe/Berlin, when the clocks go back. \
                Write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00
                """
            ),
            (
                "2027-03-28 02:30",
                """
                2027-03-28T02:30 does not exist in Europe/Berlin: the clocks go forward over it. \
                Write 2027-03-28T03:00:00+02:00, the first instant after
                """
            ),
            (
                "noon",
                """
                `noon` is not a time. Write `now`, `+2h`, `-30m`, `tomorrow 09:00`, \
                `2026-12-24T09:00` or `2026-12-24T09:00:00+01:00`
                """
            ),
        ]
    )
    func refuses(text: String, reason: String) throws {
        let zone = try SystemZones.zone("Europe/Berlin")
        let fault = #expect(throws: MomentFault.self) {
            try Instant(moment: text, now: now, in: zone)
        }
        #expect(fault?.reason == reason)
    }

    @Test(
        "What cannot be read is refused",
        arguments: [
            "", " ", "+", "-", "+2", "2h", "+1.5h", "tomorrow 9", "tomorrow 25:00", "now now",
            "today 09:00 10:00", "2026-02-30", "2026-12-24T9:00", "09:00",
        ]
    )
    func unreadable(text: String) {
        #expect(throws: MomentFault.unreadable(text: text)) {
            try Instant(moment: text, now: now, in: .utc)
        }
    }
}
