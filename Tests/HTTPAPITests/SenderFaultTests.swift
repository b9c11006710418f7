import HTTPTypes
import Shapes
import Testing

@testable import HTTPAPI

/// What senders of each dialect are told where they send too much, or nonsense.
@Suite struct SenderFaultTests {
    /// A dialect's address, its key and what it takes there.
    struct Sender: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let authorization: String
        let body: String
        let taken: Int
        /// Where its own errors say what is wrong.
        let fault: String
        /// The status for what is no JSON.
        var refused = 400
    }

    static let senders = [
        Sender(
            testDescription: "Alertmanager's webhook",
            path: "/hooks/alertmanager",
            authorization: "Bearer am",
            body: """
                {"version":"4","status":"firing","alerts":[{"status":"firing",
                "labels":{"alertname":"down"},"annotations":{},"startsAt":"2026-03-02T10:00:00Z",
                "endsAt":"0001-01-01T00:00:00Z"}]}
                """,
            taken: 200,
            fault: "error"
        ),
        Sender(
            testDescription: "Alertmanager's API",
            path: "/compat/api/v2/alerts",
            authorization: "Bearer api",
            body: #"[{"labels":{"alertname":"down"}}]"#,
            taken: 200,
            fault: ""
        ),
        Sender(
            testDescription: "Opsgenie",
            path: "/opsgenie/v2/alerts",
            authorization: "GenieKey og",
            body: #"{"message":"down"}"#,
            taken: 202,
            fault: "message"
        ),
    ]

    private func house(limits: Limits = Limits()) throws -> House {
        let house = try House(limits: limits)
        func entry(_ name: String) -> Intakes.Entry {
            .init(name: name, policy: "quick", customer: "Northwind", priorities: [:])
        }
        var senders = Intakes.Senders()
        senders.pagerduty = [House.routingKey: entry("pd"), "calm": entry("calm")]
        senders.alertmanager = ["am": entry("am")]
        senders.alertmanagerAPI = ["api": entry("api")]
        senders.opsgenie = ["og": entry("og")]
        house.doors.intakes.replace(senders)
        return house
    }

    private func send(
        _ body: String,
        _ sender: Sender,
        to house: House
    ) async throws -> House.Reply {
        try await house.ask(
            .post,
            sender.path,
            body: body,
            headers: [.authorization: sender.authorization, .contentType: "application/json"]
        )
    }

    private func said(_ reply: House.Reply, _ sender: Sender) -> String? {
        sender.fault.isEmpty ? reply.json.string : reply.json[sender.fault]?.string
    }

    @Test(
        "A sender that floods is told to wait in its own words; the others go on",
        arguments: senders
    )
    func flood(_ sender: Sender) async throws {
        var limits = Limits()
        limits.requestsPerMinute = 2
        let house = try house(limits: limits)
        defer { house.close() }
        for _ in 0..<2 {
            #expect(try await send(sender.body, sender, to: house).status == sender.taken)
        }
        let late = try await send(sender.body, sender, to: house)
        #expect(late.status == 429)
        #expect(late.headers[.retryAfter] != nil)
        #expect(said(late, sender)?.contains("too many requests") == true, "\(late.text)")
        for other in Self.senders where other.path != sender.path {
            #expect(try await send(other.body, other, to: house).status == other.taken)
        }
    }

    @Test(
        "A malformed body is refused in the sender's own shape, and opens nothing",
        arguments: senders,
        ["{", "", "[1]", "\"x\"", "null", "{\"alerts\":{}}"]
    )
    func malformed(_ sender: Sender, body: String) async throws {
        let house = try house()
        defer { house.close() }
        let reply = try await send(body, sender, to: house)
        #expect((400..<423).contains(reply.status), "\(reply.status)")
        #expect(said(reply, sender)?.isEmpty == false, "\(reply.text)")
        #expect(reply.headers[.contentType] == "application/json")
        let cases = try await house.ask(.get, "/v1/cases").json["cases"]?.array
        #expect(cases?.isEmpty == true)
    }

    @Test("A wrong key is refused in the sender's own shape", arguments: senders)
    func stranger(_ sender: Sender) async throws {
        let house = try house()
        defer { house.close() }
        let reply = try await house.ask(
            .post,
            sender.path,
            body: sender.body,
            headers: [.authorization: "Bearer nobody"]
        )
        #expect(reply.status == 401)
        #expect(said(reply, sender)?.isEmpty == false, "\(reply.text)")
    }

    @Test("A routing key that floods leaves the other ones alone")
    func routingKeys() async throws {
        var limits = Limits()
        limits.enqueuePerMinute = 2
        let house = try house(limits: limits)
        defer { house.close() }
        func trigger(_ key: String) async throws -> Int {
            let body = """
                {"routing_key":"\(key)","event_action":"trigger",
                "payload":{"summary":"a","source":"b","severity":"critical"}}
                """
            return try await house.ask(.post, "/v2/enqueue", body: body).status
        }
        for _ in 0..<2 { #expect(try await trigger(House.routingKey) == 202) }
        #expect(try await trigger(House.routingKey) == 429)
        #expect(try await trigger("calm") == 202)
    }
}
