import HTTPTypes
import Shapes
import Testing

@testable import HTTPAPI

@Suite struct DoorsTests {
    @Test("An address that is not there is told so as a problem")
    func unknownAddress() async throws {
        let house = try House()
        defer { house.close() }
        for (method, path) in [
            (HTTPRequest.Method.get, "/v1/nothing"), (.get, "/v1"),
            (.get, "/v1/cases/1"), (.get, "/v1/rotations/night/shifts"),
            (.post, "/v1/cases/x/events"),
        ] {
            let body = method == .post ? "{\"event\":\"resolved\"}" : ""
            let reply = try await house.ask(method, path, body: body)
            #expect(reply.status == 404, "\(path)")
            #expect(reply.json["code"]?.string == "not-found", "\(path)")
        }
    }

    @Test("A method that an address does not take is told which it takes")
    func wrongMethod() async throws {
        let house = try House()
        defer { house.close() }
        let reply = try await house.ask(.delete, "/v1/cases/1")
        #expect(reply.status == 405)
        #expect(reply.headers[.allow] == "GET, HEAD")
        #expect(reply.headers[.contentType] == "application/problem+json")
        #expect(reply.json["fix"]?.string == "use one of: GET, HEAD")
    }

    @Test("What another site's page sends is refused; what our own sends is not")
    func refusesCrossSite() async throws {
        let house = try House()
        defer { house.close() }
        let body = #"{"policy":"quick","customer":"N","title":"a"}"#
        let foreign = try await house.ask(
            .post,
            "/v1/cases",
            body: body,
            headers: [.origin: "http://evil.example"]
        )
        #expect(foreign.status == 403)
        let own = try await house.ask(
            .post,
            "/v1/cases",
            body: body,
            headers: [.origin: "http://127.0.0.1:8470"]
        )
        #expect(own.status == 201)
    }

    @Test(
        "Only our own names are answered, and without a token only those of this machine",
        arguments: [
            ("127.0.0.1:8470", 200), ("[::1]:8470", 200), ("localhost:8470", 200),
            ("10.0.0.5", 401), ("pager.example.com", 401), ("PAGER.example.com:443", 401),
            ("evil.example:8470", 403), ("127.0.0.1.evil.example", 403),
        ]
    )
    func refusesBentNames(host: String, status: Int) async throws {
        let house = try House()
        defer { house.close() }
        #expect(try await house.ask(.get, "/v1/cases", host: host).status == status)
    }

    @Test("On call and shifts answer as the command line does")
    func onCall() async throws {
        let house = try House()
        defer { house.close() }
        let who = try await house.ask(.get, "/v1/oncall")
        let watch = try #require(who.json["rotations"]?.array?.first)
        #expect(watch["people"]?.array == [.string("anna")])
        #expect(watch["until"]?.string == "2026-03-09T09:00:00Z")
        #expect(watch["next"]?["people"]?.array == [.string("ben")])
        let path = "/v1/rotations/desk/shifts?from=2026-03-02T00:00:00Z&to=2026-03-16T00:00:00Z"
        let shifts = try await house.ask(.get, path)
        #expect(shifts.json["shifts"]?.array?.count == 3)
        let backwards =
            "/v1/rotations/desk/shifts?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z"
        #expect(try await house.ask(.get, backwards).status == 400)
        #expect(try await house.ask(.get, "/v1/oncall?at=soon").status == 400)
    }

    @Test(
        "Why tells the step and the line that put a person on call, and why another was not paged"
    )
    func why() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let reply = try await house.ask(.get, "/v1/why/\(number)?not=ben")
        let page = try #require(reply.json["pages"]?.array?.first)
        #expect(page["person"]?.string == "anna")
        #expect(page["why"]?.string?.contains("desk") == true)
        let reason = try #require(reply.json["not_paged"]?.string)
        #expect(reason == "their turn has not come: the plan pages them at 2026-03-02T10:30:00Z")
        let id = try #require(page["page"]?.string)
        let one = try await house.ask(.get, "/v1/why/\(id)")
        #expect(one.json["pages"]?.array?.count == 1)
        #expect(try await house.ask(.get, "/v1/why/\(id)x").status == 404)
        #expect(try await house.ask(.get, "/v1/why/\(number)?not=zoe").status == 404)
    }

    @Test("A plan is what would be sent from now on")
    func plan() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let path = "/v1/cases/\(number)/plan?until=2026-03-02T10:40:00Z"
        let steps = try await house.ask(.get, path).json["steps"]?.array ?? []
        #expect(steps.contains { $0["kind"]?.string == "page" && $0["step"]?.integer == 2 })
        #expect(steps.allSatisfy { ($0["at"]?.string ?? "") < "2026-03-02T10:40:00Z" })
    }

    @Test("A drill page to a person and to a channel is sent; to nobody it is not")
    func drills() async throws {
        let house = try House()
        defer { house.close() }
        let person = try await house.ask(.post, "/v1/test", body: #"{"person":"anna"}"#)
        #expect(person.status == 201)
        #expect(person.json["deliveries"]?.array?.count == 1)
        let channel = try await house.ask(
            .post,
            "/v1/test",
            body: #"{"channel":"terminal","address":"x"}"#
        )
        #expect(channel.status == 201)
        #expect(try await house.ask(.post, "/v1/test", body: #"{"person":"zoe"}"#).status == 404)
        #expect(try await house.ask(.post, "/v1/test", body: #"{"channel":"fax"}"#).status == 404)
    }

    @Test("Liveness and reload answer")
    func operation() async throws {
        let house = try House()
        defer { house.close() }
        #expect(try await house.ask(.get, "/healthz").text == "ok\n")
        // A first case proves that the engine has turned.
        _ = try await house.open()
        #expect(try await house.ask(.get, "/readyz").status == 200)
        let reload = try await house.ask(.post, "/-/reload")
        #expect(reload.json["loaded"]?.bool == true)
        #expect(reload.json["diagnostics"]?.array?.isEmpty == true)
    }
}
