import Foundation
import Store
import StoreSQLite
import TestSupport
import Testing

@Suite("A migration that dies half-way leaves the schema before it")
struct MigrationTests {
    /// Dies after the statements of its last migration and before the commit.
    private struct Dying: StandIn {
        let real: SQLiteDatabase
        let last: Migration
        let atDeath: @Sendable () -> Void

        var migrations: [Migration] {
            real.migrations.filter { $0.number < last.number } + [last]
        }

        func write<T>(
            _ body: (any Connection) throws(StoreError) -> T
        ) throws(StoreError) -> T {
            try real.write { connection throws(StoreError) -> T in
                // Pages of a change that is not committed are to reach the log as well.
                try connection.run(script: "PRAGMA cache_size = 1")
                _ = try body(connection)
                atDeath()
                throw StoreError.busy
            }
        }
    }

    @Test("After any statement of any migration: undone in place, and in what a kill leaves behind")
    func interrupted() throws {
        let newest = try SQLiteDatabase.inMemory()
        _ = try CaseStore(newest)
        let catalogue = try OlderDatabase.catalogue(of: newest)
        var deaths = 0
        for migration in newest.migrations {
            let statements = Self.statements(migration.script)
            let lines = migration.script.split(separator: "\n")
            #expect(statements.joined() == lines.map { "\($0)\n" }.joined(), "none is left out")
            for last in statements.indices {
                let script = statements[...last].joined()
                let cut = Migration(number: migration.number, script: script)
                try die(in: cut, becoming: catalogue)
                deaths += 1
            }
        }
        #expect(deaths >= 50)
    }

    private func die(in migration: Migration, becoming catalogue: [String]) throws {
        let directory = try TemporaryDirectory()
        let place = directory.path + "/tocsin.db"
        let image = directory.path + "/image.db"
        let schema = migration.number - 1
        let older = try OlderDatabase(path: place, schema: schema)
        let before = try OlderDatabase.catalogue(of: older.real)
        let rows = try OlderDatabase.rows(of: older.real, once: schema)
        let dying = Dying(real: older.real, last: migration) {
            for end in ["", "-wal"] {
                try? FileManager.default.copyItem(atPath: place + end, toPath: image + end)
            }
        }
        #expect(throws: StoreError.busy) { _ = try CaseStore(dying) }
        #expect(FileManager.default.fileExists(atPath: image), "it died before it began")
        for database in [older.real, try SQLiteDatabase(path: image)] {
            #expect(try database.schema() == schema, "\(migration.script)")
            #expect(try OlderDatabase.catalogue(of: database) == before, "\(migration.script)")
            #expect(try OlderDatabase.rows(of: database, once: schema) == rows)
            _ = try CaseStore(database)
            try database.quickCheck()
            #expect(try database.schema() == database.migrations.last?.number)
            #expect(try OlderDatabase.catalogue(of: database) == catalogue)
            #expect(try OlderDatabase.rows(of: database, once: schema) == rows)
            try database.close()
        }
    }

    /// The statements of a script, each ending where a line does; a trigger has some within it.
    private static func statements(_ script: String) -> [String] {
        var statements: [String] = []
        var statement = ""
        for line in script.split(separator: "\n") {
            statement += "\(line)\n"
            let end = statement.hasPrefix("CREATE TRIGGER") ? "END;" : ";"
            guard line.hasSuffix(end) else { continue }
            statements.append(statement)
            statement = ""
        }
        return statements
    }
}
