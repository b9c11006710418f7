import CivilTime
import Paging
import Store
import StoreSQLite
import Testing

@testable import Engine

@Suite("The daily notices say how signs of life are taken")
struct HeartbeatTests {
    @Test("Leadership reads of each address, admins of those that take no call")
    func daily() throws {
        let start = SetAsideTests.start
        let rehearsal = try Rehearsal(rulebook: SetAsideTests.rulebook(), from: start) { setting in
            setting.emergency = SetAsideTests.emergency
            setting.isWatched = true
            setting.heartbeats = {
                [
                    HeartbeatStanding(name: "one", takenAt: start, failingSince: nil),
                    HeartbeatStanding(name: "two", takenAt: start, failingSince: start),
                    HeartbeatStanding(name: "three", takenAt: nil, failingSince: nil),
                ]
            }
        }
        for hours in [8, 32] {
            rehearsal.skip(to: start.adding(seconds: hours * 3_600))
            rehearsal.turn()
        }
        let spoken = Zone.utc.spoken(start)
        let digest = try #require(try words("daily digest", rehearsal).first)
        #expect(
            digest.contains(
                " Signs of life: one was last taken at \(spoken); two has not been taken since"
                    + " \(spoken); three has not been called yet. "
            ),
            "\(digest)"
        )
        let alarms = try words("alarm of Tocsin", rehearsal)
        #expect(alarms.count == 1)
        #expect(alarms.first?.contains("two has not been taken since \(spoken)") == true)
        #expect(alarms.first?.contains("one was last taken") == false)
    }

    private func words(_ why: String, _ rehearsal: Rehearsal) throws -> [String] {
        try rehearsal.database.read { connection throws(StoreError) in
            var found: [String] = []
            let sql = SQL("SELECT summary FROM notifications WHERE why LIKE '%\(why)%'")
            try connection.rows(sql, []) { row in found.append(row.text(0) ?? "") }
            return found
        }
    }
}
