/// Everything the daemon keeps: cases with their logs, the outbox with its attempts.
///
/// A thin door: `transaction` for the engine, the only writer, and `read` for everybody else. It
/// finds due rows and stores values; what they mean is decided in `Paging`.
package struct CaseStore: Sendable {
    private let database: any Database

    /// Brings the schema up to date first.
    package init(_ database: some Database) throws(StoreError) {
        try Migration.apply(to: database)
        self.database = database
    }

    /// Runs `body` in one transaction on the calling thread: all of it is durable when this
    /// returns, none of it where `body` or the commit throws.
    package func transaction<T>(
        _ body: (Transaction) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try database.write { connection throws(StoreError) in
            try body(Transaction(connection: connection))
        }
    }

    /// Runs `body` over an unchanging snapshot on the calling thread.
    package func read<T>(
        _ body: (Snapshot) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try database.read { connection throws(StoreError) in
            try body(Snapshot(connection: connection))
        }
    }

    /// The same for callers that must not block, on a thread of the database.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        try await database.read { connection throws(StoreError) in
            try body(Snapshot(connection: connection))
        }
    }
}

/// What can be asked of the store; the same words in a transaction and in a snapshot.
package protocol Records {
    var connection: any Connection { get }
}

/// The store as it was at one instant, for reading.
package struct Snapshot: Records {
    package let connection: any Connection

    package init(connection: any Connection) { self.connection = connection }
}

/// One turn's changes; kept together or not at all.
package struct Transaction: Records {
    package let connection: any Connection

    /// Runs `body` so that a fault in it undoes only what it wrote, not the whole transaction.
    package func nested<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
        try connection.nested(body)
    }

    /// Keeps one of the values of `Meta`.
    package func set(_ value: String, for key: String) throws(StoreError) {
        try connection.execute(Meta.set, [.text(key), .text(value)])
    }

    /// Forgets when a message by a channel was last known to have reached a person, but of these.
    package func forgetConfirmed(but channels: Set<String>) throws(StoreError) {
        let kept = Set(channels.map { Meta.confirmed($0) })
        let keys = try connection.all(Meta.confirmedKeys) { fields throws(StoreError) in
            try fields.text()
        }
        for key in keys where !kept.contains(key) {
            try connection.execute(Meta.forget, [.text(key)])
        }
    }
}

extension Records {
    /// One of the values of `Meta`; `nil` where it was never set.
    package func meta(_ key: String) throws(StoreError) -> String? {
        try connection.first(Meta.get, [.text(key)]) { fields throws(StoreError) in
            try fields.text()
        }
    }
}
