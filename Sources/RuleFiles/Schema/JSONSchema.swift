/// The published schema of the files (JSON Schema 2020-12), for editors and other checkers.
///
/// Made of the tables that the readers know their keys by, so that the two cannot differ. It says
/// which keys and kinds of value there are; what a name must refer to only `check` knows.
package struct JSONSchema: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case rotation, policy, people, settings

        var title: String {
            switch self {
            case .rotation: "Tocsin: who is on call"
            case .policy: "Tocsin: promises, calendars and ladders"
            case .people: "Tocsin: people and their contacts"
            case .settings: "Tocsin: the daemon's own settings"
            }
        }

        var root: Record { self == .settings ? .settings : .file }
    }

    package let text: String

    package init(_ kind: Kind) {
        var definitions = Definitions()
        let root = definitions.object(kind.root)
        let head = [
            "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"",
            "\"title\": \(quoted(kind.title))",
        ]
        let members = head + root + ["\"$defs\": " + definitions.text]
        text = "{\n" + members.map { "  " + $0 }.joined(separator: ",\n") + "\n}\n"
    }
}

/// The records that a schema refers to, each once.
private struct Definitions {
    private var texts: [String: String] = [:]

    var text: String {
        let lines = texts.sorted { $0.key < $1.key }.map { "    \(quoted($0.key)): \($0.value)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n  }"
    }

    /// The members of the schema of one mapping.
    mutating func object(_ record: Record) -> [String] {
        var properties: [String] = []
        for key in record.keys {
            properties.append(
                "\(quoted(key.name)): \(value(key.form(), isRequired: key.isRequired))"
            )
        }
        let required = record.keys.filter(\.isRequired).map { quoted($0.name) }
        return [
            "\"type\": \"object\"",
            "\"description\": \(quoted(record.what))",
            "\"properties\": {\(properties.joined(separator: ", "))}",
            "\"required\": [\(required.joined(separator: ", "))]",
            "\"patternProperties\": {\"^x-\": true}",
            "\"additionalProperties\": false",
        ]
    }

    /// A key that may be left out may also stand with nothing after it.
    private mutating func value(_ form: Form, isRequired: Bool) -> String {
        let schema = schema(form)
        return isRequired ? schema : "{\"anyOf\": [{\"type\": \"null\"}, \(schema)]}"
    }

    private mutating func schema(_ form: Form) -> String {
        switch form {
        case .text(let what):
            // Readers take the words as they stand, whatever YAML would make of them.
            return "{\"type\": [\"string\", \"number\", \"boolean\"], "
                + "\"description\": \(quoted(what))}"
        case .words(let words):
            let numbers = words.filter { digits($0) != nil }
            return "{\"enum\": [\((words.map { quoted($0) } + numbers).joined(separator: ", "))]}"
        case .number(let range):
            return "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": \(range.lowerBound), "
                + "\"maximum\": \(range.upperBound)}, "
                + "{\"type\": \"string\", \"pattern\": \"^[0-9]+$\"}]}"
        case .flag: return "{\"enum\": [true, false, \"true\", \"false\"]}"
        case .pattern(let pattern, let example):
            return "{\"type\": \"string\", \"pattern\": \(quoted("^(\(pattern))$")), "
                + "\"examples\": [\(quoted(example))]}"
        case .list(let item):
            return "{\"type\": \"array\", \"items\": \(schema(item))}"
        case .listOrOne(let item):
            let one = schema(item)
            return "{\"anyOf\": [\(one), {\"type\": \"array\", \"items\": \(one)}]}"
        case .named(let item):
            return "{\"type\": \"object\", \"patternProperties\": {\"^x-\": true}, "
                + "\"additionalProperties\": \(schema(item))}"
        case .record(let record):
            define(record)
            return "{\"$ref\": \(quoted("#/$defs/\(record.name)"))}"
        case .either(let forms):
            return "{\"anyOf\": [\(forms.map { schema($0) }.joined(separator: ", "))]}"
        }
    }

    private mutating func define(_ record: Record) {
        guard texts[record.name] == nil else { return }
        // Stands there before its own keys are read: a record may contain itself.
        texts[record.name] = "true"
        texts[record.name] = "{" + object(record).joined(separator: ", ") + "}"
    }
}
