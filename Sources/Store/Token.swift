/// What a token lets its holder do; each but `intake` may all that the one before it may.
package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Opens cases and sees nothing.
    case intake
    /// Sees everything and changes nothing.
    case viewer
    /// Opens cases and works on them.
    case responder
    /// Overrides due instants and sends drills.
    case leader
    /// Makes tokens and has the files loaded again.
    case admin
}

/// A token of the HTTP API as it is kept: by the SHA-256 of its secret, never the secret.
package struct StoredToken: Hashable, Sendable {
    package var id: String
    /// 32 bytes.
    package var hash: [UInt8]
    package var name: String
    package var role: Role
    /// As whom its holder acts; `nil` where each request says it.
    package var person: String?
    package var createdAt: Milliseconds
    /// The first instant at which it no longer counts; `nil` where it never expires.
    package var expiresAt: Milliseconds?
    /// Up to a minute behind; `nil` where it was never used.
    package var lastUsedAt: Milliseconds?

    package init(
        id: String,
        hash: [UInt8],
        name: String,
        role: Role,
        person: String? = nil,
        createdAt: Milliseconds,
        expiresAt: Milliseconds? = nil
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.role = role
        self.person = person
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension Records {
    /// Every token that was not revoked, the oldest first.
    package func tokens() throws(StoreError) -> [StoredToken] {
        try connection.all(TokenSQL.all) { fields throws(StoreError) in
            var token = StoredToken(
                id: try fields.text(),
                hash: fields.bytes(),
                name: try fields.text(),
                role: try fields.choice(),
                person: fields.optionalText(),
                createdAt: try fields.int64(),
                expiresAt: fields.optionalInt64()
            )
            token.lastUsedAt = fields.optionalInt64()
            return token
        }
    }
}

extension Transaction {
    package func insert(_ token: StoredToken) throws(StoreError) {
        try connection.execute(
            TokenSQL.insert,
            [
                .text(token.id), .bytes(token.hash), .text(token.name), .text(token.role.rawValue),
                .optional(token.person), .int(token.createdAt), .optional(token.expiresAt),
            ]
        )
    }

    /// `false` where there is no such token.
    package func removeToken(id: String) throws(StoreError) -> Bool {
        try connection.execute(TokenSQL.remove, [.text(id)]) > 0
    }

    package func noteUse(ofToken id: String, at instant: Milliseconds) throws(StoreError) {
        try connection.execute(TokenSQL.noteUse, [.text(id), .int(instant)])
    }
}

private enum TokenSQL {
    static let all = SQL(
        """
        SELECT id, hash, name, role, person, created_at, expires_at, last_used_at FROM tokens
        ORDER BY created_at, id
        """
    )
    static let insert = SQL(
        """
        INSERT INTO tokens (id, hash, name, role, person, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    )
    static let remove = SQL("DELETE FROM tokens WHERE id = ?1")
    static let noteUse = SQL("UPDATE tokens SET last_used_at = ?2 WHERE id = ?1")
}
