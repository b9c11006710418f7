/// A list at the top of a YAML file, such as `overrides:`, edited line by line: every other line of
/// the file, comments among them, stays as it is.
struct ListSection {
    enum Fault: Error, Hashable {
        /// The section is written in a form of which lines cannot be added or taken away.
        case unusualForm
    }

    let name: String
    private var lines: [String]
    private let lineEnd: String
    /// The line of `name:`; nil where the file has no such section.
    private var head: Int?
    /// The lines under it, up to the next key at the left margin.
    private var body: Range<Int>

    init(_ name: String, in text: String) throws(Fault) {
        self.name = name
        lineEnd = text.contains("\r\n") ? "\r\n" : "\n"
        // By bytes: to Swift a carriage return and a line feed are one character.
        lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        // A text that ends with a line end has an empty piece after it.
        if lines.last == "" { lines.removeLast() }
        head = lines.firstIndex { $0.hasPrefix("\(name):") }
        guard let head else {
            body = lines.count..<lines.count
            return
        }
        let rest = lines[head].dropFirst(name.utf8.count + 1).drop { $0 == " " }
        guard rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix("[]") else {
            throw .unusualForm
        }
        let end = lines[(head + 1)...].firstIndex { !Self.belongs($0) } ?? lines.count
        body = head + 1..<end
    }

    /// Whether a line after the key is still of its list: indented, an entry, blank or a comment.
    private static func belongs(_ line: String) -> Bool {
        guard let first = line.first else { return true }
        return first == " " || first == "\t" || first == "#" || line == "-"
            || line.hasPrefix("- ")
    }

    private static func isContent(_ line: String) -> Bool {
        let first = line.first { $0 != " " && $0 != "\t" }
        return first != nil && first != "#"
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    private static func isEntry(_ line: String) -> Bool {
        let rest = line.drop { $0 == " " }
        return rest == "-" || rest.hasPrefix("- ")
    }

    private var text: String { lines.map { $0 + lineEnd }.joined() }

    /// The file with one entry more, as the last of the list; the line it stands on, from 1.
    mutating func add(_ entry: String) -> (text: String, line: Int) {
        guard let head else {
            if lines.last.map({ !$0.isEmpty }) ?? false { lines.append("") }
            lines += ["\(name):", "  - \(entry)"]
            return (text, lines.count)
        }
        let written = lines[head]
        if let empty = written.firstRange(of: " []") { lines[head].removeSubrange(empty) }
        let first = body.first { Self.isEntry(lines[$0]) }
        let margin = first.map { Self.indent(lines[$0]) } ?? 2
        // Comments that are indented as the list is belong to it; the next section's do not.
        let last = body.last { Self.isContent(lines[$0]) || lines[$0].first == " " }
        let place = last.map { $0 + 1 } ?? head + 1
        lines.insert(String(repeating: " ", count: margin) + "- \(entry)", at: place)
        return (text, place + 1)
    }

    /// The file without the entry that begins on `line`, from 1.
    mutating func remove(line: Int) throws(Fault) -> String {
        var start = line - 1
        guard let head, body.contains(start) else { throw .unusualForm }
        if !Self.isEntry(lines[start]), body.contains(start - 1), lines[start - 1].isLoneDash {
            start -= 1
        }
        guard Self.isEntry(lines[start]) else { throw .unusualForm }
        let margin = Self.indent(lines[start])
        var end = start + 1
        for index in start + 1..<max(body.upperBound, start + 1)
        where Self.isContent(lines[index]) {
            guard Self.indent(lines[index]) > margin else { break }
            end = index + 1
        }
        lines.removeSubrange(start..<end)
        let rest = body.lowerBound..<body.upperBound - (end - start)
        if !rest.contains(where: { Self.isEntry(lines[$0]) }) {
            // What is left of the section says nothing; its comments may.
            if rest.contains(where: { lines[$0].contains("#") }) {
                lines[head] = "\(name): []"
            } else {
                lines.removeSubrange(head..<rest.upperBound)
                while lines.last == "" { lines.removeLast() }
            }
        }
        return text
    }
}

extension String {
    fileprivate var isLoneDash: Bool { drop { $0 == " " } == "-" }

    /// As YAML takes it for one word: as it is where nothing in it could mean anything else.
    var asYAML: String {
        let isPlain =
            (first?.isLetter ?? false)
            && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
                .contains(lowercased())
        if isPlain { return self }
        let escaped = map { character in
            switch character {
            case "\"", "\\": "\\\(character)"
            case "\n", "\r\n", "\r", "\t": " "
            default: String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
