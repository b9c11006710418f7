import Paging
import Shapes

/// Messages for services that push to a person's devices.
enum PushBody {
    /// The longest message that ntfy shows as one, in bytes.
    static let ntfyBytesMax = 4_000
    static let textMax = 8_000

    /// Published as JSON to the server's root; the address is the topic.
    ///
    /// Its button acknowledges with one tap: the phone posts the number that the message carries,
    /// which is the step that a robot reading links cannot take.
    static func ntfy(_ message: Message) -> [UInt8] {
        let text = message.text(limit: ntfyBytesMax, length: { $0.utf8.count })
        var json = JSONWriter(reserving: 2_000)
        json.beginObject()
        json.field("topic", message.address)
        json.field("title", Message.cut(message.title, to: 250))
        json.field("message", text)
        json.field("priority", message.urgency(page: 5, reminder: 4, notice: 3))
        json.field("tags", [message.kind == .page ? "rotating_light" : "bell"])
        if let link = message.link {
            json.field("click", link)
            json.key("actions")
            json.beginArray()
            if let number = message.number {
                json.beginObject()
                json.field("action", "http")
                json.field("label", message.verb)
                json.field("url", link)
                json.field("method", "POST")
                json.key("headers")
                json.beginObject()
                json.field("Content-Type", "application/x-www-form-urlencoded")
                json.endObject()
                json.field("body", "number=\(number)&way=ntfy")
                json.field("clear", true)
                json.endObject()
            }
            json.beginObject()
            json.field("action", "view")
            json.field("label", "Open")
            json.field("url", link)
            json.endObject()
            json.endArray()
        }
        json.endObject()
        return json.bytes
    }

    static func gotify(_ message: Message) -> [UInt8] {
        var json = JSONWriter(reserving: 2_000)
        json.beginObject()
        json.field("title", Message.cut(message.title, to: 250))
        json.field("message", message.text(limit: textMax))
        json.field("priority", message.urgency(page: 10, reminder: 7, notice: 4))
        json.key("extras")
        json.beginObject()
        json.key("client::display")
        json.beginObject()
        json.field("contentType", "text/plain")
        json.endObject()
        if let link = message.link {
            json.key("client::notification")
            json.beginObject()
            json.key("click")
            json.beginObject()
            json.field("url", link)
            json.endObject()
            json.endObject()
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }

    /// For the API of an apprise server; the address is a tag of its configuration.
    static func apprise(_ message: Message) -> [UInt8] {
        var json = JSONWriter(reserving: 2_000)
        json.beginObject()
        json.field("title", Message.cut(message.title, to: 250))
        json.field("body", message.text(limit: textMax))
        let type =
            switch message.kind {
            case .page, .breach: "failure"
            case .reminder, .warning: "warning"
            case .notice: "info"
            }
        json.field("type", type)
        json.field("format", "text")
        if !message.address.isEmpty { json.field("tag", message.address) }
        json.endObject()
        return json.bytes
    }
}

extension Message {
    func urgency(page: Int, reminder: Int, notice: Int) -> Int {
        switch kind {
        case .page: page
        case .breach, .reminder, .warning: reminder
        case .notice: notice
        }
    }
}
