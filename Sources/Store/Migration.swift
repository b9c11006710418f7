/// One step of the schema; applied once, in a transaction of its own, and never edited afterwards.
package struct Migration: Sendable {
    /// From 1, without gaps.
    package var number: Int
    package var script: String

    package init(number: Int, script: String) {
        self.number = number
        self.script = script
    }

    /// Brings the database to the newest schema it knows; refuses one that is newer.
    static func apply(to database: some Database) throws(StoreError) {
        let migrations = database.migrations
        let known = migrations.last?.number ?? 0
        let found = try database.read { connection throws(StoreError) in
            try version(of: connection)
        }
        guard found <= known else { throw StoreError.newerSchema(found: found, known: known) }
        for migration in migrations where migration.number > found {
            try database.write { connection throws(StoreError) in
                try connection.run(script: migration.script)
                try connection.execute(
                    Meta.set,
                    [.text(Meta.schema), .text(String(migration.number))]
                )
            }
        }
    }

    /// The number of the last migration applied; 0 in an empty database.
    package static func version(of connection: any Connection) throws(StoreError) -> Int {
        guard try connection.hasTable("meta") else { return 0 }
        let text = try connection.first(Meta.get, [.text(Meta.schema)]) {
            fields throws(StoreError) in
            try fields.text()
        }
        guard let text, let number = Int(text) else {
            throw StoreError.corrupt("its schema number is missing")
        }
        return number
    }
}

/// The single values a store keeps, by key.
package enum Meta {
    /// The number of the last migration; the store's own.
    package static let schema = "schema"
    /// A random word of the running daemon.
    package static let bootID = "boot_id"
    /// The highest instant the engine has acted at, in milliseconds.
    package static let highWater = "high_water"
    /// What was restored, in words; empty once the engine has taken it up.
    package static let restored = "restored"
    /// The local date of the last daily notices.
    package static let daily = "daily"
    /// What decisions follow from: the rulebook in force by its hash, zone data and build.
    package static let rulebook = "rulebook"
    /// When a message by the channel was last known to have reached a person, in milliseconds.
    package static func confirmed(_ channel: String) -> String { "confirmed.\(channel)" }

    /// Every key of `confirmed`: the slash is the character after the dot.
    static let confirmedKeys = SQL(
        "SELECT key FROM meta WHERE key >= 'confirmed.' AND key < 'confirmed/'"
    )
    static let forget = SQL("DELETE FROM meta WHERE key = ?1")
    static let get = SQL("SELECT value FROM meta WHERE key = ?1")
    package static let set = SQL(
        """
        INSERT INTO meta (key, value) VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """
    )
}
