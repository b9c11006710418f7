/// A JSON value as someone sent it.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int)
    /// Any other number; always finite.
    case number(Double)
    case string(String)
    case array([JSON])
    /// In the order sent; a name may stand twice, and the last one counts.
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSON

        package init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The value of a member; `nil` where there is none or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var members: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// What it is, in a word for messages, such as `a text`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// Why bytes are not JSON that is taken here.
package struct JSONFault: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case tooLarge(bytesMax: Int)
        case tooDeep(depthMax: Int)
        case endsTooEarly
        case unexpected
        case trailing
        case notUTF8
        case controlCharacter
        case wrongEscape
        case wrongNumber
    }

    package var reason: Reason
    /// Bytes before the fault.
    package var offset: Int

    /// The fault in one clause, to follow the name of what was read.
    package var message: String {
        switch reason {
        case .tooLarge(let bytesMax): "has more than \(bytesMax) bytes"
        case .tooDeep(let depthMax): "is nested more than \(depthMax) deep"
        case .endsTooEarly: "ends too early, after \(offset) bytes"
        case .unexpected: "is not JSON at byte \(offset)"
        case .trailing: "goes on after its value, at byte \(offset)"
        case .notUTF8: "is not UTF-8 in the text at byte \(offset)"
        case .controlCharacter: "has a bare control character at byte \(offset)"
        case .wrongEscape: "has a wrong escape at byte \(offset)"
        case .wrongNumber: "has a wrong number at byte \(offset)"
        }
    }
}

extension JSONWriter {
    /// A value as it was parsed; members keep their order.
    package mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let bool): value(bool)
        case .integer(let integer): value(integer)
        case .number(let number): raw(Array("\(number)".utf8))
        case .string(let string): value(string)
        case .array(let elements):
            beginArray()
            for element in elements { value(element) }
            endArray()
        case .object(let members): raw(Self.bytes(of: members))
        }
    }

    /// `key` takes names of our own shapes only; these are someone else's.
    private static func bytes(of members: [JSON.Member]) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            var part = JSONWriter()
            part.value(member.name)
            bytes += part.bytes
            bytes.append(UInt8(ascii: ":"))
            part = JSONWriter()
            part.value(member.value)
            bytes += part.bytes
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
