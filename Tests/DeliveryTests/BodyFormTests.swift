import Foundation
import Paging
import Testing

@testable import Delivery

/// A JSON value of a body, read as a receiver would.
private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

/// A page with a link, whose case text tries every trick.
private func briefing(
    _ kind: Paging.Notification.Kind = .page,
    title: String = "502 <!channel> @all **b** [x](http://evil.example) & \"q\"",
    details: String = "details",
    address: String = "anna-pager"
) -> Briefing {
    var briefing = Fixture.briefing(kind)
    briefing.value.title = title
    briefing.value.details = details
    briefing.notification.contact.address = address
    if kind == .page {
        briefing.acknowledgeURL = "https://pager.example.com/a/case.TOKEN"
        briefing.acknowledgeNumber = "058"
    }
    return briefing
}

private let long = briefing(
    title: String(repeating: "naïve <&> *título* ", count: 200),
    details: String(repeating: "x<&>@*_ ", count: 500)
)

@Suite("Every service gets the shape and the lengths that it takes")
struct BodyFormTests {
    @Test("Slack: header, section and a link button; markup of case text is only shown")
    func slack() throws {
        let body = try object(BodyForm.slack.bytes(of: briefing()))
        let blocks = try #require(body["blocks"] as? [[String: Any]])
        #expect(blocks.map { $0["type"] as? String } == ["header", "section", "actions"])
        let section = try #require((blocks[1]["text"] as? [String: String])?["text"])
        #expect(section.contains("&lt;!channel&gt;"))
        #expect(!section.contains("<"))
        #expect(section.contains("\nthen type 058\n"))
        let buttons = try #require(blocks[2]["elements"] as? [[String: Any]])
        #expect(buttons[0]["url"] as? String == "https://pager.example.com/a/case.TOKEN")
        #expect(body["unfurl_links"] as? Bool == false)
        let notice = try object(BodyForm.slack.bytes(of: briefing(.reminder)))
        #expect((notice["blocks"] as? [Any])?.count == 2)
    }

    @Test("Slack's own client finds every block as Slack wants it, however long the case text")
    func slackRules() async throws {
        let messages = [
            briefing(), long, briefing(.reminder), briefing(.notice), briefing(title: "x"),
            briefing(title: String(repeating: "&<>", count: 900)),
            briefing(title: String(repeating: "👩‍👩‍👧", count: 400)),
        ]
        let lines = messages.map { BodyForm.slack.bytes(of: $0) + [UInt8(ascii: "\n")] }
        let said = try await Python.output(of: "slack_reader.py", input: Array(lines.joined()))
        #expect(String(decoding: said, as: UTF8.self) == "\(messages.count)\n")
    }

    @Test("However long the case text is, the caps hold and link and number stay whole")
    func caps() throws {
        let slack = try object(BodyForm.slack.bytes(of: long))
        let blocks = try #require(slack["blocks"] as? [[String: Any]])
        let texts = blocks.prefix(2).compactMap { ($0["text"] as? [String: String])?["text"] }
        #expect(texts[0].utf16.count <= 150)
        #expect(texts[1].utf16.count <= 3_000)
        let discord = try object(BodyForm.discord.bytes(of: long))
        let content = try #require(discord["content"] as? String)
        #expect(content.utf16.count <= 2_000)
        let mattermost = try object(BodyForm.mattermost.bytes(of: long))
        let post = try #require(mattermost["text"] as? String)
        #expect(post.utf16.count <= 16_383)
        let ntfy = try object(BodyForm.ntfy.bytes(of: long))
        let push = try #require(ntfy["message"] as? String)
        #expect(push.utf8.count <= 4_096)
        #expect(BodyForm.teams.bytes(of: long).count <= 28 * 1_024)
        for text in [texts[1], content, post, push] {
            #expect(text.contains("https://pager.example.com/a/case.TOKEN\nthen type 058"))
        }
    }

    @Test("Discord and Mattermost: nothing in a case mentions, links or emphasises")
    func markdown() throws {
        let discord = try object(BodyForm.discord.bytes(of: briefing()))
        #expect((discord["allowed_mentions"] as? [String: [String]])?["parse"] == [])
        let content = try #require(discord["content"] as? String)
        #expect(content.contains("\\*\\*b\\*\\*"))
        #expect(content.contains("\\[x\\]\\("))
        let body = BodyForm.mattermost.bytes(of: briefing(address: "#ops"))
        let mattermost = try object(body)
        #expect(mattermost["channel"] as? String == "ops")
        let text = try #require(mattermost["text"] as? String)
        #expect(!text.contains("@all"))
        #expect(text.contains("https://pager.example.com/a/case.TOKEN"))
    }

    @Test("Teams: an adaptive card of plain runs with one address to open")
    func teams() throws {
        let body = try object(BodyForm.teams.bytes(of: briefing()))
        let attachment = try #require((body["attachments"] as? [[String: Any]])?.first)
        let type = attachment["contentType"] as? String
        #expect(type == "application/vnd.microsoft.card.adaptive")
        let card = try #require(attachment["content"] as? [String: Any])
        #expect(card["type"] as? String == "AdaptiveCard")
        let lines = try #require(card["body"] as? [[String: Any]])
        #expect(lines.allSatisfy { $0["type"] as? String == "RichTextBlock" })
        let action = try #require((card["actions"] as? [[String: Any]])?.first)
        #expect(action["type"] as? String == "Action.OpenUrl")
    }

    @Test("ntfy: the topic is the address, and one tap posts the number to the link")
    func ntfy() throws {
        let body = try object(BodyForm.ntfy.bytes(of: briefing()))
        #expect(body["topic"] as? String == "anna-pager")
        #expect(body["priority"] as? Int == 5)
        let actions = try #require(body["actions"] as? [[String: Any]])
        #expect(actions.map { $0["action"] as? String } == ["http", "view"])
        #expect(actions[0]["method"] as? String == "POST")
        #expect(actions[0]["url"] as? String == "https://pager.example.com/a/case.TOKEN")
        #expect(actions[0]["body"] as? String == "number=058&way=ntfy")
        let reminder = try object(BodyForm.ntfy.bytes(of: briefing(.reminder)))
        #expect(reminder["actions"] == nil)
        #expect(reminder["priority"] as? Int == 4)
    }

    @Test("A one-tap button is sealed in the outbox like the text, and opened with it")
    func sealedButton() throws {
        let key = try #require(AcknowledgeKey(secret: Secret(String(repeating: "k", count: 32))))
        var page = briefing()
        let seal = key.seal(of: "id")
        page.acknowledgeURL = key.sealedURL(of: "id", base: "https://pager.example.com")
        page.acknowledgeNumber = seal.number
        for form in [BodyForm.ntfy, .slack, .discord, .twilio(from: "+1")] {
            let kept = form.bytes(of: page)
            let sent = String(decoding: key.opened(kept, of: "id"), as: UTF8.self)
            let number = key.number(of: "id", in: kept)
            #expect(!sent.contains(seal.token) && !sent.contains(seal.number))
            #expect(sent.contains(key.token(of: "id")))
            #expect(sent.contains(number))
        }
        let kept = BodyForm.ntfy.bytes(of: page)
        let actions = try object(key.opened(kept, of: "id"))["actions"] as? [[String: Any]]
        let number = key.number(of: "id", in: kept)
        #expect(actions?.first?["body"] as? String == "number=\(number)&way=ntfy")
    }

    @Test("Gotify and apprise: title, text and urgency")
    func push() throws {
        let gotify = try object(BodyForm.gotify.bytes(of: briefing()))
        #expect(gotify["priority"] as? Int == 10)
        #expect((gotify["title"] as? String)?.hasPrefix("PAGE [P1] Northwind") == true)
        let apprise = try object(BodyForm.apprise.bytes(of: briefing(address: "night")))
        #expect(apprise["type"] as? String == "failure")
        #expect(apprise["tag"] as? String == "night")
        #expect(apprise["format"] as? String == "text")
    }

    @Test("A text message keeps link and number whole in three segments, and says its parameters")
    func textMessage() throws {
        for text in ["checkout returns 502", String(repeating: "zahlung fällt aus ", count: 30)] {
            var page = briefing(title: text, address: "+4915112345678")
            for title in [text, text + " 日本語"] {
                page.value.title = title
                let sms = TextMessage.text(of: Message(page))
                #expect(TextMessage.segments(of: sms) <= 3)
                #expect(sms.hasSuffix("\nhttps://pager.example.com/a/case.TOKEN\nthen type 058"))
                #expect(sms.hasPrefix("PAGE [P1] Northwind: "))
            }
            let form = BodyForm.twilio(from: "+13035550100").bytes(of: page)
            let body = String(decoding: form, as: UTF8.self)
            #expect(body.hasPrefix("To=%2B4915112345678&From=%2B13035550100&Body=PAGE%20"))
            #expect(body.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
        var bare = briefing()
        (bare.acknowledgeURL, bare.acknowledgeNumber) = (nil, nil)
        let sms = TextMessage.text(of: Message(bare))
        #expect(sms.hasSuffix("To acknowledge: tocsin ack 4711 --as anna"))
    }

    @Test(
        "Segments are counted as operators count them",
        arguments: [
            (String(repeating: "a", count: 160), 1), (String(repeating: "a", count: 161), 2),
            (String(repeating: "€", count: 80), 1), (String(repeating: "€", count: 81), 2),
            (String(repeating: "я", count: 70), 1), (String(repeating: "я", count: 71), 2),
            (String(repeating: "a", count: 459), 3), (String(repeating: "a", count: 460), 4),
        ]
    )
    func segments(_ row: (text: String, segments: Int)) {
        #expect(TextMessage.segments(of: row.text) == row.segments)
    }

    @Test("Alertmanager: one alert per case and address, which the resolution ends")
    func alertmanager() throws {
        let decoded = { (bytes: [UInt8]) -> [String: Any] in
            let list = try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]]
            return try #require(list?.first)
        }
        let alert = try decoded(BodyForm.alertmanager.bytes(of: briefing()))
        var over = briefing(.notice)
        over.value.status = .resolved
        let end = try decoded(BodyForm.alertmanager.bytes(of: over))
        #expect(alert["labels"] as? [String: String] == end["labels"] as? [String: String])
        #expect(alert["startsAt"] as? String == "2027-01-04T09:00:00Z")
        #expect(alert["endsAt"] as? String == "2027-01-05T09:10:00Z")
        #expect(end["endsAt"] as? String == "2027-01-04T09:10:00Z")
        let annotations = try #require(alert["annotations"] as? [String: String])
        #expect(annotations["acknowledge_url"] == "https://pager.example.com/a/case.TOKEN")
    }

    @Test("CloudEvents: the required attributes, and the webhook's own data")
    func cloudEvents() throws {
        let event = try object(BodyForm.cloudevents.bytes(of: briefing()))
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["type"] as? String == "tocsin.case.paged")
        #expect(event["source"] as? String == "https://pager.example.com")
        #expect(event["id"] as? String == briefing().key)
        let webhook = try object(WebhookBody.bytes(of: briefing()))
        #expect(event["data"] as? NSDictionary == webhook["data"] as? NSDictionary)
        #expect(BodyForm.cloudevents.contentType == "application/cloudevents+json")
    }

    @Test("The same briefing gives the same bytes in every form")
    func stable() {
        let forms: [BodyForm] = [
            .webhook, .slack, .mattermost, .teams, .discord, .ntfy, .gotify, .apprise,
            .twilio(from: "+1"), .alertmanager, .cloudevents,
        ]
        for form in forms { #expect(form.bytes(of: long) == form.bytes(of: long)) }
    }

    @Test(
        "A server's address is completed with the path of its service; a whole one stays",
        arguments: [
            (BodyForm.gotify, "https://g.example/", "https://g.example/message"),
            (.gotify, "https://g.example/sub/message", "https://g.example/sub/message"),
            (.alertmanager, "http://am.example:9093", "http://am.example:9093/api/v2/alerts"),
            (.alertmanager, "http://am/x/api/v2/alerts", "http://am/x/api/v2/alerts"),
            (.ntfy, "https://ntfy.example.com", "https://ntfy.example.com"),
            (
                .twilio(from: "+1"), "https://api.twilio.com",
                "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
            ),
        ]
    )
    func urls(_ row: (form: BodyForm, base: String, url: String)) {
        #expect(row.form.url(row.base, account: "AC1") == row.url)
    }
}

@Suite("An administrator's template is checked with samples and filled with escaped words")
struct MessageTemplateTests {
    private func fault(_ name: String, _ source: String) -> MessageTemplate.Fault? {
        do throws(MessageTemplate.Fault) {
            _ = try MessageTemplate(name: name, source: source)
            return nil
        } catch {
            return error
        }
    }

    @Test("Words of a case are escaped for the format, and no tag in them is read")
    func escaping() throws {
        let page = briefing(title: "say \"hi\"\\ {{text}} & a=b")
        let template = try MessageTemplate(
            name: "ops.json",
            source: "{\"t\":\"{{case.title}}\",\"u\":\"{{#acknowledge}}{{url}}{{/acknowledge}}\"}"
        )
        let body = try object(template.bytes(of: page))
        #expect(body["t"] as? String == "say \"hi\"\\ {{text}} & a=b")
        #expect(body["u"] as? String == "https://pager.example.com/a/case.TOKEN")
        let form = try MessageTemplate(name: "a.form", source: "t={{case.title}}&n=1")
        #expect(
            String(decoding: form.bytes(of: page), as: UTF8.self)
                == "t=say%20%22hi%22%5C%20%7B%7Btext%7D%7D%20%26%20a%3Db&n=1"
        )
        let text = try MessageTemplate(name: "a.text", source: "{{title}}\n{{text}}")
        let words = String(decoding: text.bytes(of: page), as: UTF8.self)
        #expect(words.hasPrefix("PAGE [P1] Northwind: say \"hi\""))
        #expect(words.contains("then type 058"))
    }

    @Test("Faults say where they are and what to do")
    func faults() {
        let typo = fault("a.json", "{\n \"t\": \"{{case.titel}}\"}")
        #expect(typo?.line == 2)
        #expect(typo?.column == 10)
        #expect(typo?.message == "`{{case.titel}}` names nothing that a message has")
        #expect(fault("a.json", "{{#page}}{}")?.message.contains("cannot be read") == true)
        #expect(fault("a.json", "{\"a\": {{case.title}}}")?.message.contains("no JSON") == true)
        #expect(fault("a.text", " ")?.message.contains("empty body") == true)
        #expect(fault("a.html", "x")?.fix == "end it in .json, .text or .form")
        #expect(fault("a.text", "{{{title}}}")?.message == "`{{{title}}` is not taken here")
        #expect(fault("a.text", "{{>other}}")?.message == "`{{>other}}` is not taken here")
        #expect(fault("a.text", "{{! a note }}{{title}}") == nil)
    }

    @Test("The shipped templates pass their own check")
    func shipped() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../config/templates")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!files.isEmpty)
        for file in files {
            let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let name = String(file.dropLast(".mustache".count))
            #expect(fault(name, source) == nil, "\(file)")
        }
    }
}
