import CivilTime
import Delivery
import Engine
import HTTPTypes
import Paging
import Store
import StoreSQLite
import Synchronization

@testable import HTTPAPI

/// A clock that a test moves by hand.
final class HandClock: Sendable {
    private let value = Mutex(House.now.milliseconds)

    var now: Milliseconds { value.withLock { $0 } }

    func advance(seconds: Int) { value.withLock { $0 += Milliseconds(seconds * 1_000) } }
}

/// A house with links, its clock, and a browser that keeps its cookie and sends forms.
final class WebVisitor {
    let house: House
    let clock: HandClock
    let key: AcknowledgeKey
    private(set) var cookie: String?
    private(set) var page = ""

    init(
        on database: SQLiteDatabase? = nil,
        adjust: (inout CaseEngine.Setting) -> Void = { _ in }
    ) throws {
        let clock = HandClock()
        guard let key = AcknowledgeKey(secret: Secret(String(repeating: "k", count: 40))) else {
            throw House.Unbuilt(description: "no key")
        }
        self.clock = clock
        self.key = key
        let links = AcknowledgeLinks(
            key: key,
            base: "https://pager.example.com",
            localBase: "http://127.0.0.1:8470"
        )
        house = try House(links: links, clock: { clock.now }, on: database, adjust: adjust)
    }

    func close() { house.close() }

    @discardableResult
    func get(_ path: String) async throws -> House.Reply {
        let reply = try await house.ask(.get, path, headers: headers())
        page = reply.text
        return reply
    }

    @discardableResult
    func post(
        _ path: String,
        _ fields: [(String, String)],
        also: HTTPFields = [:]
    ) async throws -> House.Reply {
        let body = fields.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        var all = headers()
        all[.contentType] = "application/x-www-form-urlencoded"
        for field in also { all[field.name] = field.value }
        let reply = try await house.ask(.post, path, body: body, headers: all)
        if let cookie = reply.headers[.setCookie]?.split(separator: ";").first {
            self.cookie = cookie.hasSuffix("=") ? nil : String(cookie)
        }
        page = reply.text
        return reply
    }

    private func headers() -> HTTPFields {
        var fields: HTTPFields = [:]
        if let cookie { fields[.cookie] = cookie }
        return fields
    }

    func forget() { cookie = nil }

    /// Signed in as admin by a link of `run`.
    func signIn() async throws {
        let link = house.doors.sessions.makeLink()
        try await get("/sign-in?link=\(link)")
        try await post("/sign-in", [("link", link), ("nonce", hidden("nonce")), ("next", "/")])
    }

    /// The value of the first hidden field of this name on the page.
    func hidden(_ name: String) -> String {
        let mark = "name=\"\(name)\" value=\""
        guard let range = page.firstRange(of: mark) else { return "" }
        return String(page[range.upperBound...].prefix { $0 != "\"" })
    }

    /// The one page that a case's opening made, with its path and number.
    func link(of number: Int) async throws -> (path: String, number: String) {
        let page = try await pages(of: number).last
        guard let page else { throw House.Unbuilt(description: "no page") }
        return link(in: page)
    }

    func link(in page: StoredNotification) -> (path: String, number: String) {
        ("/a/\(page.key).\(key.token(of: page.key))", key.number(of: page.key, in: page.body))
    }

    /// The latest first.
    func pages(
        of number: Int,
        kind: Notification.Kind = .page
    ) async throws -> [StoredNotification] {
        try await house.engine.reader.read { (snapshot) throws(StoreError) in
            guard let stored = try snapshot.storedCase(number: number) else { return [] }
            var pages: [StoredNotification] = []
            for delivery in try snapshot.deliveries(caseID: stored.value.id, limit: 50).deliveries
            where delivery.notification.notification.kind == kind {
                if let page = try snapshot.notification(key: delivery.notification.key) {
                    pages.append(page)
                }
            }
            return pages
        }
    }

    func owner(of number: Int) async throws -> String? {
        try await house.engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.storedCase(number: number)?.value.acknowledgement?.by
        }
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }
}
