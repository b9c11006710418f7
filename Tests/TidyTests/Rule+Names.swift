extension Rule {
    /// Words that say a type has a role, not what it is.
    static let roleSuffixes = [
        "Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Handler", "Processor",
        "Info", "Data", "Impl", "Protocol",
    ]
    static let rolePrefixes = ["Base", "Common"]
    static let grabBags: Set<String> = [
        "Extensions.swift", "Utils.swift", "Helpers.swift", "Common.swift", "Misc.swift",
    ]

    static let nameRules: [Rule] = [
        Rule("A type is a noun, not a role", brokenBy: "struct RotationManager {}\n") { file in
            file.declaredTypes.filter { type in
                roleSuffixes.contains { type.name.hasSuffix($0) }
                    || rolePrefixes.contains { type.name.begins(with: $0) }
            }.map { file.fault($0.line, "`\($0.name)`: name what it is, as a heading would") }
        },
        Rule(
            "A file is named for what it holds",
            brokenBy: "extension Shift {}\n",
            at: "Sources/OnCall/Extensions.swift"
        ) { file in
            let isBag = grabBags.contains(file.name)
            return isBag ? [file.fault(1, "put each extension in the file of who needs it")] : []
        },
        Rule("A module and a type in it differ in name", brokenBy: "struct OnCall {}\n") { file in
            guard !file.isTest else { return [] }
            return file.declaredTypes.filter { $0.name == file.target }.map {
                file.fault(
                    $0.line,
                    "nobody could name `\($0.name).\($0.name)` apart from the module"
                )
            }
        },
    ]
}

extension SourceFile {
    /// Types declared here, with the line (from 1) of each.
    fileprivate var declaredTypes: [(name: String, line: Int)] {
        let keywords: Set<Substring> = [
            "struct", "class", "enum", "actor", "protocol", "typealias",
        ]
        return code.enumerated().compactMap { index, line in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            guard let at = words.firstIndex(where: keywords.contains), at + 1 < words.count,
                words[at + 1].first?.isUppercase == true, !words.prefix(at).contains("import")
            else { return nil }
            return (String(words[at + 1]), index + 1)
        }
    }
}

extension String {
    /// Whether `word` is the first word of a name in capitals: `Base64` does not begin with `Base`.
    fileprivate func begins(with word: String) -> Bool {
        hasPrefix(word) && dropFirst(word.count).first?.isUppercase == true
    }
}
