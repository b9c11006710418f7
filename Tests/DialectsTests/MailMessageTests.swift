import Dialects
import Testing

@Suite("A mail as a mail server hands it over")
struct MailMessageTests {
    private func mail(_ text: String) -> MailMessage {
        MailMessage(Array(text.replacing("\n", with: "\r\n").utf8))
    }

    @Test(
        "The plain part is found, however deep, and decoded",
        arguments: [
            (
                """
                Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n\
                Z3LDvMOfZQ==\n
                """,
                "grüße"
            ),
            (
                """
                Content-Type: text/plain; charset=iso-8859-1\n\
                Content-Transfer-Encoding: quoted-printable\n\ngr=FC=DF=\ne\n
                """,
                "grüße"
            ),
            (
                """
                Content-Type: text/plain; charset=windows-1252\n\
                Content-Transfer-Encoding: quoted-printable\n\n=8015\n
                """,
                "€15"
            ),
            ("\nplain\n", "plain"),
            (
                """
                Content-Type: multipart/alternative; boundary=\"a\"\n\n--a\n\
                Content-Type: text/html\n\n<p>no</p>\n--a\nContent-Type: text/plain\n\nyes\n\
                --a--\n
                """,
                "yes"
            ),
            (
                """
                Content-Type: multipart/mixed; boundary=a\n\n--a\n\
                Content-Type: multipart/alternative; boundary=b\n\n--b\n\ndeep\n--b--\n--a--\n
                """,
                "deep"
            ),
            (
                """
                Content-Type: text/html\n\n\
                <html><style>x{}</style><p>ack</p><blockquote>old</blockquote>
                """,
                "ack"
            ),
            ("Content-Type: multipart/mixed; boundary=a\n\n--a\n\ncut off", "cut off"),
            (
                """
                Content-Type: multipart/mixed; boundary=a\n\n--a\n\
                Content-Disposition: attachment\n\nno\n--a\n\nyes\n--a--
                """,
                "yes"
            ),
        ]
    )
    func parts(text: String, said: String) {
        let lines = QuotedText.own(in: mail(text).text)
        #expect(lines.first == said)
    }

    @Test("Nesting without end and bytes of any kind are read to an end")
    func hostile() {
        let nested = String(
            repeating: "Content-Type: multipart/mixed; boundary=a\n\n--a\n",
            count: 2_000
        )
        #expect(mail(nested + "\nack").text.isEmpty)
        _ = MailMessage(Array(repeating: 0x0A, count: 1_000_000))
        _ = MailMessage((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        _ = mail("Subject: " + String(repeating: "=?", count: 8_000) + "\n\n").headers.decoded(
            "subject"
        )
    }

    @Test("Headers are unfolded and their encoded words decoded")
    func headers() {
        let headers = mail(
            """
            Subject: =?utf-8?Q?St=C3=B6rung_in?=\n =?iso-8859-1?B?IEv2bG4=?=\n\
            From: =?utf-8?B?QW5uYQ==?= <Anna@Example.com>\n\n
            """
        ).headers
        #expect(headers.decoded("subject") == "Störung in Köln")
        #expect(headers.sender("from")?.address == "anna@example.com")
        #expect(headers.sender("from")?.name == "Anna")
    }

    @Test("The case is found by the root of its thread, in our own domain only")
    func references() {
        let headers = mail("References: <x@y> <case-4711@pager.example.com>\n\n").headers
        #expect(headers.caseNumber(domain: "pager.example.com") == 4711)
        #expect(headers.caseNumber(domain: "example.com") == nil)
    }

    @Test(
        "What no person wrote never acts",
        arguments: [
            ("From: a@b.c\nAuto-Submitted: auto-replied\n", "a@b.c"),
            ("From: a@b.c\nAuto-Submitted: auto-generated\nIn-Reply-To: <x@y>\n", "a@b.c"),
            ("From: a@b.c\nX-Auto-Response-Suppress: All\nReferences: <x@y>\n", "a@b.c"),
            ("From: a@b.c\nPrecedence: bulk\n", "a@b.c"), ("From: a@b.c\nList-Id: <l>\n", "a@b.c"),
            ("From: a@b.c\n", ""), ("From: MAILER-DAEMON@b.c\n", "x@b.c"),
            ("From: Tocsin <tocsin@pager.example.com>\n", "x@b.c"),
            ("From: a@b.c, d@e.f\n", "a@b.c"),
            ("From: a@b.c\nContent-Type: multipart/report; boundary=x\n", "a@b.c"),
            ("From: a@b.c\n" + String(repeating: "Received: x\n", count: 51), "a@b.c"),
        ]
    )
    func machines(head: String, sender: String) {
        let nature = MailNature(
            mail(head + "\nack"),
            envelopeSender: sender,
            ours: ["tocsin@pager.example.com"]
        )
        guard case .refused = nature else {
            Issue.record("\(nature)")
            return
        }
    }

    @Test("A person's mail is personal, a monitor's of its own accord automatic")
    func people() {
        #expect(
            MailNature(mail("From: a@b.c\n\nx"), envelopeSender: "a@b.c", ours: []) == .personal
        )
        let monitor = mail("From: a@b.c\nAuto-Submitted: auto-generated\n\nx")
        #expect(MailNature(monitor, envelopeSender: "a@b.c", ours: []) == .automatic)
    }
}
