import GRDB
import Glibc
package import Store

extension SQLiteDatabase {
    /// Puts a backup in the place of the database at `path`, whose daemon must not run.
    ///
    /// The backup is copied and read page by page first; `note` is what the next start is told
    /// (`Meta.restored`). What was there stays beside it, as `PATH.replaced`, or under the name in
    /// `damaged`, untouched, where it cannot be read any more.
    package static func restore(
        from backup: String,
        to path: String,
        note: String,
        keepingDamagedAs damaged: String? = nil
    ) throws(StoreError) {
        guard access(backup, R_OK) == 0 else {
            throw StoreError.cannotOpen(path: backup, reason: String(cString: strerror(errno)))
        }
        let lock = try FileLock(databasePath: path)
        defer { lock.release() }
        let part = path + (damaged == nil ? ".part" : mended)
        for suffix in besides { unlink(part + suffix) }
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
                try checkSums(connection)
                try connection.execute(Meta.set, [.text(Meta.restored), .text(note)])
            }
            try copy.close()
        } catch {
            unlink(part)
            throw StoreError(error, path: backup)
        }
        try replace(path, by: part, damaged: damaged)
    }

    private static var readOnly: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        return configuration
    }

    /// The file of a database and what SQLite keeps beside it.
    private static let besides = ["", "-wal", "-shm", "-journal"]
    /// What a copy that takes the place of a damaged database ends in until it does.
    private static let mended = ".mended"

    /// Puts the new database in the place of the old one in one step, so that a death before it
    /// leaves the old one whole.
    ///
    /// The log of the old one is written back first: it must never be read with the new one. Where
    /// that fails, as with a damaged one, both are moved away; a death after that leaves no
    /// database, and no start makes an empty one then.
    private static func replace(
        _ path: String,
        by part: String,
        damaged: String?
    ) throws(StoreError) {
        let old = damaged ?? path + ".replaced"
        // Without a database an earlier restore died here, and this is what it was to keep.
        if damaged == nil, access(path, F_OK) == 0 {
            for suffix in besides { unlink(old + suffix) }
        }
        if damaged != nil || !becomesOneFile(path) || link(path, old) != 0 {
            for suffix in besides {
                guard rename(path + suffix, old + suffix) == 0 || errno == ENOENT else {
                    throw StoreError.cannotOpen(
                        path: path,
                        reason: String(cString: strerror(errno))
                    )
                }
            }
        }
        syncFolder(of: path)
        guard rename(part, path) == 0 else {
            throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        syncFolder(of: path)
    }

    /// Writes the log of a database back into its file and ends it; answers whether that is all of
    /// it now.
    private static func becomesOneFile(_ path: String) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        do {
            let old = try DatabaseQueue(path: path)
            let mode = try old.writeWithoutTransaction { database in
                try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            }
            try old.close()
            return mode == "delete"
                && besides.allSatisfy { $0.isEmpty || access(path + $0, F_OK) != 0 }
        } catch {
            return false
        }
    }

    /// What was renamed stays so when the power fails, where the file system can promise it.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        Glibc.close(descriptor)
    }

    /// Ends the restore of a damaged database that died between its two last steps: its copy was
    /// whole and checked before the first.
    static func finishMending(of path: String) {
        guard access(path, F_OK) != 0, access(path + mended, F_OK) == 0,
            access(path + mended + "-journal", F_OK) != 0
        else { return }
        // The log of the damaged one must never be read with the new one.
        for suffix in besides.dropFirst() { rename(path + suffix, path + ".damaged" + suffix) }
        rename(path + mended, path)
        syncFolder(of: path)
    }

    /// An empty database in the place of one that a restore moved away would page nobody.
    static func refuseUnfinishedRestore(of path: String) throws(StoreError) {
        guard access(path, F_OK) != 0 else { return }
        for left in [path + ".replaced", path + ".part"] where access(left, F_OK) == 0 {
            throw StoreError.restoreUnfinished(path: path, left: left)
        }
    }
}

extension SQLiteDatabase {
    /// The number of the last migration applied; 0 in an empty database.
    package func schema() throws(StoreError) -> Int {
        try read { connection throws(StoreError) in try Migration.version(of: connection) }
    }
}

extension SQLiteDatabase {
    /// Throws where the schema is newer than this version knows; no byte of the file is changed.
    ///
    /// To open a database for work writes to its file, whatever its schema. What else may be wrong
    /// with it is told by whoever opens it then.
    package static func refuseNewerSchema(of path: String) throws(StoreError) {
        guard access(path, F_OK) == 0 else { return }
        let lock = try FileLock(databasePath: path)
        defer { lock.release() }
        let known = knownMigrations.last?.number ?? 0
        guard let found = schemaUntouched(of: path), found > known else { return }
        throw StoreError.newerSchema(found: found, known: known)
    }

    private static func schemaUntouched(of path: String) -> Int? {
        var configuration = Configuration()
        // Whoever may write takes a log that is left into the file when it closes; without a log
        // there is nothing to take, and a reader could not make one.
        configuration.readonly = access(path + "-wal", F_OK) == 0
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try queue.read { database in
                try Migration.version(
                    of: SQLiteConnection(database: database, cache: nil, path: path)
                )
            }
            try queue.close()
            return found
        } catch {
            return nil
        }
    }
}
