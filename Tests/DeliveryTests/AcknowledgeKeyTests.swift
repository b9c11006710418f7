import Foundation
import Paging
import Testing

@testable import Delivery

@Suite("A page is acknowledged by a link and a number that stand nowhere but in the message")
struct AcknowledgeKeyTests {
    private func key(_ seed: String = "a") throws -> AcknowledgeKey {
        try #require(AcknowledgeKey(secret: Secret(String(repeating: seed, count: 32))))
    }

    private func sealed(_ key: AcknowledgeKey, _ id: String) -> Briefing {
        var briefing = Fixture.briefing()
        briefing.acknowledgeURL = key.sealedURL(of: id, base: "https://pager.example.com")
        briefing.acknowledgeNumber = key.seal(of: id).number
        return briefing
    }

    @Test("A secret below 32 bytes makes no key")
    func short() {
        #expect(AcknowledgeKey(secret: Secret(String(repeating: "a", count: 31))) == nil)
        #expect(AcknowledgeKey(secret: Secret(String(repeating: "a", count: 32))) != nil)
    }

    @Test("A token is 22 characters without a dot, another for every message and every secret")
    func tokens() throws {
        let (key, other) = (try key("a"), try key("b"))
        let ids = (0..<2_000).map { "case.page.c1.s1.r0.anna.\($0)" }
        let tokens = ids.map { key.token(of: $0) }
        #expect(Set(tokens).count == ids.count)
        #expect(tokens.allSatisfy { $0.utf8.count == 22 && !$0.contains(".") })
        #expect(
            tokens.allSatisfy { token in
                token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
            }
        )
        for (id, token) in zip(ids, tokens) {
            #expect(key.isGenuine(token: token, of: id))
            #expect(!other.isGenuine(token: token, of: id))
            #expect(!key.isGenuine(token: token, of: id + "x"))
        }
    }

    @Test("A token that differs in any one character, or in length, is not genuine")
    func forged() throws {
        let key = try key()
        let token = Array(key.token(of: "id").utf8)
        for place in token.indices {
            var changed = token
            changed[place] = changed[place] == 0x41 ? 0x42 : 0x41
            #expect(!key.isGenuine(token: String(decoding: changed, as: UTF8.self), of: "id"))
        }
        let text = String(decoding: token, as: UTF8.self)
        for wrong in [
            "", String(text.dropLast()), text + "A", text + "=", key.seal(of: "id").token,
        ] {
            #expect(!key.isGenuine(token: wrong, of: "id"))
        }
    }

    @Test("What the outbox keeps holds neither the token nor the number")
    func atRest() throws {
        let key = try key()
        let sender = try #require(MailAddress("tocsin@pager.example.com"))
        for number in 0..<200 {
            var briefing = sealed(key, "x.\(number)")
            let id = "x.\(number)"
            briefing.value.number = 4_711 + number
            let bodies = [
                try #require(Letter.bytes(of: briefing, from: sender)),
                Array(Wording.localText(of: briefing).utf8), WebhookBody.bytes(of: briefing),
            ]
            for body in bodies {
                let kept = String(decoding: body, as: UTF8.self)
                    .replacingOccurrences(of: "=\r\n", with: "")
                #expect(!kept.contains(key.token(of: id)))
                let sent = String(decoding: key.opened(body, of: id), as: UTF8.self)
                    .replacingOccurrences(of: "=\r\n", with: "")
                #expect(sent.contains("/a/\(id).\(key.token(of: id))"))
                #expect(!sent.contains(key.seal(of: id).token))
                #expect(!sent.contains(key.seal(of: id).number))
            }
        }
    }

    @Test("Python reads the link and, in the line behind it, the number in a mail however it wraps")
    func mail() async throws {
        let key = try key()
        let sender = try #require(MailAddress("tocsin@pager.example.com"))
        // Ids of every length move the token over every place of a line.
        for length in 1...80 {
            let id = String(repeating: "i", count: length)
            let body = try #require(Letter.bytes(of: sealed(key, id), from: sender))
            let opened = key.opened(body, of: id)
            #expect(key.opened(body, of: id) == opened)
            #expect(Letter.isCanonical(opened))
            guard length % 8 == 0 else { continue }
            let json = try await Python.output(of: "mail_reader.py", input: opened)
            let read = try JSONDecoder().decode(Parts.self, from: json)
            #expect(read.defects == [])
            let text = read.parts[0][1]
            let number = key.number(of: id, in: body)
            let link = "https://pager.example.com/a/\(id).\(key.token(of: id))"
            #expect(text.contains("  \(link)\n  then type \(number)\n"))
            #expect(read.parts[1][1].contains("<a href=\"\(link)\">"))
            #expect(key.isRight(number: number, of: id, in: body))
        }
    }

    private struct Parts: Decodable {
        var defects: [String]
        var parts: [[String]]
    }

    @Test("The number stands nowhere else: not in case number, subject, link or a time")
    func numbers() throws {
        let key = try key()
        var seen: Set<String> = []
        for count in 0..<1_500 {
            let id = "case.\(count)"
            var briefing = sealed(key, id)
            briefing.value.number = count
            briefing.value.title = "errors 5023 and 78345612 since 09:47"
            let body = Array(Wording.localText(of: briefing).utf8)
            let number = key.number(of: id, in: body)
            #expect(number.utf8.count == 3)
            let line = "  then type \(number)\n"
            let text = String(decoding: key.opened(body, of: id), as: UTF8.self)
            #expect(text.contains(line))
            let rest = text.replacingOccurrences(of: line, with: "")
            #expect(!rest.contains(number))
            #expect(!rest.filter { $0 != ":" && $0 != "-" }.contains(number), "\(number)")
            #expect(key.isRight(number: number, of: id, in: body))
            seen.insert(number)
        }
        #expect(seen.count > 600, "numbers are spread")
    }

    @Test("A text full of digits does not make the number easy to guess")
    func crowded() throws {
        let key = try key()
        // Every three digits but 123.
        let digits = (0..<1_000).filter { $0 != 123 }
            .map { String(format: "%03d", $0) }.joined(separator: " ")
        let numbers = (0..<200).map { key.number(of: "id.\($0)", in: Array(digits.utf8)) }
        #expect(Set(numbers).count > 100)
    }

    @Test("A message without a seal leaves as it is")
    func unsealed() throws {
        let key = try key()
        let body = WebhookBody.bytes(of: Fixture.briefing())
        #expect(key.opened(body, of: "id") == body)
        #expect(key.opened([], of: "id") == [])
        let foreign = WebhookBody.bytes(of: sealed(key, "other"))
        #expect(key.opened(foreign, of: "id") == foreign)
    }

    @Test("An id with any characters makes an address of plain ones")
    func paths() throws {
        let url = try key().sealedURL(of: "c.page/1?#ä b%.anna", base: "https://p.example")
        #expect(url.hasPrefix("https://p.example/a/c.page%2F1%3F%23%C3%A4%20b%25.anna."))
        #expect(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }
}
