/// Text from outside, made harmless for a line of a mail, a terminal or a header.
enum PlainText {
    /// `text` as one line: every run of controls is one space, and characters that turn or hide
    /// their neighbours are shown by their number.
    ///
    /// Longer texts end in `…` after `limit` characters.
    static func line(_ text: String, limit: Int = 1_000) -> String {
        if isPlain(text), text.utf8.count <= limit { return text }
        var line = ""
        var isSpacePending = false
        for character in text.unicodeScalars {
            if isControl(character) {
                isSpacePending = true
                continue
            }
            if isSpacePending, !line.isEmpty { line += " " }
            isSpacePending = false
            if isDeceptive(character) {
                line += "<U+\(hexadecimal(character.value))>"
            } else {
                line.unicodeScalars.append(character)
            }
        }
        guard line.count > limit else { return line }
        return String(line.prefix(limit - 1)) + "…"
    }

    /// The first line of `text` that says something, or `nil`.
    static func firstLine(of text: String, limit: Int) -> String? {
        for part in text.split(whereSeparator: \.isNewline) {
            let line = line(String(part), limit: limit)
            if line.contains(where: { !$0.isWhitespace }) { return line }
        }
        return nil
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func isControl(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Bidirectional controls, invisible spaces and the byte order mark.
    private static func isDeceptive(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// For HTML text and attribute values alike.
    static func htmlEscaped(_ text: String) -> String {
        guard text.utf8.contains(where: isMarkup) else { return text }
        var html = ""
        html.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(character)
            }
        }
        return html
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
