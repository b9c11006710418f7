import Foundation
import Paging
import Testing

@testable import Delivery

@Suite("A mail is one that any reader reads the same way")
struct LetterTests {
    struct Reading: Decodable {
        var defects: [String]
        var headers: [[String]]
        var type: String
        var parts: [[String]]
        var from: [String]
        var to: [String]
        var linesMax: Int
        var bare: Int

        func header(_ name: String) -> [String] {
            headers.filter { $0[0] == name }.map { $0[1] }
        }
    }

    private func bytes(_ briefing: Briefing) throws -> [UInt8] {
        let sender = try #require(MailAddress("tocsin@pager.example.com"))
        return try #require(Letter.bytes(of: briefing, from: sender))
    }

    /// As Python's email module understands it.
    private func reading(_ briefing: Briefing) async throws -> Reading {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let printed = try await Python.output(of: "mail_reader.py", input: try bytes(briefing))
        return try decoder.decode(Reading.self, from: printed)
    }

    @Test("Python reads the same text, HTML and headers that were meant")
    func parsed() async throws {
        let briefing = Fixture.briefing()
        let reading = try await reading(briefing)
        #expect(reading.defects == [])
        #expect(reading.type == "multipart/alternative")
        #expect(reading.parts.map { $0[0] } == ["text/plain", "text/html"])
        let texts = [Wording.text(of: briefing), Wording.html(of: briefing)]
        #expect(reading.parts.map { $0[1] } == texts)
        #expect(reading.from == ["PAGE", "tocsin@pager.example.com"])
        #expect(reading.to == ["Anna Müller", "anna@example.com"])
        #expect(reading.linesMax <= 78)
        #expect(reading.bare == 0)
        let thread = "<case-4711@pager.example.com>"
        let expected = [
            "Date": "Mon, 04 Jan 2027 09:10:00 +0000",
            "Subject": "[P1] Northwind: checkout returns 502 (case 4711)",
            "Message-ID": "<01hq3case.page.c1.s2.r0.anna.email@pager.example.com>",
            "References": thread,
            "In-Reply-To": thread,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        ]
        for (name, text) in expected { #expect(reading.header(name) == [text]) }
    }

    @Test("The same briefing gives the same bytes, so a retry is the same mail")
    func stable() throws {
        #expect(try bytes(Fixture.briefing()) == bytes(Fixture.briefing()))
    }

    @Test(
        "Whatever a case's text holds, the mail keeps its headers, parts and lines",
        arguments: [
            "plain",
            "x\r\nBcc: evil@example.com\r\n\r\nnew body",
            "x\nSubject: other",
            "bare\rreturn",
            ".\r\n.\r\nMAIL FROM:<evil@example.com>",
            "\n.\nRCPT TO:<evil@example.com>",
            "Grüße, 例え, 🚀 =?UTF-8?Q?not_a_word?=",
            "=?utf-8?B?ZXZpbA==?=",
            "\"quoted\" <angle@example.com>, (comment)",
            "\u{0}nul \u{1B}[2J escape",
            String(repeating: "long", count: 500),
            String(repeating: "ä", count: 500),
            String(repeating: "word ", count: 300),
            "From the start\nFrom the next\n--=_tocsin\n",
            "trailing space \ntrailing tab\t\n",
        ]
    )
    func injection(_ text: String) async throws {
        var briefing = Fixture.briefing()
        briefing.value.title = text
        briefing.value.customer = text
        briefing.value.details = text
        briefing.value.priority = text
        briefing.notification.summary = text
        briefing.notification.why = text
        briefing.value.links = [text]
        briefing.person?.name = text
        let raw = try bytes(briefing)
        #expect(Letter.isCanonical(raw))
        let lines = String(decoding: raw, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(!lines.contains { $0.hasPrefix(".") })
        #expect(lines.allSatisfy { $0.utf8.count <= 400 })

        let reading = try await reading(briefing)
        #expect(reading.defects == [])
        #expect(reading.bare == 0)
        let names = [
            "Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References",
            "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
        ]
        #expect(reading.headers.map { $0[0] } == names)
        #expect(reading.to[1] == "anna@example.com")
        let texts = [Wording.text(of: briefing), Wording.html(of: briefing)]
        #expect(reading.parts.map { $0[1] } == texts)
        let subject = Wording.subject(of: briefing.value, isDrill: false)
        #expect(reading.header("Subject") == [subject])
    }

    @Test(
        "An address that could break out of an envelope is refused",
        arguments: [
            "", "anna", "@example.com", "anna@", "a@b@c", "anna@example.com\r\nRCPT TO:<evil@x>",
            "anna@example.com\n", "anna@exam ple.com", "<anna@example.com>",
            "an\u{0}na@example.com",
            "a\"b@example.com", "a,b@example.com", "a;b@example.com", "anna@[127.0.0.1]",
            "a..b@example.com", ".a@example.com", "anna@example..com", "änna@example.com",
            "anna@exämple.com", "anna@-example.com", "a\\b@example.com", "a|b@example.com`",
            String(repeating: "a", count: 65) + "@example.com", "a%b@example.com",
            "a(b)@example.com",
        ]
    )
    func address(_ text: String) throws {
        #expect(MailAddress(text) == nil)
        var briefing = Fixture.briefing()
        briefing.notification.contact.address = text
        let sender = try #require(MailAddress("tocsin@pager.example.com"))
        #expect(Letter.bytes(of: briefing, from: sender) == nil)
    }

    @Test(
        "Ordinary addresses pass",
        arguments: ["a@b", "anna.b+c_d@ex-ample.co.uk", "o'neil@x.de"]
    )
    func ordinaryAddress(_ text: String) {
        #expect(MailAddress(text)?.text == text)
    }

    @Test("A key with any characters makes a valid, distinct Message-ID")
    func messageIDs() async throws {
        var briefing = Fixture.briefing(.notice)
        var seen: Set<String> = []
        for name in ["a@b", "a b", "ä", "a..b", "a=40b", ".", String(repeating: "x", count: 300)] {
            briefing.notification.contact.name = name
            let reading = try await reading(briefing)
            #expect(reading.defects == [])
            seen.formUnion(reading.header("Message-ID"))
        }
        #expect(seen.count == 7)
    }
}
