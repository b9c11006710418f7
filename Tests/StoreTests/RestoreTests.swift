import Glibc
import Store
import StoreSQLite
import Testing

@Suite("A backup can be put back, and only a sound one")
struct RestoreTests {
    @Test("What the backup held stands in the file, the next start is told, the old one is kept")
    func restored() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let copy = opened.directory.path + "/copy.db"
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        try opened.store.keep(cases: 2, 3)
        try opened.database.close()

        try SQLiteDatabase.restore(from: copy, to: path, note: "copy.db")
        let database = try SQLiteDatabase(path: path)
        let store = try CaseStore(database)
        let (count, note) = try store.read { snapshot throws(StoreError) in
            (try snapshot.openCaseCount(), try snapshot.meta(Meta.restored))
        }
        #expect(count == 1)
        #expect(note == "copy.db")
        #expect(Self.mode(path) == 0o600)
        try database.close()
        let old = try SQLiteDatabase(path: path + ".replaced")
        let kept = try CaseStore(old).read { snapshot throws(StoreError) in
            try snapshot.openCaseCount()
        }
        #expect(kept == 3)
    }

    @Test("A database that a daemon holds is not replaced")
    func held() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let copy = opened.directory.path + "/copy.db"
        try opened.database.backup(to: copy)
        #expect(throws: StoreError.locked(path: path, by: getpid())) {
            try SQLiteDatabase.restore(from: copy, to: path, note: "")
        }
        try opened.store.keep(cases: 1)
    }

    @Test("A copy with a damaged page is refused and the database stays as it was")
    func damaged() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let copy = opened.directory.path + "/copy.db"
        for number in 1...100 { try opened.store.keep(cases: number) }
        try opened.database.backup(to: copy)
        try opened.database.close()
        let descriptor = open(copy, O_RDWR)
        let noise = [UInt8](repeating: 0xa5, count: 4096)
        for page in 8..<20 { pwrite(descriptor, noise, noise.count, off_t(page) * 4096) }
        close(descriptor)
        #expect(throws: StoreError.self) {
            try SQLiteDatabase.restore(from: copy, to: path, note: "")
        }
        let database = try SQLiteDatabase(path: path)
        let count = try CaseStore(database).read { snapshot throws(StoreError) in
            try snapshot.openCaseCount()
        }
        #expect(count == 100)
        #expect(Self.mode(path + ".part") == nil)
    }

    @Test("A copy of a newer version, and a file that is no database of ours, are refused")
    func strange() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/other.db"
        let copy = opened.directory.path + "/copy.db"
        try opened.run("UPDATE meta SET value = '99' WHERE key = 'schema'")
        try opened.database.backup(to: copy)
        let known = opened.database.migrations.count
        #expect(throws: StoreError.newerSchema(found: 99, known: known)) {
            try SQLiteDatabase.restore(from: copy, to: path, note: "")
        }
        #expect(throws: StoreError.self) {
            try SQLiteDatabase.restore(from: "/etc/passwd", to: path, note: "")
        }
        #expect(Self.mode(path) == nil)
    }

    @Test("A log that a death left goes into the old database, and is never read with the new one")
    func leftLog() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let (copy, dead) = (opened.directory.path + "/copy.db", opened.directory.path + "/dead.db")
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        try opened.store.keep(cases: 2, 3)
        for suffix in ["", "-wal"] { try Self.duplicate(path + suffix, as: dead + suffix) }
        try opened.database.close()
        #expect(Self.mode(dead + "-wal") != nil)

        try SQLiteDatabase.restore(from: copy, to: dead, note: "")
        #expect(Self.mode(dead + "-wal") == nil)
        #expect(Self.mode(dead + ".replaced-wal") == nil)
        #expect(try Self.count(dead) == 1)
        #expect(try Self.count(dead + ".replaced") == 3)
    }

    @Test("A database that cannot be read is moved away as it is")
    func unreadable() throws {
        let opened = try Backing.file.opened()
        let copy = opened.directory.path + "/copy.db"
        let path = opened.directory.path + "/other.db"
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        let noise = [UInt8](repeating: 0xa5, count: 5_000)
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(write(descriptor, noise, noise.count) == noise.count)
        close(descriptor)
        try SQLiteDatabase.restore(from: copy, to: path, note: "")
        #expect(try Self.count(path) == 1)
        #expect(throws: StoreError.notADatabase(path: path + ".replaced")) {
            _ = try SQLiteDatabase(path: path + ".replaced")
        }
    }

    @Test("Where a restore died with the old one moved away, no start makes an empty database")
    func unfinished() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        let copy = opened.directory.path + "/copy.db"
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        try opened.store.keep(cases: 2)
        try opened.database.close()
        #expect(rename(path, path + ".part") == 0)
        for left in [path + ".part", path + ".replaced"] {
            #expect(rename(path + ".part", left) == 0)
            #expect(throws: StoreError.restoreUnfinished(path: path, left: left)) {
                _ = try SQLiteDatabase(path: path)
            }
            #expect(Self.mode(path) == nil)
        }
        try SQLiteDatabase.restore(from: copy, to: path, note: "")
        #expect(try Self.count(path) == 1)
        #expect(try Self.count(path + ".replaced") == 2, "what the first one kept is still there")
    }

    @Test("A damaged database is kept under the name it is given, with its log, and not touched")
    func keepsDamaged() throws {
        let opened = try Backing.file.opened()
        let copy = opened.directory.path + "/copy.db"
        let path = opened.directory.path + "/other.db"
        let kept = path + ".damaged-1"
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        let noise = [UInt8](repeating: 0xa5, count: 5_000)
        for suffix in ["", "-wal"] {
            let descriptor = open(path + suffix, O_WRONLY | O_CREAT, 0o600)
            #expect(write(descriptor, noise, noise.count) == noise.count)
            close(descriptor)
        }
        try SQLiteDatabase.restore(from: copy, to: path, note: "", keepingDamagedAs: kept)
        #expect(try Self.count(path) == 1)
        #expect(Self.size(kept) == 5_000)
        #expect(Self.size(kept + "-wal") == 5_000)
        #expect(Self.mode(path + ".replaced") == nil)
        #expect(Self.mode(path + ".mended") == nil)
    }

    @Test("Where that died between its last two steps, the next start ends it")
    func mended() throws {
        let opened = try Backing.file.opened()
        let path = opened.directory.path + "/tocsin.db"
        try opened.store.keep(cases: 1)
        try opened.database.close()
        #expect(rename(path, path + ".mended") == 0)
        #expect(try Self.count(path) == 1)
        #expect(Self.mode(path + ".mended") == nil)
    }

    @Test("A row that is not what was written goes into no copy and comes from none")
    func sums() throws {
        let opened = try Backing.file.opened()
        let copy = opened.directory.path + "/copy.db"
        let path = opened.directory.path + "/other.db"
        try opened.store.keep(cases: 1)
        try opened.database.backup(to: copy)
        try opened.run("UPDATE cases SET checksum = checksum + 1")
        let fault = StoreError.corrupt("case 1 is not what was written")
        #expect(throws: fault) { try opened.database.backup(to: copy) }

        let changed = try SQLiteDatabase(path: copy)
        try changed.write { connection throws(StoreError) in
            try connection.run(script: "UPDATE cases SET checksum = checksum + 1")
        }
        try changed.close()
        #expect(throws: fault) { try SQLiteDatabase.restore(from: copy, to: path, note: "") }
        #expect(Self.mode(path) == nil)
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_size : nil
    }

    private static func count(_ path: String) throws -> Int {
        let database = try SQLiteDatabase(path: path)
        let count = try CaseStore(database).read { snapshot throws(StoreError) in
            try snapshot.openCaseCount()
        }
        try database.close()
        return count
    }

    private static func duplicate(_ path: String, as copy: String) throws {
        let source = open(path, O_RDONLY)
        let target = open(copy, O_WRONLY | O_CREAT, 0o600)
        defer {
            close(source)
            close(target)
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(source, &bytes, bytes.count), count > 0 {
            guard write(target, bytes, count) == count else { throw StoreError.io(code: errno) }
        }
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
