import Crypto

/// Standard Webhooks signing: HMAC-SHA256 over `id.timestamp.body`.
struct Signature {
    /// The secret already worked into the hash; each message begins from a copy.
    private let keyed: HMAC<SHA256>

    init(secret: Secret) {
        keyed = HMAC<SHA256>(key: SymmetricKey(data: secret.bytes))
    }

    /// The value of `webhook-signature`.
    func text(id: String, timestampSeconds: Int64, body: [UInt8]) -> String {
        var mac = keyed
        var head = "\(id).\(timestampSeconds)."
        head.withUTF8 { mac.update(data: UnsafeRawBufferPointer($0)) }
        body.withUnsafeBytes { mac.update(data: $0) }
        return "v1," + String(decoding: Base64.encoded(mac.finalize()), as: UTF8.self)
    }
}
