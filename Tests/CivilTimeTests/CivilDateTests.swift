import CivilTime
import Testing

@Suite struct CivilDateTests {
    @Test("Every day of 800 years follows the day before, and weekdays go round")
    func daysInOrder() throws {
        var (year, month, day) = (1999, 12, 31)
        var date = try #require(CivilDate(year: year, month: month, day: day))
        var weekday = Weekday.friday
        for _ in 0..<(800 * 365) {
            #expect(date.components == (year, month, day) && date.weekday == weekday)
            day += 1
            if day > CivilDate.daysInMonth(year: year, month: month) {
                (day, month) = (1, month + 1)
            }
            if month > 12 { (month, year) = (1, year + 1) }
            date = date.adding(days: 1)
            weekday = Weekday(rawValue: weekday.rawValue % 7 + 1) ?? .monday
        }
    }

    @Test("Dates keep to years 1 to 9999")
    func bounds() {
        #expect(CivilDate(daysSinceEpoch: .max).description == "9999-12-31")
        #expect(CivilDate(daysSinceEpoch: .min).description == "0001-01-01")
        let last = CivilDate(daysSinceEpoch: .max)
        #expect(last.adding(days: .max) == last)
        #expect(last.adding(days: .min).description == "0001-01-01")
        #expect(last.adding(months: .max, clampingToDay: 31) == last)
        #expect(last.adding(months: .min, clampingToDay: 1).description == "0001-01-01")
        #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
        #expect(CivilDate(year: 2026, month: 2, day: 29) == nil)
        #expect(CivilDate(year: 2028, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 2100, month: 2, day: 29) == nil)
    }

    @Test(
        "A month later is the wanted day, or the last day of a shorter month",
        arguments: [
            ("2026-01-31", 1, 31, "2026-02-28"),
            ("2026-02-28", 1, 31, "2026-03-31"),
            ("2028-01-31", 1, 31, "2028-02-29"),
            ("2026-01-15", 1, 15, "2026-02-15"),
            ("2026-12-01", 1, 1, "2027-01-01"),
            ("2026-01-31", -2, 31, "2025-11-30"),
            ("2026-01-31", 12, 31, "2027-01-31"),
            ("2026-01-31", -13, 30, "2024-12-30"),
            ("2026-05-31", 0, 40, "2026-05-31"),
            ("2026-05-31", 0, 0, "2026-05-01"),
        ]
    )
    func months(start: String, months: Int, day: Int, end: String) throws {
        let date = try #require(CivilDate(start))
        #expect(date.adding(months: months, clampingToDay: day).description == end)
    }

    @Test("Instants stop at the ends of years 1 and 9999")
    func instantBounds() {
        #expect(Instant.distantFuture.adding(seconds: .max) == .distantFuture)
        #expect(Instant.distantPast.adding(seconds: .min) == .distantPast)
        #expect(Instant.distantPast.rfc3339 == "0001-01-01T00:00:00Z")
        #expect(Instant.distantFuture.rfc3339 == "9999-12-31T23:59:59Z")
        let extremes = (Instant(secondsSinceEpoch: .max), Instant(secondsSinceEpoch: .min))
        #expect(extremes.0.seconds(since: extremes.1) == .max)
        #expect(extremes.1.seconds(since: extremes.0) == .min)
    }
}
