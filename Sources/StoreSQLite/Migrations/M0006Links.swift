import Store

extension Migration {
    /// How often a number was typed behind an acknowledge link, and the feeds that were renewed.
    static let m0006Links = Migration(
        number: 6,
        script: """
            CREATE TABLE link_tries (
                subject TEXT NOT NULL PRIMARY KEY,
                count INTEGER NOT NULL CHECK (count > 0),
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX link_tries_expiry ON link_tries (expires_at);

            CREATE TABLE feeds (
                name TEXT NOT NULL PRIMARY KEY,
                generation INTEGER NOT NULL CHECK (generation > 0)
            ) STRICT, WITHOUT ROWID;
            """
    )
}
