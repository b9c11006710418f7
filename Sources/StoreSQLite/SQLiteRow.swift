import GRDB
import GRDBSQLite
import Store

/// The row a statement stands at.
struct SQLiteRow: Store.Row {
    let statement: SQLiteStatement

    func int(_ column: Int) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(statement, CInt(column))
    }

    func text(_ column: Int) -> String? {
        guard !isNull(column), let start = sqlite3_column_text(statement, CInt(column)) else {
            return nil
        }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        guard let start = sqlite3_column_blob(statement, CInt(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    private func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL
    }
}
