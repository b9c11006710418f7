import Foundation

/// One Swift file of the repository as the rules see it: its place, its lines, and its bare code.
struct SourceFile: Sendable {
    /// From the top of the repository, such as `Sources/OnCall/Rotation.swift`.
    let path: String
    let lines: [String]
    /// The lines again, with comments gone and what stands between quotes blanked.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        var split = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if split.last?.isEmpty == true { split.removeLast() }
        lines = split
        var stripper = CodeStripper()
        code = split.map { stripper.code(of: $0) }
    }

    /// The target's name: the folder under Sources or Tests; empty for Package.swift.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isTest: Bool { path.hasPrefix("Tests/") }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Every module imported, with the line (from 1) that does.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count else {
                return nil
            }
            let accesses: Set<Substring> = [
                "package", "internal", "private", "public", "@testable",
            ]
            guard words[..<at].allSatisfy({ accesses.contains($0) || $0.hasPrefix("@_spi") })
            else { return nil }
            // `import struct Foundation.Data` names the module third.
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var"]
            let named =
                kinds.contains(words[at + 1]) ? words[min(at + 2, words.count - 1)] : words[at + 1]
            return (String(named.split(separator: ".").first ?? named), index + 1)
        }
    }

    /// The lines (from 1) whose code holds `token`, whole where it begins or ends in a letter.
    func lines(holding token: String) -> [Int] {
        code.indices.filter { code[$0].holds(token) }.map { $0 + 1 }
    }

    func fault(_ line: Int, _ message: String) -> Fault {
        Fault(path: path, line: line, message: message)
    }
}

/// What breaks a rule, and where.
struct Fault: Hashable, Sendable, CustomStringConvertible {
    let path: String
    /// From 1.
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

extension String {
    /// Whether the text occurs here and is no part of a longer word.
    func holds(_ token: String) -> Bool {
        let text = Array(utf8)
        let wanted = Array(token.utf8)
        guard let first = wanted.first, let last = wanted.last, text.count >= wanted.count else {
            return false
        }
        for start in 0...(text.count - wanted.count) where text[start] == first {
            let end = start + wanted.count
            guard text[start..<end].elementsEqual(wanted) else { continue }
            let joinsBefore = first.isWordByte && start > 0 && text[start - 1].isWordByte
            let joinsAfter = last.isWordByte && end < text.count && text[end].isWordByte
            if !joinsBefore && !joinsAfter { return true }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: self >= 128
        }
    }
}
