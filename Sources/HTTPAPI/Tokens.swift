package import CivilTime
import Crypto
package import Engine
package import OnCall
package import Paging
package import Store
import Synchronization

/// Every token that counts, by the SHA-256 of its secret: read without the store, changed by it.
package final class Tokens: Sendable {
    /// Names are for people; these many bytes are enough.
    static let nameBytesMax = 100
    static let countMax = 1_000
    /// The time of a token's last use is stored at most this often.
    static let useMilliseconds: Milliseconds = 60_000
    static let prefix = "tocsin_"

    private struct Table {
        var byHash: [[UInt8]: StoredToken] = [:]
        var hashes: [String: [UInt8]] = [:]

        mutating func put(_ token: StoredToken) {
            byHash[token.hash] = token
            hashes[token.id] = token.hash
        }

        mutating func remove(_ id: String) {
            if let hash = hashes.removeValue(forKey: id) { byHash[hash] = nil }
        }
    }

    private let engine: CaseEngine
    private let table: Mutex<Table>

    package init(engine: CaseEngine) throws(StoreError) {
        self.engine = engine
        var table = Table()
        let stored = try engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.tokens()
        }
        for token in stored { table.put(token) }
        self.table = Mutex(table)
    }

    /// Whether there is none at all, expired ones included.
    package var isEmpty: Bool { table.withLock { $0.byHash.isEmpty } }

    /// What the holder of the secret may do; `nil` where it is no token, or no longer one.
    package func access(secret: String) -> Access? {
        guard secret.utf8.count <= 256 else { return nil }
        let hash = Self.hash(secret)
        let now = engine.setting.clock.now()
        var isUseDue = false
        let token = table.withLock { table -> StoredToken? in
            guard let token = table.byHash[hash], token.counts(at: now) else { return nil }
            if now - (token.lastUsedAt ?? .min / 2) >= Self.useMilliseconds {
                table.byHash[hash]?.lastUsedAt = now
                isUseDue = true
            }
            return token
        }
        guard let token else { return nil }
        if isUseDue {
            engine.note { (tx) throws(StoreError) in try tx.noteUse(ofToken: token.id, at: now) }
        }
        return Access(token)
    }

    /// The same for who signed in with it earlier: `nil` from the moment it is revoked or expires.
    package func access(id: String) -> Access? {
        let now = engine.setting.clock.now()
        return table.withLock { table in
            guard let token = table.hashes[id].flatMap({ table.byHash[$0] }),
                token.counts(at: now)
            else { return nil }
            return Access(token)
        }
    }

    /// The oldest first.
    func list() -> [StoredToken] {
        table.withLock { table in
            table.byHash.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        }
    }

    /// A new token and its secret, which nobody can ever be told again.
    package func create(
        name: String,
        role: Role,
        person: PersonID? = nil,
        expiresAt: Instant? = nil
    ) async throws(Refusal) -> (token: StoredToken, secret: String) {
        let (token, secret) = try Self.made(
            name: name,
            role: role,
            person: person,
            expiresAt: expiresAt?.milliseconds,
            at: engine.setting.clock.now()
        )
        let count = table.withLock { $0.byHash.count }
        guard count < Self.countMax else {
            throw Refusal(
                .conflict,
                "there are \(count) tokens",
                fix: "revoke those that nobody uses: tocsin token list"
            )
        }
        try await engine.change { (tx) throws(StoreError) in
            try tx.insert(token)
            return .success(())
        }
        table.withLock { $0.put(token) }
        return (token, secret)
    }

    /// It lets nobody in from the moment this is asked, whatever becomes of the answer.
    package func revoke(id: String) async throws(Refusal) {
        table.withLock { $0.remove(id) }
        try await engine.change { (tx) throws(StoreError) in
            if try tx.removeToken(id: id) { return .success(()) }
            return .failure(
                Refusal(.notFound, "there is no token \(id)", fix: "list them: tocsin token list")
            )
        }
    }

    /// A token that is not kept anywhere yet.
    package static func made(
        name: String,
        role: Role,
        person: PersonID?,
        expiresAt: Milliseconds?,
        at now: Milliseconds
    ) throws(Refusal) -> (token: StoredToken, secret: String) {
        guard !name.isEmpty, name.utf8.count <= nameBytesMax else {
            throw Refusal(
                .invalid,
                "the name has \(name.utf8.count) bytes",
                fix: "say in 1 to \(nameBytesMax) who or what uses the token"
            )
        }
        if let expiresAt, expiresAt <= now {
            throw Refusal(.invalid, "the token would have expired", fix: "name a later time")
        }
        let secret = prefix + randomHex(words: 4)
        let token = StoredToken(
            id: randomHex(words: 1),
            hash: hash(secret),
            name: name,
            role: role,
            person: person,
            createdAt: now,
            expiresAt: expiresAt
        )
        return (token, secret)
    }

    private static func hash(_ secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }

    /// 64 bits a word, from the system's cryptographic source.
    private static func randomHex(words: Int) -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<words).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension StoredToken {
    fileprivate func counts(at now: Milliseconds) -> Bool {
        expiresAt.map { now < $0 } ?? true
    }
}

extension Access {
    fileprivate init(_ token: StoredToken) {
        self.init(role: token.role, person: token.person, tokenID: token.id)
    }
}
