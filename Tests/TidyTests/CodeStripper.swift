/// Takes comments and the insides of string literals out of Swift, line by line.
///
/// Good enough for the house's formatted code: raw strings are read up to their own end, and what
/// stands inside an interpolation counts as text.
struct CodeStripper {
    private enum Place: Equatable {
        case code
        case string(hashes: Int)
        case block(hashes: Int)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let backslash = UInt8(ascii: "\\")

    private var place = Place.code

    mutating func code(of line: String) -> String {
        let bytes = Array(line.utf8)
        var kept: [UInt8] = []
        var at = 0
        // A literal of one line ends with its line, whatever was misread in it.
        if case .string = place { place = .code }
        while at < bytes.count {
            switch place {
            case .code:
                if bytes[at...].starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) {
                    return String(decoding: kept, as: UTF8.self)
                }
                at = open(bytes, at, &kept)
            case .string(let hashes):
                at = close(bytes, at, quotes: 1, hashes: hashes)
                if place == .code { kept.append(Self.quote) }
            case .block(let hashes):
                at = close(bytes, at, quotes: 3, hashes: hashes)
                if place == .code { kept.append(Self.quote) }
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Past the next piece of code, or past the quotes that open a literal.
    private mutating func open(_ bytes: [UInt8], _ at: Int, _ kept: inout [UInt8]) -> Int {
        let hashes = bytes[at...].prefix { $0 == Self.hash }.count
        let quotes = bytes[(at + hashes)...].prefix { $0 == Self.quote }.count
        guard quotes > 0 else {
            kept.append(bytes[at])
            return at + 1
        }
        kept.append(Self.quote)
        if quotes >= 3 {
            place = .block(hashes: hashes)
            return at + hashes + 3
        }
        if quotes == 2 {
            kept.append(Self.quote)
            return at + hashes + 2 + hashes
        }
        place = .string(hashes: hashes)
        return at + hashes + 1
    }

    /// Past one byte, escape or interpolation of a literal, or past the quotes that close it.
    private mutating func close(_ bytes: [UInt8], _ at: Int, quotes: Int, hashes: Int) -> Int {
        if bytes[at] == Self.backslash,
            bytes[(at + 1)...].prefix(hashes).allSatisfy({ $0 == Self.hash })
        {
            let next = at + 1 + hashes
            guard next < bytes.count else { return bytes.count }
            return bytes[next] == UInt8(ascii: "(") ? Self.interpolationEnd(bytes, next) : next + 1
        }
        let rest = bytes[at...]
        if rest.prefix(quotes).elementsEqual(repeatElement(Self.quote, count: quotes)),
            rest.dropFirst(quotes).prefix(hashes)
                .elementsEqual(repeatElement(Self.hash, count: hashes))
        {
            place = .code
            return at + quotes + hashes
        }
        return at + 1
    }

    private static func interpolationEnd(_ bytes: [UInt8], _ open: Int) -> Int {
        var depth = 0
        for at in open..<bytes.count {
            if bytes[at] == UInt8(ascii: "(") { depth += 1 }
            if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return at + 1 }
        }
        return bytes.count
    }
}
