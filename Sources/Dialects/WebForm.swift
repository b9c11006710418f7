/// The fields of a form that a browser posted; of several with one name the last counts.
package struct WebForm: Sendable {
    /// Ours have a dozen.
    private static let fieldsMax = 100

    private var fields: [String: String] = [:]

    package init(_ body: String) {
        for pair in body.split(separator: "&").prefix(Self.fieldsMax) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            fields[Self.decoded(name)] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
    }

    /// As sent; `nil` where it is absent or empty.
    package subscript(_ name: String) -> String? {
        fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// On one line; `nil` where nothing but white space is left of it.
    package func line(_ name: String) -> String? {
        guard let line = self[name]?.plainLine, line.contains(where: { !$0.isWhitespace }) else {
            return nil
        }
        return line
    }

    private static func decoded(_ text: Substring) -> String {
        text.replacing("+", with: " ").percentDecodedWherePossible
    }
}

extension StringProtocol {
    /// The text of one part of a path, freed of percent signs; `nil` where they are wrong.
    package var percentDecoded: String? {
        let (bytes, isWhole) = bytesWithoutPercent
        return isWhole ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// The same with every wrong percent sign left as it stands.
    package var percentDecodedWherePossible: String {
        String(decoding: bytesWithoutPercent.bytes, as: UTF8.self)
    }

    private var bytesWithoutPercent: (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var isWhole = true
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap(Self.hexadecimal)
            if digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
                isWhole = false
            }
        }
        return (bytes, isWhole)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte & 0x0F) + 9
        default: nil
        }
    }
}
