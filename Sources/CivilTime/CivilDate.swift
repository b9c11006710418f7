/// A day of the proleptic Gregorian calendar, years 1 to 9999, in no zone.
package struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; the whole state, so comparing and adding are integer work.
    package let daysSinceEpoch: Int

    /// The day that many days after 1970-01-01; beyond years 1 to 9999, the nearest day within.
    package init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, -719_162), 2_932_896)
    }

    /// `nil` where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(year: year, month: month)
        else { return nil }
        daysSinceEpoch = Self.dayNumber(year: year, month: month, day: day)
    }

    /// Days since 1970-01-01 of a day that exists, in any year.
    ///
    /// Days from civil, after Howard Hinnant's `chrono`-compatible algorithms.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package var components: (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var year: Int { components.year }
    package var month: Int { components.month }
    package var day: Int { components.day }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = (daysSinceEpoch + 3) % 7
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// The day that many days later (earlier where negative), kept within years 1 to 9999.
    package func adding(days: Int) -> CivilDate {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        return CivilDate(daysSinceEpoch: overflow ? (days < 0 ? .min : .max) : sum)
    }

    /// That day of the month so many months later, or its last day where the month is shorter.
    ///
    /// The wanted day is an argument, so that a monthly handoff on the 31st does not drift to the
    /// 28th for good after February. Kept within years 1 to 9999.
    package func adding(months: Int, clampingToDay day: Int) -> CivilDate {
        let (year, month, _) = components
        let bounded = min(max(months, -120_000), 120_000)
        let index = min(max(year * 12 + month - 1 + bounded, 12), 119_999)
        let (newYear, newMonth) = (index / 12, index % 12 + 1)
        let last = Self.daysInMonth(year: newYear, month: newMonth)
        let number = Self.dayNumber(
            year: newYear,
            month: newMonth,
            day: min(max(day, 1), last)
        )
        return CivilDate(daysSinceEpoch: number)
    }

    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
