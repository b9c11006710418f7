import Foundation
import Glibc
import StoreSQLite
import TestSupport
import Testing

@Suite("kill -9 within a migration", .serialized)
struct MigrationDeathTests {
    private static let kills = rounds("MIGRATION_KILLS", usually: 10)

    @Test("Killed at any write of any migration, a database is whole, and the next start goes on")
    func killed() throws {
        let workspace = try Workspace()
        let library = try Shim.built("disk", in: workspace)
        let countdown = try SharedNumber(in: workspace, named: "countdown")
        let variables = ["LD_PRELOAD": library, "DISK_KILL": countdown.path]
        func migrate(_ path: String, endingAt write: Int64) throws -> Int32 {
            countdown.set(write)
            return try workspace.run(
                Workspace.binary.path,
                ["db", "migrate", "--database", path],
                environment: ProcessInfo.processInfo.environment.merging(variables) { $1 }
            ).exit
        }
        let newest = try SQLiteDatabase.inMemory().migrations.count
        var random = Dice(seed: 13)
        for kill in 0..<Self.kills {
            let schema = kill % newest
            let path = workspace.path("\(kill)/tocsin.db").path
            let older = try OlderDatabase(path: path, schema: schema).real
            let rows = try OlderDatabase.rows(of: older, once: schema)
            try older.close()
            // How many writes it takes to the end, told by a copy of it.
            try workspace.copyTree("\(kill)", to: "\(kill)-whole")
            let whole = try migrate(
                workspace.path("\(kill)-whole/tocsin.db").path,
                endingAt: .max
            )
            #expect(whole == 0)
            let writes = UInt64(Int64.max - countdown.value)
            try #require(writes > 0)
            let last = Int64(1 + random.next() % writes)
            let exit = try migrate(path, endingAt: last)
            #expect(exit == 128 + SIGKILL, "schema \(schema), write \(last) of \(writes)")

            let left = try SQLiteDatabase(path: path)
            let reached = try left.schema()
            #expect((schema...newest).contains(reached))
            #expect(try OlderDatabase.rows(of: left, once: schema) == rows)
            try left.close()
            #expect(try migrate(path, endingAt: 0) == 0)
            let again = try SQLiteDatabase(path: path)
            try again.quickCheck()
            #expect(try again.schema() == newest)
            #expect(try OlderDatabase.rows(of: again, once: schema) == rows)
            try again.close()
        }
    }
}
