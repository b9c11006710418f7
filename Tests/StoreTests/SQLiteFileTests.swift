import Glibc
import Paging
import Store
import StoreSQLite
import Testing

@Suite("A database file is safe, owned and recognised")
struct SQLiteFileTests {
    @Test("Commits are synchronous after opening, whatever GRDB has set")
    func durable() throws {
        let opened = try Backing.file.opened()
        #expect(try opened.value("PRAGMA synchronous") == "2")
        #expect(try opened.value("PRAGMA journal_mode") == "wal")
        #expect(try opened.value("PRAGMA foreign_keys") == "1")
        #expect(try opened.value("PRAGMA mmap_size") ?? "0" == "0")
    }

    @Test("What was committed is there after closing and opening again, migrated once")
    func reopened() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/deep/er/tocsin.db"
        for round in 1...3 {
            let database = try SQLiteDatabase(path: path)
            let store = try CaseStore(database)
            let found = try store.transaction { tx throws(StoreError) in
                let number = try tx.nextNumber()
                try tx.insert(StoredCase(value: .sample(number), nextDue: nil))
                try tx.enqueue(.sample("key \(number)", of: number))
                return (number, try tx.meta("schema"), try tx.counts().pending)
            }
            #expect(found.0 == round)
            #expect(found.1 == "\(database.migrations.count)")
            #expect(found.2 == round)
            try database.close()
            #expect(Self.size(path + "-wal") == 0, "closing writes the log back")
        }
        #expect(Self.mode(directory.path + "/deep") == 0o700)
        #expect(Self.mode(path) == 0o600)
        #expect(Self.mode(path + ".lock") == 0o600)
    }

    @Test("The log and its index are for the owner only as well")
    func modes() throws {
        let opened = try Backing.file.opened()
        for suffix in ["", "-wal", "-shm"] {
            #expect(Self.mode(opened.directory.path + "/tocsin.db" + suffix) == 0o600)
        }
    }

    @Test("A second opener is refused and told who has it")
    func locked() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        #expect(throws: StoreError.locked(path: path, by: getpid())) {
            _ = try SQLiteDatabase(path: path)
        }
        try opened.store.keep(cases: 1)
    }

    @Test("A newer schema is refused and left alone")
    func newerSchema() throws {
        let opened = try Backing.file.opened()
        try opened.run("UPDATE meta SET value = '99' WHERE key = 'schema'")
        let known = opened.database.migrations.count
        #expect(throws: StoreError.newerSchema(found: 99, known: known)) {
            _ = try CaseStore(opened.database)
        }
        #expect(try opened.value("SELECT value FROM meta WHERE key = 'schema'") == "99")
    }

    @Test("Of a database with a newer schema not a byte is changed, whether or not a log was left")
    func newerBytes() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let killed = opened.directory.path + "/killed.db"
        for number in 1...20 { try opened.store.keep(cases: number) }
        try SQLiteDatabase.refuseNewerSchema(of: killed)
        try opened.run("UPDATE meta SET value = '99' WHERE key = 'schema'")
        for suffix in ["", "-wal"] {
            let bytes = try Self.bytes(path + suffix)
            let descriptor = open(killed + suffix, O_WRONLY | O_CREAT, 0o600)
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
            close(descriptor)
        }
        let known = opened.database.migrations.count
        try opened.database.close()
        for file in [path, killed] {
            let before = try Self.bytes(file)
            #expect(before.count > 4_096 || file == killed)
            let log = Self.size(file + "-wal") ?? 0
            #expect((log > 0) == (file == killed))
            #expect(throws: StoreError.newerSchema(found: 99, known: known)) {
                try SQLiteDatabase.refuseNewerSchema(of: file)
            }
            #expect(try Self.bytes(file) == before, "\(file)")
            #expect((Self.size(file + "-wal") ?? 0) == log, "\(file)")
        }
    }

    @Test("A file that is no database is refused and left alone")
    func notADatabase() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/tocsin.db"
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 5000)
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        #expect(write(descriptor, text, text.count) == text.count)
        close(descriptor)
        #expect(throws: StoreError.notADatabase(path: path)) {
            _ = try SQLiteDatabase(path: path)
        }
        #expect(Self.size(path) == 5000)
    }

    @Test("A link in place of the file is not followed")
    func link() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/tocsin.db"
        #expect(symlink(directory.path + "/elsewhere.db", path) == 0)
        #expect(throws: StoreError.self) { _ = try SQLiteDatabase(path: path) }
        #expect(Self.mode(directory.path + "/elsewhere.db") == nil)
    }

    @Test("Readers see the last commit while a transaction is open")
    func snapshots() async throws {
        let opened = try Backing.file.opened()
        let store = opened.store
        try store.keep(cases: 1)
        let during = try store.transaction { tx throws(StoreError) in
            try tx.insert(StoredCase(value: .sample(2), nextDue: nil))
            return try store.read { snapshot throws(StoreError) in try snapshot.openCaseCount() }
        }
        #expect(during == 1)
        let after = try await store.read { snapshot throws(StoreError) in
            try snapshot.openCaseCount()
        }
        #expect(after == 2)
    }

    @Test("A snapshot cannot be written to")
    func readOnly() throws {
        let opened = try Backing.file.opened()
        #expect(throws: StoreError.self) {
            try opened.database.read { connection throws(StoreError) in
                try connection.execute(SQL("DELETE FROM meta"), [])
            }
        }
    }

    @Test("A backup is a whole store in one file, and can be replaced")
    func backup() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/copy.db"
        for count in 1...2 {
            try opened.store.keep(cases: count)
            try opened.database.backup(to: path)
            let copy = try SQLiteDatabase(path: path)
            try copy.quickCheck()
            let found = try CaseStore(copy).read { snapshot throws(StoreError) in
                try snapshot.openCaseCount()
            }
            #expect(found == count)
            try copy.close()
        }
        #expect(Self.mode(path) == 0o600)
        #expect(Self.mode(path + ".part") == nil)
    }

    @Test("A damaged file is found by the check")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/tocsin.db"
        let database = try SQLiteDatabase(path: path)
        let store = try CaseStore(database)
        for number in 1...200 { try store.keep(cases: number) }
        try database.quickCheck()
        try database.close()
        let descriptor = open(path, O_RDWR)
        let noise = [UInt8](repeating: 0xa5, count: 4096)
        for page in 20..<30 { pwrite(descriptor, noise, noise.count, off_t(page) * 4096) }
        close(descriptor)
        let fault = #expect(throws: StoreError.self) {
            try SQLiteDatabase(path: path).quickCheck()
        }
        guard case .corrupt = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    /// The permission bits, or `nil` where there is no such file.
    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw StoreError.io(code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(path) ?? 0)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_size : nil
    }
}
