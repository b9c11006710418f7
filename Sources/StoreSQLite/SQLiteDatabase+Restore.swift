import GRDB
import Glibc
package import Store

extension SQLiteDatabase {
    /// Puts a backup in the place of the database at `path`, whose daemon must not run.
    ///
    /// The backup is copied and read page by page first; `note` is what the next start is told
    /// (`Meta.restored`). What was there stays beside it, as `PATH.replaced`.
    package static func restore(
        from backup: String,
        to path: String,
        note: String
    ) throws(StoreError) {
        guard access(backup, R_OK) == 0 else {
            throw StoreError.cannotOpen(path: backup, reason: String(cString: strerror(errno)))
        }
        let lock = try FileLock(databasePath: path)
        defer { lock.release() }
        let part = path + ".part"
        unlink(part)
        try FileLock.makeOwnerOnlyFile(part)
        do {
            let source = try DatabaseQueue(path: backup, configuration: readOnly)
            let copy = try DatabaseQueue(path: part)
            try source.backup(to: copy)
            try source.close()
            try copy.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let connection = SQLiteConnection(database: database, cache: nil, path: part)
                try quickCheck(connection)
                let known = knownMigrations.last?.number ?? 0
                let found = try Migration.version(of: connection)
                guard found <= known else {
                    throw StoreError.newerSchema(found: found, known: known)
                }
                guard found > 0 else { throw StoreError.notADatabase(path: backup) }
                try connection.execute(Meta.set, [.text(Meta.restored), .text(note)])
            }
            try copy.close()
        } catch {
            unlink(part)
            throw StoreError(error, path: backup)
        }
        try replace(path, by: part)
    }

    private static var readOnly: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        return configuration
    }

    /// The log of the old database goes with it: it must never be read with the new one.
    private static func replace(_ path: String, by part: String) throws(StoreError) {
        let old = path + ".replaced"
        for suffix in ["", "-wal", "-shm"] {
            unlink(old + suffix)
            guard rename(path + suffix, old + suffix) == 0 || errno == ENOENT else {
                throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
        }
        guard rename(part, path) == 0 else {
            throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }
}

extension SQLiteDatabase {
    /// The number of the last migration applied; 0 in an empty database.
    package func schema() throws(StoreError) -> Int {
        try read { connection throws(StoreError) in try Migration.version(of: connection) }
    }
}
