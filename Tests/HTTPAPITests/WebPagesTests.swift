import Engine
import HTTPTypes
import Shapes
import Store
import StoreSQLite
import Testing

@testable import HTTPAPI

@Suite struct WebPagesTests {
    @Test("A stranger is led to sign in; a link signs in once, for ten minutes")
    func signIn() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let stranger = try await visitor.get("/")
        #expect(stranger.status == 303)
        #expect(stranger.headers[.location]?.hasPrefix("/sign-in?next=") == true)
        let link = visitor.house.doors.sessions.makeLink()
        // Looking at it changes nothing.
        for _ in 0..<3 { #expect(try await visitor.get("/sign-in?link=\(link)").status == 200) }
        let fields = [
            ("link", link), ("nonce", visitor.hidden("nonce")), ("next", "//evil.example"),
        ]
        let first = try await visitor.post("/sign-in", fields)
        #expect(first.status == 303)
        #expect(first.headers[.location] == "/")
        let cookie = try #require(first.headers[.setCookie])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        #expect(try await visitor.get("/").status == 200)
        let again = try await visitor.post("/sign-in", fields)
        #expect(again.status == 403)
        let late = visitor.house.doors.sessions.makeLink()
        visitor.clock.advance(seconds: 601)
        try await visitor.get("/sign-in?link=\(late)")
        let old = [("link", late), ("nonce", visitor.hidden("nonce"))]
        #expect(try await visitor.post("/sign-in", old).status == 403)
    }

    @Test("A browser that comes by TLS gets a cookie that is bound to the host")
    func hostCookie() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let link = visitor.house.doors.sessions.makeLink()
        let nonce = visitor.house.doors.sessions.nonce("sign-in")
        let reply = try await visitor.house.ask(
            .post,
            "/sign-in",
            body: "link=\(link)&nonce=\(nonce)",
            host: "pager.example.com"
        )
        let cookie = try #require(reply.headers[.setCookie])
        #expect(cookie.hasPrefix("__Host-tocsin=") && cookie.contains("; Secure"))
    }

    @Test("A session ends after 8 idle hours, after 24 hours, and when its holder signs out")
    func sessionEnds() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        try await visitor.signIn()
        visitor.clock.advance(seconds: 8 * 3_600 - 60)
        #expect(try await visitor.get("/").status == 200)
        visitor.clock.advance(seconds: 8 * 3_600 + 1)
        #expect(try await visitor.get("/").status == 303)
        try await visitor.signIn()
        for _ in 0..<4 {
            visitor.clock.advance(seconds: 6 * 3_600 - 60)
            #expect(try await visitor.get("/").status == 200)
        }
        visitor.clock.advance(seconds: 600)
        #expect(try await visitor.get("/").status == 303)
        try await visitor.signIn()
        try await visitor.get("/")
        let kept = visitor.cookie
        try await visitor.post("/sign-out", [("csrf", visitor.hidden("csrf"))])
        #expect(visitor.cookie == nil && kept != nil)
        let reply = try await visitor.house.ask(.get, "/", headers: [.cookie: kept ?? ""])
        #expect(reply.status == 303)
    }

    @Test("The verbs work by plain forms, and not without the session's own word")
    func verbs() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let path = "/cases/\(number)"
        try await visitor.signIn()
        try await visitor.get(path)
        let csrf = visitor.hidden("csrf")
        let bare = try await visitor.post(path, [("verb", "acknowledged"), ("as", "anna")])
        #expect(bare.status == 403)
        #expect(try await visitor.owner(of: number) == nil)
        let other = try await visitor.post(
            path,
            [("csrf", csrf), ("verb", "acknowledged"), ("as", "anna")],
            also: [.origin: "https://evil.example"]
        )
        #expect(other.status == 403)
        let done = try await visitor.post(
            path,
            [("csrf", csrf), ("verb", "acknowledged"), ("as", "anna")]
        )
        #expect(done.status == 303)
        #expect(try await visitor.owner(of: number) == "anna")
        for fields in [
            [("verb", "responded")], [("verb", "noted"), ("text", "a\r\nb")],
            [("verb", "updated"), ("text", "rolling back"), ("minutes", "30")],
            [("verb", "unacknowledged")], [("verb", "escalated"), ("reason", "too big")],
            [("verb", "resolved")], [("verb", "closed")], [("verb", "reopened")],
        ] {
            let reply = try await visitor.post(path, [("csrf", csrf)] + fields)
            #expect(reply.status == 303, "\(fields): \(reply.text)")
            #expect(try await visitor.get(path).status == 200)
        }
        #expect(visitor.page.contains("a b"))
        _ = try await visitor.post(path, [("csrf", csrf), ("verb", "closed")])
        let empty = try await visitor.post(path, [("csrf", csrf), ("verb", "acknowledged")])
        #expect(empty.status == 409)
        #expect(empty.text.contains("role=\"alert\""))
    }

    @Test("A case that is set aside is shown as that: no clock and no plan of it is worked out")
    func setAside() async throws {
        let database = try SQLiteDatabase.inMemory()
        let before = try House(on: database)
        let number = try await before.open()
        let path = "/v1/cases/\(number)"
        let watched = try await before.ask(.get, path).json["case"]
        #expect(watched?["clocks"]?.array?.isEmpty == false)
        before.close()

        let visitor = try WebVisitor(on: database) { setting in
            setting.marker = WorkMarker(begin: { _ in }, end: { _ in }, poison: .watched(number))
        }
        defer { visitor.close() }
        try await visitor.signIn()
        try await visitor.get("/")
        #expect(visitor.page.contains("set aside: no clock and no ladder runs"))
        #expect(!visitor.page.contains("response due"))
        try await visitor.get("/cases/\(number)")
        #expect(visitor.page.contains("This case is set aside"))
        #expect(!visitor.page.contains("id=\"clocks\""))
        #expect(!visitor.page.contains("id=\"plan\""))
        let link = try await visitor.link(of: number)
        #expect(try await visitor.get(link.path).status == 200)

        let house = visitor.house
        let shown = try await house.ask(.get, path).json["case"]
        #expect(shown?["clocks"]?.array?.isEmpty == true)
        let listed = try await house.ask(.get, "/v1/cases").json["cases"]?.array
        #expect(listed?.first?["clocks"]?.array?.isEmpty == true)
        let plan = try await house.ask(.get, "\(path)/plan")
        #expect(plan.status == 409)
        #expect(plan.json["detail"]?.string?.contains("set aside") == true)
        let why = try await house.ask(.get, "/v1/why/\(number)?not=anna")
        #expect(why.status == 200)
        let report = try await house.ask(.get, "/v1/report")
        #expect(report.status == 200)
    }

    @Test("Now shows the most urgent of all open cases, and leads to the rest page by page")
    func manyOpen() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        // Opened first, due first: it stands at the end of the list by opening.
        let urgent = try await visitor.house.open()
        visitor.clock.advance(seconds: 60)
        let body = #"{"policy":"quick","priority":"P2","customer":"Northwind","title":"slow"}"#
        for _ in 0..<240 { _ = try await visitor.house.ask(.post, "/v1/cases", body: body) }
        try await visitor.signIn()
        var pages = [try await visitor.get("/").text]
        #expect(pages[0].contains(#"<span class="count">241</span>"#))
        #expect(pages[0].contains("141 more open cases"))
        #expect(!pages[0].contains("Back to the most urgent"))
        while let next = Self.linkToRest(try #require(pages.last)), pages.count < 9 {
            pages.append(try await visitor.get(next).text)
        }
        #expect(pages.count == 3)
        #expect(pages[2].contains("Back to the most urgent"))
        let numbers = pages.map(Self.openNumbers)
        #expect(numbers.map(\.count) == [100, 100, 41])
        #expect(numbers[0].first == urgent)
        #expect(Set(numbers.joined()).count == 241)
        // Answered in time, nothing of it is due any more.
        let event = #"{"event":"responded","by":"anna"}"#
        _ = try await visitor.house.ask(.post, "/v1/cases/\(urgent)/events", body: event)
        let after = try await visitor.get("/").text
        #expect(!Self.openNumbers(after).contains(urgent))
        #expect(try await visitor.get("/?after=x").status == 400)
    }

    /// Where the page leads on to.
    private static func linkToRest(_ page: String) -> String? {
        guard let range = page.firstRange(of: "href=\"/?after=") else { return nil }
        return "/?after=" + page[range.upperBound...].prefix { $0 != "\"" }
    }

    private static func openNumbers(_ page: String) -> [Int] {
        guard let cards = page.firstRange(of: "<ul class=\"cards\">") else { return [] }
        let list = page[cards.upperBound...]
        let end = list.firstRange(of: "</ul>")?.lowerBound ?? list.endIndex
        return list[..<end].split(separator: "<a href=\"/cases/").dropFirst()
            .compactMap { Int($0.prefix { $0 != "\"" }) }
    }

    @Test("A viewer sees every page and can press nothing")
    func viewer() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let session = Access(role: .viewer)
        let secret = visitor.house.doors.sessions.begin(session, insteadOf: nil)
        let headers: HTTPFields = [.cookie: "tocsin=\(secret)"]
        for path in ["/", "/cases/\(number)", "/calendar", "/files", "/people/anna", "/reports"] {
            let reply = try await visitor.house.ask(.get, path, headers: headers)
            #expect(reply.status == 200, "\(path)")
            #expect(reply.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(!reply.text.contains("style=\""))
        }
        let page = try await visitor.house.ask(.get, "/cases/\(number)", headers: headers)
        #expect(!page.text.contains("name=\"verb\""))
        let csrf = visitor.house.doors.sessions.session(secret)?.csrf ?? ""
        let acted = try await visitor.house.ask(
            .post,
            "/cases/\(number)",
            body: "csrf=\(csrf)&verb=resolved",
            headers: headers
        )
        #expect(acted.status == 403)
    }

    @Test("A feed is found by its own address alone, until it is renewed")
    func feeds() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let list = try await visitor.house.ask(.get, "/v1/feeds")
        let urls = (list.json["feeds"]?.array ?? []).compactMap { $0["url"]?.string }
        #expect(urls.count == 3)
        for url in urls {
            let path = String(url.dropFirst("https://pager.example.com".count))
            let reply = try await visitor.house.ask(.get, path)
            #expect(reply.status == 200)
            #expect(reply.text.hasPrefix("BEGIN:VCALENDAR\r\n"))
            let bent = path.dropLast(5) + "x.ics"
            #expect(try await visitor.house.ask(.get, String(bent)).status == 404)
        }
        let first = try #require(urls.first).dropFirst("https://pager.example.com".count)
        let renewed = try await visitor.house.ask(.post, "/v1/feeds/anna/renew")
        #expect(renewed.status == 200)
        #expect(try await visitor.house.ask(.get, String(first)).status == 404)
    }

    @Test("Reports answer as a page and as a table")
    func reports() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        visitor.clock.advance(seconds: 60)
        let event = #"{"event":"responded","by":"anna"}"#
        _ = try await visitor.house.ask(.post, "/v1/cases/\(number)/events", body: event)
        try await visitor.signIn()
        #expect(try await visitor.get("/reports").text.contains("100 %"))
        let table = try await visitor.get("/reports.csv")
        #expect(table.headers[.contentType]?.hasPrefix("text/csv") == true)
        #expect(table.text.contains(",response,"))
        #expect(table.text.split(separator: "\r\n").count == 2)
    }
}
