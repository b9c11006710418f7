import Testing

/// A rule of the house that the compiler does not keep, with the smallest file that breaks it.
///
/// The breaking file is part of the rule: a check that cannot fail is no check.
struct Rule: Sendable, CustomTestStringConvertible {
    /// What holds, as a sentence.
    let sentence: String
    let breaking: SourceFile
    let faults: @Sendable (SourceFile) -> [Fault]

    init(
        _ sentence: String,
        brokenBy text: String,
        at path: String = "Sources/OnCall/Example.swift",
        faults: @escaping @Sendable (SourceFile) -> [Fault]
    ) {
        self.sentence = sentence
        breaking = SourceFile(path: path, text: text)
        self.faults = faults
    }

    var testDescription: String { sentence }

    static let all: [Rule] =
        importRules + worldRules + lengthRules + nameRules + commentRules + testRules
}
