import CivilTime
import Testing

@testable import Delivery
@testable import Paging

@Suite("A woken person reads what they need, in the order they need it")
struct WordingTests {
    @Test("A page says who, what, by when, how to acknowledge and what happens if not")
    func page() {
        var briefing = Fixture.briefing()
        briefing.acknowledgeURL = "https://pager.example.com/a/x7k"
        briefing.acknowledgeNumber = "058"
        #expect(
            Wording.text(of: briefing) == """
                Anna Müller, you are paged: please acknowledge case 4711.

                Nobody has answered Northwind yet.

                What:
                  Northwind: checkout returns 502
                  P1 under QuiK support, opened Mon 2027-01-04 10:00 CET (Europe/Berlin)
                  Status open, owner nobody

                By when:
                  response: due Mon 2027-01-04 10:30 CET (Europe/Berlin) (30 min)
                  update: paused (1 h, internal)

                Details:
                  Every checkout since 10:00 fails.

                Runbook:
                  https://wiki.example.com/checkout

                Record:
                  tocsin show 4711

                To acknowledge:
                  https://pager.example.com/a/x7k
                  then type 058
                  tocsin ack 4711 --as anna

                If nobody acknowledges, the ladder goes on to its next step \
                and starts again after its last.

                Why you:
                  quik P1 response 30 min, step 2, rotations/support.yaml:12 layer week
                  steps 1, 2, round 0, cycle 1

                """
        )
    }

    @Test("A reminder carries the last update and how to post one")
    func reminder() {
        var briefing = Fixture.briefing(.reminder)
        briefing.value.lastUpdate = Case.Word(
            by: "ben",
            at: Fixture.now.adding(seconds: -3_600),
            text: "Still looking."
        )
        let text = Wording.text(of: briefing)
        #expect(text.hasPrefix("Anna Müller, this reminds you of case 4711.\n"))
        #expect(
            text.contains(
                """
                Last update:
                  Mon 2027-01-04 09:10 CET (Europe/Berlin) by ben: Still looking.

                To post one:
                  tocsin update 4711 --as anna --text "..."

                "Nothing new" is an update too. Without one, leadership is told.
                """
            )
        )
    }

    @Test("A customer's contact learns the case and the policy's lines, but nothing of our own")
    func customerNotice() {
        var briefing = Fixture.briefing(.notice)
        briefing.notification.event = .escalated
        briefing.notification.person = nil
        briefing.person = nil
        briefing.printed = [.init(label: "emergency phone", text: "+1 303 555 0100")]
        let text = Wording.text(of: briefing)
        #expect(text.hasPrefix("You are a contact for case 4711; this is for you to know.\n"))
        #expect(text.hasSuffix("\nemergency phone: +1 303 555 0100\n"))
        for secret in ["rotations/", "layer", "owner", "tocsin", "pager.example.com", "internal"] {
            #expect(!text.contains(secret), "\(secret) is none of their business")
        }
    }

    @Test(
        "The state is one word",
        arguments: [
            (Notification.Kind.page, CaseEvent.Name.paged, "PAGE"),
            (.reminder, .reminded, "REMINDER"),
            (.warning, .warned, "WARNING"),
            (.breach, .breached, "BREACH"),
            (.notice, .escalated, "ESCALATED"),
            (.notice, .resolved, "RESOLVED"),
            (.notice, .acknowledged, "ACKNOWLEDGED"),
            (.notice, .noticed, "NOTICE"),
        ]
    )
    func state(_ row: (kind: Notification.Kind, event: CaseEvent.Name, state: String)) {
        var notification = Fixture.notification()
        (notification.kind, notification.event) = (row.kind, row.event)
        #expect(Wording.state(of: notification) == row.state)
    }

    @Test("A drill says so in its subject and its first line")
    func drill() {
        var briefing = Fixture.briefing()
        briefing.notification.page?.isDrill = true
        let text = Wording.localText(of: briefing)
        #expect(text.hasPrefix("PAGE [TEST] [P1] Northwind: checkout returns 502 (case 4711)\n\n"))
        #expect(text.contains("\n\nThis is a TEST. Anna"))
    }

    @Test(
        "Text from outside stays one harmless line",
        arguments: [
            ("two\r\nlines", "two lines"),
            ("\u{1B}[31mred\u{7}", "[31mred"),
            ("a\u{202E}b\u{200B}c", "a<U+202E>b<U+200B>c"),
            ("Grüße 👩‍🚒", "Grüße 👩‍🚒"),
            ("\u{85}next\u{2028}line", "next line"),
        ]
    )
    func line(_ row: (given: String, line: String)) {
        #expect(PlainText.line(row.given) == row.line)
    }

    @Test("A notice with a link asks to confirm that it arrived, and for nothing else")
    func confirmation() {
        var briefing = Fixture.briefing(.notice)
        briefing.acknowledgeURL = "https://pager.example.com/a/x7k"
        briefing.acknowledgeNumber = "058"
        let text = Wording.text(of: briefing)
        #expect(text.hasPrefix("Anna Müller, please confirm that this arrived.\n"))
        let link = "https://pager.example.com/a/x7k"
        let request = "To confirm that it arrived:\n  \(link)\n  then type 058\n"
        #expect(text.contains(request), "\(text)")
        #expect(!text.contains("acknowledge"))
        let message = Message(briefing)
        #expect(message.verb == "It arrived")
        #expect(message.text(limit: 150).contains("then type 058"), "no cut takes it away")
        #expect(Message(Fixture.briefing()).verb == "Acknowledge")
    }

    @Test("Case text makes neither markup nor links in HTML")
    func html() {
        var briefing = Fixture.briefing()
        briefing.value.title = "<script>alert(1)</script> & \"quotes\""
        briefing.value.details = "see https://evil.example.com"
        briefing.acknowledgeURL = "https://pager.example.com/a/x7k"
        let html = Wording.html(of: briefing)
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;"))
        let links = html.split(separator: "<a href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(links == ["https://pager.example.com/a/x7k"])
    }
}
