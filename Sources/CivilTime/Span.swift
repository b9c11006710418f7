/// A length of time as files and commands write it: `15 min`, `3 days`, `1 month`.
///
/// Seconds are elapsed time; days and months are dates, kept at the same time on the wall.
package enum Span: Hashable, Sendable {
    case seconds(Int)
    /// Weeks are counted as seven days.
    case days(Int)
    case months(Int)

    /// The largest number of anything that a text may ask for; about 300 years in seconds.
    package static let countMax = 10_000_000_000

    private enum Unit {
        case second, day, month
    }

    private static let units: [String: (unit: Unit, count: Int)] = [
        "s": (.second, 1), "sec": (.second, 1), "second": (.second, 1), "seconds": (.second, 1),
        "m": (.second, 60), "min": (.second, 60), "mins": (.second, 60),
        "minute": (.second, 60), "minutes": (.second, 60),
        "h": (.second, 3600), "hour": (.second, 3600), "hours": (.second, 3600),
        "d": (.day, 1), "day": (.day, 1), "days": (.day, 1),
        "w": (.day, 7), "week": (.day, 7), "weeks": (.day, 7),
        "month": (.month, 1), "months": (.month, 1),
    ]

    /// Reads `90 s`, `15min`, `24h`, `1 h 30 min`, `400d`, `2 weeks`, `1 month`.
    ///
    /// `nil` for anything else: signs, decimals, and elapsed time mixed with days.
    package init?(_ text: some StringProtocol) {
        guard text.last != " " else { return nil }
        var rest = Array(text.utf8)[...]
        var total = 0
        var kind: Unit?
        repeat {
            let digits = rest.prefix(while: \.isDigit)
            guard (1...11).contains(digits.count) else { return nil }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            rest = rest[digits.endIndex...].drop { $0 == UInt8(ascii: " ") }
            let word = rest.prefix(while: \.isLetter)
            guard let (unit, count) = Self.units[String(decoding: word, as: UTF8.self)],
                kind == nil || kind == unit
            else { return nil }
            kind = unit
            // At most 11 digits, so neither product nor sum overflows before it is judged.
            total += number * count
            guard total <= Self.countMax else { return nil }
            rest = rest[word.endIndex...].drop { $0 == UInt8(ascii: " ") }
        } while !rest.isEmpty
        switch kind {
        case .day: self = .days(total)
        case .month: self = .months(total)
        case .second, nil: self = .seconds(total)
        }
    }

    /// `90 s` is `1 min 30 s`, 86,400 s are `24 h`; what is negative has a minus in front.
    package static func text(seconds: Int) -> String {
        guard seconds != 0 else { return "0 s" }
        let magnitude = seconds.magnitude
        let parts = [(magnitude / 3600, "h"), (magnitude / 60 % 60, "min"), (magnitude % 60, "s")]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
        return seconds < 0 ? "-" + text : text
    }
}

extension Span: CustomStringConvertible {
    /// As `init(_:)` reads it: `1 h 30 min`, `3 days`, `1 month`.
    package var description: String {
        switch self {
        case .seconds(let seconds): Self.text(seconds: seconds)
        case .days(let days): days == 1 ? "1 day" : "\(days) days"
        case .months(let months): months == 1 ? "1 month" : "\(months) months"
        }
    }
}

extension Zone {
    /// The instant one span after `instant`: elapsed time, or the same time on the wall.
    ///
    /// Where the clocks skip that time, the first instant after the gap; where they repeat it, the
    /// first occurrence.
    package func instant(_ span: Span, after instant: Instant) -> Instant {
        moved(instant, by: span, sign: 1)
    }

    /// The same backwards.
    package func instant(_ span: Span, before instant: Instant) -> Instant {
        moved(instant, by: span, sign: -1)
    }

    private func moved(_ instant: Instant, by span: Span, sign: Int) -> Instant {
        var civil = civil(at: instant)
        switch span {
        case .seconds(let seconds):
            let signed = seconds.multipliedReportingOverflow(by: sign).partialValue
            return instant.adding(seconds: signed)
        case .days(let days):
            let signed = days.multipliedReportingOverflow(by: sign).partialValue
            civil.date = civil.date.adding(days: signed)
        case .months(let months):
            let signed = months.multipliedReportingOverflow(by: sign).partialValue
            civil.date = civil.date.adding(months: signed, clampingToDay: civil.date.day)
        }
        return first(of: civil)
    }
}
