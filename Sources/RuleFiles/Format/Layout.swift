/// A rule file in the standard layout, which differs in white space alone.
///
/// Two spaces a level, lists one level under their key, one space after colons and commas, none
/// inside brackets, one blank line at most, no blanks at the end of a line. Comments, quotes, the
/// order and the lines that brackets are spread over stay as they are.
package struct Layout: Sendable {
    package let text: String

    package enum Fault: Error, Sendable {
        /// The file cannot be read, and these say why.
        case unreadable([Diagnostic])
        /// The layout would change what the file says, so it was left alone.
        case unsure(file: String)
    }

    /// Proved before it is handed out: every value and every letter is still there, and laying out
    /// the result again changes nothing.
    package init(_ source: SourceText) throws(Fault) {
        let findings = Findings()
        let before = Document(source, findings: findings)
        guard before.isReadable, !findings.hasErrors,
            let plain = PlainText(source, findings: findings)
        else { throw .unreadable(findings.all) }
        let bytes = Relayout.bytes(of: plain.lines)
        let result = SourceText(path: source.path, bytes: bytes)
        let after = Document(result, findings: findings)
        guard !findings.hasErrors, Self.isSame(before.root, after.root),
            Self.letters(plain.lines) == Self.letters(bytes.split(separator: 0x0A)),
            let again = PlainText(result, findings: findings),
            Relayout.bytes(of: again.lines) == bytes
        else { throw .unsure(file: source.path) }
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static func letters(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
        lines.flatMap { line in line.filter { !LineScanner.isBlank($0) } }
    }

    private static func isSame(_ left: Value?, _ right: Value?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        switch (left.content, right.content) {
        case (.text(let left, let wasQuoted), .text(let right, let isQuoted)):
            return left == right && wasQuoted == isQuoted
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
        case (.map(let left), .map(let right)):
            return left.count == right.count
                && zip(left, right).allSatisfy { $0.key == $1.key && isSame($0.value, $1.value) }
        case (.text, _), (.list, _), (.map, _):
            return false
        }
    }
}
