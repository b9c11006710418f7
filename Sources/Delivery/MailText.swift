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
        var text = text
        text.withUTF8 { appendQuotedPrintable($0, to: &bytes) }
    }

    private static func appendQuotedPrintable(
        _ utf8: UnsafeBufferPointer<UInt8>,
        to bytes: inout [UInt8]
    ) {
        var width = 0
        var index = 0
        while index < utf8.count {
            let stretch = plainStretch(of: utf8, from: index, width: width)
            if !stretch.isEmpty {
                bytes.append(contentsOf: utf8[stretch])
                width += stretch.count
                index = stretch.upperBound
                continue
            }
            let byte = utf8[index]
            if byte == 0x0A || byte == 0x0D {
                appendLineEnd(to: &bytes)
                width = 0
                let isPair = byte == 0x0D && index + 1 < utf8.count && utf8[index + 1] == 0x0A
                index += isPair ? 2 : 1
            } else if width + 3 > widthMax {
                bytes.append(UInt8(ascii: "="))
                appendLineEnd(to: &bytes)
                width = 0
            } else {
                bytes.append(UInt8(ascii: "="))
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 0x0F))
                width += 3
                index += 1
            }
        }
    }

    /// Without the `=` of a soft line end.
    private static let widthMax = 75

    /// What may be copied as it is, as far as the line has room.
    private static func plainStretch(
        of utf8: UnsafeBufferPointer<UInt8>,
        from start: Int,
        width: Int
    ) -> Range<Int> {
        // A dot that starts a line would be stuffed, `From` may begin an mbox separator.
        let isStartQuoted = utf8[start] == UInt8(ascii: ".") || utf8[start] == UInt8(ascii: "F")
        if width == 0, isStartQuoted { return start..<start }
        let limit = min(utf8.count, start + widthMax - width)
        var end = start
        while end < limit {
            switch utf8[end] {
            case 0x20, 0x09:
                let next = end + 1 < utf8.count ? utf8[end + 1] : 0x0A
                if next == 0x0A || next == 0x0D { return start..<end }
            case UInt8(ascii: "="), 0..<0x21, 0x7F...: return start..<end
            default: break
            }
            end += 1
        }
        return start..<end
    }

    private static func appendLineEnd(to bytes: inout [UInt8]) {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }
}
