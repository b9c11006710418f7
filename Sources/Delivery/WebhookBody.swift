import Paging
import Shapes

/// The JSON that a webhook carries: `{"type","timestamp","data"}` of Standard Webhooks.
package enum WebhookBody {
    package static func bytes(of briefing: Briefing) -> [UInt8] {
        var json = JSONWriter(reserving: 2_048)
        json.beginObject()
        json.field("type", "case." + briefing.notification.event.rawValue)
        json.field("timestamp", briefing.at)
        json.key("data")
        append(briefing, to: &json)
        json.endObject()
        return json.bytes
    }

    /// The `data` of a message.
    static func append(_ briefing: Briefing, to json: inout JSONWriter) {
        json.beginObject()
        json.key("case")
        json.value(
            briefing.value,
            nextDueAt: briefing.nextDueAt,
            acknowledgedUntil: briefing.acknowledgedUntil,
            clocks: nil
        )
        append(briefing.notification, acknowledgeURL: briefing.acknowledgeURL, to: &json)
        json.field("clocks", briefing.clocks)
        if !briefing.others.isEmpty { append(briefing.others, to: &json) }
        json.field("sequence", briefing.sequence)
        json.field("rulebook", briefing.rulebook)
        json.endObject()
    }

    private static func append(_ others: [Briefing.Other], to json: inout JSONWriter) {
        json.key("others")
        json.beginArray()
        for other in others {
            json.beginObject()
            json.field("number", other.value.number)
            json.field("priority", other.value.priority)
            json.field("customer", other.value.customer)
            json.field("title", other.value.title)
            json.field("acknowledge_url", other.acknowledgeURL)
            json.endObject()
        }
        json.endArray()
    }

    /// What is said and to whom; `page` is null where no acknowledgement is asked for.
    private static func append(
        _ notification: Notification,
        acknowledgeURL: String?,
        to json: inout JSONWriter
    ) {
        json.key("page")
        if let page = notification.page {
            json.value(
                page,
                person: notification.person,
                why: notification.why,
                acknowledgeURL: acknowledgeURL
            )
        } else {
            json.null()
        }
        json.key("notification")
        json.beginObject()
        json.field("kind", notification.kind.rawValue)
        json.field("person", notification.person)
        json.field("summary", notification.summary)
        json.field("why", notification.why)
        json.endObject()
        // A receiver that forwards needs the address that the person's contact gives.
        json.key("to")
        json.beginObject()
        json.field("contact", notification.contact.name)
        json.field("channel", notification.contact.channel)
        json.field("address", notification.contact.address)
        json.endObject()
    }
}
