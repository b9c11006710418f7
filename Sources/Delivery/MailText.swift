/// Text in the forms that mail asks for: encoded headers and quoted-printable bodies.
enum MailText {
    /// A header line with its CRLF, folded; text that is not plain ASCII as encoded words.
    ///
    /// `text` must be one line; controls in it become spaces, so no header can be added.
    static func header(_ name: String, _ text: String) -> String {
        let line = PlainText.line(text)
        return "\(name): \(isPlainASCII(line) ? folded(line, after: name) : encoded(line))\r\n"
    }

    /// A display name as it may stand before an address.
    static func phrase(_ name: String) -> String {
        let line = PlainText.line(name, limit: 100)
        guard isPlainASCII(line) else { return encoded(line) }
        let isAtoms = line.utf8.allSatisfy { MailAddress.isAtomText($0) || $0 == 0x20 }
        if isAtoms, !line.isEmpty { return line }
        let escaped = line.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }

    /// Whether a reader shows it as it stands: `=?` would begin an encoded word.
    private static func isPlainASCII(_ line: String) -> Bool {
        line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !line.contains("=?")
    }

    /// Broken at spaces so that lines stay within 76 characters where words allow.
    private static func folded(_ line: String, after name: String) -> String {
        var text = ""
        var width = name.utf8.count + 2
        for (index, word) in line.split(separator: " ", omittingEmptySubsequences: false)
            .enumerated()
        {
            let length = word.utf8.count + (index > 0 ? 1 : 0)
            if index > 0 {
                // An empty word would leave a line of nothing but spaces.
                let isBroken = width + length > 76 && !word.isEmpty
                text += isBroken ? "\r\n " : " "
                if isBroken { width = 0 }
            }
            text += word
            width += length
        }
        return text
    }

    /// RFC 2047 encoded words of at most 75 characters, cut between characters.
    private static func encoded(_ line: String) -> String {
        var words: [String] = []
        var word = ""
        for character in line.unicodeScalars {
            var piece = ""
            for byte in UTF8.encode(character) ?? UTF8.encodedReplacementCharacter {
                piece += encodedByte(byte)
            }
            // `=?UTF-8?Q?` and `?=` take 12; a header's name may stand before the first.
            if word.utf8.count + piece.utf8.count > (words.isEmpty ? 50 : 62) {
                words.append(word)
                word = ""
            }
            word += piece
        }
        words.append(word)
        return words.map { "=?UTF-8?Q?\($0)?=" }.joined(separator: "\r\n ")
    }

    private static func encodedByte(_ byte: UInt8) -> String {
        switch byte {
        case 0x20: "_"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            String(UnicodeScalar(byte))
        default: "=" + hexadecimal(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        String(decoding: [hexDigit(byte >> 4), hexDigit(byte & 0x0F)], as: UTF8.self)
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}

extension MailText {
    /// Appends `text` as quoted-printable with CRLF line ends, each line at most 76 characters.
    ///
    /// The result holds no bare CR or LF, no line that begins with a dot and no `=_`, whatever the
    /// text: nothing in it can end a message, stuff a dot or look like a boundary.
    static func appendQuotedPrintable(_ text: String, to bytes: inout [UInt8]) {
        var width = 0
        var utf8 = text.utf8.makeIterator()
        var next = utf8.next()
        while let byte = next {
            next = utf8.next()
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D, next == 0x0A { next = utf8.next() }
                bytes += [0x0D, 0x0A]
                width = 0
                continue
            }
            let endsLine = next == nil || next == 0x0A || next == 0x0D
            let isQuoted = isQuoted(byte, startsLine: width == 0, endsLine: endsLine)
            let length = isQuoted ? 3 : 1
            if width + length > 75 {
                bytes += [UInt8(ascii: "="), 0x0D, 0x0A]
                width = 0
                // The first character of a continued line may need quoting where it did not before.
                let isQuoted = self.isQuoted(byte, startsLine: true, endsLine: endsLine)
                width += append(byte, isQuoted: isQuoted, to: &bytes)
            } else {
                width += append(byte, isQuoted: isQuoted, to: &bytes)
            }
        }
    }

    private static func isQuoted(_ byte: UInt8, startsLine: Bool, endsLine: Bool) -> Bool {
        switch byte {
        case 0x20, 0x09: endsLine
        case UInt8(ascii: "="): true
        // `.` would be stuffed, `F` may begin an mbox separator.
        case UInt8(ascii: "."), UInt8(ascii: "F"): startsLine
        default: byte < 0x21 || byte > 0x7E
        }
    }

    private static func append(_ byte: UInt8, isQuoted: Bool, to bytes: inout [UInt8]) -> Int {
        guard isQuoted else {
            bytes.append(byte)
            return 1
        }
        bytes += [UInt8(ascii: "="), hexDigit(byte >> 4), hexDigit(byte & 0x0F)]
        return 3
    }
}
