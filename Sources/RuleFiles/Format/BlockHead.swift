/// What a line in block context begins with: dashes of sequences, then perhaps a key.
struct BlockHead {
    /// The columns of the dashes, in bytes from 0.
    private(set) var dashes: [Int] = []
    /// The column of what follows them; the line's length where nothing does.
    private(set) var column: Int
    /// The key as written, quotes and properties included; `nil` where the rest is no key.
    private(set) var key: [UInt8]?
    /// Where the value begins.
    private(set) var valueColumn: Int

    init(_ line: ArraySlice<UInt8>) {
        var at = Self.skippingBlanks(line, line.startIndex)
        while at < line.endIndex, line[at] == UInt8(ascii: "-"),
            at + 1 == line.endIndex || LineScanner.isBlank(line[at + 1])
        {
            dashes.append(at - line.startIndex)
            at = Self.skippingBlanks(line, at + 1)
        }
        column = at - line.startIndex
        valueColumn = column
        guard let colon = Self.colon(line, from: at) else { return }
        key = LineScanner.trimmed(line[at..<colon])
        valueColumn = colon + 1 - line.startIndex
    }

    private static func skippingBlanks(_ line: ArraySlice<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < line.endIndex, LineScanner.isBlank(line[at]) { at += 1 }
        return at
    }

    /// The colon that ends a key which begins at `start`.
    private static func colon(_ line: ArraySlice<UInt8>, from start: Int) -> Int? {
        var at = start
        guard at < line.endIndex, !"{[|>#%@`".utf8.contains(line[at]) else { return nil }
        if line[at] == UInt8(ascii: "\"") || line[at] == UInt8(ascii: "'") {
            guard let end = endOfQuoted(line, at) else { return nil }
            at = skippingBlanks(line, end)
            return at < line.endIndex && isColon(line, at) ? at : nil
        }
        while at < line.endIndex {
            if line[at] == UInt8(ascii: "#"), at > start, LineScanner.isBlank(line[at - 1]) {
                return nil
            }
            if isColon(line, at) { return at }
            at += 1
        }
        return nil
    }

    private static func isColon(_ line: ArraySlice<UInt8>, _ at: Int) -> Bool {
        line[at] == UInt8(ascii: ":")
            && (at + 1 == line.endIndex || LineScanner.isBlank(line[at + 1]))
    }

    private static func endOfQuoted(_ line: ArraySlice<UInt8>, _ start: Int) -> Int? {
        let quote = line[start]
        var at = start + 1
        while at < line.endIndex {
            if line[at] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                at += 1
            } else if line[at] == quote {
                guard quote == UInt8(ascii: "'"), at + 1 < line.endIndex, line[at + 1] == quote
                else { return at + 1 }
                at += 1
            }
            at += 1
        }
        return nil
    }
}
