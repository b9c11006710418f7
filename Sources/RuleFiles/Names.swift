/// Every name that the files define, for references among them.
struct Names {
    var people: Set<String>
    var rotations: Set<String>
    var ladders: Set<String>
    var calendars: Set<String>
    var holidays: Set<String>
    /// False where a file could not be read: then an unknown name may stand in it.
    var isWhole: Bool

    init(_ sections: Sections) {
        people = sections.names("people")
        rotations = sections.names("rotations")
        ladders = sections.names("ladders")
        calendars = sections.names("calendars")
        holidays = sections.names("holidays")
        isWhole = sections.isWhole
    }

    func person(_ value: Value) -> String? {
        name(value, "a person", in: people, .personUnknown, "people")
    }

    func rotation(_ value: Value, _ prefix: String = "") -> String? {
        name(value, "a rotation", in: rotations, .rotationUnknown, "rotations", prefix)
    }

    func ladder(_ value: Value) -> String? {
        name(value, "a ladder", in: ladders, .ladderUnknown, "ladders")
    }

    /// A rotation, else a person; `prefix` begins the finding where it is neither.
    func target(_ value: Value, _ prefix: String = "") -> String? {
        guard let text = value.text("a rotation or a person") else { return nil }
        if rotations.contains(text) || people.contains(text) || !isWhole { return text }
        let suggestion = nearest(to: text, among: rotations.union(people))
        let isPerson = suggestion.map { !rotations.contains($0) } ?? false
        value.error(
            isPerson ? .personUnknown : .rotationUnknown,
            prefix.isEmpty
                ? "`\(text)` is not in rotations, nor in people" : "\(prefix) `\(text)`",
            fix: fix(suggestion, isPerson ? "people" : "rotations")
        )
        return nil
    }

    private func name(
        _ value: Value,
        _ expected: String,
        in known: Set<String>,
        _ code: Diagnostic.Code,
        _ section: String,
        _ prefix: String = ""
    ) -> String? {
        guard let text = value.text(expected) else { return nil }
        if known.contains(text) || !isWhole { return text }
        value.error(
            code,
            "\(prefix)`\(text)` is not in \(section)",
            fix: fix(nearest(to: text, among: known), section)
        )
        return nil
    }

    private func fix(_ suggestion: String?, _ section: String) -> String {
        suggestion.map { "Did you mean `\($0)`?" } ?? "Define it under `\(section):`"
    }
}
