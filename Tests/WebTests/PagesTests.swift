import CivilTime
import Clocks
import OnCall
import Paging
import Shapes
import TestSupport
import Testing

@testable import Web

@Suite("Pages show what they are told, and run nothing of it")
struct PagesTests {
    static let now = Instant(secondsSinceEpoch: 1_772_445_600)

    static let vectors = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title><svg onload=alert(1)>", "{{frame.viewer.csrf}}", "{{{frame}}}",
        "javascript:alert(1)",
        "<!--", "]]>", "&lt;script&gt;", "\u{202E}gpj.exe", "a\u{200B}b", "\u{0000}\u{0007}x",
        "</textarea><script>1</script>", "`${alert(1)}`",
    ]

    static func viewer() -> Viewer {
        Viewer(
            person: "anna",
            name: "Anna",
            role: "admin",
            mayAct: true,
            mayChoose: true,
            csrf: "word-of-the-session"
        )
    }

    static func value(_ text: String) -> Case {
        var value = Case(
            id: "id1",
            number: 4711,
            policy: "quick",
            priority: text,
            customer: text,
            title: text,
            openedAt: now,
            phaseMilliseconds: 0
        )
        value.details = text
        value.key = text
        value.intake = text
        value.links = [text]
        value.contacts = [text]
        return value
    }

    static func page(_ text: String) -> String {
        let value = value(text)
        let rulebook = Rulebook.tiny
        let event = CaseEvent(.noted, at: now, by: text, way: text, text: text, reason: text)
        let notification = Notification(
            occasion: "page.c1.s1.r0",
            kind: .page,
            event: .paged,
            person: text,
            contact: Contact(name: text, channel: text, address: text),
            dueAt: now,
            notBefore: now,
            summary: text,
            why: text,
            page: nil
        )
        var frame = Frame(text, place: .none, viewer: viewer(), at: now)
        frame.notice = text
        frame.fault = Frame.Fault(message: text, fix: text)
        return CasePage(
            value,
            frame: frame,
            sources: CasePage.Sources(
                events: [Recorded(event, recordedAt: now)],
                deliveries: [
                    Delivered(
                        notification,
                        state: "dead",
                        attempts: 2,
                        endedAt: now,
                        remark: text
                    )
                ],
                plan: Plan(value, from: now, until: now, rulebook: rulebook),
                rulebook: rulebook,
                zone: .utc,
                now: now
            )
        ).html
    }

    @Test("What a case says is text wherever it stands", arguments: vectors)
    func injection(vector: String) {
        // The same page about harmless text has the same elements and attributes.
        let harmless = Self.tags(Self.page("harmless"))
        #expect(Self.tags(Self.page(vector)) == harmless)
        let hidden = Self.page(vector).unicodeScalars.filter {
            $0.value == 0x202E || $0.value == 0x200B || $0.value < 0x0A
        }
        #expect(hidden.isEmpty)
    }

    /// Every tag, with what its attributes are called.
    private static func tags(_ html: String) -> [String] {
        html.split(separator: "<").dropFirst().map { part in
            var name = ""
            var isQuoted = false
            for character in part {
                if character == ">", !isQuoted { break }
                if character == "\"" {
                    isQuoted.toggle()
                    continue
                }
                if !isQuoted { name.append(character) }
            }
            return name
        }
    }

    @Test("Every form carries the session's word")
    func forms() {
        let html = Self.page("x")
        let forms = html.components(of: "<form").dropFirst()
        #expect(forms.count > 8)
        for form in forms { #expect(form.contains("value=\"word-of-the-session\"")) }
        // All but the one that signs out lead to the case.
        #expect(forms.dropFirst().allSatisfy { $0.contains("action=\"/cases/4711\"") })
    }

    @Test("No page has a style or a script written into it")
    func nothingInline() {
        let html = Self.page("x")
        #expect(!html.contains("style=\"") && !html.contains("<style"))
        #expect(html.components(of: "<script").count == 2)
        #expect(html.contains("<script src=\"/assets/live.js\" defer></script>"))
    }

    @Test(
        "A span is told by its two largest units",
        arguments: [
            (0, "0 s"), (59, "59 s"), (60, "1 min 00 s"), (599, "9 min 59 s"), (600, "10 min"),
            (3_600, "1 h 00 min"), (86_399, "23 h 59 min"), (90_000, "1 d 1 h"), (-5, "0 s"),
            (60 * 86_400, "60 d"),
        ]
    )
    func spans(seconds: Int, text: String) {
        #expect(Moment.span(seconds) == text)
    }

    @Test("An instant is told with its zone, and whether it has passed")
    func moments() {
        let due = Moment(Self.now.adding(seconds: 2_520), in: .utc, at: Self.now)
        #expect(due.left == "in 42 min")
        #expect(due.words == "Mon 2026-03-02 10:42 UTC")
        #expect(!due.isPast && !due.isSoon)
        let late = Moment(Self.now.adding(seconds: -720), in: .utc, at: Self.now)
        #expect(late.left == "12 min ago")
        #expect(late.isPast)
    }

    @Test("A table for other programs holds no formula and no torn line")
    func csv() {
        let row = ReportPage.Measured(
            number: 1,
            customer: "=HYPERLINK(\"x\")",
            policy: "a,b",
            priority: "P1",
            clock: "response",
            openedAt: Self.now,
            dueAt: nil,
            stoppedAt: nil,
            isMet: true,
            seconds: 5,
            targetSeconds: nil
        )
        let line = ReportPage.csv([row]).split(separator: "\r\n").last
        #expect(
            line == #"1,"'=HYPERLINK(""x"")","a,b",P1,response,2026-03-02T10:00:00Z,,,true,5,"#
        )
    }
}

extension String {
    fileprivate func components(of mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
