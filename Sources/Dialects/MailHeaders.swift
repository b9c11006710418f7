/// The head of a mail or of one part of it, unfolded.
package struct MailHeaders: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        /// In lower case.
        package var name: String
        package var text: String
    }

    package private(set) var fields: [Field]

    /// Fields of one head, and bytes of one field; what comes beyond is left out.
    static let fieldsMax = 500
    static let fieldBytesMax = 16_384

    /// Reads lines up to the first empty one, which it takes with it.
    init(_ lines: inout ArraySlice<ArraySlice<UInt8>>) {
        fields = []
        var current: [UInt8] = []
        while let line = lines.popFirst() {
            if line.isEmpty { break }
            if line.first == 0x20 || line.first == 0x09 {
                guard current.count + line.count <= Self.fieldBytesMax else { continue }
                current += line
            } else {
                add(current)
                current = Array(line.prefix(Self.fieldBytesMax))
            }
        }
        add(current)
    }

    private mutating func add(_ line: [UInt8]) {
        guard fields.count < Self.fieldsMax, let colon = line.firstIndex(of: UInt8(ascii: ":")),
            colon > 0
        else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased().trimmed
        let text = Charset.utf8.text(of: line[(colon + 1)...])
        fields.append(Field(name: name, text: text.plainLine.trimmed))
    }

    /// The first of that name, given in lower case.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.text }

    package func count(of name: String) -> Int { fields.count { $0.name == name } }

    /// With encoded words (RFC 2047) decoded.
    package func decoded(_ name: String) -> String? { self[name].map { EncodedWords.text(of: $0) } }

    /// The value of a field before its parameters, in lower case, and the parameters.
    func parameters(of name: String) -> (value: String, parameters: [String: String]) {
        guard let text = self[name] else { return ("", [:]) }
        var parts = Self.split(text)
        let value = parts.isEmpty ? "" : parts.removeFirst().lowercased().trimmed
        var parameters: [String: String] = [:]
        for part in parts.prefix(50) {
            guard let sign = part.firstIndex(of: "=") else { continue }
            let key = String(part[..<sign]).trimmed.lowercased()
            var text = String(part[part.index(after: sign)...]).trimmed
            if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
                text = String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"")
            }
            if parameters[key] == nil { parameters[key] = text }
        }
        return (value, parameters)
    }

    /// At semicolons outside quotes.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var previous: Character = " "
        for character in text {
            if character == "\"", previous != "\\" { isQuoted.toggle() }
            if character == ";", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            previous = character
        }
        return parts
    }

    /// The message ids in a field, with their angle brackets, in order.
    package func messageIDs(in name: String) -> [String] {
        var found: [String] = []
        for field in fields where field.name == name {
            for part in field.text.split(separator: "<").prefix(200) {
                guard let end = part.firstIndex(of: ">") else { continue }
                let id = part[..<end]
                if !id.isEmpty, !id.contains(" ") { found.append("<\(id)>") }
            }
        }
        return found
    }

    /// The address of a field such as `Jane Doe <jane@example.com>`, in lower case, and the name.
    package func sender(_ name: String) -> (address: String, name: String)? {
        guard count(of: name) == 1, let text = self[name] else { return nil }
        if let open = text.lastIndex(of: "<"), let close = text[open...].firstIndex(of: ">") {
            let address = text[text.index(after: open)..<close]
            let shown = EncodedWords.text(of: String(text[..<open]).trimmed)
            let plain = shown.replacing("\"", with: "").trimmed
            return (String(address).lowercased().trimmed, plain)
        }
        guard text.contains("@"), !text.contains(","), !text.contains(" ") else { return nil }
        return (text.lowercased(), "")
    }
}

/// `=?utf-8?Q?...?=` in headers (RFC 2047).
enum EncodedWords {
    /// Characters of one encoded word; RFC 2047 allows 75, and some write more.
    private static let lengthMax = 400

    static func text(of text: String) -> String {
        guard text.contains("=?") else { return text }
        var result = ""
        var rest = Substring(text)
        var isAfterWord = false
        while let start = rest.firstRange(of: "=?") {
            let before = rest[..<start.lowerBound]
            let tail = rest[start.upperBound...]
            let parts = tail.prefix(lengthMax)
                .split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, parts[3].first == "=", let word = word(parts) else {
                result += rest[..<start.upperBound]
                rest = tail
                isAfterWord = false
                continue
            }
            // White space between two encoded words is only folding.
            if !(isAfterWord && before.allSatisfy(\.isWhitespace)) { result += before }
            result += word
            rest = tail[parts[3].startIndex...].dropFirst()
            isAfterWord = true
        }
        return (result + rest).plainLine
    }

    private static func word(_ parts: [Substring]) -> String? {
        let charset = Charset(name: String(parts[0].split(separator: "*").first ?? ""))
        switch parts[1].lowercased() {
        case "b": return charset.text(of: Base64.bytes(of: parts[2].utf8)[...])
        case "q":
            let bytes = QuotedPrintable.bytes(of: Array(parts[2].utf8)[...], isHeader: true)
            return charset.text(of: bytes[...])
        default: return nil
        }
    }
}
