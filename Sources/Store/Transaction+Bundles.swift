extension Transaction {
    /// Makes one message of pages that are being sent: `leader` carries `body` from now on, the
    /// others follow it.
    ///
    /// The leader's first attempt must not have begun to leave.
    package func bundle(
        _ members: [Int64],
        behind leader: Int64,
        body: [UInt8]
    ) throws(StoreError) {
        guard var stored = try notification(id: leader) else {
            throw StoreError.constraint("notification \(leader) was never enqueued")
        }
        stored.body = body
        let checksum = stored.checksum
        try connection.execute(BundleSQL.lead, [.int(leader), .bytes(body), .int(checksum)])
        for id in members { try connection.execute(BundleSQL.follow, [.int(id), .int(leader)]) }
    }

    /// Keeps the claims of those that follow `leader` while it waits for its next attempt.
    package func holdMembers(of leader: Int64, until lease: Milliseconds) throws(StoreError) {
        try connection.execute(BundleSQL.hold, [.int(leader), .int(lease)])
    }

    /// Gives back, due at `instant`, those that `stranded` answers; answers how many.
    ///
    /// They keep their bundle, as a sign that no message of their own was tried yet.
    @discardableResult
    package func releaseStranded(at instant: Milliseconds) throws(StoreError) -> Int {
        try connection.execute(BundleSQL.release, [.int(instant)])
    }

    /// Records that the attempt begun last sent nothing, like all before it: whatever message the
    /// page was to leave in, it stands by itself again.
    ///
    /// `body` is its own where it led such a message. `false`, and nothing kept, where an attempt
    /// before may have left or `token` is not the number of the last.
    @discardableResult
    package func recordUnsent(
        _ id: Int64,
        token: Int,
        body: [UInt8]? = nil
    ) throws(StoreError) -> Bool {
        guard let body else {
            return try connection.execute(BundleSQL.unsent, [.int(id), .int(token)]) == 1
        }
        guard var stored = try notification(id: id) else { return false }
        stored.body = body
        let checksum = stored.checksum
        return try connection.execute(
            BundleSQL.unsentLeader,
            [.int(id), .int(token), .bytes(body), .int(checksum)]
        ) == 1
    }

    /// From now on it leaves by itself.
    package func unbundle(_ id: Int64) throws(StoreError) {
        try connection.execute(BundleSQL.follow, [.int(id), .null])
    }
}

extension Records {
    /// The pages that leave with the message of `leader`, without it.
    package func members(of leader: Int64) throws(StoreError) -> [StoredNotification] {
        try connection.all(BundleSQL.members, [.int(leader)], StoredNotification.decoded)
    }

    /// The pages whose message will not leave any more.
    package func stranded() throws(StoreError) -> [StoredNotification] {
        try connection.all(BundleSQL.stranded, [], StoredNotification.decoded)
    }
}

private enum BundleSQL {
    static let lead = SQL(
        "UPDATE notifications SET bundle = id, body = ?2, checksum = ?3 WHERE id = ?1"
    )
    static let follow = SQL("UPDATE notifications SET bundle = ?2 WHERE id = ?1")
    private static let isUnsent = """
        id = ?1 AND state = 'sending' AND attempts = ?2 AND unsent = attempts - 1
        """
    static let unsent = SQL(
        "UPDATE notifications SET unsent = attempts, bundle = NULL WHERE \(isUnsent)"
    )
    static let unsentLeader = SQL(
        """
        UPDATE notifications SET unsent = attempts, bundle = NULL, body = ?3, checksum = ?4
        WHERE \(isUnsent)
        """
    )
    static let hold = SQL(
        """
        UPDATE notifications SET lease_until = ?2
        WHERE bundle = ?1 AND state = 'sending' AND id <> ?1
        """
    )
    static let members = SQL(
        """
        SELECT \(OutboxSQL.columns) FROM notifications
        WHERE bundle = ?1 AND state = 'sending' AND id <> ?1 ORDER BY id
        """
    )
    private static let isStranded = """
        bundle IS NOT NULL AND state = 'sending' AND bundle <> id
            AND (SELECT leader.state FROM notifications AS leader
                WHERE leader.id = notifications.bundle) IN ('cancelled', 'dead')
        """
    /// Looked for in every turn: without the index named, SQLite reads the whole table in order.
    static let stranded = SQL(
        """
        SELECT \(OutboxSQL.columns) FROM notifications INDEXED BY notifications_bundled
        WHERE \(isStranded) ORDER BY id
        """
    )
    static let release = SQL(
        """
        UPDATE notifications INDEXED BY notifications_bundled
        SET state = 'pending', next_attempt = ?1, lease_until = NULL
        WHERE \(isStranded)
        """
    )
}
