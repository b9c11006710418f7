import GRDB
import GRDBSQLite
import Glibc
package import Store

extension SQLiteDatabase {
    /// The version of the SQLite library, to be logged at start (reliability.md, F10).
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Reads every page once and throws `corrupt` at the first that is damaged.
    package func quickCheck() throws(StoreError) {
        try read { connection throws(StoreError) in try Self.quickCheck(connection) }
    }

    /// The same, and compares every index with its table.
    package func fullCheck() throws(StoreError) {
        try read { connection throws(StoreError) in
            try Self.check(connection, by: Self.fullCheck)
        }
    }

    /// Writes a checked copy to `copyPath`, replacing what is there only once the copy is whole.
    ///
    /// Readers and the writer go on meanwhile; the copy is the store as of one instant.
    package func backup(to copyPath: String) throws(StoreError) {
        let partPath = copyPath + ".part"
        unlink(partPath)
        try FileLock.makeOwnerOnlyFile(partPath)
        try copy(to: partPath)
        guard rename(partPath, copyPath) == 0 else {
            throw StoreError.cannotOpen(path: copyPath, reason: String(cString: strerror(errno)))
        }
    }

    private func copy(to path: String) throws(StoreError) {
        do {
            let copy = try DatabaseQueue(path: path)
            try connections.backup(to: copy)
            try copy.writeWithoutTransaction { database in
                // A copy is one file: without this it would ask for a log beside it.
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                let connection = SQLiteConnection(database: database, cache: nil, path: path)
                try Self.check(connection, by: Self.fullCheck)
                try Self.checkSums(connection)
            }
            try copy.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static let quickCheck = Store.SQL("PRAGMA quick_check(1)")
    /// Compares every index with its table too: what an index hides is never due.
    private static let fullCheck = Store.SQL("PRAGMA integrity_check(1)")

    static func quickCheck(_ connection: any Connection) throws(StoreError) {
        try check(connection, by: quickCheck)
    }

    /// That rows say what was written, which SQLite cannot know; an older schema has no sums yet.
    static func checkSums(_ connection: any Connection) throws(StoreError) {
        let known = knownMigrations.last?.number
        guard try Migration.version(of: connection) == known else { return }
        try Snapshot(connection: connection).checkSums()
    }

    private static func check(
        _ connection: any Connection,
        by statement: Store.SQL
    ) throws(StoreError) {
        try connection.rows(statement, []) { row throws(StoreError) in
            let verdict = row.text(0) ?? ""
            guard verdict == "ok" else { throw StoreError.corrupt(verdict) }
        }
    }
}
