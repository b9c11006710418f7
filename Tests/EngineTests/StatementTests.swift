import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("What a turn asks the store does not grow with what lies in it")
struct StatementTests {
    /// Remembers every statement that the engine makes.
    private final class Listener: StandIn {
        let real: SQLiteDatabase
        /// With arguments that it had.
        let heard = Mutex<[String: [SQLValue]]>([:])

        init(_ real: SQLiteDatabase) { self.real = real }

        func write<T>(
            _ body: (any Connection) throws(StoreError) -> T
        ) throws(StoreError) -> T {
            try real.write { connection throws(StoreError) in
                try body(Line(real: connection, listener: self))
            }
        }
    }

    private struct Line: Connection {
        let real: any Connection
        let listener: Listener

        private func hear(_ sql: SQL, _ arguments: [SQLValue]) {
            listener.heard.withLock { $0[sql.text] = arguments }
        }

        func execute(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int {
            hear(sql, arguments)
            return try real.execute(sql, arguments)
        }

        func insert(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int64 {
            hear(sql, arguments)
            return try real.insert(sql, arguments)
        }

        func rows(
            _ sql: SQL,
            _ arguments: [SQLValue],
            _ body: (any Row) throws(StoreError) -> Void
        ) throws(StoreError) {
            hear(sql, arguments)
            try real.rows(sql, arguments, body)
        }

        func run(script: String) throws(StoreError) { try real.run(script: script) }

        func hasTable(_ name: String) throws(StoreError) -> Bool { try real.hasTable(name) }

        func nested<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
            try real.nested(body)
        }
    }

    @Test("No statement of a turn reads a whole table")
    func plans() throws {
        let ear = Mutex<Listener?>(nil)
        let rehearsal = try Rehearsal(
            rulebook: SetAsideTests.rulebook(),
            from: SetAsideTests.start,
            adjust: { $0.bundlingChannels = ["hook", "bell"] },
            through: { database in
                let listener = Listener(database)
                ear.withLock { $0 = listener }
                return listener
            }
        )
        rehearsal.begin()
        var tried = 0
        rehearsal.outcome = { _ in
            tried += 1
            return [.delivered, .transient, .permanent, .unknown][tried % 4]
        }
        for number in 1...12 {
            _ = try rehearsal.open(SetAsideTests.request("fault \(number)"))
        }
        let person = try #require(rehearsal.engine.rulebook.people.keys.min())
        for (number, name) in zip(
            1...,
            [CaseEvent.Name.acknowledged, .responded, .updated, .noted, .resolved]
        ) {
            rehearsal.run(to: rehearsal.now.adding(seconds: 900))
            let event = CaseEvent(name, at: rehearsal.now, by: person, way: "cli", text: "x")
            try rehearsal.act(event, on: number)
        }
        rehearsal.run(to: rehearsal.now.adding(seconds: 2 * 86_400))

        let listener = try #require(ear.withLock { $0 })
        let heard = listener.heard.withLock { $0 }
        #expect(heard.count > 30)
        var scans: [String] = []
        try rehearsal.database.write { connection throws(StoreError) in
            for (text, arguments) in heard {
                try connection.rows(SQL("EXPLAIN QUERY PLAN \(text)"), arguments) {
                    row in
                    let step = row.text(3) ?? ""
                    // The cases set aside are few, and a constant is no table.
                    let isSmall = step == "SCAN quarantine" || step == "SCAN CONSTANT ROW"
                    if step.hasPrefix("SCAN"), !step.contains("INDEX"), !isSmall {
                        scans.append("\(step): \(text)")
                    }
                }
            }
        }
        #expect(scans == [])
    }
}
