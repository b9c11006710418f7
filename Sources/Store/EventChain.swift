import Crypto
import Paging

/// Where the log of all cases stands: each event is linked to the one recorded before it, so that
/// none can be changed, taken out or put in without every later link being another
/// (docs/decisions/0021).
package struct EventChain: Hashable, Sendable {
    /// How many events it has.
    package private(set) var count: Int64 = 0
    /// A SHA-256 over all of them; zeros where there is none yet.
    package private(set) var head = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// `head` as 64 hexadecimal digits.
    package var headText: String {
        head.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    /// The chain with one more event, whose row has these values.
    func adding(_ row: [SQLValue]) -> EventChain {
        var hash = SHA256()
        hash.update(data: head)
        for value in row { hash.update(data: Self.bytes(of: value)) }
        var next = self
        next.count += 1
        next.head = Array(hash.finalize())
        return next
    }

    /// In one way only, whatever stands beside it.
    private static func bytes(of value: SQLValue) -> [UInt8] {
        switch value {
        case .null: [0]
        case .int(let number): [1] + bigEndian(number)
        case .text(let text): [2] + bigEndian(Int64(text.utf8.count)) + Array(text.utf8)
        case .bytes(let bytes): [3] + bigEndian(Int64(bytes.count)) + bytes
        }
    }

    private static func bigEndian(_ number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

extension EventChain {
    fileprivate init(_ fields: inout Fields) throws(StoreError) {
        count = try fields.int64()
        head = fields.bytes()
    }
}

extension Records {
    /// Where the log stands, without looking at what it says.
    package func eventChain() throws(StoreError) -> EventChain {
        try connection.first(EventSQL.last, []) { fields throws(StoreError) in
            try EventChain(&fields)
        } ?? EventChain()
    }

    /// Reads the whole log and throws `corrupt` at the first event that is not linked to the one
    /// before it; events of before there were links are passed over.
    @discardableResult
    package func checkEventChain() throws(StoreError) -> EventChain {
        var chain = EventChain()
        try connection.rows(EventSQL.chained, []) { row throws(StoreError) in
            var fields = Fields(row: row)
            let values = try StoredEvent.values(&fields)
            let kept = try EventChain(&fields)
            chain = chain.adding(values)
            guard kept == chain else {
                throw StoreError.corrupt(
                    "event \(kept.count) of the log is not what was recorded after the one before"
                )
            }
        }
        return chain
    }
}
