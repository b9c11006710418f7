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

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
