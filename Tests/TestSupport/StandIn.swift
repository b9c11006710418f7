package import Store
package import StoreSQLite

/// A database in place of a real one, whose writes are its own affair; it reads as the real one.
package protocol StandIn: Database {
    var real: SQLiteDatabase { get }
}

extension StandIn {
    package var migrations: [Migration] { real.migrations }

    package func read<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try real.read(body)
    }

    package func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        try await real.read(body)
    }
}
