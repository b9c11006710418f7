import GRDB
import GRDBSQLite
import Store

/// One of the database's connections, within a transaction.
struct SQLiteConnection: Store.Connection {
    let database: GRDB.Database
    /// The writer's own; `nil` on readers, whose statements GRDB keeps.
    let cache: StatementCache?
    let path: String

    @discardableResult
    func execute(_ sql: Store.SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        let code = try statement.withBound(arguments) { sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw fault(code) }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func insert(_ sql: Store.SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int64 {
        try execute(sql, arguments)
        return sqlite3_last_insert_rowid(database.sqliteConnection)
    }

    func rows(
        _ sql: Store.SQL,
        _ arguments: [SQLValue],
        _ body: (any Store.Row) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        try statement.withBound(arguments) { () throws(StoreError) in
            while true {
                switch sqlite3_step(statement) {
                case SQLITE_ROW: try body(SQLiteRow(statement: statement))
                case SQLITE_DONE: return
                case let code: throw fault(code)
                }
            }
        }
    }

    func run(script: String) throws(StoreError) {
        do {
            try database.execute(sql: script)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    func hasTable(_ name: String) throws(StoreError) -> Bool {
        var found = false
        try rows(Self.table, [.text(name)]) { _ in found = true }
        return found
    }

    func nested<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
        try execute(Self.savepoint, [])
        do {
            let value = try body()
            try execute(Self.release, [])
            return value
        } catch {
            try execute(Self.undo, [])
            try execute(Self.release, [])
            throw error
        }
    }

    private static let table = Store.SQL(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1"
    )
    private static let savepoint = Store.SQL("SAVEPOINT nested")
    private static let undo = Store.SQL("ROLLBACK TO nested")
    private static let release = Store.SQL("RELEASE nested")

    private func prepared(_ sql: Store.SQL) throws(StoreError) -> SQLiteStatement {
        do {
            if let cache { return try cache.statement(sql, of: database) }
            return try database.cachedStatement(sql: sql.text).sqliteStatement
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func fault(_ code: CInt) -> StoreError {
        let message = String(cString: sqlite3_errmsg(database.sqliteConnection))
        return StoreError(code: code, message: message, path: path)
    }
}

/// The writer's prepared statements, found by identity.
///
/// Unchecked, because only the writing connection uses it, and that runs one closure at a time.
final class StatementCache: @unchecked Sendable {
    private var kept: [ObjectIdentifier: (sql: Store.SQL, statement: GRDB.Statement)] = [:]

    func statement(_ sql: Store.SQL, of database: GRDB.Database) throws -> SQLiteStatement {
        if let found = kept[ObjectIdentifier(sql)] { return found.statement.sqliteStatement }
        let statement = try database.makeStatement(sql: sql.text)
        // The SQL is kept with it, so that its address names no other while the entry lives.
        kept[ObjectIdentifier(sql)] = (sql, statement)
        return statement.sqliteStatement
    }

    func removeAll() { kept = [:] }
}
