import Store

/// New ids of cases: 48 bits of milliseconds, then 80 random ones, so that they sort by time and
/// two nodes never make the same.
enum CaseID {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func new(at milliseconds: Milliseconds) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(26)
        append(UInt64(clamping: milliseconds), digits: 10, to: &bytes)
        append(UInt64.random(in: 0...UInt64.max), digits: 8, to: &bytes)
        append(UInt64.random(in: 0...UInt64.max), digits: 8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The lowest five bits of each digit, the highest digit first.
    private static func append(_ value: UInt64, digits count: Int, to bytes: inout [UInt8]) {
        for place in (0..<count).reversed() {
            bytes.append(digits[Int(value >> UInt64(place * 5) & 31)])
        }
    }
}
