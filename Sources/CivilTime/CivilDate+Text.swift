extension CivilDate: CustomStringConvertible {
    /// `2026-01-05`.
    package var description: String {
        var digits = DigitText()
        digits.append(self)
        return digits.text
    }

    /// Reads `2026-01-05` and nothing else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self = date
    }
}

extension WallTime: CustomStringConvertible {
    /// `09:00`, or `09:00:30` where there are seconds.
    package var description: String {
        var digits = DigitText()
        digits.append(self, withSeconds: secondsSinceMidnight % 60 != 0)
        return digits.text
    }

    /// Reads `09:00`, `09:00:30` or `24:00`, and nothing else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let time = reader.time(), reader.isAtEnd else { return nil }
        self = time
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// `2026-12-24T09:00`, with seconds where there are some.
    package var description: String {
        var digits = DigitText()
        digits.append(date)
        digits.append("T")
        digits.append(time, withSeconds: time.secondsSinceMidnight % 60 != 0)
        return digits.text
    }

    /// Reads `2026-12-24T09:00` or `2026-12-24T09:00:30`; a space may stand for the `T`.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.take("T") || reader.take(" "),
            let time = reader.time(), reader.isAtEnd
        else { return nil }
        self.init(date: date, time: time)
    }
}

/// Dates and times while they are written: ASCII only, so bytes do.
struct DigitText {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(32) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ scalar: Unicode.Scalar) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    }

    /// The last `width` digits of a number that is not negative.
    mutating func append(_ number: Int, width: Int) {
        var power = 1
        for _ in 1..<width { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
            power /= 10
        }
    }

    mutating func append(_ date: CivilDate) {
        let (year, month, day) = date.components
        append(year, width: 4)
        append("-")
        append(month, width: 2)
        append("-")
        append(day, width: 2)
    }

    mutating func append(_ time: WallTime, withSeconds: Bool) {
        let seconds = time.secondsSinceMidnight
        append(seconds / 3600, width: 2)
        append(":")
        append(seconds / 60 % 60, width: 2)
        guard withSeconds else { return }
        append(":")
        append(seconds % 60, width: 2)
    }

    /// `-0800` or `-08:00`; seconds of an offset are left out.
    mutating func append(offsetSeconds: Int, separator: Unicode.Scalar?) {
        append(offsetSeconds < 0 ? "-" : "+")
        append(abs(offsetSeconds) / 3600, width: 2)
        if let separator { append(separator) }
        append(abs(offsetSeconds) / 60 % 60, width: 2)
    }
}

/// Dates and times while they are read, byte by byte: only ASCII digits count as digits.
struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Exactly so many digits.
    mutating func number(width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy(\.isDigit) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// As many digits as there are, at least one.
    mutating func skipDigits() -> Bool {
        let digits = rest.prefix(while: \.isDigit)
        rest = rest[digits.endIndex...]
        return !digits.isEmpty
    }

    mutating func date() -> CivilDate? {
        guard let year = number(width: 4), take("-"), let month = number(width: 2), take("-"),
            let day = number(width: 2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    mutating func time() -> WallTime? {
        guard let hour = number(width: 2), take(":"), let minute = number(width: 2) else {
            return nil
        }
        guard take(":") else { return WallTime(hour: hour, minute: minute) }
        guard let second = number(width: 2) else { return nil }
        return WallTime(hour: hour, minute: minute, second: second)
    }
}
