import GRDB
import GRDBSQLite
import Store

extension SQLiteStatement {
    /// Binds every argument while `body` runs, and copies none of them into SQLite.
    ///
    /// Their bytes are laid end to end, because a scope for each pointer cannot be opened in a
    /// loop.
    func withBound<T>(
        _ arguments: [SQLValue],
        _ body: () throws(StoreError) -> T
    ) throws(StoreError) -> T {
        precondition(
            Int(sqlite3_bind_parameter_count(self)) == arguments.count,
            "a statement got \(arguments.count) arguments"
        )
        let all = SQLValue.bytes(of: arguments)
        return try all.withUnsafeBufferPointer { all throws(StoreError) in
            var position: CInt = 0
            var offset = 0
            for argument in arguments {
                position += 1
                let end = offset + argument.byteCount
                let part = UnsafeRawBufferPointer(
                    UnsafeBufferPointer(rebasing: all[offset..<end])
                )
                offset = end
                let code = bind(argument, part, at: position)
                guard code == SQLITE_OK else {
                    throw StoreError.statement("argument \(position) is too long (code \(code))")
                }
            }
            return try body()
        }
    }

    private func bind(
        _ argument: SQLValue,
        _ part: UnsafeRawBufferPointer,
        at position: CInt
    ) -> CInt {
        let count = CInt(clamping: part.count)
        switch argument {
        case .null:
            return sqlite3_bind_null(self, position)
        case .int(let value):
            return sqlite3_bind_int64(self, position, value)
        case .text:
            guard let start = part.baseAddress, count > 0 else {
                // Empty text needs an address all the same, or it would be null; -1 has it copied.
                let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                return sqlite3_bind_text(self, position, "", 0, copied)
            }
            return start.withMemoryRebound(to: CChar.self, capacity: Int(count)) { text in
                sqlite3_bind_text(self, position, text, count, nil)
            }
        case .bytes:
            guard let start = part.baseAddress, count > 0 else {
                return sqlite3_bind_zeroblob(self, position, 0)
            }
            return sqlite3_bind_blob(self, position, start, count, nil)
        }
    }
}

extension SQLValue {
    /// Its length in SQLite's form; 0 where it is not text or bytes.
    fileprivate var byteCount: Int {
        switch self {
        case .null, .int: 0
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }

    /// The texts and bytes of all, end to end.
    fileprivate static func bytes(of arguments: [SQLValue]) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(arguments.reduce(0) { $0 + $1.byteCount })
        for argument in arguments {
            switch argument {
            case .null, .int: continue
            case .text(let text): all.append(contentsOf: text.utf8)
            case .bytes(let bytes): all.append(contentsOf: bytes)
            }
        }
        return all
    }
}
