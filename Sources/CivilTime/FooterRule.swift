/// The last line of a TZif file: the rule for all instants after its table (RFC 9636, 3.3.1).
///
/// It is a POSIX `TZ` string with hours from -167 to 167, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct FooterRule: Hashable, Sendable {
    var standard: LocalKind
    /// `nil` where the clocks never change.
    var daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        var kind: LocalKind
        /// On the clocks of standard time.
        var start: YearlyChange
        /// On the clocks of daylight time.
        var end: YearlyChange
    }

    /// `nil` where the text is not a rule.
    init?(_ bytes: ArraySlice<UInt8>) {
        var text = FooterText(bytes)
        guard let name = text.takeName(), let west = text.takeOffset(),
            let standard = LocalKind(abbreviation: name, offset: -west, isDaylight: false)
        else { return nil }
        self.standard = standard
        if text.isAtEnd { return }

        guard let name = text.takeName() else { return nil }
        var offset = standard.offsetSeconds + 3600
        if text.next != UInt8(ascii: ",") {
            guard let west = text.takeOffset() else { return nil }
            offset = -west
        }
        guard let kind = LocalKind(abbreviation: name, offset: offset, isDaylight: true),
            text.take(","), let start = text.takeYearlyChange(),
            text.take(","), let end = text.takeYearlyChange(), text.isAtEnd
        else { return nil }
        daylight = Daylight(kind: kind, start: start, end: end)
    }

    /// Every change that the rule makes in those years, sorted; empty where it makes none.
    func changes(inYears years: ClosedRange<Int>) -> [(at: Int, kind: LocalKind)] {
        guard let daylight else { return [] }
        var found: [(at: Int, kind: LocalKind)] = []
        for year in years {
            let end = daylight.end.localSeconds(inYear: year) - daylight.kind.offsetSeconds
            found.append((end, standard))
            let start = daylight.start.localSeconds(inYear: year) - standard.offsetSeconds
            found.append((start, daylight.kind))
        }
        // Where one year's end is the next one's start, it is daylight time all year: the start
        // must come last to win.
        return found.sorted {
            ($0.at, $0.kind.isDaylight ? 1 : 0) < ($1.at, $1.kind.isDaylight ? 1 : 0)
        }
    }
}

extension LocalKind {
    fileprivate init?(abbreviation: String, offset: Int, isDaylight: Bool) {
        guard LocalKind.offsetsAllowed.contains(offset) else { return nil }
        self.init(offsetSeconds: offset, isDaylight: isDaylight, abbreviation: abbreviation)
    }
}

/// A moment that comes once a year, on a wall whose offset the rule knows.
struct YearlyChange: Hashable, Sendable {
    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365, 29 February never counted.
        case ofCommonYear(Int)
        /// `n`: 0 to 365, 29 February counted.
        case ofYear(Int)
        /// `Mm.w.d`: week 5 is the last; weekday 0 is Sunday.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    var day: Day
    /// From midnight of that day; within 167 h, either way.
    var seconds: Int

    /// The change as if the wall showed UTC.
    func localSeconds(inYear year: Int) -> Int {
        dayNumber(inYear: year) * 86_400 + seconds
    }

    private func dayNumber(inYear year: Int) -> Int {
        let newYear = CivilDate.dayNumber(year: year, month: 1, day: 1)
        switch day {
        case .ofCommonYear(let day):
            let leaps = day >= 60 && CivilDate.daysInMonth(year: year, month: 2) == 29
            return newYear + day - 1 + (leaps ? 1 : 0)
        case .ofYear(let day):
            return newYear + day
        case .weekday(let month, let week, let weekday):
            let first = CivilDate.dayNumber(year: year, month: month, day: 1)
            // Day 0 of the epoch was a Thursday, 4 with Sunday as 0.
            let firstWeekday = (((first + 4) % 7) + 7) % 7
            var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if day >= CivilDate.daysInMonth(year: year, month: month) { day -= 7 }
            return first + day
        }
    }
}

/// A footer while it is read; each `take` moves on, or returns `nil` where the text is not that.
private struct FooterText {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }
    var next: UInt8? { rest.first }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// `CET`, or `<+03>` where the name is not letters alone.
    mutating func takeName() -> String? {
        let isQuoted = take("<")
        let name = rest.prefix { isQuoted ? $0.isInAbbreviation : $0.isLetter }
        rest = rest[name.endIndex...]
        guard !name.isEmpty, !isQuoted || take(">") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// Seconds west of Greenwich, as POSIX counts.
    mutating func takeOffset() -> Int? { takeClock(hoursMax: 24) }

    /// `[+-]h[:mm[:ss]]` in seconds.
    private mutating func takeClock(hoursMax: Int) -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = takeNumber(0...hoursMax) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] {
            guard take(":") else { break }
            guard let count = takeNumber(0...59) else { return nil }
            seconds += count * unit
        }
        return isNegative ? -seconds : seconds
    }

    mutating func takeYearlyChange() -> YearlyChange? {
        guard let day = takeDay() else { return nil }
        guard take("/") else { return YearlyChange(day: day, seconds: 2 * 3600) }
        guard let seconds = takeClock(hoursMax: 167) else { return nil }
        return YearlyChange(day: day, seconds: seconds)
    }

    private mutating func takeDay() -> YearlyChange.Day? {
        if take("J") { return takeNumber(1...365).map { .ofCommonYear($0) } }
        guard take("M") else { return takeNumber(0...365).map { .ofYear($0) } }
        guard let month = takeNumber(1...12), take("."), let week = takeNumber(1...5), take("."),
            let weekday = takeNumber(0...6)
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
    }

    private mutating func takeNumber(_ allowed: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { $0.isDigit }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return allowed.contains(number) ? number : nil
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// An ASCII letter.
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isInAbbreviation: Bool {
        isDigit || isLetter || self == UInt8(ascii: "+") || self == UInt8(ascii: "-")
    }
}
