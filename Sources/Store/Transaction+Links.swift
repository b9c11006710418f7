extension Transaction {
    /// Counts one more of `subject`; answers how many there are now.
    ///
    /// Counts that have expired are forgotten on the way.
    package func count(
        link subject: String,
        at instant: Milliseconds,
        expiresAt: Milliseconds
    ) throws(StoreError) -> Int {
        try connection.execute(LinkSQL.forget, [.int(instant)])
        try connection.execute(LinkSQL.count, [.text(subject), .int(expiresAt)])
        return try linkCount(subject)
    }

    /// The next generation of a feed: its earlier addresses lead nowhere from now on.
    package func renew(feed name: String) throws(StoreError) {
        try connection.execute(FeedSQL.renew, [.text(name)])
    }
}

extension Records {
    /// How often `subject` was counted; 0 where it never was.
    package func linkCount(_ subject: String) throws(StoreError) -> Int {
        try connection.first(LinkSQL.get, [.text(subject)]) { fields throws(StoreError) in
            try fields.int()
        } ?? 0
    }

    /// How often a feed was renewed.
    package func generation(ofFeed name: String) throws(StoreError) -> Int {
        try connection.first(FeedSQL.get, [.text(name)]) { fields throws(StoreError) in
            try fields.int()
        } ?? 0
    }
}

private enum LinkSQL {
    static let forget = SQL("DELETE FROM link_tries WHERE expires_at <= ?1")
    static let count = SQL(
        """
        INSERT INTO link_tries (subject, count, expires_at) VALUES (?1, 1, ?2)
        ON CONFLICT (subject) DO UPDATE SET count = count + 1
        """
    )
    static let get = SQL("SELECT count FROM link_tries WHERE subject = ?1")
}

private enum FeedSQL {
    static let renew = SQL(
        """
        INSERT INTO feeds (name, generation) VALUES (?1, 1)
        ON CONFLICT (name) DO UPDATE SET generation = generation + 1
        """
    )
    static let get = SQL("SELECT generation FROM feeds WHERE name = ?1")
}
