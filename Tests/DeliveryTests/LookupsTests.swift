import Testing

@testable import Delivery

@Suite("A dead name server is not given a thread for every attempt")
struct LookupsTests {
    private func transfer(of endpoint: Int) throws -> Transfer {
        let webhook = try Webhook(url: "http://pager.example.net/hook")
        return try #require(Transfer(.webhook(webhook), endpoint: endpoint, allowed: []))
    }

    @Test("Few endpoints share the lookups, so that a dead one keeps no other back")
    func parts() throws {
        var lookups = Lookups()
        #expect(lookups.room(of: 0, among: 1) == 48)
        #expect(lookups.room(of: 0, among: 3) == 16)
        for _ in 0..<16 { lookups.begin(try transfer(of: 0)) }
        #expect(lookups.room(of: 0, among: 3) == 0)
        #expect(lookups.room(of: 1, among: 3) == 16)
    }

    @Test("Many endpoints have one each, as far as they go")
    func many() throws {
        var lookups = Lookups()
        for endpoint in 0..<48 {
            #expect(lookups.room(of: endpoint, among: 100) == 1)
            lookups.begin(try transfer(of: endpoint))
            #expect(lookups.room(of: endpoint, among: 100) == 0)
        }
        #expect(lookups.room(of: 48, among: 100) == 0)
    }

    @Test("An attempt that gave up leaves its thread behind for twenty seconds, another none")
    func left() throws {
        var lookups = Lookups()
        let (gaveUp, failed) = (try transfer(of: 0), try transfer(of: 0))
        lookups.begin(gaveUp)
        lookups.begin(failed)
        lookups.sweep(at: 1_000_000)
        #expect(lookups.count == 2, "both are under way, however long that takes")
        lookups.end(gaveUp, gaveUp: true, at: 5_000)
        lookups.end(failed, gaveUp: false, at: 5_000)
        #expect(lookups.count == 1)
        lookups.sweep(at: 24_999)
        #expect(lookups.count == 1)
        lookups.sweep(at: 25_000)
        #expect(lookups.count == 0)
    }

    @Test(
        "Only a host that is a name is looked up",
        arguments: [
            ("https://hooks.example.com/ops", true), ("http://a.example:8080?x=1:2", true),
            ("http://127.0.0.1:8080/hook", false), ("http://[::1]:8080/hook", false),
            ("http://192.0.2.1", false), ("http://localhost/", true),
        ]
    )
    func named(url: String, isNamed: Bool) throws {
        let endpoint = Endpoint(name: "hook", transport: .webhook(try Webhook(url: url)))
        #expect(endpoint.isNamed == isNamed)
    }
}
