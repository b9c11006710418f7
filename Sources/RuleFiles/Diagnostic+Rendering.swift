extension Diagnostic {
    /// The finding as a terminal shows it; the first line is the one editors and CI parse.
    ///
    /// `source` is the text of its file, or `nil` where there is none to show.
    package func rendered(over source: String?) -> String {
        rendered(source.map { SourceLines($0) })
    }

    fileprivate func rendered(_ source: SourceLines?) -> String {
        var lines = [
            "\(file):\(line):\(column): \(severity.rawValue)[\(code.rawValue)]: \(message)"
        ]
        var margin = ""
        if let text = source?[line] {
            let number = String(line)
            margin = String(repeating: " ", count: number.count)
            let excerpt = Excerpt(of: text, around: column)
            lines.append("\(number) | \(excerpt.text)")
            lines.append("\(margin) | \(excerpt.indent)^")
        }
        lines.append("\(margin.isEmpty ? " " : margin) = fix: \(fix)")
        return lines.joined(separator: "\n")
    }

    /// The finding as a JSON object with the keys of `tocsin check -o json`.
    package var json: String {
        let fields = [
            "\"file\":\(quoted(file))", "\"line\":\(line)", "\"column\":\(column)",
            "\"end_column\":\(endColumn)", "\"severity\":\(quoted(severity.rawValue))",
            "\"code\":\(quoted(code.rawValue))", "\"message\":\(quoted(message))",
            "\"fix\":\(quoted(fix))",
        ]
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// The finding as a workflow command of GitHub Actions.
    package var github: String {
        let place = "file=\(escaped(file, property: true)),line=\(line),col=\(column)"
        let end = "endColumn=\(endColumn),title=\(code.rawValue)"
        let text = escaped("\(message). \(fix)", property: false)
        return "::\(severity.rawValue) \(place),\(end)::\(text)"
    }

    private func escaped(_ text: String, property: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where property: result += "%3A"
            case "," where property: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension [Diagnostic] {
    /// All findings as `tocsin check` prints them, each followed by a line end.
    package func rendered(over files: [SourceText]) -> String {
        let texts = Dictionary(
            files.map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var decoded: [String: SourceLines] = [:]
        var result = ""
        for finding in self {
            if decoded[finding.file] == nil, let file = texts[finding.file] {
                // A file refused for its size is not decoded to show one line of it.
                let bytes = file.bytes.prefix(Document.bytesMax)
                decoded[finding.file] = SourceLines(String(decoding: bytes, as: UTF8.self))
            }
            result += finding.rendered(decoded[finding.file]) + "\n"
        }
        return result
    }

    /// All findings as one JSON array.
    package var json: String {
        "[" + map(\.json).joined(separator: ",\n ") + "]"
    }
}

/// The part of a line that fits a terminal, with the blanks that bring a caret under its column.
private struct Excerpt {
    static let widthMax = 160

    var text: String
    var indent: String

    init(of line: String, around column: Int) {
        let scalars = Array(line.unicodeScalars)
        let start =
            column > Self.widthMax / 2 && scalars.count > Self.widthMax
            ? min(column - Self.widthMax / 2, scalars.count) : 0
        let shown = scalars[start...].prefix(Self.widthMax)
        text = Self.string(shown.map { Self.isVisible($0) ? $0 : " " })
        let before = shown.prefix(Swift.max(0, column - 1 - start))
        let missing = Swift.max(0, column - 1 - start - before.count)
        indent =
            Self.string(before.map { $0 == "\t" ? "\t" : " " })
            + String(repeating: " ", count: Swift.min(missing, 1))
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A terminal must not obey what a file says.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\t" || (scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
    }
}

/// A text by its lines, found without decoding the whole.
private struct SourceLines {
    private let bytes: [UInt8]
    /// Where each line starts.
    private var starts = [0]

    init(_ text: String) {
        bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let isReturn = byte == 13 && (index + 1 == bytes.count || bytes[index + 1] != 10)
            if byte == 10 || isReturn { starts.append(index + 1) }
        }
    }

    /// The line numbered from 1, without its end; `nil` past the last.
    subscript(number: Int) -> String? {
        guard number >= 1, number <= starts.count else { return nil }
        let end = number < starts.count ? starts[number] : bytes.count
        let line = bytes[starts[number - 1]..<end]
        let text = String(decoding: line.filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
        return text.unicodeScalars.first == "\u{FEFF}"
            ? String(text.unicodeScalars.dropFirst()) : text
    }
}

/// `text` as a JSON string.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20:
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
