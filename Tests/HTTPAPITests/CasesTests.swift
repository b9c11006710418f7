import CivilTime
import HTTPTypes
import Paging
import Shapes
import Testing

@testable import HTTPAPI

@Suite struct CasesTests {
    private let body = """
        {"policy":"quick","priority":"critical","customer":"Northwind","title":"down","key":"k1"}
        """.replacing("critical", with: "P1")

    @Test("Opening a case answers 201 with the case, its place and its ETag")
    func opens() async throws {
        let house = try House()
        defer { house.close() }
        let reply = try await house.ask(.post, "/v1/cases", body: body)
        #expect(reply.status == 201)
        #expect(reply.headers[.location] == "/v1/cases/1")
        #expect(reply.headers[.eTag] != nil)
        #expect(reply.json["number"]?.integer == 1)
        #expect(reply.json["status"]?.string == "open")
        #expect(reply.json["opened_at"]?.string == "2026-03-02T10:00:00Z")
        #expect(reply.json["next_due_at"]?.string == "2026-03-02T10:30:00Z")
        #expect(reply.json["clocks"]?.array?.first?["due"]?.string == "2026-03-02T11:00:00Z")
    }

    @Test("The same open key again answers 200 with the same case")
    func joinsByKey() async throws {
        let house = try House()
        defer { house.close() }
        let first = try await house.ask(.post, "/v1/cases", body: body)
        let second = try await house.ask(.post, "/v1/cases", body: body)
        #expect(second.status == 200)
        #expect(second.json["id"] == first.json["id"])
    }

    @Test("The same Idempotency-Key again answers 200 with the same case")
    func joinsByIdempotencyKey() async throws {
        let house = try House()
        defer { house.close() }
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        let keyless = body.replacing(",\"key\":\"k1\"", with: "")
        let first = try await house.ask(.post, "/v1/cases", body: keyless, headers: [name: "a"])
        let again = try await house.ask(.post, "/v1/cases", body: keyless, headers: [name: "a"])
        let other = try await house.ask(.post, "/v1/cases", body: keyless, headers: [name: "b"])
        #expect((first.status, again.status, other.status) == (201, 200, 201))
        #expect(again.json["id"] == first.json["id"])
        #expect(other.json["id"] != first.json["id"])
    }

    @Test(
        "A wrong body is refused in the sender's words",
        arguments: [
            ("", 400, "the body ends too early, after 0 bytes"),
            ("[]", 400, "the body is a list"),
            ("{}", 400, "`policy` is missing"),
            ("{\"policy\":1}", 400, "`policy` is a number"),
            (#"{"policy":"quick","customer":"N","title":""}"#, 400, "`title` is missing"),
            (
                #"{"policy":"quick","customer":"N","title":"a\r\nb"}"#, 400,
                "`title` holds a line break or another control character"
            ),
            (
                #"{"policy":"quick","customer":"N","title":"a","opened_at":"noon"}"#, 400,
                "`opened_at` is `noon`, which is no time"
            ),
            (
                #"{"policy":"quick","customer":"N","title":"a","links":"x"}"#, 400,
                "`links` is a text"
            ),
            (
                #"{"policy":"slow","customer":"N","title":"a"}"#, 404,
                "there is no policy `slow`"
            ),
            (
                #"{"policy":"quick","priority":"P9","customer":"N","title":"a"}"#, 404,
                "policy quick has no priority `P9`"
            ),
        ]
    )
    func refusesBodies(body: String, status: Int, detail: String) async throws {
        let house = try House()
        defer { house.close() }
        let reply = try await house.ask(.post, "/v1/cases", body: body)
        #expect(reply.status == status)
        #expect(reply.headers[.contentType] == "application/problem+json")
        #expect(reply.json["detail"]?.string == detail)
        #expect(reply.json["fix"]?.string?.isEmpty == false)
    }

    @Test("A body of more than 256 KiB is refused with 413")
    func refusesLargeBodies() async throws {
        let house = try House()
        defer { house.close() }
        let text = String(repeating: "a", count: 256 * 1_024)
        let reply = try await house.ask(.post, "/v1/cases", body: "{\"title\":\"\(text)\"}")
        #expect(reply.status == 413)
    }

    @Test("Acknowledging twice is told the first time; another person is told who has it")
    func acknowledges() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let path = "/v1/cases/\(number)/events"
        let anna = #"{"event":"acknowledged","person":"anna","at":"2026-03-02T09:59:30Z"}"#
        let first = try await house.ask(.post, path, body: anna)
        #expect(first.status == 201)
        #expect(first.json["by"]?.string == "anna")
        let repeated = #"{"event":"acknowledged","person":"anna"}"#
        let again = try await house.ask(.post, path, body: repeated)
        #expect(again.status == 200)
        #expect(again.json["at"]?.string == "2026-03-02T09:59:30Z")
        let ben = try await house.ask(.post, path, body: repeated.replacing("anna", with: "ben"))
        #expect(ben.status == 409)
        #expect(ben.json["code"]?.string == "conflict")
        #expect(ben.json["detail"]?.string?.contains("Anna Keller (anna) has case") == true)
    }

    @Test("What the engine records itself cannot be appended")
    func refusesEngineEvents() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let path = "/v1/cases/\(number)/events"
        for name in ["opened", "paged", "breached", "nonsense"] {
            let reply = try await house.ask(.post, path, body: "{\"event\":\"\(name)\"}")
            #expect(reply.status == 400)
            #expect(reply.json["detail"]?.string == "`event` is `\(name)`")
        }
    }

    @Test("A case read before is answered with 304, and acting on an older state with 412")
    func guardsState() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let path = "/v1/cases/\(number)"
        let shown = try await house.ask(.get, path)
        let etag = try #require(shown.headers[.eTag])
        let same = try await house.ask(.get, path, headers: [.ifNoneMatch: etag])
        #expect(same.status == 304)
        let note = #"{"event":"noted","person":"anna","text":"looking"}"#
        let fresh = try await house.ask(
            .post,
            "\(path)/events",
            body: note,
            headers: [.ifMatch: etag]
        )
        #expect(fresh.status == 201)
        let stale = try await house.ask(
            .post,
            "\(path)/events",
            body: note,
            headers: [.ifMatch: etag]
        )
        #expect(stale.status == 412)
    }

    @Test("A list goes on at its cursor and holds each case once")
    func lists() async throws {
        let house = try House()
        defer { house.close() }
        for _ in 0..<5 { _ = try await house.open() }
        var numbers: [Int] = []
        var path = "/v1/cases?limit=2"
        for _ in 0..<3 {
            let reply = try await house.ask(.get, path)
            numbers += (reply.json["cases"]?.array ?? []).compactMap { $0["number"]?.integer }
            guard let next = reply.json["next"]?.string else { break }
            path = "/v1/cases?limit=2&cursor=\(next)"
        }
        #expect(numbers == [5, 4, 3, 2, 1])
        #expect(try await house.ask(.get, "/v1/cases?state=shut").status == 400)
        #expect(try await house.ask(.get, "/v1/cases?limit=0").status == 400)
        #expect(try await house.ask(.get, "/v1/cases?cursor=x").status == 400)
    }

    @Test("A resolved case leaves the open list and stays in the whole one")
    func listsByState() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let resolved = #"{"event":"resolved","person":"anna"}"#
        _ = try await house.ask(.post, "/v1/cases/\(number)/events", body: resolved)
        #expect(try await house.ask(.get, "/v1/cases").json["cases"]?.array?.isEmpty == true)
        let all = try await house.ask(.get, "/v1/cases?state=all")
        #expect(all.json["cases"]?.array?.count == 1)
    }

    @Test("A case is not reopened beside an open one of its key")
    func reopensOnce() async throws {
        let house = try House()
        defer { house.close() }
        let first = try await house.open(#","key":"k1""#)
        let events = "/v1/cases/\(first)/events"
        let resolved = #"{"event":"resolved","person":"anna"}"#
        #expect(try await house.ask(.post, events, body: resolved).status == 201)
        let second = try await house.open(#","key":"k1""#)
        #expect(second != first)
        let reopened = #"{"event":"reopened","person":"anna"}"#
        let reply = try await house.ask(.post, events, body: reopened)
        #expect(reply.status == 409)
        #expect(reply.text.contains("case \(second) is open under the same key"))
    }

    @Test("Names of a priority are taken as senders write them; contacts must be addresses")
    func names() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let lowered = #"{"event":"priority_changed","person":"anna","priority":"p2"}"#
        let path = "/v1/cases/\(number)/events"
        #expect(try await house.ask(.post, path, body: lowered).status == 201)
        let shown = try await house.ask(.get, "/v1/cases/\(number)").json["case"]
        #expect(shown?["priority"]?.string == "P2")
        for field in [#""contacts":["a@b.c> SIZE=1"]"#, #""contacts":["x"]"#, #""title":"  ""#] {
            let body = """
                {"policy":"quick","priority":"P1","customer":"Northwind","title":"down",\(field)}
                """
            #expect(try await house.ask(.post, "/v1/cases", body: body).status == 400, "\(field)")
        }
    }
}
