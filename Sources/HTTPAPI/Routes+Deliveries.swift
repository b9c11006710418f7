import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

extension Routes {
    static let deliveriesListed = 100
    static let deliveriesListedMax = 1_000

    func deliveries(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        var caseID: String?
        if let named = query.text("case") { caseID = try await stored(named: named).value.id }
        let failing = try query.isTrue("failed")
        let limit = try query.limit(fallback: Self.deliveriesListed, max: Self.deliveriesListedMax)
        let cursor = try query.text("cursor").map { text throws(Refusal) in
            guard let cursor = Int64(text) else {
                throw Refusal(
                    .invalid,
                    "`cursor` is `\(text)`",
                    fix: "use `next` of the last answer"
                )
            }
            return cursor
        }
        let list = try await engine.reader.read { [caseID] (snapshot) throws(StoreError) in
            try snapshot.deliveries(caseID: caseID, failing: failing, limit: limit, before: cursor)
        }
        return .json { writer in
            writer.beginObject()
            writer.key("deliveries")
            writer.beginArray()
            for delivery in list.deliveries { writer.value(delivery) }
            writer.endArray()
            writer.field("next", list.next.map { String($0) })
            writer.endObject()
        }
    }

    func retry(_ request: Request, _ visit: Visit) async throws -> Response {
        let text = try visit.parameters.require("delivery")
        guard let id = Int64(text) else {
            throw Refusal(
                .notFound,
                "there is no delivery \(text)",
                fix: "list them: tocsin deliveries"
            )
        }
        try await engine.retry(delivery: id)
        return .json { writer in
            writer.beginObject()
            writer.field("id", String(id))
            writer.field("state", DeliveryState.pending.rawValue)
            writer.endObject()
        }
    }

    /// A drill page to a person, or to an address of a channel.
    func test(_ request: Request, _ visit: Visit) async throws -> Response {
        let fields = try await Fields(of: request)
        let keys: [String]
        if let person = try fields.text("person") {
            keys = try await engine.test(person: person)
        } else {
            let channel = try fields.required("channel")
            let address = try fields.text("address") ?? ""
            keys = try await engine.test(channel: channel, address: address)
        }
        return .json(.created) { writer in
            writer.beginObject()
            writer.field("deliveries", keys)
            writer.endObject()
        }
    }
}

extension JSONWriter {
    mutating func value(_ delivery: StoredDelivery) {
        let stored = delivery.notification
        beginObject()
        field("id", String(stored.id))
        field("case", stored.caseNumber)
        field("kind", stored.notification.kind.rawValue)
        field("person", stored.notification.person)
        field("channel", stored.notification.contact.channel)
        field("state", stored.state.rawValue)
        field("key", stored.key)
        field("due_at", stored.notification.dueAt)
        field("next_attempt_at", stored.nextAttempt.map { Instant(milliseconds: $0) })
        field("page", stored.notification.page?.id)
        field("why", stored.notification.why)
        field("cancelled", delivery.cancelReason)
        key("attempts")
        beginArray()
        for attempt in delivery.attempts {
            beginObject()
            field("at", Instant(milliseconds: attempt.startedAt))
            field("outcome", attempt.outcome)
            field("status", attempt.status)
            field("millis", attempt.millis)
            field("error", attempt.error)
            endObject()
        }
        endArray()
        endObject()
    }
}
