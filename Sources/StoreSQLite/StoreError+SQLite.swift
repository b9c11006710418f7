import GRDB
import GRDBSQLite
import Store

extension StoreError {
    /// The store's word for what GRDB or SQLite threw.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(
                code: error.extendedResultCode.rawValue,
                message: error.message ?? "",
                path: path
            )
        default: self = .statement("\(error)")
        }
    }

    /// The store's word for an extended result code of SQLite, whose low byte is the primary one.
    ///
    /// `message` is SQLite's own, which names columns and constraints but never values.
    init(code: CInt, message: String, path: String) {
        self =
            switch code & 0xff {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_IOERR: .io(code: code)
            case SQLITE_NOMEM: .noMemory
            case SQLITE_CORRUPT: .corrupt(message)
            case SQLITE_NOTADB: .notADatabase(path: path)
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY:
                .cannotOpen(path: path, reason: message)
            case SQLITE_CONSTRAINT: .constraint(message)
            default: .statement("\(message) (SQLite code \(code))")
            }
    }
}
