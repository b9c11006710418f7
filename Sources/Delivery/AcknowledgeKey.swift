import Crypto

/// Makes the link and the number by which a page is acknowledged from the message itself, and
/// recognises them again.
///
/// Both follow from the notification's id and this key alone. The outbox holds a message under
/// seal, with the token's hash in its place; the token comes in as the message leaves. So whoever
/// reads the database, or a backup of it, can acknowledge nothing (docs/decisions/0015).
package struct AcknowledgeKey: Sendable {
    /// Worked into the hash already; each use begins from a copy.
    private let keyed: HMAC<SHA256>

    package static let secretBytesMin = 32
    private static let tokenBytes = 16
    /// The length of a token as text, and of the seal that stands for it.
    private static let tokenLength = 22
    private static let numberSealLength = 12

    /// `nil` where the secret is shorter than 32 bytes.
    package init?(secret: Secret) {
        guard secret.bytes.count >= Self.secretBytesMin else { return nil }
        keyed = HMAC<SHA256>(key: SymmetricKey(data: secret.bytes))
    }

    /// The link's path for people: `BASE_URL/a/NOTIFICATIONID.TOKEN`, with the token under seal.
    ///
    /// The id is percent-encoded but for letters, digits, `-`, `.`, `_` and `~`; the token holds no
    /// dot, so it begins behind the last one.
    package func sealedURL(of id: String, base: String) -> String {
        "\(base)/a/\(URLText.pathSegment(id)).\(seal(of: id).token)"
    }

    /// What a message carries until it leaves, in the places of its token and its number.
    package struct Seal: Hashable, Sendable {
        /// As long as the token, so that nothing around it moves.
        package var token: String
        /// Three digits take its place.
        package var number: String
    }

    package func seal(of id: String) -> Seal {
        let hash = Hexadecimal.text(SHA256.hash(data: Array(token(of: id).utf8)))
        return Seal(
            token: String(hash.prefix(Self.tokenLength)),
            number: String(hash.suffix(Self.numberSealLength))
        )
    }

    /// 128 bits in 22 characters that need no escaping in an address.
    package func token(of id: String) -> String {
        Base64.urlText(code("token", id).prefix(Self.tokenBytes))
    }

    /// Whether `token` was given out for the notification; takes as long wherever it differs.
    package func isGenuine(token: some StringProtocol, of id: String) -> Bool {
        Self.areEqual(token.utf8, self.token(of: id).utf8)
    }

    /// The three digits that a person types from the message.
    ///
    /// They stand nowhere else in it: not in the case number, subject, link or a time, even
    /// without its colon. `body` is the message as the outbox keeps it.
    package func number(of id: String, in body: [UInt8]) -> String {
        let places = SealedPlaces(of: seal(of: id), in: body)
        let token = Array(token(of: id).utf8)
        return number(of: id, among: DigitRuns(places.filled(body, token: token, number: [])))
    }

    /// Whether a person typed the number of the message; takes as long wherever it differs.
    package func isRight(number: some StringProtocol, of id: String, in body: [UInt8]) -> Bool {
        Self.areEqual(number.utf8, self.number(of: id, in: body).utf8)
    }

    /// The message as it leaves; one without a seal leaves as it is.
    package func opened(_ body: [UInt8], of id: String) -> [UInt8] {
        let places = SealedPlaces(of: seal(of: id), in: body)
        guard !places.isEmpty else { return body }
        let token = Array(token(of: id).utf8)
        guard places.holdsNumber else { return places.filled(body, token: token, number: []) }
        let runs = DigitRuns(places.filled(body, token: token, number: []))
        let number = Array(number(of: id, among: runs).utf8)
        return places.filled(body, token: token, number: number)
    }

    /// The same for the other pages in it, each with the number of its own message.
    package func opened(_ body: [UInt8], others: [Parcel.Other]) -> [UInt8] {
        others.reduce(body) { body, other in
            let places = SealedPlaces(of: seal(of: other.key), in: body)
            guard !places.isEmpty else { return body }
            let token = Array(token(of: other.key).utf8)
            return places.filled(body, token: token, number: Array(other.number.utf8))
        }
    }

    // MARK: Numbers

    private func number(of id: String, among taken: DigitRuns) -> String {
        // A text that leaves few numbers must not make the rest easy to guess.
        let isCrowded = taken.count > 500
        var first: Int?
        for round in 0..<UInt8(64) {
            let code = Array(code("number.\(round)", id))
            for offset in stride(from: 0, to: 32, by: 2) {
                let drawn = Int(code[offset]) << 8 | Int(code[offset + 1])
                // Of 65,536 values the last 536 would make low numbers likelier.
                guard drawn < 65_000 else { continue }
                let number = drawn % 1_000
                first = first ?? number
                if isCrowded || !taken.contains(number) { return Self.threeDigits(number) }
            }
        }
        return Self.threeDigits(first ?? 0)
    }

    private static func threeDigits(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 3 - "\(number)".utf8.count)) + "\(number)"
    }

    private func code(_ purpose: String, _ id: String) -> HMAC<SHA256>.MAC {
        var mac = keyed
        mac.update(data: Array("tocsin acknowledge \(purpose)\n\(id)".utf8))
        return mac.finalize()
    }

    private static func areEqual(
        _ given: some Collection<UInt8>,
        _ expected: some Collection<UInt8>
    ) -> Bool {
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
