/// One line of YAML taken apart into what a layout may move, never change.
///
/// Columns are bytes from 0. What stands between pieces is white space.
struct LineScanner {
    enum Piece: Equatable {
        case open(UInt8)
        case close(UInt8)
        case comma
        case colon
        /// A scalar, a property such as `&name`, or part of one that goes on in the next line.
        case word([UInt8])
    }

    private let line: ArraySlice<UInt8>
    private var at: Int
    /// How many brackets are open.
    private(set) var depth: Int
    /// The quote that is open at the line's end.
    private(set) var quote: UInt8?
    private(set) var pieces: [Piece] = []
    private(set) var comment: (text: [UInt8], column: Int)?
    /// The header of a block scalar, such as `|-`, where the line ends in one.
    private(set) var blockHeader: [UInt8]?

    init(_ line: ArraySlice<UInt8>, from column: Int, depth: Int = 0, quote: UInt8? = nil) {
        self.line = line
        at = line.startIndex + column
        self.depth = depth
        self.quote = quote
    }

    /// From inside brackets or quotes that an earlier line opened.
    mutating func continueValue() {
        if let open = quote { word(quoted: open, from: at) }
        if quote == nil { scanFlow() }
    }

    /// A value in block context: properties, then brackets, quotes, a block scalar or plain words.
    mutating func scanValue() {
        skipBlanks()
        while let byte = next, byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") {
            pieces.append(.word(take { $0 != 0x20 }))
            skipBlanks()
        }
        switch next {
        case nil: return
        case UInt8(ascii: "#"): takeComment()
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            let header = take { $0 != 0x20 }
            blockHeader = header
            pieces.append(.word(header))
            scanFlow()
        default: scanFlow()
        }
    }

    private mutating func scanFlow() {
        while true {
            skipBlanks()
            guard let byte = next else { return }
            switch byte {
            case UInt8(ascii: "#") where isAfterBlank: takeComment()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                mark(.open(byte))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                mark(.close(byte))
            case UInt8(ascii: ",") where depth > 0: mark(.comma)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                at += 1
                word(quoted: byte, from: at - 1)
                if quote != nil { return }
            case UInt8(ascii: ":") where depth > 0 && endsKey(at): mark(.colon)
            default: takePlain()
            }
        }
    }

    private mutating func mark(_ piece: Piece) {
        pieces.append(piece)
        at += 1
    }

    /// Whether the colon at `index` ends a key: a blank, a bracket or nothing follows, or a quoted
    /// key or a bracket stands right before.
    private func endsKey(_ index: Int) -> Bool {
        guard index + 1 < line.endIndex else { return true }
        if " \t,[]{}".utf8.contains(line[index + 1]) { return true }
        guard index > line.startIndex else { return false }
        return "\"'}]".utf8.contains(line[index - 1])
    }

    private mutating func takePlain() {
        let start = at
        while let byte = next {
            if byte == UInt8(ascii: "#"), isAfterBlank { break }
            if depth > 0 {
                if ",[]{}".utf8.contains(byte) { break }
                if byte == UInt8(ascii: ":"), endsKey(at) { break }
            }
            at += 1
        }
        // A lone byte that begins nothing is a word of its own.
        if at == start { at += 1 }
        pieces.append(.word(Self.trimmed(line[start..<at])))
    }

    /// The rest of a quoted word whose text begins at `at`.
    private mutating func word(quoted open: UInt8, from start: Int) {
        var isEscaped = false
        quote = open
        while let byte = next {
            at += 1
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
                isEscaped = true
            } else if byte == open {
                guard open == UInt8(ascii: "'"), next == open else {
                    quote = nil
                    break
                }
                at += 1
            }
        }
        let word = line[start..<at]
        pieces.append(.word(quote == nil ? Array(word) : Self.trimmed(word)))
    }

    private mutating func takeComment() {
        comment = (Self.trimmed(line[at...]), at - line.startIndex)
        at = line.endIndex
    }

    private var next: UInt8? { at < line.endIndex ? line[at] : nil }

    private var isAfterBlank: Bool {
        at == line.startIndex || Self.isBlank(line[at - 1])
    }

    private mutating func skipBlanks() {
        while let byte = next, Self.isBlank(byte) { at += 1 }
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> [UInt8] {
        let start = at
        while let byte = next, condition(byte) { at += 1 }
        return Array(line[start..<at])
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Without blanks at the end.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
        return Array(bytes[...last])
    }
}

extension [LineScanner.Piece] {
    /// With one blank after a comma, a colon and between words, and none inside brackets.
    var laidOut: [UInt8] {
        var bytes: [UInt8] = []
        var before: LineScanner.Piece?
        for piece in self {
            if let before, Self.isApart(before, piece) { bytes.append(0x20) }
            switch piece {
            case .open(let byte), .close(let byte): bytes.append(byte)
            case .comma: bytes.append(UInt8(ascii: ","))
            case .colon: bytes.append(UInt8(ascii: ":"))
            case .word(let word): bytes += word
            }
            before = piece
        }
        return bytes
    }

    private static func isApart(_ left: LineScanner.Piece, _ right: LineScanner.Piece) -> Bool {
        switch (left, right) {
        // A key without a value keeps its blank: `a:,` would be a word.
        case (.colon, _): true
        case (.open, _), (_, .comma), (_, .colon), (_, .close): false
        case (.comma, _), (.word, _), (.close, _): true
        }
    }
}
