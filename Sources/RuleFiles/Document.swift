import Yams

/// One YAML file as a tree of values with their places, or nothing where it cannot be read.
struct Document {
    /// A larger file is refused before it is parsed.
    static let bytesMax = 1 << 20
    /// Aliases multiply; a few are harmless.
    static let aliasesMax = 20
    static let depthMax = 24
    static let valuesMax = 60_000

    /// `nil` where the file is empty, or a finding says why it cannot be read.
    let root: Value?
    let isReadable: Bool

    init(_ source: SourceText, findings: Findings) {
        let start = Place(file: source.path, line: 1, column: 1, endColumn: 2)
        guard source.byteCount <= Self.bytesMax else {
            findings.error(
                .tooLarge,
                at: start,
                "the file has \(source.byteCount) bytes; at most \(Self.bytesMax) are read",
                fix: "Split it: any file may hold any section"
            )
            (root, isReadable) = (nil, false)
            return
        }
        guard let text = PlainText(source, findings: findings) else {
            (root, isReadable) = (nil, false)
            return
        }
        var composition = Composition(text: text, findings: findings)
        guard let nodes = composition.nodes() else {
            (root, isReadable) = (nil, false)
            return
        }
        guard let node = nodes.first else {
            (root, isReadable) = (nil, true)
            return
        }
        if nodes.count > 1 {
            findings.error(
                .severalDocuments,
                at: nodes[1].mark.map { text.place($0.line, $0.column, length: 1) } ?? start,
                "a second document begins; a file holds one",
                fix: "Remove the `---` line, or move what follows to a file of its own"
            )
        }
        var tree = Tree(text: text, duplicates: composition.duplicates, findings: findings)
        root = tree.value(of: node, depth: 0)
        isReadable = root != nil && nodes.count == 1
    }
}

/// Yams' nodes as values, within limits of depth and size.
private struct Tree {
    let text: PlainText
    let duplicates: Duplicates
    let findings: Findings
    var count = 0

    init(text: PlainText, duplicates: Duplicates, findings: Findings) {
        self.text = text
        self.duplicates = duplicates
        self.findings = findings
    }

    mutating func value(of node: Node, depth: Int) -> Value? {
        count += 1
        let place = place(of: node)
        guard depth <= Document.depthMax, count <= Document.valuesMax else {
            findings.error(
                .tooDeep,
                at: place,
                depth > Document.depthMax
                    ? "nested more than \(Document.depthMax) deep"
                    : "more than \(Document.valuesMax) values, aliases written out",
                fix: "Nothing in these files needs that; write it flat"
            )
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style != .plain && scalar.style != .any
            let isNull = !isQuoted && ["~", "null", "Null", "NULL"].contains(scalar.string)
            let content = isNull ? "" : scalar.string
            return Value(
                content: .text(content, isQuoted: isQuoted),
                place: place,
                findings: findings
            )
        case .sequence(let sequence):
            var values: [Value] = []
            for item in sequence {
                guard let value = value(of: item, depth: depth + 1) else { return nil }
                values.append(value)
            }
            return Value(content: .list(values), place: place, findings: findings)
        case .mapping(let mapping):
            return map(mapping, place: place, depth: depth)
        case .alias:
            return nil
        }
    }

    private mutating func map(_ mapping: Node.Mapping, place: Place, depth: Int) -> Value? {
        var entries: [Value.Entry] = []
        var firsts: [String: Place] = [:]
        for (key, node) in mapping {
            guard case .scalar(let scalar) = key else {
                findings.error(
                    .yaml,
                    at: self.place(of: key),
                    "a key is one word or text, not a list or a mapping",
                    fix: "Write a plain key"
                )
                continue
            }
            guard let value = value(of: node, depth: depth + 1) else { return nil }
            let keyPlace = self.place(of: key)
            let word = duplicates.original(of: scalar.string)
            if word.isBlank {
                findings.error(
                    .value,
                    at: keyPlace,
                    "a key without a word",
                    fix: "Write a name before the colon"
                )
                continue
            }
            if let first = firsts[word] {
                findings.duplicate(word, at: keyPlace, first: first)
                continue
            }
            firsts[word] = keyPlace
            entries.append(Value.Entry(key: word, keyPlace: keyPlace, value: value))
        }
        return Value(content: .map(entries), place: place, findings: findings)
    }

    private func place(of node: Node) -> Place {
        let mark = node.mark
        return text.place(mark?.line ?? 1, mark?.column ?? 1, length: length(of: node))
    }

    /// The length that a scalar has in the file; a block mapping's is that of its first key.
    private func length(of node: Node) -> Int {
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style == .doubleQuoted || scalar.style == .singleQuoted
            let length = scalar.string.unicodeScalars.count
            guard let mark = scalar.mark else { return length }
            // A line this long is not decoded again for every word in it.
            if isQuoted, text.byteCount(ofLine: mark.line) < 4_096,
                let rest = text.rest(mark.line, mark.column)
            {
                return text.quotedLength(rest)
            }
            return min(length, text.byteCount(ofLine: mark.line) - mark.column + 1)
        case .mapping(let mapping) where mapping.style == .block:
            return mapping.first.map { length(of: $0.key) } ?? 1
        case .mapping, .sequence, .alias:
            return 1
        }
    }
}

extension Findings {
    /// Of two duplicates the later is the place, and the finding names the first.
    func duplicate(_ word: String, at place: Place, first: Place) {
        let definition =
            first.file == place.file ? "line \(first.line)" : "\(first.file):\(first.line)"
        error(
            .duplicate,
            at: place,
            "`\(word)` was already defined at \(definition)",
            fix: "Keep one of the two, or rename this one"
        )
    }
}
