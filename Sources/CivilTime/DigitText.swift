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
