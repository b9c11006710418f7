import Dispatch
import GRDB
package import Store

/// A database file that one daemon owns: one connection writes and checkpoints, four read.
///
/// Write-ahead log, `synchronous` FULL read back after opening, foreign keys on, no memory mapping
/// (docs/decisions: GRDB sets NORMAL by itself, which may lose commits when the power fails).
package final class SQLiteDatabase: Store.Database {
    let connections: any DatabaseWriter
    private let cache = StatementCache()
    private let path: String
    /// Held as long as this lives; `nil` in memory.
    private let lock: FileLock?

    /// Opens or creates the file, its directory and the lock file `PATH.lock`, all for the owner
    /// only.
    package init(path: String) throws(StoreError) {
        self.path = path
        lock = try FileLock(databasePath: path)
        Self.finishMending(of: path)
        try Self.refuseUnfinishedRestore(of: path)
        try FileLock.makeOwnerOnlyFile(path)
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            connections = pool
            try pool.writeWithoutTransaction { database in
                try Self.makeDurable(database)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private init(memory: DatabaseQueue) {
        connections = memory
        path = ":memory:"
        lock = nil
    }

    /// A database that is gone with its last reference, for tests and rehearsals.
    package static func inMemory() throws(StoreError) -> SQLiteDatabase {
        do {
            return SQLiteDatabase(memory: try DatabaseQueue(configuration: configuration))
        } catch {
            throw StoreError(error, path: ":memory:")
        }
    }

    package var migrations: [Migration] { Self.knownMigrations }

    static let knownMigrations: [Migration] = [
        .m0001Cases, .m0002Outbox, .m0003Tokens, .m0004Guards, .m0005Rulebooks, .m0006Links,
        .m0007Bundles, .m0008Checksums, .m0009Urgency, .m0010EndedKeys,
        .m0011Unsent, .m0012Chain,
    ]

    /// Writes the log back into the file, ends every connection, and gives up the lock.
    package func close() throws(StoreError) {
        try mapped {
            // GRDB closes the writer first, and readers may not checkpoint.
            try connections.writeWithoutTransaction { database in
                cache.removeAll()
                if lock != nil { try database.checkpoint(.truncate) }
            }
            try connections.close()
        }
        lock?.release()
    }

    /// Ends every connection and gives up the lock, whatever state the file is in.
    package func abandon() {
        connections.writeWithoutTransaction { _ in cache.removeAll() }
        try? connections.close()
        lock?.release()
    }

    package func write<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try mapped {
            try connections.write { database in
                try body(SQLiteConnection(database: database, cache: cache, path: path))
            }
        }
    }

    package func read<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try mapped {
            try connections.read { database in
                try body(SQLiteConnection(database: database, cache: nil, path: path))
            }
        }
    }

    package func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let path = path
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            connections.asyncRead { database in
                continuation.resume(
                    returning: Result { () throws(StoreError) -> T in
                        do {
                            let database = try database.get()
                            return try body(
                                SQLiteConnection(database: database, cache: nil, path: path)
                            )
                        } catch {
                            throw StoreError(error, path: path)
                        }
                    }
                )
            }
        }
        return try result.get()
    }

    private func mapped<T>(_ body: () throws -> T) throws(StoreError) -> T {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension SQLiteDatabase {
    /// Memory each connection may hold of the file: the writer's share, then a reader's.
    private static let writerCacheKiB = 32 * 1024
    private static let readerCacheKiB = 2 * 1024
    /// Pages in the log before a commit checkpoints, and what the log file shrinks to after it.
    private static let checkpointPages = 4096
    private static let journalBytesMax = 64 << 20
    private static let readersMax = 4
    private static let busySeconds = 5.0

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "tocsin.store"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = readersMax
        configuration.prepareDatabase { database in
            let cache = database.configuration.readonly ? readerCacheKiB : writerCacheKiB
            try database.execute(
                sql: """
                    PRAGMA mmap_size = 0;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -\(cache);
                    PRAGMA wal_autocheckpoint = \(checkpointPages);
                    PRAGMA journal_size_limit = \(journalBytesMax);
                    """
            )
        }
        return configuration
    }

    /// Sets what durability rests on, after GRDB has set its own, and reads it back.
    private static func makeDurable(_ database: GRDB.Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        for (setting, wanted) in [
            ("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"),
        ] {
            let found = try String.fetchOne(database, sql: "PRAGMA \(setting)") ?? "unset"
            guard found == wanted else {
                throw StoreError.settingLost(name: setting, found: found)
            }
        }
    }
}
