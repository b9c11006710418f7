extension JSON {
    /// Deeper values are refused (reliability.md T17).
    package static let depthMax = 32
    /// The largest text taken where a caller names no limit of its own.
    package static let bytesMax = 256 * 1_024

    /// The one value that `bytes` hold (RFC 8259), with nothing but white space around it.
    package init(parsing bytes: [UInt8], bytesMax: Int = JSON.bytesMax) throws(JSONFault) {
        let result: Result<JSON, JSONFault> = bytes.withUnsafeBytes { buffer in
            do throws(JSONFault) {
                return .success(try JSON(parsing: buffer, bytesMax: bytesMax))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// The same over bytes that stand elsewhere; nothing of them is kept.
    package init(
        parsing bytes: UnsafeRawBufferPointer,
        bytesMax: Int = JSON.bytesMax
    ) throws(JSONFault) {
        guard bytes.count <= bytesMax else {
            throw JSONFault(reason: .tooLarge(bytesMax: bytesMax), offset: bytesMax)
        }
        var parser = JSONParser(bytes: bytes)
        parser.skipSpace()
        self = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.fault(.trailing) }
    }
}

/// One walk over the bytes, front to back; every byte is asked for through `current`, which knows
/// the end.
private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// `nil` at the end.
    private var current: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    func fault(_ reason: JSONFault.Reason) -> JSONFault {
        JSONFault(reason: reason, offset: offset)
    }

    private var unexpected: JSONFault { fault(current == nil ? .endsTooEarly : .unexpected) }

    mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    mutating func value(depth: Int) throws(JSONFault) -> JSON {
        switch current {
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        default: throw unexpected
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFault) -> JSON {
        for byte in UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount) {
            guard current == byte else { throw unexpected }
            offset += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSON {
        guard depth <= JSON.depthMax else { throw fault(.tooDeep(depthMax: JSON.depthMax)) }
        offset += 1
        var members: [JSON.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected }
            let name = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected }
            skipSpace()
            members.append(JSON.Member(name: name, value: try value(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSON {
        guard depth <= JSON.depthMax else { throw fault(.tooDeep(depthMax: JSON.depthMax)) }
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw unexpected }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        offset += 1
        return true
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func number() throws(JSONFault) -> JSON {
        let start = offset
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try digits()
        }
        let written = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int(written) { return .integer(value) }
        guard let value = Double(written), value.isFinite else { throw fault(.wrongNumber) }
        return .number(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private mutating func digits() throws(JSONFault) {
        let start = offset
        while let byte = current, Self.isDigit(byte) { offset += 1 }
        if offset == start { throw fault(current == nil ? .endsTooEarly : .wrongNumber) }
    }
}

// MARK: - Texts

extension JSONParser {
    /// The text that begins at the quote under the cursor.
    private mutating func text() throws(JSONFault) -> String {
        let begin = offset
        offset += 1
        let start = offset
        var hasEscapes = false
        while true {
            guard let byte = current else { throw fault(.endsTooEarly) }
            if byte == UInt8(ascii: "\"") { break }
            if byte < 0x20 { throw fault(.controlCharacter) }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                // The escaped byte is looked at below; here a quote must not end the text.
                guard current != nil else { throw fault(.endsTooEarly) }
                offset += 1
            }
        }
        let end = offset
        offset += 1
        if !hasEscapes { return try string(bytes[start..<end], begin: begin) }
        var plain: [UInt8] = []
        plain.reserveCapacity(end - start)
        try unescape(start..<end, into: &plain)
        guard let text = String(validating: plain, as: UTF8.self) else {
            throw JSONFault(reason: .notUTF8, offset: begin)
        }
        return text
    }

    private func string(
        _ utf8: Slice<UnsafeRawBufferPointer>,
        begin: Int
    ) throws(JSONFault) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONFault(reason: .notUTF8, offset: begin)
        }
        return text
    }

    /// Appends the text of `range`; half a surrogate pair becomes U+FFFD.
    private func unescape(_ range: Range<Int>, into plain: inout [UInt8]) throws(JSONFault) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            let escape = index < range.upperBound ? bytes[index] : 0
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(escape)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "u"):
                let scalar = try scalar(at: &index, before: range.upperBound)
                plain.append(contentsOf: Array(String(Character(scalar)).utf8))
            default: throw JSONFault(reason: .wrongEscape, offset: index - 2)
            }
        }
    }

    private func scalar(at index: inout Int, before end: Int) throws(JSONFault) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let first = try hexQuad(at: &index, before: end)
        guard (0xD800...0xDBFF).contains(first) else {
            return Unicode.Scalar(first) ?? replacement
        }
        var next = index
        guard end - next >= 6, bytes[next] == UInt8(ascii: "\\"),
            bytes[next + 1] == UInt8(ascii: "u")
        else { return replacement }
        next += 2
        let second = try hexQuad(at: &next, before: end)
        guard (0xDC00...0xDFFF).contains(second) else { return replacement }
        index = next
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            ?? replacement
    }

    private static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }

    private func hexQuad(at index: inout Int, before end: Int) throws(JSONFault) -> UInt32 {
        guard end - index >= 4 else { throw JSONFault(reason: .wrongEscape, offset: index) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexValue(bytes[index]) else {
                throw JSONFault(reason: .wrongEscape, offset: index)
            }
            value = value << 4 | digit
            index += 1
        }
        return value
    }
}
