import CivilTime
import Testing

@Suite struct SpanTests {
    @Test(
        "A span is read with its unit, singular or plural, with or without a space",
        arguments: [
            ("90 s", Span.seconds(90)), ("90s", .seconds(90)), ("1 second", .seconds(1)),
            ("15 min", .seconds(900)), ("15m", .seconds(900)), ("1 minute", .seconds(60)),
            ("1 h", .seconds(3600)), ("24h", .seconds(86_400)), ("2 hours", .seconds(7200)),
            ("1 h 30 min", .seconds(5400)), ("1h30m", .seconds(5400)), ("0 s", .seconds(0)),
            ("400d", .days(400)), ("3 days", .days(3)), ("1 day", .days(1)),
            ("1 week", .days(7)), ("2 weeks", .days(14)), ("1w 2d", .days(9)),
            ("1 month", .months(1)), ("6 months", .months(6)),
        ]
    )
    func reads(text: String, span: Span) {
        #expect(Span(text) == span)
        #expect(Span(span.description) == span)
    }

    @Test(
        "What is no span is refused",
        arguments: [
            "", " ", "1", "h", "1.5 h", "1,5 h", "-1 h", "+1 h", "1 hour ", " 1 h", "1 fortnight",
            "1 h 2 days", "1 H", "99999999999 h", "10000000001 s", "1000000000000000000000 s",
            "9999999999 s 9999999999 s", "1 year", "１ h", "1 h,", "1\u{a0}h",
        ]
    )
    func refuses(text: String) {
        #expect(Span(text) == nil)
    }

    @Test("Seconds are told in hours, minutes and seconds")
    func tells() {
        #expect(Span.text(seconds: 0) == "0 s")
        #expect(Span.text(seconds: 90) == "1 min 30 s")
        #expect(Span.text(seconds: 5400) == "1 h 30 min")
        #expect(Span.text(seconds: 856_800) == "238 h")
        #expect(Span.text(seconds: -60) == "-1 min")
        #expect(Span.text(seconds: .min) == "-2562047788015215 h 30 min 8 s")
    }

    @Test("Days keep the time on the wall, hours do not (R-09, R-10)")
    func acrossTheChange() throws {
        let zone = try SystemZones.zone("America/Denver")
        let start = try #require(Instant(rfc3339: "2025-10-31T10:00:00-06:00"))
        let days = zone.instant(.days(3), after: start)
        #expect(days.rfc3339(in: zone) == "2025-11-03T10:00:00-07:00")
        let hours = zone.instant(.seconds(72 * 3600), after: start)
        #expect(hours.rfc3339(in: zone) == "2025-11-03T09:00:00-07:00")
        #expect(zone.instant(.days(3), before: days) == start)
        let month = zone.instant(.months(4), after: start)
        #expect(month.rfc3339(in: zone) == "2026-02-28T10:00:00-07:00")
        #expect(zone.instant(.days(.max), after: start).rfc3339 == "9999-12-31T17:00:00Z")
    }
}
