/// A file line by line on its way into the standard layout: two spaces a level.
///
/// Nothing but white space is added or removed, and none inside a scalar that could hold it.
struct Relayout {
    private var result: [UInt8] = []
    private var levels: [Level] = []
    /// Comments on lines of their own and blank lines, until the line after them is known.
    private var waiting: [Waiting] = []
    private var state = State.block

    /// A block collection: where its entries stood and where they stand now.
    private struct Level {
        var old: Int
        var new: Int
        var isSequence: Bool
    }

    private enum Waiting {
        case blank
        case comment([UInt8], column: Int)
    }

    private enum State {
        case block
        /// Inside brackets or quotes that an earlier line opened; `base` is its level's column.
        case open(depth: Int, quote: UInt8?, base: Int)
        /// A block scalar under an entry at `old`, now at `new`; `shift` is known from its first
        /// line on.
        case literal(old: Int, new: Int, shift: Int?, keepsBlanks: Bool)
    }

    static func bytes(of lines: [ArraySlice<UInt8>]) -> [UInt8] {
        var layout = Relayout()
        for line in lines { layout.add(line) }
        layout.release(before: nil, at: 0)
        return layout.result
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        let content = line.drop { LineScanner.isBlank($0) }
        switch state {
        case .literal(let old, let new, let shift, let keepsBlanks):
            let indent = content.startIndex - line.startIndex
            if content.isEmpty || indent > old {
                return addLiteral(line, indent, old, new, shift, keepsBlanks)
            }
            state = .block
        case .open(let depth, let quote, let base):
            return addOpen(content, depth: depth, quote: quote, base: base)
        case .block: break
        }
        addBlock(line, content)
    }

    // MARK: Lines in block context

    private mutating func addBlock(_ line: ArraySlice<UInt8>, _ content: ArraySlice<UInt8>) {
        let indent = content.startIndex - line.startIndex
        guard let first = content.first else {
            waiting.append(.blank)
            return
        }
        if first == UInt8(ascii: "#") {
            waiting.append(.comment(LineScanner.trimmed(content), column: indent))
            return
        }
        if indent == 0, isMarker(content) {
            release(before: 0, at: 0)
            levels = []
            return emit(LineScanner.trimmed(content), comment: nil, indent: 0, moved: 0)
        }
        let head = BlockHead(line)
        let new = enter(head, indent)
        var bytes: [UInt8] = []
        for _ in head.dashes { bytes += [UInt8(ascii: "-"), 0x20] }
        if let key = head.key { bytes += key + [UInt8(ascii: ":")] }
        var scanner = LineScanner(line, from: head.valueColumn)
        scanner.scanValue()
        let value = scanner.pieces.laidOut
        if head.key != nil, !value.isEmpty { bytes.append(0x20) }
        bytes += value
        emit(LineScanner.trimmed(bytes[...]), comment: scanner.comment, indent: new, moved: indent)
        open(after: scanner, head)
    }

    /// Brings the levels to where `head` stands and lets go what waited; the line's new column.
    private mutating func enter(_ head: BlockHead, _ indent: Int) -> Int {
        let isSequence = !head.dashes.isEmpty
        var kept = levels
        while let top = kept.last,
            top.old > indent || (top.old == indent && top.isSequence && !isSequence)
        {
            kept.removeLast()
        }
        let base = kept.last.map { $0.new + 2 } ?? 0
        let isKnown = kept.last.map { $0.old == indent && $0.isSequence == isSequence } ?? false
        let new = isKnown ? kept.last?.new ?? 0 : base
        release(before: indent, at: new)
        levels = kept
        var column = new
        for (index, dash) in head.dashes.enumerated() {
            if index > 0 || !isKnown {
                levels.append(Level(old: dash, new: column, isSequence: true))
            }
            column += 2
        }
        if head.key != nil, isSequence || !isKnown {
            levels.append(Level(old: head.column, new: column, isSequence: false))
        }
        return new
    }

    private func isMarker(_ content: ArraySlice<UInt8>) -> Bool {
        content.first == UInt8(ascii: "%")
            || ["---", "..."].contains { content.starts(with: $0.utf8) }
    }

    // MARK: Values of several lines

    /// What the lines after this one belong to.
    private mutating func open(after scanner: LineScanner, _ head: BlockHead) {
        let top = levels.last
        if let header = scanner.blockHeader {
            let isExplicit = header.contains {
                (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0)
            }
            let old = top?.old ?? -1
            let new = top?.new ?? 0
            state = .literal(
                old: old,
                new: new,
                shift: isExplicit ? new - max(0, old) : nil,
                keepsBlanks: header.contains(UInt8(ascii: "+"))
            )
        } else if scanner.depth > 0 || scanner.quote != nil {
            state = .open(depth: scanner.depth, quote: scanner.quote, base: top?.new ?? 0)
        }
    }

    private mutating func addOpen(
        _ content: ArraySlice<UInt8>,
        depth: Int,
        quote: UInt8?,
        base: Int
    ) {
        // A blank line in quotes is a line end of its text.
        if content.isEmpty {
            if quote != nil || result.last2 != [0x0A, 0x0A] { result.append(0x0A) }
            return
        }
        var scanner = LineScanner(content, from: 0, depth: depth, quote: quote)
        scanner.continueValue()
        var steps = depth
        if quote == nil {
            for piece in scanner.pieces {
                guard case .close = piece else { break }
                steps -= 1
            }
        } else {
            steps += 1
        }
        emit(
            scanner.pieces.laidOut,
            comment: scanner.comment,
            indent: base + 2 * max(0, steps),
            moved: nil
        )
        let isOpen = scanner.depth > 0 || scanner.quote != nil
        state =
            isOpen ? .open(depth: scanner.depth, quote: scanner.quote, base: base) : .block
    }

    private mutating func addLiteral(
        _ line: ArraySlice<UInt8>,
        _ indent: Int,
        _ old: Int,
        _ new: Int,
        _ shift: Int?,
        _ keepsBlanks: Bool
    ) {
        guard indent < line.count else {
            // Blanks at the end of the scalar are dropped with those that wait.
            if keepsBlanks { result.append(0x0A) } else { waiting.append(.blank) }
            return
        }
        for case .blank in waiting { result.append(0x0A) }
        waiting = []
        let moved = shift ?? new + 2 - indent
        state = .literal(old: old, new: new, shift: moved, keepsBlanks: keepsBlanks)
        result += Array(repeating: 0x20, count: max(0, indent + moved))
        result += line.dropFirst(indent)
        result.append(0x0A)
    }

    // MARK: Lines out

    /// Comments that stood in the column of the line after them go where it goes.
    private mutating func release(before column: Int?, at new: Int) {
        var isBlank = false
        for item in waiting {
            switch item {
            case .blank: isBlank = !result.isEmpty
            case .comment(let text, let old):
                if isBlank { result.append(0x0A) }
                isBlank = false
                emit(text, comment: nil, indent: old == column ? new : mapped(old), moved: nil)
            }
        }
        if isBlank, column != nil { result.append(0x0A) }
        waiting = []
    }

    private func mapped(_ column: Int) -> Int {
        if let level = levels.last(where: { $0.old == column }) { return level.new }
        return levels.last { $0.old < column }.map { $0.new + 2 } ?? 0
    }

    /// `moved` is the column the line came from; its comment moves as far, where there is room.
    private mutating func emit(
        _ bytes: [UInt8],
        comment: (text: [UInt8], column: Int)?,
        indent: Int,
        moved: Int?
    ) {
        var line = Array(repeating: UInt8(0x20), count: bytes.isEmpty ? 0 : indent) + bytes
        if let comment {
            let column = moved.map { comment.column + indent - $0 } ?? 0
            let start = line.isEmpty ? indent : max(line.count + 2, column)
            line += Array(repeating: 0x20, count: start - line.count) + comment.text
        }
        result += line + [0x0A]
    }
}

extension [UInt8] {
    fileprivate var last2: [UInt8] { Array(suffix(2)) }
}
