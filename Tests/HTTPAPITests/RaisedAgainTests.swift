import Engine
import HTTPTypes
import Shapes
import Store
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("A sender that ends its case and raises it again, through its own door")
struct RaisedAgainTests {
    /// A clock that is set by hand.
    private final class Wall: Sendable {
        let now = Mutex<Milliseconds>(House.now.milliseconds)
        func pass(minutes: Int64) { now.withLock { $0 += minutes * 60_000 } }
    }

    private func house(_ wall: Wall) throws -> House {
        let house = try House(clock: { wall.now.withLock { $0 } })
        var senders = Intakes.Senders()
        func entry(_ name: String) -> Intakes.Entry {
            Intakes.Entry(
                name: name,
                policy: "quick",
                customer: nil,
                priorities: ["critical": "P1", "P1": "P1"]
            )
        }
        senders.pagerduty = [House.routingKey: entry("pagerduty")]
        senders.alertmanager = ["am": entry("alertmanager")]
        senders.alertmanagerAPI = ["api": entry("prometheus")]
        senders.opsgenie = ["og": entry("opsgenie")]
        house.doors.intakes.replace(senders)
        return house
    }

    private struct Sender: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var authorization = ""
        let raise: (path: String, body: String)
        let end: (path: String, body: String)
    }

    private static func pagerduty(_ action: String) -> String {
        """
        {"routing_key":"\(House.routingKey)","event_action":"\(action)","dedup_key":"k1",
        "payload":{"summary":"disk full","source":"db1","severity":"critical"}}
        """
    }

    private static func alertmanager(_ status: String) -> String {
        """
        {"version":"4","status":"\(status)","alerts":[{"status":"\(status)",
        "labels":{"alertname":"disk full","severity":"critical"},"annotations":{},
        "startsAt":"2026-03-02T10:00:00Z","endsAt":"0001-01-01T00:00:00Z"}]}
        """
    }

    private static let past =
        #""startsAt":"2026-03-02T09:00:00Z","endsAt":"2026-03-02T09:30:00Z""#
    private static let alert = #""labels":{"alertname":"disk full","severity":"critical"}"#

    private static let senders = [
        Sender(
            testDescription: "PagerDuty's events",
            raise: ("/v2/enqueue", pagerduty("trigger")),
            end: ("/v2/enqueue", pagerduty("resolve"))
        ),
        Sender(
            testDescription: "Alertmanager's webhook",
            authorization: "Bearer am",
            raise: ("/hooks/alertmanager", alertmanager("firing")),
            end: ("/hooks/alertmanager", alertmanager("resolved"))
        ),
        Sender(
            testDescription: "Prometheus",
            authorization: "Bearer api",
            raise: ("/compat/api/v2/alerts", "[{\(alert)}]"),
            end: (
                "/compat/api/v2/alerts",
                "[{\(alert),\(past)}]"
            )
        ),
        Sender(
            testDescription: "Opsgenie",
            authorization: "GenieKey og",
            raise: (
                "/opsgenie/v2/alerts",
                #"{"message":"disk full","alias":"k1","priority":"P1"}"#
            ),
            end: ("/opsgenie/v2/alerts/k1/close?identifierType=alias", "{}")
        ),
    ]

    @Test(
        "Ended and raised again it is one case; ended by a person it is another",
        arguments: senders
    )
    private func joins(sender: Sender) async throws {
        let wall = Wall()
        let house = try house(wall)
        defer { house.close() }
        var headers = HTTPFields()
        if !sender.authorization.isEmpty { headers[.authorization] = sender.authorization }
        func send(_ request: (path: String, body: String)) async throws {
            let reply = try await house.ask(
                .post,
                request.path,
                body: request.body,
                headers: headers
            )
            #expect((200..<300).contains(reply.status), "\(reply.text)")
        }
        func statuses() async throws -> [String] {
            let list = try await house.ask(.get, "/v1/cases?state=all").json["cases"]
            return (list?.array ?? []).compactMap { $0["status"]?.string }.sorted()
        }
        try await send(sender.raise)
        for _ in 0..<3 {
            wall.pass(minutes: 3)
            try await send(sender.end)
            #expect(try await statuses() == ["resolved"])
            wall.pass(minutes: 10)
            try await send(sender.raise)
            #expect(try await statuses() == ["open"])
        }
        let log = try await house.ask(.get, "/v1/cases/1").json["events"]?.array ?? []
        let names = log.compactMap { $0["event"]?.string }
        #expect(names.filter { $0 == "raised_again" }.count == 3)
        #expect(names.filter { $0 == "opened" }.count == 1)
        let resolved = #"{"event":"resolved","person":"anna"}"#
        _ = try await house.ask(.post, "/v1/cases/1/events", body: resolved)
        try await send(sender.raise)
        #expect(try await statuses() == ["open", "resolved"])
        wall.pass(minutes: 1)
        try await send(sender.end)
        wall.pass(minutes: 16)
        try await send(sender.raise)
        #expect(try await statuses() == ["open", "resolved", "resolved"])
    }
}
