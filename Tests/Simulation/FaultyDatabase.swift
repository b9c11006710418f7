import Store
import StoreSQLite
import Synchronization
import TestSupport

/// A real SQLite database whose writes fail when the world says so.
final class FaultyDatabase: StandIn {
    /// How a write goes wrong.
    enum Fault: Sendable, CaseIterable {
        /// Refused before it began; the engine may try again.
        case busy
        /// Undone at the commit; the engine may try again.
        case full
        /// Undone at the commit by a disk that fails: the process must end.
        case failedDisk
        /// Kept, but the answer was lost: the process must end not knowing.
        case lostAnswer
    }

    /// The database itself, until a copy takes its place.
    private let place: Mutex<SQLiteDatabase>
    private let next = Mutex<Fault?>(nil)
    private let struck = Mutex<Fault?>(nil)
    /// Whether the write that it struck had changed anything.
    private let hasWritten = Mutex(false)
    private let refusing = Mutex(false)

    init() throws(StoreError) {
        place = Mutex(try SQLiteDatabase.inMemory())
    }

    var real: SQLiteDatabase { place.withLock { $0 } }

    /// Writes a copy of everything to a file.
    func copy(to path: String) throws(StoreError) { try real.backup(to: path) }

    /// An earlier copy takes the place of everything, by way of a database at `path`.
    func restore(from copy: String, by path: String) throws(StoreError) {
        try SQLiteDatabase.restore(from: copy, to: path, note: "a copy")
        let restored = try SQLiteDatabase(path: path)
        place.withLock { $0 = restored }
    }

    /// The next write fails so; `nil` takes the threat back.
    func threaten(_ fault: Fault?) { next.withLock { $0 = fault } }

    /// Whether it refuses every write until it is told otherwise.
    var isRefusing: Bool {
        get { refusing.withLock { $0 } }
        set { refusing.withLock { $0 = newValue } }
    }

    /// The fault that came true since the last call, and whether there was anything to keep; `nil`
    /// where none did.
    func takeStruck() -> (fault: Fault, hasWritten: Bool)? {
        let fault = struck.withLock { struck in
            defer { struck = nil }
            return struck
        }
        let hadWritten = hasWritten.withLock { hasWritten in
            defer { hasWritten = false }
            return hasWritten
        }
        return fault.map { ($0, hadWritten) }
    }

    func write<T>(
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let threat = next.withLock { fault in
            defer { fault = nil }
            return fault
        }
        let fault: Fault? = isRefusing ? Fault.busy : threat
        if let fault { struck.withLock { $0 = fault } }
        switch fault {
        case nil: return try real.write(body)
        case .busy: throw .busy
        case .full: return try undone(body, with: .full)
        case .failedDisk: return try undone(body, with: .io(code: 10))
        case .lostAnswer:
            try real.write { connection throws(StoreError) in
                try watched(connection, body)
            }
            throw .io(code: 10)
        }
    }

    private func undone<T>(
        _ body: (any Connection) throws(StoreError) -> T,
        with error: StoreError
    ) throws(StoreError) -> T {
        try real.write { connection throws(StoreError) -> T in
            try watched(connection, body)
            throw error
        }
    }

    private static let totalChanges = SQL("SELECT total_changes()")

    /// Does it, and notes whether it changed anything.
    private func watched<T>(
        _ connection: any Connection,
        _ body: (any Connection) throws(StoreError) -> T
    ) throws(StoreError) {
        let before = try changes(on: connection)
        _ = try body(connection)
        let after = try changes(on: connection)
        if after > before { hasWritten.withLock { $0 = true } }
    }

    private func changes(on connection: any Connection) throws(StoreError) -> Int64 {
        var count: Int64 = 0
        try connection.rows(Self.totalChanges, []) { row throws(StoreError) in
            count = row.int(0) ?? 0
        }
        return count
    }

    /// Reads for the checks, beside all faults, with statements that are parsed once.
    func look(
        _ body: (any Connection) throws(StoreError) -> Void
    ) throws(StoreError) { try real.write(body) }
}
