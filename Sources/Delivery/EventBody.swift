import CivilTime
import Clocks
import Paging
import Shapes

/// Notifications for systems rather than people.
enum EventBody {
    /// An alert that nobody renews is over for Alertmanager after so long.
    private static let alertSeconds = 24 * 3_600

    /// One alert for `POST /api/v2/alerts`; the same case and address give the same labels, so
    /// what is told of its end ends it.
    static func alertmanager(_ briefing: Briefing) -> [UInt8] {
        let value = briefing.value
        let isOver = value.status == .resolved || value.status == .closed
        var json = JSONWriter(reserving: 1_500)
        json.beginArray()
        json.beginObject()
        json.key("labels")
        json.beginObject()
        json.field("alertname", "TocsinCase")
        json.field("case", "\(value.number)")
        json.field("customer", PlainText.line(value.customer))
        json.field("policy", value.policy)
        json.field("priority", value.openedPriority)
        json.field("to", briefing.notification.contact.address)
        json.endObject()
        json.key("annotations")
        json.beginObject()
        json.field("summary", Message(briefing).title)
        json.field("description", Message(briefing).text(limit: 4_000))
        if let link = briefing.acknowledgeURL { json.field("acknowledge_url", link) }
        if let runbook = value.links.first { json.field("runbook_url", PlainText.line(runbook)) }
        json.endObject()
        json.field("startsAt", value.openedAt)
        json.field("endsAt", isOver ? briefing.at : briefing.at.adding(seconds: alertSeconds))
        if let link = briefing.acknowledgeURL ?? briefing.baseURL {
            json.field("generatorURL", link)
        }
        json.endObject()
        json.endArray()
        return json.bytes
    }

    /// CloudEvents 1.0 in structured mode; `data` is that of the product's own webhooks.
    static func cloudEvent(_ briefing: Briefing) -> [UInt8] {
        var json = JSONWriter(reserving: 2_500)
        json.beginObject()
        json.field("specversion", "1.0")
        json.field("id", briefing.key)
        json.field("source", briefing.baseURL ?? "/tocsin")
        json.field("type", "tocsin.case." + briefing.notification.event.rawValue)
        json.field("subject", "case/\(briefing.value.number)")
        json.field("time", briefing.at)
        json.field("datacontenttype", "application/json")
        json.key("data")
        WebhookBody.append(briefing, to: &json)
        json.endObject()
        return json.bytes
    }
}
