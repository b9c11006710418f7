import Shapes

extension JSON {
    /// `name: text` for each member of an object, else the value itself, as plain lines.
    var sentences: [String] {
        guard let members else { return [plainText] }
        return members.prefix(100).map { "\($0.name.plainLine): \($0.value.plainText)" }
    }

    /// The value as a person would write it; what is nested stands in brackets.
    var plainText: String {
        switch self {
        case .string(let text): text.plainLine
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let bool): String(bool)
        case .null: "-"
        case .array(let elements):
            elements.prefix(100).map(\.plainText).joined(separator: ", ")
        case .object: "(" + sentences.joined(separator: ", ") + ")"
        }
    }
}
