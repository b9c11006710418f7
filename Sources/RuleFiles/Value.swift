/// A piece of YAML where it stands: raw text for its reader to type, never typed by YAML's rules.
struct Value {
    enum Content {
        /// `isQuoted` tells `"+49..."` from a bare number.
        case text(String, isQuoted: Bool)
        case list([Value])
        case map([Entry])
    }

    struct Entry {
        var key: String
        var keyPlace: Place
        var value: Value
    }

    var content: Content
    var place: Place
    let findings: Findings

    var isEmpty: Bool {
        switch content {
        case .text(let text, let isQuoted): text.isEmpty && !isQuoted
        case .list(let values): values.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }

    /// The bare text, without a finding where it is none.
    var plain: String? {
        if case .text(let text, _) = content { return text }
        return nil
    }

    var entriesIfMap: [Entry]? {
        if case .map(let entries) = content { return entries }
        return nil
    }

    var listIfList: [Value]? {
        if case .list(let values) = content { return values }
        return nil
    }

    /// The text, or `nil` with a finding that says what was `expected`, such as `a title`; blanks
    /// are no text.
    func text(_ expected: String) -> String? {
        guard case .text(let text, _) = content, !text.isBlank else {
            complain(expected)
            return nil
        }
        return text
    }

    /// The items, or `nil` with a finding that says what was `expected`.
    func list(_ expected: String) -> [Value]? {
        guard case .list(let values) = content else {
            complain(expected)
            return nil
        }
        return values
    }

    /// The items of a list, or the one that stands there without brackets.
    func listOrOne(_ expected: String) -> [Value] {
        switch content {
        case .list(let values): return values
        case .text(let text, let isQuoted) where isQuoted || !text.isEmpty: return [self]
        case .text, .map:
            complain(expected)
            return []
        }
    }

    func entries(_ expected: String) -> [Entry]? {
        guard case .map(let entries) = content else {
            // An empty section is an empty mapping.
            if isEmpty { return [] }
            complain(expected)
            return nil
        }
        return entries
    }

    func complain(_ expected: String) {
        let found =
            switch content {
            case .text(let text, let isQuoted):
                if !text.isBlank {
                    "`\(text)` is text"
                } else {
                    isQuoted ? "an empty text stands" : "nothing is written"
                }
            case .list: "a list stands"
            case .map: "a mapping stands"
            }
        findings.error(
            .value,
            at: place,
            "\(found) where \(expected) belongs",
            fix: "Write \(expected) here"
        )
    }

    func error(_ code: Diagnostic.Code, _ message: String, fix: String) {
        findings.error(code, at: place, message, fix: fix)
    }

    func warn(_ code: Diagnostic.Code, _ message: String, fix: String) {
        findings.warn(code, at: place, message, fix: fix)
    }
}

/// A mapping read by its known keys; every other key is a finding, save those that begin with `x-`.
struct Fields {
    let place: Place
    let what: String
    private let entries: [String: Value.Entry]
    private let findings: Findings

    /// `nil`, with a finding, where `value` is no mapping.
    init?(_ value: Value, as record: Record) {
        guard let entries = value.entries(record.what) else { return nil }
        self.init(entries, at: value.place, as: record, findings: value.findings)
    }

    init(_ entries: [Value.Entry], at place: Place, as record: Record, findings: Findings) {
        self.place = place
        what = record.what
        self.findings = findings
        let keys = record.keyNames
        var known: [String: Value.Entry] = [:]
        var misspelt: [(key: String, entry: Value.Entry)] = []
        for entry in entries {
            if keys.contains(entry.key) {
                known[entry.key] = entry
            } else if !entry.key.hasPrefix("x-") {
                guard !findings.isFull else { continue }
                let suggestion =
                    nearest(to: entry.key, among: keys)
                    ?? keys.first { $0.hasPrefix(entry.key + "_") }
                findings.error(
                    .keyUnknown,
                    at: entry.keyPlace,
                    "`\(entry.key)` in \(record.what)",
                    fix: suggestion.map { "Did you mean `\($0)`?" }
                        ?? "Keys here: \(keys.joined(separator: ", ")), or any that begins with x-"
                )
                if let suggestion { misspelt.append((suggestion, entry)) }
            }
        }
        // A misspelt key is one finding: it is not missing as well.
        for (key, entry) in misspelt where known[key] == nil { known[key] = entry }
        self.entries = known
    }

    /// The value, or `nil` where the key is absent or nothing is written after it.
    subscript(key: String) -> Value? {
        guard let value = entries[key]?.value, !(value.plain != nil && value.isEmpty) else {
            return nil
        }
        return value
    }

    /// The key's own place, or the mapping's where it is absent.
    func place(of key: String) -> Place {
        entries[key]?.keyPlace ?? place
    }

    /// The value, or `nil` with a finding where it is missing.
    func required(_ key: String, _ example: String) -> Value? {
        if let value = self[key] { return value }
        missing(key, example)
        return nil
    }

    func missing(_ key: String, _ example: String) {
        findings.error(
            .keyMissing,
            at: entries[key]?.keyPlace ?? place,
            "\(what) has no `\(key)`",
            fix: "Write `\(key): \(example)`"
        )
    }

    func text(_ key: String, _ expected: String) -> String? {
        self[key]?.text(expected)
    }
}
