import CivilTime
import Hummingbird
import NIOCore
import Paging
import Shapes
import Store

/// The fields of a JSON body, taken one by one; a wrong one is refused in the sender's words.
struct Fields {
    private let body: JSON

    /// Bodies of `/v1` (reliability.md T17).
    static let bytesMax = 256 * 1_024
    static let listMax = 50

    init(of request: Request) async throws {
        let buffer = try await request.bytes(upTo: Self.bytesMax)
        do throws(JSONFault) {
            body = try buffer.json(bytesMax: Self.bytesMax)
        } catch {
            throw Refusal(.invalid, "the body \(error.message)", fix: "send one JSON object")
        }
        guard body.members != nil else {
            throw Refusal(.invalid, "the body is \(body.kind)", fix: "send one JSON object")
        }
    }

    /// `nil` where it is absent or null; control characters are refused.
    func text(_ name: String) throws(Refusal) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else { throw wrong(name, value, "a text") }
        return try checked(text, name)
    }

    func required(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw Refusal(.invalid, "`\(name)` is missing", fix: "send it as a text")
        }
        return text
    }

    func instant(_ name: String) throws(Refusal) -> Instant? {
        guard let text = try text(name) else { return nil }
        return try Query.instant(text, name: name)
    }

    func isTrue(_ name: String) throws(Refusal) -> Bool {
        guard let value = body[name], !value.isNull else { return false }
        guard let bool = value.bool else { throw wrong(name, value, "true or false") }
        return bool
    }

    func texts(_ name: String) throws(Refusal) -> [String] {
        guard let value = body[name], !value.isNull else { return [] }
        guard let array = value.array else { throw wrong(name, value, "a list of texts") }
        guard array.count <= Self.listMax else {
            throw Refusal(
                .invalid,
                "`\(name)` has \(array.count) entries",
                fix: "send at most \(Self.listMax)"
            )
        }
        var texts: [String] = []
        for element in array {
            guard let text = element.string else { throw wrong(name, element, "a list of texts") }
            texts.append(try checked(text, name))
        }
        return texts
    }

    private func checked(_ text: String, _ name: String) throws(Refusal) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
        }
        guard isPlain else {
            throw Refusal(
                .invalid,
                "`\(name)` holds a line break or another control character",
                fix: "send one line of text"
            )
        }
        return text
    }

    private func wrong(_ name: String, _ value: JSON, _ expected: String) -> Refusal {
        Refusal(.invalid, "`\(name)` is \(value.kind)", fix: "send \(expected)")
    }
}

/// The query of a request, taken in the same way.
struct Query {
    let request: Request

    func text(_ name: String) -> String? {
        request.uri.queryParameters[name[...]].map(String.init)
    }

    func instant(_ name: String) throws(Refusal) -> Instant? {
        guard let text = text(name) else { return nil }
        return try Self.instant(text, name: name)
    }

    /// A number from 1 to `max`, `fallback` where the query names none.
    func limit(fallback: Int, max: Int) throws(Refusal) -> Int {
        guard let text = text("limit") else { return fallback }
        guard let number = Int(text), (1...max).contains(number) else {
            throw Refusal(.invalid, "`limit` is `\(text)`", fix: "send a number from 1 to \(max)")
        }
        return number
    }

    /// Where a list of cases goes on.
    func cursor(_ name: String) throws(Refusal) -> CaseCursor? {
        guard let text = text(name) else { return nil }
        guard let cursor = CaseCursor(text) else {
            throw Refusal(
                .invalid,
                "`\(name)` is `\(text)`",
                fix: "use `next` of the last answer"
            )
        }
        return cursor
    }

    /// `?NAME` alone says yes; absent says no.
    func isTrue(_ name: String) throws(Refusal) -> Bool {
        switch text(name) {
        case "", "1", "true", "yes": return true
        case nil, "0", "false", "no": return false
        case let word?:
            throw Refusal(.invalid, "`\(name)` is `\(word)`", fix: "send true or false")
        }
    }

    static func instant(_ text: String, name: String) throws(Refusal) -> Instant {
        // An unescaped plus sign of an offset arrives as a space.
        let written = text.split(separator: " ").joined(separator: text.contains("T") ? "+" : " ")
        guard let instant = Instant(rfc3339: written) else {
            throw Refusal(
                .invalid,
                "`\(name)` is `\(text)`, which is no time",
                fix: "write RFC 3339 with an offset, such as 2026-03-01T09:00:00Z"
            )
        }
        return instant
    }
}

extension ByteBuffer {
    func json(bytesMax: Int) throws(JSONFault) -> JSON {
        let result: Result<JSON, JSONFault> = withUnsafeReadableBytes { bytes in
            do throws(JSONFault) {
                return .success(try JSON(parsing: bytes, bytesMax: bytesMax))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
