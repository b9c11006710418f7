extension Rule {
    static let fileLinesMax = 500
    static let testFileLinesMax = 600
    static let functionLinesMax = 70
    static let columnsMax = 100

    static let lengthRules: [Rule] = [
        Rule(
            "A file has at most \(fileLinesMax) lines, a test file \(testFileLinesMax)",
            brokenBy: String(repeating: "\n", count: fileLinesMax + 1)
        ) { file in
            let limit = file.isTest ? testFileLinesMax : fileLinesMax
            guard file.lines.count > limit else { return [] }
            return [
                file.fault(file.lines.count, "split the file: one type or one verb for each")
            ]
        },
        Rule(
            "A function has at most \(functionLinesMax) lines",
            brokenBy: "func f() {\n" + String(repeating: "    g()\n", count: functionLinesMax)
                + "}\n"
        ) { file in
            file.bodies.filter { $0.count > functionLinesMax }.map {
                file.fault($0.lowerBound, "\($0.count) lines: the parent decides, leaves compute")
            }
        },
        Rule(
            "A line has at most \(columnsMax) columns",
            brokenBy: "let wide = \"" + String(repeating: "w", count: columnsMax) + "\"\n"
        ) { file in
            file.lines.indices.filter { file.lines[$0].count > columnsMax }.map {
                file.fault($0 + 1, "\(file.lines[$0].count) columns")
            }
        },
    ]
}

extension SourceFile {
    /// Functions, initialisers and computed properties, with signature and braces, by line from 1.
    ///
    /// Leans on the format: a body ends at the first closing brace that is indented as its keyword.
    fileprivate var bodies: [Range<Int>] {
        code.indices.compactMap { start in
            guard code[start].opensBody else { return nil }
            let indent = code[start].prefix { $0 == " " }
            if code[start].hasSuffix("}") { return nil }
            guard
                let end = code[(start + 1)...].firstIndex(where: {
                    $0.hasPrefix(indent + "}")
                })
            else { return nil }
            // A requirement of a protocol has no body, and the brace found is another's.
            guard code[start...end].contains(where: { $0.hasSuffix("{") }) else { return nil }
            return (start + 1)..<(end + 2)
        }
    }
}

extension String {
    fileprivate var opensBody: Bool {
        let keywords: Set<Substring> = ["func", "init", "deinit", "subscript"]
        let words = split { $0 == " " || $0 == "(" || $0 == "<" || $0 == "?" }
        let modifiers: Set<Substring> = [
            "package", "private", "fileprivate", "static", "mutating", "override", "final",
            "convenience", "required", "nonisolated", "consuming", "borrowing", "class",
            "@discardableResult", "@Sendable", "@concurrent", "@inline", "@inlinable",
        ]
        guard let first = words.first(where: { !modifiers.contains($0) }) else { return false }
        return keywords.contains(first) || (first == "var" && hasSuffix("{"))
    }
}
