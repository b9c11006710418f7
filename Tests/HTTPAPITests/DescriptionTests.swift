import HTTPTypes
import Shapes
import Testing

@testable import HTTPAPI

@Suite struct DescriptionTests {
    @Test("The description names every operation of the API, and nothing else")
    func complete() async throws {
        let house = try House()
        defer { house.close() }
        let reply = try await house.ask(.get, "/openapi.json")
        #expect(reply.status == 200)
        #expect(reply.json["openapi"]?.string == "3.1.0")
        var described: Set<String> = []
        for path in reply.json["paths"]?.members ?? [] {
            for method in path.value.members ?? [] {
                described.insert("\(method.name.uppercased()) \(path.name)")
                #expect(method.value["responses"]?.members?.isEmpty == false)
            }
        }
        let served = house.operations.filter { !$0.isPage }
            .map { "\($0.method.rawValue) \($0.path)" }
        #expect(described == Set(served))
        #expect(served.count == Set(served).count)
    }

    @Test("Every schema that the description names is there")
    func references() async throws {
        let house = try House()
        defer { house.close() }
        let text = try await house.ask(.get, "/openapi.json").text
        let named = text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/).map { String($0.1) }
        #expect(!named.isEmpty)
        #expect(Set(named).isSubset(of: Set(Schemas.all.map(\.0))))
    }

    @Test("The metrics say how the daemon does, in the exposition format")
    func metrics() async throws {
        let house = try House()
        defer { house.close() }
        _ = try await house.open()
        // Until the page is taken it is that which is due next, in twenty seconds.
        let due = "tocsin_deadline_left_seconds 1800.000"
        var text = ""
        for _ in 0..<10_000 where !text.contains("\(due)\n") {
            text = try await house.ask(.get, "/metrics").text
        }
        for line in [
            "# TYPE tocsin_cases_open gauge", "tocsin_cases_open 1",
            "tocsin_uncovered_seconds{rotation=\"desk\"} 0", due,
            "# TYPE tocsin_delivery_latency_seconds histogram",
        ] {
            #expect(text.contains(line + "\n"), "\(line) in\n\(text)")
        }
    }

    @Test("A plan for a case that nobody opened is the plan of such a case")
    func plan() async throws {
        let house = try House()
        defer { house.close() }
        let path =
            "/v1/plan?policy=quick&priority=P1&opened=2026-03-02T10:00:00Z"
            + "&until=2026-03-02T10:40:00Z"
        let steps = try await house.ask(.get, path).json["steps"]?.array ?? []
        #expect(steps.first?["kind"]?.string == "page")
        #expect(steps.contains { $0["step"]?.integer == 2 })
        #expect(try await house.ask(.get, "/v1/plan?policy=slow").status == 404)
        #expect(try await house.ask(.get, "/v1/plan?policy=quick&priority=P9").status == 404)
    }
}
