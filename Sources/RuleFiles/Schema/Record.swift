/// What may stand at one place of a file, as its JSON Schema says it.
indirect enum Form: Sendable {
    /// Any text, such as `a title`.
    case text(String)
    case words([String])
    case number(ClosedRange<Int>)
    case flag
    /// Text that matches a regular expression, with an example.
    case pattern(String, example: String)
    case list(Form)
    /// A list, or the one that stands there without brackets.
    case listOrOne(Form)
    /// A mapping by names that the author chooses.
    case named(Form)
    case record(Record)
    case either([Form])
}

/// A mapping with known keys: the readers know the keys by it, and the published schema is it.
final class Record: Sendable {
    struct Key: Sendable {
        var name: String
        var isRequired: Bool
        /// Made when it is asked for, because records contain each other.
        var form: @Sendable () -> Form
    }

    /// Its name among the definitions of a schema.
    let name: String
    /// With its article, as messages say it: `a layer`.
    let what: String
    let keys: [Key]
    let keyNames: [String]

    init(_ name: String, _ what: String, _ keys: [Key]) {
        self.name = name
        self.what = what
        self.keys = keys
        keyNames = keys.map(\.name)
    }
}

extension Record.Key {
    static func must(_ name: String, _ form: @autoclosure @escaping @Sendable () -> Form) -> Self {
        Self(name: name, isRequired: true, form: form)
    }

    static func may(_ name: String, _ form: @autoclosure @escaping @Sendable () -> Form) -> Self {
        Self(name: name, isRequired: false, form: form)
    }
}

extension Form {
    static let name = text("a name")
    static let names = listOrOne(name)
    static let title = text("a title")
    static let path = text("a path")
    static let zone = text("a zone such as Europe/Berlin")
    static let date = pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}", example: "2026-01-05")
    static let wallTime = pattern(
        "([01][0-9]|2[0-3]):[0-5][0-9]|24:00",
        example: "09:00"
    )
    static let localTime = pattern(
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([0-9]{2}:[0-9]{2})(:00)?",
        example: "2026-12-24T09:00"
    )
    /// A number with a unit; a range where the lower bound is a warning.
    static let duration = pattern(
        "[ \\t]*[0-9]+([-\u{2013}][0-9]+)? *[A-Za-z]+( +[A-Za-z]+)?[ \\t]*",
        example: "15 min"
    )
}
