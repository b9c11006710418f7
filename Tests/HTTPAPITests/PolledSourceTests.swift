import Engine
import HTTPTypes
import Logging
import Shapes
import Testing

@testable import Delivery
@testable import HTTPAPI

@Suite("What stood in a polled document is known after a restart")
struct PolledSourceTests {
    private func source(_ house: House) -> PolledSource {
        let entry = Intakes.Entry(
            name: "legacy",
            policy: "quick",
            customer: "Northwind",
            priorities: [:]
        )
        let settings = PolledSource.Settings(
            entry: entry,
            url: "http://127.0.0.1/",
            everySeconds: 5,
            map: ["key": "id", "title": "name", "opened_at": "since", "resolved": "state=closed"],
            bearer: nil
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return PolledSource(settings, engine: house.engine, logger: logger)
    }

    private func show(_ document: String, to source: PolledSource) async {
        await source.take(answer(document), fault: "")
    }

    private func answer(_ document: String, status: Int = 200) -> Fetch.Answer {
        Fetch.Answer(status: status, etag: nil, body: Array(document.utf8))
    }

    private func statuses(_ house: House) async throws -> [String] {
        let list = try await house.ask(.get, "/v1/cases?state=all").json["cases"]?.array ?? []
        return list.reversed().compactMap { $0["status"]?.string }
    }

    private func resolve(_ number: Int, in house: House) async throws {
        let body = #"{"event":"resolved","person":"anna"}"#
        _ = try await house.ask(.post, "/v1/cases/\(number)/events", body: body)
    }

    private let listed = #"[{"id":"7","name":"alert"}]"#
    private let closed = #"[{"id":"7","name":"alert","state":"closed"}]"#

    @Test("Resolved by hand it stays so while it is listed, over any number of restarts")
    func stays() async throws {
        let house = try House()
        defer { house.close() }
        await show(listed, to: source(house))
        try await resolve(1, in: house)
        for _ in 0..<3 { await show(listed, to: source(house)) }
        #expect(try await statuses(house) == ["resolved"])
    }

    @Test("It was heard of where a document came, or the word that it is the same")
    func isHeardOf() async throws {
        let house = try House()
        defer { house.close() }
        let source = source(house)
        let looks: [(Fetch.Answer?, Bool)] = [
            (answer(listed), true), (answer("", status: 304), true), (answer("[{}]"), true),
            (answer("{}"), false), (answer("no document"), false),
            (answer("", status: 503), false), (nil, false),
        ]
        for (look, isHeard) in looks {
            #expect(await source.take(look, fault: "it is away") == isHeard)
        }
    }

    @Test("Once it had gone it opens anew, also where the daemon was stopped in between")
    func comesBack() async throws {
        let house = try House()
        defer { house.close() }
        await show(listed, to: source(house))
        try await resolve(1, in: house)
        await show("[]", to: source(house))
        await show(listed, to: source(house))
        #expect(try await statuses(house) == ["resolved", "open"])
        await show(listed, to: source(house))
        #expect(try await statuses(house) == ["resolved", "open"])
    }

    @Test("One that says it began at another time is another, one that says the same is not")
    func began() async throws {
        func entry(_ hour: Int) -> String {
            #"[{"id":"7","name":"alert","since":"2026-03-02T0\#(hour):00:00Z"}]"#
        }
        let house = try House()
        defer { house.close() }
        await show(entry(1), to: source(house))
        try await resolve(1, in: house)
        await show(entry(1), to: source(house))
        #expect(try await statuses(house) == ["resolved"])
        await show(entry(2), to: source(house))
        #expect(try await statuses(house) == ["resolved", "open"])
    }

    @Test("One that its source ends and raises again is one case")
    func flaps() async throws {
        let house = try House()
        defer { house.close() }
        let source = source(house)
        for _ in 0..<3 {
            await show(listed, to: source)
            #expect(try await statuses(house) == ["open"])
            await show(closed, to: source)
            #expect(try await statuses(house) == ["resolved"])
        }
    }
}
