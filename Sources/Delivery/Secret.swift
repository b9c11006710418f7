/// A password or signing key that shows itself in no description, mirror or log.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// The signing key that a secret file holds: `whsec_` and base64, or the bytes as they are.
    ///
    /// `nil` where the base64 is damaged or the key is shorter than 24 bytes, the least that
    /// Standard Webhooks allows.
    package init?(signingKey text: String) {
        let prefix = "whsec_"
        let key =
            text.hasPrefix(prefix)
            ? Base64.decoded(text.dropFirst(prefix.count).utf8) : Array(text.utf8)
        guard let key, key.count >= Self.signingKeyBytesMin else { return nil }
        self.init(key)
    }

    package static let signingKeyBytesMin = 24

    package var description: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// As C text for libcurl; `nil` where it holds a zero byte.
    var text: String? {
        bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}

/// Base64 of RFC 4648 with padding, as webhook signatures and secrets use it.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func encoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(48)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(digit(bits >> shift)) }
            (bits, count) = (0, 0)
        }
        switch count {
        case 1:
            text += [digit(bits >> 2), digit(bits << 4), UInt8(ascii: "="), UInt8(ascii: "=")]
        case 2:
            text += [digit(bits >> 10), digit(bits >> 4), digit(bits << 2), UInt8(ascii: "=")]
        default: break
        }
        return text
    }

    /// `nil` where the text is not base64; missing padding is forgiven, as senders forget it.
    static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        return bitCount == 6 || padding > 2 ? nil : bytes
    }

    private static func digit(_ bits: UInt32) -> UInt8 { alphabet[Int(bits & 0x3F)] }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
