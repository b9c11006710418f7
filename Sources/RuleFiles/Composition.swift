import Yams

/// The duplicate keys of one file, renamed in the text so that Yams reads on.
struct Duplicates {
    /// Stand-ins are keys made of one private-use scalar, a different one for each.
    private(set) var originals: [Unicode.Scalar: String] = [:]

    mutating func standIn(for key: String) -> Unicode.Scalar? {
        let scalar = Unicode.Scalar(UInt32(0xE000 + originals.count))
        if let scalar { originals[scalar] = key }
        return scalar
    }

    func original(of key: String) -> String {
        guard let scalar = key.unicodeScalars.first, let word = originals[scalar],
            key.unicodeScalars.allSatisfy({ $0 == scalar })
        else { return key }
        return word
    }
}

/// Yams over one text, with faults reworded.
///
/// Yams throws for a duplicate key and tells the first of the two only. Renaming that one and
/// parsing again keeps every place and leaves both keys in the tree, where the second is found.
struct Composition {
    /// Past this many a file is a paste accident; the rest show once these are mended.
    static let duplicatesMax = 20

    private var text: PlainText
    private let findings: Findings
    private(set) var duplicates = Duplicates()

    init(text: PlainText, findings: Findings) {
        self.text = text
        self.findings = findings
    }

    /// The root of each document (two at most), or `nil` with a finding.
    mutating func nodes() -> [Node]? {
        guard hasFewAliases() else { return nil }
        let values = text.valuesBound
        guard values <= Document.valuesMax else {
            findings.error(
                .limit,
                at: place(1, 1),
                "about \(values) values; at most \(Document.valuesMax) are read from one file",
                fix: "Split it: any file may hold any section"
            )
            return nil
        }
        // A large file is not parsed over and over.
        let tries = min(Self.duplicatesMax, max(1, Document.valuesMax / max(1, values)))
        for _ in 0...tries {
            do {
                return try Self.roots(of: text.yaml)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let key = keys.first, let standIn = duplicates.standIn(for: key),
                    text.replaceKey(key, context.mark.line, context.mark.column, with: standIn)
                else {
                    report(
                        context.mark.line,
                        context.mark.column,
                        "a key is defined twice in one mapping"
                    )
                    return nil
                }
            } catch let error as YamlError {
                report(error)
                return nil
            } catch {
                report(1, 1, "the file cannot be read as YAML")
                return nil
            }
        }
        report(1, 1, "more than \(tries) \(tries == 1 ? "key is" : "keys are") defined twice")
        return nil
    }

    private static func roots(of yaml: String) throws -> [Node] {
        // Words stay words: telling numbers and dates apart costs Yams more than all the rest.
        let parser = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8)
        var roots: [Node] = []
        while roots.count < 2, let root = try parser.nextRoot() { roots.append(root) }
        return roots
    }

    private func hasFewAliases() -> Bool {
        guard let place = text.alias(past: Document.aliasesMax) else { return true }
        findings.error(
            .aliases,
            at: place,
            "more than \(Document.aliasesMax) aliases (`*name`), comments counted",
            fix: "Write the values out"
        )
        return false
    }

    private func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.contains("nesting") || problem.contains("depth") {
                findings.error(
                    .tooDeep,
                    at: place(mark.line, mark.column),
                    "nested more than \(Document.depthMax) deep",
                    fix: "Nothing in these files needs that; write it flat"
                )
                return
            }
            let since = context.map { ", \($0.text) at line \($0.mark.line)" } ?? ""
            report(mark.line, mark.column, problem + since)
        default:
            report(1, 1, "the file cannot be read as YAML")
        }
    }

    private func report(_ line: Int, _ column: Int, _ problem: String) {
        findings.error(
            .yaml,
            at: place(line, column),
            problem,
            fix: "Check the indentation, the brackets and the quotes here and on the line before"
        )
    }

    private func place(_ line: Int, _ column: Int) -> Place {
        text.place(max(1, line), max(1, column), length: 1)
    }
}
