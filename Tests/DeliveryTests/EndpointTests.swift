import Testing

@testable import Delivery

@Suite("A channel's settings are refused before anything is sent")
struct EndpointTests {
    @Test(
        "A webhook's URL is http or https, with a host and without credentials",
        arguments: [
            "", "hooks.example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x",
            "http://", "https:///path", "http://user:pass@example.com/", "http://a b/",
            "http://a/\n",
        ]
    )
    func webhookURL(_ url: String) {
        #expect(throws: EndpointFault.self) { try Webhook(url: url) }
    }

    @Test("A header may neither break its line nor replace one of ours")
    func headers() {
        for (name, text) in [
            ("X-A", "a\r\nX-B: b"), ("X A", "a"), ("X:A", "a"), ("", "a"), ("Host", "a"),
            ("webhook-id", "a"), ("X-A", "ä"), ("X-A", ""),
        ] {
            #expect(throws: EndpointFault.headerMalformed(name)) {
                let header = Webhook.Header(name: name, text: text)
                return try Webhook(url: "https://example.com", headers: [header])
            }
        }
    }

    @Test("A relay's URL is smtp or smtps without a path, and its addresses are addresses")
    func relay() {
        for url in ["https://a", "smtp://", "smtp://a/b", "smtp://u@a"] {
            #expect(throws: EndpointFault.self) { try Relay(url: url, from: "a@b.example") }
        }
        #expect(throws: EndpointFault.addressMalformed("nobody")) {
            try Relay(url: "smtp://a", from: "nobody")
        }
    }

    @Test("Every fault says what is wrong in the author's words, and what to do")
    func words() {
        let faults: [EndpointFault] = [
            .urlNotWeb("ftp://x"), .urlNotMail("http://x"), .urlMalformed("http://"),
            .headerMalformed("Host"), .addressMalformed("nobody"), .credentialsMalformed,
        ]
        #expect(
            faults.map(\.message) == [
                "'ftp://x' does not begin with http:// or https://",
                "'http://x' does not begin with smtp:// or smtps://",
                "'http://' is not a URL that can be called", "the header 'Host' may not be sent",
                "'nobody' is not a mail address", "user or password holds a control character",
            ]
        )
        #expect(faults.allSatisfy { !$0.fix.isEmpty })
    }

    @Test("A secret shows itself nowhere")
    func secret() throws {
        let relay = try Relay(
            url: "smtp://a",
            user: "u",
            password: Secret("hunter2-canary"),
            from: "a@b.example"
        )
        var dumped = ""
        dump(relay, to: &dumped)
        for text in [dumped, "\(relay)", String(reflecting: relay)] {
            #expect(!text.contains("canary"))
            #expect(!text.contains("104, 117, 110"), "the bytes of hunter2")
        }
    }

    @Test(
        "A signing key has at least 24 bytes, raw or as whsec_ and base64",
        arguments: [
            ("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", 24 as Int?), ("whsec_c2hvcnQ=", nil),
            ("whsec_***", nil), (String(repeating: "k", count: 24), 24),
            (String(repeating: "k", count: 23), nil), ("", nil),
        ]
    )
    func signingKey(_ row: (text: String, bytes: Int?)) {
        #expect(Secret(signingKey: row.text)?.bytes.count == row.bytes)
    }

    @Test(
        "Base64 is that of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(_ row: (plain: String, encoded: String)) {
        #expect(String(decoding: Base64.encoded(row.plain.utf8), as: UTF8.self) == row.encoded)
        #expect(Base64.decoded(row.encoded.utf8) == Array(row.plain.utf8))
    }
}
