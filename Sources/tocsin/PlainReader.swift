import CivilTime

/// One walk over a line, front to back; white space before each part is passed over.
///
/// It reads the plain form of a batch's lines: what it does not know is left to the general way.
struct PlainReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return }
            offset += 1
        }
    }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return offset == bytes.count
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// What stands between two quotes: printable ASCII without escapes.
    mutating func text() -> UnsafeRawBufferPointer? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                defer { offset += 1 }
                return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            offset += 1
        }
        return nil
    }
}

extension Instant {
    /// Of `2026-12-24T08:00:00Z`, and of nothing else.
    init?(plain text: UnsafeRawBufferPointer) {
        guard text.count == 20, text[4] == 0x2D, text[7] == 0x2D, text[10] == 0x54,
            text[13] == 0x3A, text[16] == 0x3A, text[19] == 0x5A
        else { return nil }
        func two(_ index: Int) -> Int {
            let (tens, ones) = (Int(text[index]) - 0x30, Int(text[index + 1]) - 0x30)
            return (0...9).contains(tens) && (0...9).contains(ones) ? tens * 10 + ones : -1_000
        }
        let (century, year) = (two(0), two(2))
        let (hour, minute, second) = (two(11), two(14), two(17))
        guard century >= 0, year >= 0, (0...23).contains(hour), (0...59).contains(minute),
            (0...59).contains(second),
            let date = CivilDate(year: century * 100 + year, month: two(5), day: two(8))
        else { return nil }
        self.init(
            secondsSinceEpoch: date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
        )
    }
}

extension UnsafeRawBufferPointer {
    func holds(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount
            && elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
    }
    /// What follows `head`; `nil` where it begins otherwise.
    func rest(after head: StaticString) -> UnsafeRawBufferPointer? {
        let start = UnsafeRawBufferPointer(rebasing: prefix(head.utf8CodeUnitCount))
        return start.holds(head) ? UnsafeRawBufferPointer(rebasing: dropFirst(start.count)) : nil
    }
}
