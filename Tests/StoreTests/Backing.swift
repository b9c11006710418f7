import Glibc
import Store
import StoreSQLite
import Testing

/// A kind of database that the contract of the store is run over.
enum Backing: String, CaseIterable, CustomTestStringConvertible {
    case file, memory

    var testDescription: String { "SQLite, \(rawValue)" }

    /// A fresh store; the directory lives as long as the returned value.
    func opened() throws -> Opened {
        let directory = try TemporaryDirectory()
        let database =
            switch self {
            case .file: try SQLiteDatabase(path: directory.path + "/tocsin.db")
            case .memory: try SQLiteDatabase.inMemory()
            }
        return Opened(directory: directory, database: database, store: try CaseStore(database))
    }

    struct Opened {
        let directory: TemporaryDirectory
        let database: SQLiteDatabase
        let store: CaseStore

        /// Runs SQL that the store itself would never write.
        func run(_ script: String) throws {
            try database.write { connection throws(StoreError) in
                try connection.run(script: script)
            }
        }

        /// The first column of the first row, as text.
        func value(_ sql: String) throws -> String? {
            try database.write { connection throws(StoreError) in
                var found: String?
                try connection.rows(SQL(sql), []) { row in found = found ?? row.text(0) }
                return found
            }
        }
    }
}

/// A directory of its own that is gone with the value.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/tocsin-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StoreError.io(code: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        remove(path)
    }

    private func remove(_ directory: String) {
        guard let stream = opendir(directory) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let path = directory + "/" + name
            if unlink(path) != 0 { remove(path) }
        }
        closedir(stream)
        rmdir(directory)
    }
}
