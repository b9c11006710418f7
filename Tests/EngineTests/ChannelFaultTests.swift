import CivilTime
import Delivery
import Paging
import Store
import StoreSQLite
import Synchronization
import Testing

@testable import Engine

@Suite("Admins hear of a channel that takes nothing until it is mended")
struct ChannelFaultTests {
    private static let start = SetAsideTests.start

    private func rehearsal() throws -> Rehearsal {
        try Rehearsal(rulebook: SetAsideTests.rulebook(), from: Self.start) { setting in
            setting.emergency = SetAsideTests.emergency
            setting.isWatched = true
        }
    }

    private func open(_ title: String, in rehearsal: Rehearsal) throws {
        _ = try rehearsal.open(SetAsideTests.request(title))
    }

    /// What admins were told with these words in it.
    private func alarms(_ words: String, by rehearsal: Rehearsal) throws -> [String] {
        try rehearsal.database.read { connection throws(StoreError) in
            var found: [String] = []
            let sql = SQL("SELECT summary FROM notifications WHERE why LIKE 'an alarm of Tocsin%'")
            try connection.rows(sql, []) { row in found.append(row.text(0) ?? "") }
            return found.filter { $0.contains(words) }
        }
    }

    @Test("One whose settings are wrong is told once an hour, however many messages it loses")
    func wrongSettings() throws {
        let rehearsal = try rehearsal()
        rehearsal.outcome = { $0.endpoint == "hook" ? .configuration : .delivered }
        try open("first", in: rehearsal)
        let words = "A message by hook was given up at once"
        #expect(try alarms(words, by: rehearsal).count == 1)
        #expect(rehearsal.parcels.contains { $0.endpoint == "bell" && $0.address == "ops" })
        rehearsal.skip(to: Self.start.adding(seconds: 3_599))
        try open("second", in: rehearsal)
        #expect(rehearsal.sent.filter { $0.channel == "hook" }.count > 1)
        #expect(try alarms(words, by: rehearsal).count == 1)
        rehearsal.skip(to: Self.start.adding(seconds: 3_600))
        try open("third", in: rehearsal)
        #expect(try alarms(words, by: rehearsal).count == 2)
        rehearsal.turn([.replace(SetAsideTests.rulebook(), changes: [], reply: { _ in })])
        try open("fourth", in: rehearsal)
        #expect(try alarms(words, by: rehearsal).count == 3, "other files did not mend it")
    }

    @Test("A receiver that is gone is told, one that refuses a message is not")
    func gone() throws {
        for (status, count) in [(410, 1), (422, 0)] {
            let rehearsal = try rehearsal()
            rehearsal.outcome = { $0.endpoint == "hook" ? .permanent : .delivered }
            rehearsal.status = status
            try open("first", in: rehearsal)
            rehearsal.run(to: Self.start.adding(seconds: 60))
            #expect(try alarms("by hook was given up", by: rehearsal).count == count, "\(status)")
        }
    }

    @Test("A fault of the channel that alarms go by raises none: the log says it")
    func ownChannel() throws {
        let rehearsal = try rehearsal()
        rehearsal.outcome = { $0.endpoint == "bell" ? .configuration : .delivered }
        rehearsal.turn([.alarm("A test", "nothing is wrong")])
        rehearsal.run(to: Self.start.adding(seconds: 7_200))
        #expect(rehearsal.parcels.filter { $0.address == "ops" }.count == 1)
        let log = rehearsal.journal.lines.withLock { $0 }
        #expect(log.contains { $0.hasPrefix("channel bell: ") })
    }

    /// How often admins were told by that hour that nobody confirms a channel.
    private func unconfirmed(at hours: Int, _ rehearsal: Rehearsal) throws -> Int {
        rehearsal.skip(to: Self.start.adding(seconds: hours * 3_600))
        rehearsal.turn()
        return try alarms("has opened the link", by: rehearsal).count
    }

    @Test("A channel that nobody confirms is told each day, until somebody does")
    func unconfirmed() throws {
        let key = try #require(AcknowledgeKey(secret: Secret(String(repeating: "k", count: 40))))
        let rehearsal = try Rehearsal(rulebook: SetAsideTests.rulebook(), from: Self.start) {
            $0.emergency = SetAsideTests.emergency
            $0.isWatched = true
            $0.acknowledgeLinks = AcknowledgeLinks(key: key, base: nil, localBase: "http://pager")
            $0.confirmSeconds = ["hook": 2 * 86_400]
        }
        func told(atHour hours: Int) throws -> Int { try unconfirmed(at: hours, rehearsal) }
        // 2026-02-02T10:40Z, and each day later; the first check, which counting begins with, is
        // that of the second day.
        #expect(try [8, 32, 56].map { try told(atHour: $0) } == [0, 0, 0])
        #expect(try [80, 104].map { try told(atHour: $0) } == [1, 2])
        let at = rehearsal.engine.setting.clock.now() + 1_000
        rehearsal.turn([
            .change(
                { (tx) throws(StoreError) in
                    try tx.set("\(at)", for: Meta.confirmed("hook"))
                    return .success(())
                },
                reply: { _ in }
            )
        ])
        #expect(try [128, 152].map { try told(atHour: $0) } == [2, 2])
        #expect(try told(atHour: 176) == 3)
        let checks = rehearsal.parcels.filter { $0.key.contains("canary") }
        #expect(Set(checks.map(\.endpoint)) == ["hook", "bell"])
        for check in checks {
            let text = String(decoding: check.body, as: UTF8.self)
            #expect(text.contains("To confirm that it arrived") == (check.endpoint == "hook"))
            #expect(text.contains("http://pager/a/") == (check.endpoint == "hook"))
        }
    }

    @Test(
        "That nobody confirms the channel of the alarms, leadership hears by another",
        arguments: [("bell", "bell", "hook"), ("hook", "hook", "bell"), ("bell", "hook", "")]
    )
    func unconfirmedEmergency(emergency: String, asked: String, told: String) throws {
        let rehearsal = try Rehearsal(rulebook: Self.byBoth(), from: Self.start) { setting in
            setting.emergency = Contact(name: "emergency", channel: emergency, address: "ops")
            setting.isWatched = true
            setting.confirmSeconds = [asked: 86_400]
        }
        let counts = try [8, 32, 56].map { try unconfirmed(at: $0, rehearsal) }
        #expect(counts == [0, 0, 1])
        let channels = try rehearsal.database.read { connection throws(StoreError) in
            var found: Set<String> = []
            let sql = SQL(
                """
                SELECT channel FROM notifications WHERE why LIKE '%channel that nobody confirms%'
                    AND summary LIKE '%has opened the link%'
                """
            )
            try connection.rows(sql, []) { row in _ = found.insert(row.text(0) ?? "") }
            return found
        }
        #expect(channels.sorted().joined(separator: " ") == told)
    }

    /// Everybody is paged by hook and then by bell.
    private static func byBoth() -> Rulebook {
        let drawn = SetAsideTests.rulebook()
        let people = drawn.people.mapValues { person in
            var person = person
            person.page = ["hook", "bell"].map { PageRule(use: $0, afterSeconds: 0) }
            return person
        }
        return Rulebook(
            people: people,
            rotations: drawn.rotations,
            calendars: drawn.calendars,
            ladders: drawn.ladders,
            policies: drawn.policies,
            hash: drawn.hash,
            zoneDataVersion: drawn.zoneDataVersion
        )
    }

    @Test("Where nobody is asked for a while, counting begins anew with the next check")
    func askedAgain() throws {
        let rehearsal = try rehearsal()
        rehearsal.turn([Self.files { $0.confirmSeconds = ["hook": 2 * 86_400] }])
        #expect(try [8, 32].map { try unconfirmed(at: $0, rehearsal) } == [0, 0])
        rehearsal.turn([Self.files { $0.confirmSeconds = [:] }])
        #expect(try [56, 80, 104].map { try unconfirmed(at: $0, rehearsal) } == [0, 0, 0])
        rehearsal.turn([Self.files { $0.confirmSeconds = ["hook": 2 * 86_400] }])
        #expect(try [128, 152].map { try unconfirmed(at: $0, rehearsal) } == [0, 0])
        #expect(try unconfirmed(at: 176, rehearsal) == 1)
    }

    /// The same rules, with what is said of channels changed.
    private static func files(
        _ adjust: @escaping @Sendable (inout CaseEngine.Setting) -> Void
    ) -> Work {
        .replace(
            SetAsideTests.rulebook(),
            changes: [],
            channels: Work.NewChannels(adjust: adjust, inForce: {}),
            reply: { _ in }
        )
    }

    @Test("New files move the alarms to another channel, once they are kept")
    func movedAlarms() throws {
        let rehearsal = try rehearsal()
        let count = Mutex(0)
        let channels = Work.NewChannels(
            adjust: { $0.emergency?.channel = "hook" },
            inForce: { count.withLock { $0 += 1 } }
        )
        rehearsal.turn([.alarm("A test", "before")])
        let rulebook = SetAsideTests.rulebook()
        rehearsal.turn([
            .replace(rulebook, changes: [], channels: channels, reply: { _ in }),
            .alarm("A test", "after"),
        ])
        rehearsal.turn([.alarm("A test", "later")])
        let told = rehearsal.parcels.map { "\($0.endpoint) \($0.address)" }
        #expect(told == ["bell ops", "hook ops", "hook ops"])
        #expect(count.withLock { $0 } == 1)
        #expect(rehearsal.engine.setting.emergency?.channel == "hook")
    }

    @Test("A daily check that is given up is told by the name of its channel, one that arrives not")
    func canary() throws {
        let rehearsal = try rehearsal()
        rehearsal.outcome = {
            $0.endpoint == "hook" && $0.key.contains("canary") ? .permanent : .delivered
        }
        // Nothing of a day that was not watched; 2026-02-02T10:40Z and a day later.
        for hours in [8, 32] {
            rehearsal.skip(to: Self.start.adding(seconds: hours * 3_600))
            rehearsal.turn()
        }
        let told = try alarms("was to show that", by: rehearsal)
        #expect(told.count == 1)
        #expect(told.allSatisfy { $0.contains("that hook reaches") }, "\(told)")
        let log = rehearsal.journal.lines.withLock { $0 }
        #expect(log.contains { $0.hasPrefix("The daily check of hook failed: ") })
    }
}
