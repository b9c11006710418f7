/// A number with a unit as a policy writes it: `15 min`, `2-3 business days`, `400d`.
struct Quantity: Hashable {
    enum Unit: Hashable {
        case second, minute, hour, day, week, month
        case businessHour, businessDay

        var isElapsed: Bool { self == .second || self == .minute || self == .hour }
    }

    /// Keeps every product of count and unit far from overflow.
    static let countMax = 100_000

    /// The lower bound of a range, else `nil`.
    var lower: Int?
    var count: Int
    var unit: Unit

    /// `nil` where `text` is no quantity, or is zero times something other than zero time.
    init?(_ text: String) {
        var rest = Substring(text.trimmed)
        guard let first = Self.number(&rest) else { return nil }
        if rest.first == "-" || rest.first == "\u{2013}" {
            rest.removeFirst()
            guard let second = Self.number(&rest), second > first else { return nil }
            (lower, count) = (first, second)
        } else {
            (lower, count) = (nil, first)
        }
        let words = rest.split(separator: " ").map { $0.lowercased() }
        guard let unit = Self.units[words.joined(separator: " ")] else { return nil }
        self.unit = unit
    }

    /// Seconds of an elapsed quantity; a day is 24 hours here, a month none.
    var seconds: Int? {
        switch unit {
        case .second: count
        case .minute: count * 60
        case .hour: count * 3_600
        case .day: count * 86_400
        case .week: count * 604_800
        case .month, .businessHour, .businessDay: nil
        }
    }

    private static func number(_ text: inout Substring) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number <= countMax else { return nil }
        text = text.dropFirst(digits.count)
        return number
    }

    private static let units: [String: Unit] = {
        var result: [String: Unit] = [:]
        let table: [(Unit, String)] = [
            (.second, "s sec secs second seconds"),
            (.minute, "m min mins minute minutes"),
            (.hour, "h hr hrs hour hours"),
            (.day, "d day days"),
            (.week, "w week weeks"),
            (.month, "month months"),
        ]
        for (unit, words) in table {
            for word in words.split(separator: " ") { result[String(word)] = unit }
        }
        for word in ["h", "hour", "hours"] { result["business \(word)"] = .businessHour }
        for word in ["day", "days"] { result["business \(word)"] = .businessDay }
        return result
    }()
}

extension String {
    /// Without blanks at either end.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }

    var trimmed: String {
        let body = drop { $0 == " " || $0 == "\t" }
        guard let last = body.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(body[...last])
    }
}

extension Value {
    /// Elapsed seconds, with a finding where the text is none.
    func seconds(_ expected: String) -> Int? {
        guard let text = text(expected) else { return nil }
        if let quantity = Quantity(text), quantity.lower == nil, let seconds = quantity.seconds {
            return seconds
        }
        notADuration(text, expected)
        return nil
    }

    func notADuration(_ text: String, _ expected: String) {
        error(
            .duration,
            "`\(text)` is not \(expected)",
            fix: "Write it as 90 s, 15 min, 4 h or 2 days"
        )
    }

    func number(_ expected: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(expected) else { return nil }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text),
            range.contains(number)
        else {
            error(
                .value,
                "`\(text)` is not \(expected)",
                fix: "Write a number from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    func flag(_ expected: String) -> Bool? {
        guard let text = text(expected) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            error(.value, "`\(text)` is neither true nor false", fix: "Write true or false")
            return nil
        }
    }

    /// One of `words`, with a suggestion where it is none.
    func word(_ expected: String, of words: [String]) -> String? {
        guard let text = text(expected) else { return nil }
        if words.contains(text) { return text }
        error(
            .value,
            "`\(text)` is not \(expected)",
            fix: nearest(to: text, among: words).map { "Did you mean `\($0)`?" }
                ?? "Write one of: \(words.joined(separator: ", "))"
        )
        return nil
    }
}
