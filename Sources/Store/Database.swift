/// A database that `CaseStore` keeps its rows in: the seam between portable SQL and one product.
///
/// One process writes, on one connection; any number of reads run beside it, each on a snapshot.
package protocol Database: Sendable {
    /// The schema in this product's own dialect, ascending by number.
    var migrations: [Migration] { get }

    /// Runs `body` in one transaction on the calling thread; committed when it returns (durable by
    /// then), rolled back when it throws.
    func write<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T

    /// Runs `body` on the calling thread over a snapshot that no writer changes.
    func read<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T

    /// The same on a thread of the database, so that the caller's is not blocked.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws(StoreError) -> T
    ) async throws(StoreError) -> T
}

/// One connection within a transaction; never kept beyond the closure that got it.
package protocol Connection {
    /// Runs a statement to its end; answers how many rows it changed.
    @discardableResult
    func execute(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int

    /// Runs an insert of one row; answers the integer key that the database gave it.
    func insert(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int64

    /// Streams the rows of a query; a row is valid only within its call of `body`.
    func rows(
        _ sql: SQL,
        _ arguments: [SQLValue],
        _ body: (any Row) throws(StoreError) -> Void
    ) throws(StoreError)

    /// Runs several statements without arguments, for migrations.
    func run(script: String) throws(StoreError)

    /// Whether the table exists; the catalogue differs from product to product.
    func hasTable(_ name: String) throws(StoreError) -> Bool

    /// Runs `body` so that what it wrote is undone when it throws, and only that.
    func nested<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T
}

/// One row of a result; columns count from 0, and `nil` is SQL's null.
package protocol Row {
    func int(_ column: Int) -> Int64?
    func text(_ column: Int) -> String?
    func bytes(_ column: Int) -> [UInt8]?
}

extension Connection {
    /// Every row of a query, decoded.
    func all<T>(
        _ sql: SQL,
        _ arguments: [SQLValue] = [],
        _ decode: (inout Fields) throws(StoreError) -> T
    ) throws(StoreError) -> [T] {
        var found: [T] = []
        try rows(sql, arguments) { row throws(StoreError) in
            var fields = Fields(row: row)
            found.append(try decode(&fields))
        }
        return found
    }

    /// The only row of a query, decoded; `nil` where there is none.
    func first<T>(
        _ sql: SQL,
        _ arguments: [SQLValue] = [],
        _ decode: (inout Fields) throws(StoreError) -> T
    ) throws(StoreError) -> T? {
        var found: T?
        try rows(sql, arguments) { row throws(StoreError) in
            guard found == nil else { return }
            var fields = Fields(row: row)
            found = try decode(&fields)
        }
        return found
    }
}
