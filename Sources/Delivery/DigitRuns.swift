/// Every three digits that stand in a row in a text, times without their separators included.
struct DigitRuns {
    private var isTaken = [Bool](repeating: false, count: 1_000)
    private(set) var count = 0

    init(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { note($0) }
    }

    private mutating func note(_ text: UnsafeBufferPointer<UInt8>) {
        var (value, length) = (0, 0)
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte >= 0x30, byte <= 0x39 {
                value = (value * 10 + Int(byte - 0x30)) % 1_000
                length += 1
                if length >= 3 { take(value) }
            } else if length == 0 || !Self.joins(text, byte, &index) {
                (value, length) = (0, 0)
            }
        }
    }

    func contains(_ number: Int) -> Bool { isTaken[number] }

    private mutating func take(_ number: Int) {
        if !isTaken[number] { count += 1 }
        isTaken[number] = true
    }

    /// Whether the digits go on behind `byte`: the colon of a time, the hyphen of a date, or the
    /// soft line end of a mail, which readers do not see.
    private static func joins(
        _ text: UnsafeBufferPointer<UInt8>,
        _ byte: UInt8,
        _ index: inout Int
    ) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "-"): return true
        case UInt8(ascii: "="):
            guard SealedPlaces.isSoftLineEnd(text, index - 1) else { return false }
            index += 2
            return true
        default: return false
        }
    }
}
