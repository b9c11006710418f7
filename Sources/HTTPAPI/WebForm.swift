import Hummingbird
import HummingbirdCore
import NIOCore

/// The fields of a form that a browser posted; of several with one name the last counts.
struct WebForm: Sendable {
    private var fields: [String: String] = [:]

    static let bytesMax = 64 * 1_024

    init(of request: Request) async throws {
        let buffer = try await request.bytes(upTo: Self.bytesMax)
        self.init(String(buffer: buffer))
    }

    init(_ body: String) {
        for pair in body.split(separator: "&").prefix(100) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            fields[Self.decoded(name)] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
    }

    /// As sent; `nil` where it is absent or empty.
    subscript(_ name: String) -> String? {
        fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// On one line: every run of control characters is one space.
    func line(_ name: String) -> String? {
        guard let text = self[name] else { return nil }
        var line = ""
        var isGap = false
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                isGap = true
                continue
            }
            if isGap, !line.isEmpty { line += " " }
            isGap = false
            line.unicodeScalars.append(scalar)
        }
        return line.contains { !$0.isWhitespace } ? line : nil
    }

    /// A part of an address as it was before it was percent-encoded; a plus sign is itself.
    static func percentDecoded(_ text: some StringProtocol) -> String {
        decoded(Substring(text), hasPlusForSpace: false)
    }

    private static func decoded(_ text: Substring, hasPlusForSpace: Bool = true) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where hasPlusForSpace: bytes.append(0x20)
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                if digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
                    bytes.append(value)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
