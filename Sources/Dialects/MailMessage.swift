/// A mail as a mail server hands it over: its head and the one text that a person reads first.
package struct MailMessage: Hashable, Sendable {
    package var headers: MailHeaders
    /// Plain text, its line ends single; empty where the mail has none.
    package var text: String
    /// Whether the whole is a report about another mail: a bounce or a receipt.
    package var isReport: Bool

    /// Bytes of a mail that is taken, its attachments with it.
    package static let bytesMax = 10 * 1_024 * 1_024
    /// How deep parts may be nested, how many lines and parts are looked at, and how much text of
    /// them is kept.
    static let depthMax = 8
    static let linesMax = 400_000
    static let partsMax = 100
    static let textBytesMax = 256 * 1_024

    package init(_ bytes: [UInt8]) {
        var lines = bytes.split(
            separator: 0x0A,
            maxSplits: Self.linesMax,
            omittingEmptySubsequences: false
        ).map { $0.last == 0x0D ? $0.dropLast() : $0 }[...]
        // Mail servers of old put a line of their own first.
        if lines.first?.starts(with: "From ".utf8) == true { lines.removeFirst() }
        headers = MailHeaders(&lines)
        var reader = PartReader()
        let type = headers.parameters(of: "content-type")
        isReport = type.value == "multipart/report"
        reader.read(headers, lines, depth: 1)
        text = reader.plain ?? reader.html.map { PlainHTML.text(of: $0) } ?? ""
    }
}

/// Walks through the parts of a mail; bounded whatever they claim to be.
private struct PartReader {
    var plain: String?
    var html: String?
    private var parts = 0

    typealias Lines = ArraySlice<ArraySlice<UInt8>>

    mutating func read(_ headers: MailHeaders, _ lines: Lines, depth: Int) {
        parts += 1
        guard parts <= MailMessage.partsMax, depth <= MailMessage.depthMax, plain == nil else {
            return
        }
        let type = headers.parameters(of: "content-type")
        let disposition = headers.parameters(of: "content-disposition").value
        if type.value.hasPrefix("multipart/"), let boundary = type.parameters["boundary"] {
            readParts(lines, boundary: boundary, depth: depth)
        } else if disposition != "attachment", ["", "text/plain"].contains(type.value) {
            let text = Self.text(headers, lines, charset: type.parameters["charset"])
            plain = text.contains { !$0.isWhitespace } ? text : nil
        } else if disposition != "attachment", type.value == "text/html", html == nil {
            html = Self.text(headers, lines, charset: type.parameters["charset"])
        }
    }

    private mutating func readParts(_ lines: Lines, boundary: String, depth: Int) {
        guard !boundary.isEmpty, boundary.utf8.count <= 200 else { return }
        let opening = Array("--\(boundary)".utf8)
        var part: Lines?
        var start: Int?
        func isBoundary(_ line: ArraySlice<UInt8>) -> (Bool, isLast: Bool) {
            guard line.starts(with: opening) else { return (false, false) }
            let rest = line.dropFirst(opening.count)
            let isLast = rest.starts(with: "--".utf8)
            let tail = isLast ? rest.dropFirst(2) : rest
            return (tail.allSatisfy { $0 == 0x20 || $0 == 0x09 }, isLast)
        }
        for index in lines.indices {
            let (isHere, isLast) = isBoundary(lines[index])
            guard isHere else { continue }
            if let start { readPart(lines[start..<index], depth: depth) }
            start = isLast ? nil : index + 1
            if isLast || parts > MailMessage.partsMax { break }
        }
        // A part whose end was cut off is read as far as it came.
        if let start, start <= lines.endIndex { part = lines[start...] }
        if let part { readPart(part, depth: depth) }
    }

    private mutating func readPart(_ lines: Lines, depth: Int) {
        var rest = lines
        let headers = MailHeaders(&rest)
        read(headers, rest, depth: depth + 1)
    }

    private static func text(_ headers: MailHeaders, _ lines: Lines, charset: String?) -> String {
        var raw: [UInt8] = []
        for line in lines {
            guard raw.count + line.count < MailMessage.textBytesMax else { break }
            raw += line
            raw.append(0x0A)
        }
        let encoding = (headers["content-transfer-encoding"] ?? "").lowercased().trimmed
        let bytes: [UInt8] =
            switch encoding {
            case "base64": Base64.bytes(of: raw)
            case "quoted-printable": QuotedPrintable.bytes(of: raw[...])
            default: raw
            }
        return Charset(name: charset ?? "").text(of: bytes[...])
            .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }
}

/// The words of an HTML mail, for readers of plain text.
enum PlainHTML {
    static func text(of html: String) -> String {
        var result = ""
        var rest = Substring(html)
        while let open = rest.firstIndex(of: "<") {
            result += rest[..<open]
            let tail = rest[open...]
            guard let close = tail.firstIndex(of: ">") else { return decoded(result) }
            let name = tail.dropFirst().prefix { $0.isLetter || $0 == "/" || $0.isNumber }
                .lowercased()
            rest = tail[tail.index(after: close)...]
            switch name {
            case "br", "br/", "p", "/p", "div", "/div", "tr", "/tr", "li", "hr", "hr/":
                result += "\n"
            // What follows was said by someone else before.
            case "blockquote": result += "\n> "
            case "style", "script", "head", "title":
                rest = Self.after(elementNamed: name, rest)
            default: break
            }
        }
        return decoded(result + rest)
    }

    /// What follows the end of an element whose beginning was read; nothing where it has none.
    private static func after(elementNamed name: String, _ text: Substring) -> Substring {
        var rest = text
        while let open = rest.firstRange(of: "</") {
            rest = rest[open.upperBound...]
            guard rest.prefix(name.count).lowercased() == name else { continue }
            return rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
        }
        return ""
    }

    private static let entities = [
        ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"),
        ("&apos;", "'"), ("&amp;", "&"),
    ]

    private static func decoded(_ text: String) -> String {
        entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
