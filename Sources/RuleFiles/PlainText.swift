/// A file as YAML is parsed from it: `\n` line ends, no byte order mark, no control characters.
struct PlainText {
    let file: String
    private var bytes: [UInt8]
    /// Where each line starts; line 1 at index 0.
    private var starts: [Int]

    /// `nil`, with findings, where the bytes are not clean UTF-8 text.
    init?(_ source: SourceText, findings: Findings) {
        file = source.path
        guard String(validating: source.bytes, as: UTF8.self) != nil else {
            findings.error(
                .notUTF8,
                at: Self.firstBadByte(source),
                "the file is not UTF-8 text from here on",
                fix: "Save it as UTF-8"
            )
            return nil
        }
        var cleaning = Cleaning()
        cleaning.clean(source.bytes)
        (bytes, starts) = (cleaning.bytes, cleaning.starts)
        if let control = cleaning.control {
            findings.error(
                .controlCharacter,
                at: place(lineNumber(of: control), column(of: control), length: 1),
                "a control character is not text",
                fix: "Delete it"
            )
            return nil
        }
        if hasTabs(findings) { return nil }
    }

    /// What Yams parses.
    var yaml: String { String(decoding: bytes, as: UTF8.self) }

    var lineCount: Int { starts.count }
    var byteCount: Int { bytes.count }

    /// Each without its end; the empty one after a last line end is left out.
    var lines: [ArraySlice<UInt8>] {
        let count = bytes.last == 0x0A ? starts.count - 1 : starts.count
        return (0..<max(0, count)).map { bytes[range($0 + 1)] }
    }

    /// The line numbered from 1, without its end.
    func line(_ number: Int) -> String {
        guard number >= 1, number <= starts.count else { return "" }
        return String(decoding: bytes[range(number)], as: UTF8.self)
    }

    func byteCount(ofLine number: Int) -> Int {
        (1...starts.count).contains(number) ? range(number).count : 0
    }

    private func range(_ number: Int) -> Range<Int> {
        let end = number < starts.count ? starts[number] - 1 : bytes.count
        return starts[number - 1]..<max(starts[number - 1], end)
    }

    private func lineNumber(of offset: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    private func column(of offset: Int) -> Int {
        let start = starts[lineNumber(of: offset) - 1]
        return String(decoding: bytes[start..<offset], as: UTF8.self).unicodeScalars.count + 1
    }

    /// A tab before the first word of a line is an error; elsewhere it is white space.
    private func hasTabs(_ findings: Findings) -> Bool {
        guard bytes.contains(UInt8(ascii: "\t")) else { return false }
        var isFound = false
        for number in 1...starts.count {
            let line = bytes[range(number)]
            let indent = line.prefix { $0 == 0x20 || $0 == 0x09 }
            guard indent.count < line.count, let tab = indent.firstIndex(of: 0x09) else { continue }
            isFound = true
            findings.error(
                .tab,
                at: place(number, tab - line.startIndex + 1, length: 1),
                "a tab in the indentation",
                fix: "Indent with spaces"
            )
        }
        return isFound
    }

    /// No fewer than the values that a parser would make of the text, aliases aside.
    ///
    /// Each stands after a bracket, a comma, a colon or a dash, or begins a line; those that stand
    /// in text count as well, so that a hostile file never reaches the parser.
    var valuesBound: Int {
        var count = 0
        var isIndent = true
        var isComment = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0A: (isIndent, isComment) = (true, false)
            case 0x20, 0x09: break
            case _ where isComment: break
            case UInt8(ascii: "#") where isIndent: isComment = true
            default:
                if isIndent { count += 1 }
                isIndent = false
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): count += 1
                case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
                    let next = index + 1 < bytes.count ? bytes[index + 1] : 0x0A
                    if next == 0x20 || next == 0x0A || next == 0x09 { count += 1 }
                default: break
                }
            }
        }
        return count
    }

    /// The first `*` past `countMax` that could begin an alias, in comments and quotes as well.
    ///
    /// Only a parser knows which are aliases; this errs upwards, so that a bomb never reaches it.
    func alias(past countMax: Int) -> Place? {
        var count = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "*") {
            let before = index > 0 ? bytes[index - 1] : 0x20
            let after = index + 1 < bytes.count ? bytes[index + 1] : 0x20
            guard " \t\n[{,:-?".utf8.contains(before), after != 0x20, after != 0x0A else {
                continue
            }
            count += 1
            if count > countMax {
                return place(lineNumber(of: index), column(of: index), length: 1)
            }
        }
        return nil
    }

    func place(_ line: Int, _ column: Int, length: Int) -> Place {
        Place(file: file, line: line, column: column, endColumn: column + max(1, length))
    }

    /// What stands from this place to the end of its line.
    func rest(_ line: Int, _ column: Int) -> Substring.UnicodeScalarView? {
        guard line >= 1, line <= starts.count, column >= 1 else { return nil }
        return Substring(self.line(line)).unicodeScalars.dropFirst(column - 1)
    }

    /// Puts `filler` in place of each scalar of the key at this place, so that nothing else moves.
    ///
    /// - Returns: whether a key of that length stands there on one line.
    mutating func replaceKey(
        _ key: String,
        _ line: Int,
        _ column: Int,
        with filler: Unicode.Scalar
    )
        -> Bool
    {
        guard let rest = rest(line, column), let head = rest.first else { return false }
        let isQuoted = head == "\"" || head == "'"
        let length = isQuoted ? quotedLength(rest) - 2 : key.unicodeScalars.count
        let written = rest.dropFirst(isQuoted ? 1 : 0).prefix(length)
        guard length > 0, written.count == length,
            isQuoted || written.elementsEqual(key.unicodeScalars)
        else { return false }
        let before = self.line(line).unicodeScalars.prefix(column - 1 + (isQuoted ? 1 : 0))
        let start = starts[line - 1] + String(before).utf8.count
        let end = start + String(written).utf8.count
        let fillers = String(repeating: Character(filler), count: length)
        bytes.replaceSubrange(start..<end, with: Array(fillers.utf8))
        starts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
        return true
    }

    /// Scalars of the quoted text that `rest` begins with, quotes counted; to the line's end where
    /// the closing one is on another line.
    func quotedLength(_ rest: Substring.UnicodeScalarView) -> Int {
        let quote = rest.first
        var isEscaped = false
        for (offset, scalar) in rest.enumerated().dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\", quote == "\"" {
                isEscaped = true
            } else if scalar == quote {
                return offset + 1
            }
        }
        return rest.count
    }

    private static func firstBadByte(_ source: SourceText) -> Place {
        var place = Place(file: source.path, line: 1, column: 1, endColumn: 2)
        var decoder = UTF8()
        var bytes = source.bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&bytes) {
            if scalar == "\n" {
                place.line += 1
                place.column = 1
            } else if scalar != "\u{FEFF}" {
                place.column += 1
            }
        }
        place.endColumn = place.column + 1
        return place
    }
}

/// One pass over valid UTF-8 that brings it to what YAML and editors agree on.
private struct Cleaning {
    private(set) var bytes: [UInt8] = []
    private(set) var starts = [0]
    /// Where in `bytes` the first control character would stand.
    private(set) var control: Int?

    mutating func clean(_ source: [UInt8]) {
        bytes.reserveCapacity(source.count)
        var index = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < source.count {
            let byte = source[index]
            index += 1
            switch byte {
            case 0x20..<0x7F, 0x09: bytes.append(byte)
            case 0x0A: endLine()
            case 0x0D:
                if index < source.count, source[index] == 0x0A { index += 1 }
                endLine()
            case 0xC2: index += two(source[index])
            case 0xE2, 0xEF: index += three(byte, source[index], source[index + 1])
            case 0x80...: bytes.append(byte)
            default: noteControl()
            }
        }
    }

    private mutating func endLine() {
        bytes.append(0x0A)
        starts.append(bytes.count)
    }

    private mutating func noteControl() {
        control = control ?? bytes.count
    }

    /// U+0080 to U+00BF; returns how many bytes it took after the first.
    private mutating func two(_ second: UInt8) -> Int {
        switch second {
        // YAML would count a line at U+0085 that no editor shows.
        case 0x85: bytes.append(0x20)
        case 0x80..<0xA0: noteControl()
        default: bytes += [0xC2, second]
        }
        return 1
    }

    private mutating func three(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
        switch (first, second, third) {
        // The same holds for U+2028 and U+2029.
        case (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9): bytes.append(0x20)
        // U+FEFF inside the text, U+FFFE and U+FFFF.
        case (0xEF, 0xBB, 0xBF), (0xEF, 0xBF, 0xBE), (0xEF, 0xBF, 0xBF): noteControl()
        default: bytes += [first, second, third]
        }
        return 2
    }
}
