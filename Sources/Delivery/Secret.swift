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

    /// As `Authorization: Basic` has user and password, given as `user:password`.
    package static func basicAuthorization(_ credentials: String) -> String {
        "Basic " + String(decoding: Base64.encoded(credentials.utf8), as: UTF8.self)
    }

    package var description: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// As C text for libcurl; `nil` where it holds a zero byte.
    var text: String? {
        bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
