import Engine
import HTTPTypes
import Paging
import Shapes
import Testing

@testable import HTTPAPI

@Suite struct ConditionsTests {
    private let note = #"{"event":"noted","by":"anna","text":"looked at it"}"#

    @Test("The same Idempotency-Key says a verb once; another key says it again")
    func idempotency() async throws {
        let house = try House()
        defer { house.close() }
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        let path = "/v1/cases/\(try await house.open())/events"
        let first = try await house.ask(.post, path, body: note, headers: [name: "a"])
        let again = try await house.ask(.post, path, body: note, headers: [name: "a"])
        let other = try await house.ask(.post, path, body: note, headers: [name: "b"])
        #expect((first.status, again.status, other.status) == (201, 200, 201))
        #expect(again.json["text"] == first.json["text"])
        let log = try await house.ask(.get, "/v1/cases/1").json["events"]?.array ?? []
        #expect(log.filter { $0["event"]?.string == "noted" }.count == 2)
    }

    @Test("Of many that act on the same reading of a case, one is let through")
    func oneWins() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let etag = try #require(try await house.ask(.get, "/v1/cases/\(number)").headers[.eTag])
        let path = "/v1/cases/\(number)/events"
        let body = note
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await house.ask(.post, path, body: body, headers: [.ifMatch: etag]).status
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 1)
        #expect(statuses.filter { $0 == 412 }.count == 19)
    }

    @Test("Live readers get what is committed, in order, and go on where they left")
    func feed() async throws {
        let house = try House()
        defer { house.close() }
        let feed = house.engine.feed
        _ = try await house.open()
        #expect(feed.entries(after: 0).entries.isEmpty, "nobody listened yet")
        let changes = feed.changes()
        _ = try await house.open()
        for await _ in changes { break }
        let seen = feed.entries(after: 0).entries
        #expect(seen.first?.event.name == .opened)
        #expect(seen.map(\.sequence) == Array(1...seen.count))
        #expect(seen.allSatisfy { $0.caseNumber == 2 })
        let middle = feed.entries(after: 1)
        #expect(middle.isWhole && middle.entries.count == seen.count - 1)
        #expect(!feed.entries(after: 99).isWhole)
    }
}
