import Foundation

/// A piece of JSON, asked for by key; whatever is not there is `null`, so that tests read in one
/// line.
enum JSONValue: Equatable, CustomStringConvertible {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(parsing text: String) {
        let parsed = try? JSONSerialization.jsonObject(
            with: Data(text.utf8),
            options: [.fragmentsAllowed]
        )
        self.init(parsed as Any)
    }

    private init(_ value: Any) {
        switch value {
        case let object as [String: Any]: self = .object(object.mapValues { JSONValue($0) })
        case let array as [Any]: self = .array(array.map { JSONValue($0) })
        case let string as String: self = .string(string)
        case let number as NSNumber:
            let isBool = booleanTypes.contains(String(cString: number.objCType))
            self = isBool ? .bool(number.boolValue) : .number(number.doubleValue)
        default: self = .null
        }
    }

    subscript(key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSONValue {
        items.indices.contains(index) ? items[index] : .null
    }

    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var int: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    var isNull: Bool { self == .null }

    /// An RFC 3339 instant in UTC, as seconds since 1970.
    var instant: Double? {
        string.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
    }

    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array(let items): "\(items)"
        case .object(let members): "\(members)"
        }
    }
}

/// How NSNumber names the C types that JSON's true and false come back as.
private let booleanTypes: Set<String> = ["c", "B"]
