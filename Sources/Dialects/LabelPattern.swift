/// A pattern that a whole text must match: alternatives of literal text with `.*` and `.+`.
///
/// More of regular expressions is not taken: what a sender writes must not cost us unbounded time.
package struct LabelPattern: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case literal(Unicode.Scalar)
        case one
        case many
    }

    private var alternatives: [[Piece]]

    /// Scalars of one pattern.
    static let lengthMax = 1_000

    /// `nil` where the text says more than is taken here.
    package init?(_ text: String) {
        guard text.unicodeScalars.count <= Self.lengthMax else { return nil }
        var scalars = Substring(text).unicodeScalars
        if scalars.first == "^" { scalars.removeFirst() }
        if scalars.last == "$" { scalars.removeLast() }
        var result: [[Piece]] = [[]]
        while let scalar = scalars.popFirst() {
            var pieces = result.removeLast()
            switch scalar {
            case "|":
                result += [pieces, []]
                continue
            case "\\":
                guard let next = scalars.popFirst(), !next.properties.isAlphabetic,
                    !("0"..."9").contains(next)
                else { return nil }
                pieces.append(.literal(next))
            case ".":
                if scalars.first == "*" {
                    scalars.removeFirst()
                    pieces.append(.many)
                } else if scalars.first == "+" {
                    scalars.removeFirst()
                    pieces += [.one, .many]
                } else {
                    pieces.append(.one)
                }
            case "*", "+", "?", "(", ")", "[", "]", "{", "}", "^", "$": return nil
            default: pieces.append(.literal(scalar))
            }
            result.append(pieces)
        }
        alternatives = result
    }

    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return alternatives.contains { Self.matches(scalars, $0) }
    }

    /// Goes back to the last `.*` only, so it costs at most the product of both lengths.
    private static func matches(_ text: [Unicode.Scalar], _ pieces: [Piece]) -> Bool {
        var (at, piece) = (0, 0)
        var last: (piece: Int, at: Int)?
        while at < text.count {
            if piece < pieces.count, pieces[piece] == .many {
                last = (piece, at)
                piece += 1
            } else if piece < pieces.count,
                pieces[piece] == .one || pieces[piece] == .literal(text[at])
            {
                (at, piece) = (at + 1, piece + 1)
            } else if let (star, from) = last {
                last = (star, from + 1)
                (at, piece) = (from + 1, star + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }
}
