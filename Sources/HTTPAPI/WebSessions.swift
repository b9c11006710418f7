import Crypto
package import Engine
import HTTPTypes
import Hummingbird
package import HummingbirdCore
import OnCall
import Store
import Synchronization

/// Who is signed in on the pages, the links that sign in once, and the words that sign forms.
///
/// Kept in memory, as hashes: a restart signs everybody out, and what is read from a disk or a
/// backup signs nobody in.
package final class WebSessions: Sendable {
    /// One signed-in browser.
    struct Session: Sendable {
        var access: Access
        /// Whom an access without a person acts for, once they have said it.
        var acting: PersonID?
        /// In every form; a request without it changes nothing.
        let csrf: String
        let createdAt: Milliseconds
        var usedAt: Milliseconds

        var person: PersonID? { access.person ?? acting }
    }

    private struct State {
        var sessions: [SHA256.Digest: Session] = [:]
        /// When each link ends.
        var links: [SHA256.Digest: Milliseconds] = [:]
    }

    static let idleSeconds = 8 * 3_600
    static let wholeSeconds = 24 * 3_600
    static let linkSeconds = 600
    static let sessionsMax = 2_000

    private let engine: CaseEngine
    private let tokens: Tokens
    private let state = Mutex(State())
    private let key = SymmetricKey(size: .bits256)

    package init(engine: CaseEngine, tokens: Tokens) {
        self.engine = engine
        self.tokens = tokens
    }

    private var now: Milliseconds { engine.setting.clock.now() }

    /// Real seconds in the engine's milliseconds.
    private func real(_ seconds: Int) -> Milliseconds {
        Milliseconds(seconds * 1_000 * engine.setting.clock.speed)
    }

    // MARK: Links

    /// The word of a link that signs an admin in, once, within ten minutes.
    package func makeLink() -> String {
        let word = Self.randomWord()
        let end = now + real(Self.linkSeconds)
        state.withLock { $0.links[Self.hash(word)] = end }
        return word
    }

    /// Whether the word was good; it is not from then on.
    func spend(link word: String) -> Bool {
        let now = now
        return state.withLock { state in
            guard let end = state.links.removeValue(forKey: Self.hash(word)) else { return false }
            return now < end
        }
    }

    // MARK: Sessions

    /// A new session, under a new secret each time; `old` ends.
    func begin(_ access: Access, insteadOf old: String?) -> String {
        let secret = Self.randomWord()
        let now = now
        let session = Session(
            access: access,
            csrf: Self.randomWord(),
            createdAt: now,
            usedAt: now
        )
        state.withLock { state in
            if let old { state.sessions[Self.hash(old)] = nil }
            if state.sessions.count >= Self.sessionsMax {
                let oldest = state.sessions.min { $0.value.usedAt < $1.value.usedAt }
                if let oldest { state.sessions[oldest.key] = nil }
            }
            state.sessions[Self.hash(secret)] = session
        }
        return secret
    }

    func end(_ secret: String) {
        state.withLock { $0.sessions[Self.hash(secret)] = nil }
    }

    func act(for person: PersonID, in secret: String) {
        state.withLock { $0.sessions[Self.hash(secret)]?.acting = person }
    }

    /// `nil` once it was idle for 8 hours, is 24 hours old, or its token counts no longer.
    func session(_ secret: String) -> Session? {
        let now = now
        let (idle, whole) = (real(Self.idleSeconds), real(Self.wholeSeconds))
        let hash = Self.hash(secret)
        let found = state.withLock { state -> Session? in
            guard let session = state.sessions[hash] else { return nil }
            guard now - session.usedAt < idle, now - session.createdAt < whole else {
                state.sessions[hash] = nil
                return nil
            }
            state.sessions[hash]?.usedAt = now
            return session
        }
        guard let found, let id = found.access.tokenID else { return found }
        guard let access = tokens.access(id: id) else {
            end(secret)
            return nil
        }
        var session = found
        session.access = access
        return session
    }

    /// The session of the browser that sent `request`.
    func session(of request: Request) -> Session? {
        secret(of: request).flatMap { session($0) }
    }

    /// For the doors: what the browser's session may do.
    package func access(of request: Request) -> Access? {
        guard let session = session(of: request) else { return nil }
        return Access(
            role: session.access.role,
            person: session.access.person,
            tokenID: session.access.tokenID
        )
    }

    // MARK: Cookies

    func secret(of request: Request) -> String? {
        request.cookies[cookieName(for: request)]?.value
    }

    /// `__Host-` only goes where the browser came by TLS.
    private func cookieName(for request: Request) -> String {
        isSecure(request) ? "__Host-tocsin" : "tocsin"
    }

    private func isSecure(_ request: Request) -> Bool {
        if request.head.scheme == "https" { return true }
        guard let base = engine.setting.baseURL, base.hasPrefix("https://") else { return false }
        return base.dropFirst(8).split(separator: "/").first.map(String.init)
            == request.head.authority
    }

    /// The header that keeps, or with `nil` drops, the browser's secret.
    func cookie(_ secret: String?, for request: Request) -> String {
        var cookie = "\(cookieName(for: request))=\(secret ?? "")"
        cookie += "; Path=/; HttpOnly; SameSite=Strict"
        if isSecure(request) { cookie += "; Secure" }
        return cookie + (secret == nil ? "; Max-Age=0" : "; Max-Age=\(Self.wholeSeconds)")
    }

    // MARK: Nonces

    /// A word that a form of `purpose` carries, made at this instant.
    func nonce(_ purpose: String) -> String {
        let at = now
        return "\(at).\(signature(purpose, at))"
    }

    /// Whether the form was made so many real seconds ago.
    func isGood(nonce: String?, _ purpose: String, agedSeconds: ClosedRange<Int>) -> Bool {
        let parts = (nonce ?? "").split(separator: ".")
        guard parts.count == 2, let at = Milliseconds(parts[0]) else { return false }
        guard Self.areEqual(String(parts[1]), signature(purpose, at)) else { return false }
        let age = now - at
        return real(agedSeconds.lowerBound) <= age && age <= real(agedSeconds.upperBound)
    }

    private func signature(_ purpose: String, _ at: Milliseconds) -> String {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Array("\(at)\n\(purpose)".utf8))
        return Self.hex(mac.finalize().prefix(16))
    }

    /// Takes as long wherever they differ.
    static func areEqual(_ given: String, _ expected: String) -> Bool {
        guard given.utf8.count == expected.utf8.count else { return false }
        return zip(given.utf8, expected.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// 256 bits of the system's cryptographic source.
    static func randomWord() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { hex($0) }
    }

    private static func hash(_ word: String) -> SHA256.Digest {
        SHA256.hash(data: Array(word.utf8.prefix(512)))
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            let digits = String(byte, radix: 16)
            text += byte < 16 ? "0" + digits : digits
        }
        return text
    }
}
