import HTTPTypes
import Shapes
import Testing

@testable import HTTPAPI

@Suite struct EnqueueTests {
    private func event(_ fields: String, key: String = House.routingKey) -> String {
        "{\"routing_key\":\"\(key)\",\(fields)}"
    }

    private let payload =
        #""payload":{"summary":"disk full","source":"db1","severity":"critical"}"#

    @Test("A trigger opens a case under the intake's policy, priority and customer")
    func triggers() async throws {
        let house = try House()
        defer { house.close() }
        let body = event(
            #"""
            "event_action":"trigger","dedup_key":"k1","links":[{"href":"","text":""},
            {"href":"https://runbook.example/1"}],"client_url":"",
            "payload":{"summary":"disk\r\nfull","source":"db1","severity":"critical",
            "component":"disk","custom_details":{"free":0,"host":{"name":"db1"}}}
            """#
        )
        let reply = try await house.ask(.post, "/v2/enqueue", body: body)
        #expect(reply.status == 202)
        #expect(
            reply.text == #"{"status":"success","message":"Event processed","dedup_key":"k1"}"#
        )
        let value = try #require(try await house.ask(.get, "/v1/cases/1").json["case"])
        #expect(value["priority"]?.string == "P1")
        #expect(value["customer"]?.string == "Northwind")
        #expect(value["title"]?.string == "disk full")
        #expect(value["intake"]?.string == "monitoring")
        #expect(value["links"]?.array == [.string("https://runbook.example/1")])
        #expect(
            value["details"]?.string
                == "Source: db1; Component: disk; free: 0; host: (name: db1)"
        )
    }

    @Test("The same key joins the open case; without a key each trigger opens its own")
    func deduplicates() async throws {
        let house = try House()
        defer { house.close() }
        let keyed = event("\"event_action\":\"trigger\",\"dedup_key\":\"k1\",\(payload)")
        let keyless = event("\"event_action\":\"trigger\",\(payload)")
        for body in [keyed, keyed, keyless, keyless] {
            #expect(try await house.ask(.post, "/v2/enqueue", body: body).status == 202)
        }
        let list = try await house.ask(.get, "/v1/cases")
        #expect(list.json["cases"]?.array?.count == 3)
    }

    @Test("The key made for a keyless trigger resolves its case")
    func makesKeys() async throws {
        let house = try House()
        defer { house.close() }
        let keyless = event("\"event_action\":\"trigger\",\(payload)")
        let reply = try await house.ask(.post, "/v2/enqueue", body: keyless)
        let key = try #require(reply.json["dedup_key"]?.string)
        #expect(!key.isEmpty)
        let resolve = event("\"event_action\":\"resolve\",\"dedup_key\":\"\(key)\"")
        #expect(try await house.ask(.post, "/v2/enqueue", body: resolve).status == 202)
        #expect(try await house.ask(.get, "/v1/cases").json["cases"]?.array?.isEmpty == true)
    }

    @Test("An acknowledgement gives the case to whoever is paged")
    func acknowledges() async throws {
        let house = try House()
        defer { house.close() }
        let trigger = event("\"event_action\":\"trigger\",\"dedup_key\":\"k1\",\(payload)")
        let acknowledge = event(#""event_action":"acknowledge","dedup_key":"k1""#)
        _ = try await house.ask(.post, "/v2/enqueue", body: trigger)
        #expect(try await house.ask(.post, "/v2/enqueue", body: acknowledge).status == 202)
        let value = try await house.ask(.get, "/v1/cases/1").json["case"]
        #expect(value?["owner"]?.string == "anna")
    }

    @Test("What finds no open case is dropped with 202", arguments: ["acknowledge", "resolve"])
    func drops(action: String) async throws {
        let house = try House()
        defer { house.close() }
        let body = event("\"event_action\":\"\(action)\",\"dedup_key\":\"gone\",\"payload\":3")
        let reply = try await house.ask(.post, "/v2/enqueue", body: body)
        #expect(reply.status == 202)
        #expect(reply.json["dedup_key"]?.string == "gone")
    }

    @Test(
        "A wrong event answers 400 in the dialect's own shape",
        arguments: [
            (#"{"#, "the body ends too early, after 1 bytes"),
            (#"[]"#, "the body is a list, not an object"),
            (
                #"{"event_action":"resolve","dedup_key":"a"}"#,
                "'routing_key' is missing or blank"
            ),
            (
                #"{"routing_key":"no","event_action":"resolve","dedup_key":"a"}"#,
                "`routing_key` is not known here"
            ),
            (
                #"{"routing_key":"KEY","event_action":"fix"}"#,
                "'event_action' is missing or not one of 'trigger', 'acknowledge', 'resolve'"
            ),
            (#"{"routing_key":"KEY","event_action":"resolve"}"#, "'dedup_key' is missing or blank"),
            (#"{"routing_key":"KEY","event_action":"trigger"}"#, "'payload' is missing"),
            (
                #"{"routing_key":"KEY","event_action":"trigger","payload":{"source":"a"}}"#,
                "'payload.summary' is missing or blank"
            ),
        ]
    )
    func refuses(body: String, fault: String) async throws {
        let house = try House()
        defer { house.close() }
        let body = body.replacing("KEY", with: House.routingKey)
        let reply = try await house.ask(.post, "/v2/enqueue", body: body)
        #expect(reply.status == 400)
        #expect(reply.json["status"]?.string == "invalid event")
        #expect(reply.json["errors"]?.array?.contains(.string(fault)) == true)
    }

    @Test("Bodies are taken up to 512 KiB")
    func boundsBodies() async throws {
        let house = try House()
        defer { house.close() }
        let filler = String(repeating: "a", count: 400 * 1_024)
        let large = event(
            #""event_action":"trigger","custom":"FILL","#.replacing("FILL", with: filler) + payload
        )
        #expect(try await house.ask(.post, "/v2/enqueue", body: large).status == 202)
        let tooLarge = event(
            #""event_action":"trigger","custom":"FILL","#
                .replacing("FILL", with: filler + filler) + payload
        )
        #expect(try await house.ask(.post, "/v2/enqueue", body: tooLarge).status == 413)
    }

    @Test("Only POST is taken")
    func refusesOtherMethods() async throws {
        let house = try House()
        defer { house.close() }
        #expect(try await house.ask(.get, "/v2/enqueue").status == 405)
    }
}
