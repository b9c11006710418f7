import Shapes

/// Posts for the incoming webhooks of chat services, within the lengths each of them takes.
enum ChatBody {
    static let slackTextMax = 3_000
    static let slackHeaderMax = 150
    static let mattermostTextMax = 16_383
    static let discordTextMax = 2_000
    static let teamsTextMax = 12_000

    /// Blocks, and a text for notifications; nothing in it is unfurled or mentions anyone.
    static func slack(_ message: Message) -> [UInt8] {
        let markup = Message.Markup(escaped: slackEscaped, heading: { "*\($0)*" })
        var json = JSONWriter(reserving: 3_000)
        json.beginObject()
        json.field("text", Message.cut(slackEscaped(message.title), to: slackTextMax))
        json.field("unfurl_links", false)
        json.field("unfurl_media", false)
        json.key("blocks")
        json.beginArray()
        json.beginObject()
        json.field("type", "header")
        json.key("text")
        json.text("plain_text", Message.cut(message.title, to: slackHeaderMax))
        json.endObject()
        json.beginObject()
        json.field("type", "section")
        json.key("text")
        json.text("mrkdwn", message.text(markup, limit: slackTextMax))
        json.endObject()
        if let link = message.link {
            json.beginObject()
            json.field("type", "actions")
            json.key("elements")
            json.beginArray()
            json.beginObject()
            json.field("type", "button")
            json.field("action_id", "acknowledge")
            json.field("style", "primary")
            json.key("text")
            json.text("plain_text", message.verb)
            json.field("url", link)
            json.endObject()
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// `&`, `<` and `>` are all that Slack reads; what it has for emphasis stays as typed.
    static func slackEscaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }

    static func mattermost(_ message: Message) -> [UInt8] {
        let markup = Message.Markup(escaped: markdownEscaped, heading: { "**\($0)**" })
        var json = JSONWriter(reserving: 2_000)
        json.beginObject()
        let title = markdownEscaped(message.title)
        let room = mattermostTextMax - title.utf16.count - 8
        json.field("text", "#### \(title)\n\n\(message.text(markup, limit: room))")
        if !message.address.isEmpty, message.address.first == "@" || message.address.first == "#" {
            // A channel or a person of the service, in place of the webhook's own channel.
            json.field("channel", String(message.address.drop { $0 == "#" }))
        }
        json.endObject()
        return json.bytes
    }

    static func discord(_ message: Message) -> [UInt8] {
        let markup = Message.Markup(escaped: markdownEscaped, heading: { "**\($0)**" })
        var json = JSONWriter(reserving: 2_000)
        json.beginObject()
        let title = Message.cut(markdownEscaped(message.title), to: 400)
        let room = discordTextMax - title.utf16.count - 6
        json.field("content", "**\(title)**\n\n\(message.text(markup, limit: room))")
        json.key("allowed_mentions")
        json.beginObject()
        json.field("parse", [String]())
        json.endObject()
        // Bit 2: no previews, which would fetch our links.
        json.field("flags", 4)
        json.endObject()
        return json.bytes
    }

    /// A backslash before everything Markdown reads, and no mention of anybody; addresses stay
    /// as they are, to be links.
    static func markdownEscaped(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            if word.hasPrefix("https://") || word.hasPrefix("http://") {
                return word.contains { "()[]<>|`*".contains($0) } ? escaped(word) : String(word)
            }
            return escaped(word)
        }.joined(separator: " ")
    }

    private static func escaped(_ word: Substring) -> String {
        word.map { character in
            switch character {
            case "\\", "`", "*", "_", "~", "#", "[", "]", "(", ")", "<", ">", "|", "!":
                "\\\(character)"
            // A joiner that shows nothing keeps `@all` from calling everybody.
            case "@": "@\u{2060}"
            default: String(character)
            }
        }.joined()
    }

    /// An adaptive card, its text in runs that no Markdown is read in.
    static func teams(_ message: Message) -> [UInt8] {
        var json = JSONWriter(reserving: 3_000)
        json.beginObject()
        json.field("type", "message")
        json.key("attachments")
        json.beginArray()
        json.beginObject()
        json.field("contentType", "application/vnd.microsoft.card.adaptive")
        json.key("content")
        json.beginObject()
        json.field("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
        json.field("type", "AdaptiveCard")
        json.field("version", "1.2")
        json.key("body")
        json.beginArray()
        json.runs(Message.cut(message.title, to: 500), isHeading: true)
        for line in message.text(limit: teamsTextMax).split(separator: "\n") {
            json.runs(String(line), isHeading: false)
        }
        json.endArray()
        if let link = message.link {
            json.key("actions")
            json.beginArray()
            json.beginObject()
            json.field("type", "Action.OpenUrl")
            json.field("title", message.verb)
            json.field("url", link)
            json.endObject()
            json.endArray()
        }
        json.endObject()
        json.endObject()
        json.endArray()
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    /// A text object of Slack.
    fileprivate mutating func text(_ type: String, _ text: String) {
        beginObject()
        field("type", type)
        field("text", text)
        endObject()
    }

    /// A line of an adaptive card.
    fileprivate mutating func runs(_ text: String, isHeading: Bool) {
        beginObject()
        field("type", "RichTextBlock")
        if !isHeading { field("spacing", "None") }
        key("inlines")
        beginArray()
        beginObject()
        field("type", "TextRun")
        field("text", text)
        if isHeading {
            field("weight", "Bolder")
            field("size", "Medium")
        }
        endObject()
        endArray()
        endObject()
    }
}
