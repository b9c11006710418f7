/// How the bytes of a text part stand for characters; what is wrong becomes a replacement mark.
enum Charset: Hashable, Sendable {
    case utf8, latin1, windows1252, latin9
    case utf16(isBig: Bool)

    /// Unknown names are read as UTF-8 where that fits, else as the most usual of the others.
    init(name: String) {
        switch name.lowercased().trimmed {
        case "iso-8859-1", "latin1", "l1": self = .latin1
        case "windows-1252", "cp1252": self = .windows1252
        case "iso-8859-15", "latin-9", "latin9": self = .latin9
        case "utf-16be": self = .utf16(isBig: true)
        case "utf-16", "utf-16le": self = .utf16(isBig: false)
        default: self = .utf8
        }
    }

    func text(of bytes: ArraySlice<UInt8>) -> String {
        switch self {
        case .utf8:
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            return Charset.windows1252.text(of: bytes)
        case .latin1, .windows1252:
            // What says Latin 1 and has these bytes means Windows, as browsers know.
            return String(String.UnicodeScalarView(bytes.map { Self.windows($0) }))
        case .latin9:
            return String(
                String.UnicodeScalarView(bytes.map { $0 == 0xA4 ? "€" : UnicodeScalar($0) })
            )
        case .utf16(let isBig):
            var units: [UInt16] = []
            var rest = bytes
            while rest.count > 1, let first = rest.popFirst(), let second = rest.popFirst() {
                let pair = isBig ? (first, second) : (second, first)
                units.append(UInt16(pair.0) << 8 | UInt16(pair.1))
            }
            return String(decoding: units.drop { $0 == 0xFEFF }, as: UTF16.self)
        }
    }

    private static let windowsScalars: [Unicode.Scalar] = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars
    )

    private static func windows(_ byte: UInt8) -> Unicode.Scalar {
        guard (0x80...0x9F).contains(byte), windowsScalars.count == 32 else {
            return Unicode.Scalar(byte)
        }
        return windowsScalars[Int(byte - 0x80)]
    }
}

/// Quoted-printable (RFC 2045), also as headers have it.
enum QuotedPrintable {
    /// What is no proper escape is kept as it stands.
    static func bytes(of text: ArraySlice<UInt8>, isHeader: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if isHeader, byte == UInt8(ascii: "_") {
                result.append(0x20)
                continue
            }
            guard byte == UInt8(ascii: "=") else {
                result.append(byte)
                continue
            }
            // A line's end after the sign is only folding, with white space or without.
            let folded = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            if folded.first == 0x0A {
                rest = folded.dropFirst()
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else if !rest.isEmpty {
                result.append(byte)
            }
        }
        return result
    }
}
