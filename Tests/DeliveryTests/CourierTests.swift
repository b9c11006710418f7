import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Delivery

/// A courier to the receivers of one test, and what it reported.
private final class Errand: Sendable {
    let receiver: Receiver
    let courier: Courier
    private let reports: Ledger

    final class Ledger: Sendable {
        let reports = Mutex<[AttemptReport]>([])
        let shown = Mutex<[String]>([])
    }

    static let secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"

    static func started(
        allowing networks: [String] = ["127.0.0.0/8"],
        totalSeconds: Int = 8,
        connectionsMax: Int = 1_024
    ) async throws -> Errand {
        let errand = try Errand(await Receiver.started(), connectionsMax)
        try errand.configure(allowing: networks, totalSeconds: totalSeconds)
        return errand
    }

    private init(_ receiver: Receiver, _ connectionsMax: Int) throws {
        let ledger = Ledger()
        var outlets = Courier.Outlets(
            clock: { Int64(Date().timeIntervalSince1970 * 1_000) },
            showLocally: { address, text in
                ledger.shown.withLock { $0.append(address + text) }
                return address != "deaf"
            },
            onOutcomes: { batch in ledger.reports.withLock { $0 += batch } }
        )
        outlets.connectionsMax = connectionsMax
        self.receiver = receiver
        courier = try #require(Courier(Courier.Settings(), outlets: outlets))
        reports = ledger
    }

    /// One endpoint a path, one relay, one local channel.
    private func configure(allowing networks: [String], totalSeconds: Int) throws {
        var endpoints = [Endpoint(name: "terminal", transport: .local)]
        let paths =
            (200...599).map { "status/\($0)" } + [301, 302, 303, 307, 308].map { "redirect/\($0)" }
            + [
                "ok", "later/7", "hang", "reset", "close", "half", "drip", "flood", "huge",
                "slow/0.05",
            ]
        for path in paths {
            var webhook = try Webhook(
                url: "http://127.0.0.1:\(receiver.webPort)/\(path)",
                secret: Secret(signingKey: Self.secret),
                headers: [Webhook.Header(name: "X-Team", text: "ops")]
            )
            webhook.totalSeconds = totalSeconds
            endpoints.append(Endpoint(name: path, transport: .webhook(webhook)))
        }
        for name in [
            "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]",
        ] {
            let webhook = try Webhook(url: "http://\(name):\(receiver.webPort)/ok")
            endpoints.append(Endpoint(name: name, transport: .webhook(webhook)))
        }
        for (name, host, authority) in [
            ("untrusted", "127.0.0.1", nil), ("trusted", "127.0.0.1", receiver.certificate),
            ("misnamed", "localhost", receiver.certificate),
        ] as [(String, String, String?)] {
            let url = "https://\(host):\(receiver.tlsPort)/ok"
            let webhook = try Webhook(url: url, authorityFile: authority)
            endpoints.append(Endpoint(name: name, transport: .webhook(webhook)))
        }
        let dead = try Webhook(url: "http://127.0.0.1:1/")
        endpoints.append(Endpoint(name: "dead", transport: .webhook(dead)))
        for startTLS in Relay.StartTLS.allCases {
            var relay = try Relay(
                url: "smtp://127.0.0.1:\(receiver.mailPort)",
                startTLS: startTLS,
                from: "tocsin@pager.example.com",
                bounces: "bounces@pager.example.com"
            )
            relay.totalSeconds = 3
            endpoints.append(Endpoint(name: "mail-\(startTLS)", transport: .mail(relay)))
            (relay.user, relay.password) = ("user", Secret("wrong"))
            endpoints.append(Endpoint(name: "login-\(startTLS)", transport: .mail(relay)))
        }
        courier.configure(
            Courier.Settings(
                endpoints: endpoints,
                allowNetworks: networks.compactMap { Network($0) }
            )
        )
    }

    func parcel(
        _ id: Int64,
        to endpoint: String,
        address: String = "",
        body: String = #"{"type":"case.paged"}"#
    ) -> Parcel {
        Parcel(
            id: id,
            attempt: 1,
            endpoint: endpoint,
            key: "case.page.c1.s1.r0.anna.\(id)",
            urgency: .page,
            address: address,
            body: Array(body.utf8)
        )
    }

    /// The first `count` reports, by id; fewer where they do not come in time.
    func outcome(
        of count: Int,
        withinSeconds seconds: Double = 20
    ) async throws
        -> [Int64: AttemptReport]
    {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, reports.reports.withLock({ $0.count }) < count {
            try await Task.sleep(for: .milliseconds(5))
        }
        let all = reports.reports.withLock { $0 }
        #expect(all.count == count)
        return Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var shown: [String] { reports.shown.withLock { $0 } }
}

@Suite("The courier carries each message once and says exactly how it ended")
struct CourierTests {
    @Test("A signed POST arrives whole, and the reference verifier calls it genuine")
    func signed() async throws {
        let errand = try await Errand.started()
        let body = String(decoding: WebhookBody.bytes(of: Fixture.briefing()), as: UTF8.self)
        errand.courier.send([errand.parcel(1, to: "ok", body: body)])
        let report = try #require(try await errand.outcome(of: 1)[1])
        #expect(report.outcome == .delivered)
        #expect(report.status == 200)
        #expect(report.error == nil)

        let request = try #require(try await errand.receiver.log().requests.first)
        #expect(request.method == "POST")
        #expect(request.body == Data(body.utf8))
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-team"] == "ops")
        #expect(request.headers["webhook-id"] == "case.page.c1.s1.r0.anna.1")
        #expect(request.headers["expect"] == nil)
        #expect(try await verdict(on: request.headers, body: request.body) == "genuine")

        var forged = request
        forged.body += Data(" ".utf8)
        #expect(try await verdict(on: forged.headers, body: forged.body) == "forged")
        forged = request
        forged.headers["webhook-id"]? += "0"
        #expect(try await verdict(on: forged.headers, body: forged.body) == "forged")
    }

    private func verdict(on headers: [String: String], body: Data) async throws -> String {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        let given: [String: Any] = [
            "secret": Errand.secret,
            "headers": headers.filter { names.contains($0.key) },
            "body": body.base64EncodedString(),
        ]
        let input = try JSONSerialization.data(withJSONObject: given)
        let output = try await Python.output(of: "signature_reader.py", input: Array(input))
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test(
        "Every status from 200 to 599 is filed as the table says",
        arguments: 1...rounds("STATUS_TURNS", usually: 1)
    )
    func statuses(turn: Int) async throws {
        let errand = try await Errand.started()
        let codes = Array(200...599)
        errand.courier.send(codes.map { errand.parcel(Int64($0), to: "status/\($0)") })
        let reports = try await errand.outcome(of: codes.count)
        for code in codes {
            let expected: AttemptOutcome =
                switch code {
                case 200..<300: .delivered
                case 300..<400: .configuration
                case 408, 425, 429, 500...: .transient
                default: .permanent
                }
            let report = try #require(reports[Int64(code)])
            #expect(report.outcome == expected, "HTTP \(code)")
            #expect(report.status == code)
            #expect((report.error == nil) == (expected == .delivered))
        }
    }

    @Test("Broken answers are told apart: refused, reset, hung, dripping, flooding, redirecting")
    func brokenAnswers() async throws {
        let errand = try await Errand.started()
        let expected: [(String, AttemptOutcome)] = [
            ("dead", .transient), ("reset", .unknown), ("close", .unknown), ("half", .unknown),
            ("hang", .unknown), ("drip", .unknown), ("flood", .unknown), ("huge", .delivered),
            ("later/7", .transient), ("redirect/301", .configuration),
            ("redirect/302", .configuration), ("redirect/307", .configuration),
            ("redirect/308", .configuration), ("nowhere", .configuration),
        ]
        errand.courier.send(
            expected.enumerated().map { errand.parcel(Int64($0), to: $1.0) }
        )
        let reports = try await errand.outcome(of: expected.count)
        for (id, (name, outcome)) in expected.enumerated() {
            let report = try #require(reports[Int64(id)], "\(name)")
            #expect(report.outcome == outcome, "\(name): \(report)")
            if outcome != .delivered { #expect(report.error?.isEmpty == false) }
        }
        let millis = { (name: String) -> Int in
            let id = expected.firstIndex { $0.0 == name } ?? 0
            return reports[Int64(id)]?.millis ?? 0
        }
        #expect(millis("hang") >= 7_900, "thinking is allowed up to the total")
        #expect((4_000..<7_900).contains(millis("drip")), "dripping is cut after 5 s")
        #expect(reports[8]?.retryAfterSeconds == 7)
        let targets = try await errand.receiver.log().requests.filter { $0.path == "/target" }
        #expect(targets.isEmpty)
    }

    @Test("A loopback receiver that nobody allowed is never connected to, however it is spelled")
    func refusedAddresses() async throws {
        let errand = try await Errand.started(allowing: ["10.0.0.0/8"])
        let names = [
            "ok", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]",
        ]
        errand.courier.send(names.enumerated().map { errand.parcel(Int64($0), to: $1) })
        let reports = try await errand.outcome(of: names.count)
        for (id, name) in names.enumerated() {
            #expect(reports[Int64(id)]?.outcome == .configuration, "\(name)")
            #expect(reports[Int64(id)]?.error?.contains("allow_networks") == true)
        }
        #expect(try await errand.receiver.log().connections == 0)
    }

    @Test("Nothing is said to a receiver whose certificate is not trusted or names another host")
    func certificates() async throws {
        let errand = try await Errand.started()
        let names = ["untrusted", "misnamed", "trusted"]
        errand.courier.send(names.enumerated().map { errand.parcel(Int64($0), to: $1) })
        let reports = try await errand.outcome(of: 3)
        for id in 0..<2 as Range<Int64> {
            #expect(reports[id]?.outcome == .configuration)
            #expect(reports[id]?.error == "the certificate could not be verified")
        }
        #expect(reports[2]?.outcome == .delivered)
        #expect(try await errand.receiver.log().requests.count == 1)
    }

    @Test("A key or address that could break a header or envelope never leaves")
    func injection() async throws {
        let errand = try await Errand.started()
        var keyed = errand.parcel(1, to: "ok")
        keyed.key = "a\r\nX-Evil: 1"
        let mail = "Subject: x\r\n\r\nbody\r\n"
        let smuggled = "Subject: x\r\n\r\nbody\n.\nMAIL FROM:<evil@example.com>\r\n"
        errand.courier.send([
            keyed,
            errand.parcel(
                2,
                to: "mail-off",
                address: "a@b.example>\r\nRCPT TO:<evil@x",
                body: mail
            ),
            errand.parcel(3, to: "mail-off", address: "a@b.example", body: smuggled),
            errand.parcel(
                4,
                to: "mail-off",
                address: "a@b.example",
                body: mail + "bare\rreturn\r\n"
            ),
        ])
        let reports = try await errand.outcome(of: 4)
        #expect(reports.values.allSatisfy { $0.outcome == .configuration })
        let log = try await errand.receiver.log()
        #expect(log.requests.isEmpty)
        #expect(log.verbs.isEmpty)
    }

    @Test("Connections are kept: later messages go over those of earlier ones")
    func reuse() async throws {
        let errand = try await Errand.started()
        var reports: [Int64: AttemptReport] = [:]
        for batch in 0..<75 as Range<Int64> {
            errand.courier.send((batch * 8..<batch * 8 + 8).map { errand.parcel($0, to: "ok") })
            reports = try await errand.outcome(of: Int(batch) * 8 + 8)
        }
        #expect(reports.values.allSatisfy { $0.outcome == .delivered })
        let log = try await errand.receiver.log()
        #expect(Set(log.requests.compactMap { $0.headers["webhook-id"] }).count == 600)
        #expect(log.requests.count == 600)
        #expect(log.connections <= 8)
    }

    @Test("Where few connections may be open all arrives, a few at a time, over any endpoints")
    func fewConnections() async throws {
        let errand = try await Errand.started(connectionsMax: 4)
        let paths = ["slow/0.05", "ok", "status/200", "status/204"]
        let parcels = paths.enumerated().flatMap { place, path in
            (0..<8 as Range<Int64>).map { errand.parcel(Int64(place) * 8 + $0, to: path) }
        }
        errand.courier.send(parcels)
        let reports = try await errand.outcome(of: 32)
        #expect(reports.values.allSatisfy { $0.outcome == .delivered })
        #expect(try await errand.receiver.log().connections <= 4)
    }

    @Test("What is withdrawn before it began never begins and is reported so; the rest arrives")
    func withdrawal() async throws {
        let errand = try await Errand.started()
        errand.courier.send((0..<200).map { errand.parcel($0, to: "slow/0.05") })
        let withdrawn = Array(Int64(100)..<200)
        errand.courier.withdraw(ids: withdrawn)
        let reports = try await errand.outcome(of: 200)
        #expect(withdrawn.allSatisfy { reports[$0]?.outcome == .withdrawn })
        #expect((0..<100).allSatisfy { reports[$0]?.outcome == .delivered })
        #expect(try await errand.receiver.log().requests.count == 100)
    }

    @Test("A dead endpoint's breaker opens and refuses fast, while another endpoint goes on")
    func breaker() async throws {
        let errand = try await Errand.started()
        errand.courier.send((0..<100).map { errand.parcel($0, to: "dead") })
        errand.courier.send([errand.parcel(100, to: "ok")])
        let reports = try await errand.outcome(of: 101, withinSeconds: 10)
        #expect(reports[100]?.outcome == .delivered)
        #expect((0..<100).allSatisfy { reports[$0]?.outcome == .transient })
        let refused = reports.values.filter { $0.error?.contains("breaker is open") == true }
        #expect(reports.values.filter(\.isBehindBreaker).count == refused.count)
        #expect(refused.count >= 80)
    }

    @Test("An endpoint that hangs holds up nobody else")
    func bulkhead() async throws {
        let errand = try await Errand.started(totalSeconds: 2)
        errand.courier.send((0..<400).map { errand.parcel($0, to: "hang") })
        errand.courier.send((400..<500).map { errand.parcel($0, to: "ok") })
        let reports = try await errand.outcome(of: 500)
        let slowest = (400..<500).compactMap { reports[$0]?.millis }.max()
        #expect(try #require(slowest) < 1_500)
    }

    @Test("Stopping lets attempts in flight end, cuts what hangs and hands back what never began")
    func stop() async throws {
        let errand = try await Errand.started(totalSeconds: 60)
        errand.courier.send((0..<3).map { errand.parcel($0, to: "slow/0.05") })
        errand.courier.send((3..<100).map { errand.parcel($0, to: "hang") })
        while try await errand.receiver.log().requests.count < 11 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let left = errand.courier.stop(graceMillis: 400)
        #expect(left.count == 89)
        let reports = try await errand.outcome(of: 11)
        #expect((0..<3).allSatisfy { reports[$0]?.outcome == .delivered })
        #expect(reports.values.filter { $0.outcome == .unknown }.count == 8)
        #expect(errand.courier.stop(graceMillis: 400).isEmpty)
    }

    @Test("A local channel's text is shown and counts as delivered, where somebody reads it")
    func local() async throws {
        let errand = try await Errand.started()
        errand.courier.send([errand.parcel(1, to: "terminal", address: "anna ", body: "PAGE")])
        #expect(try await errand.outcome(of: 1)[1]?.outcome == .delivered)
        #expect(errand.shown == ["anna PAGE"])
        errand.courier.send([errand.parcel(2, to: "terminal", address: "deaf", body: "PAGE")])
        #expect(try await errand.outcome(of: 2)[2]?.outcome == .transient)
    }
}

@Suite("Mail reaches a real relay, one recipient a transaction")
struct CourierMailTests {
    @Test("A letter arrives byte for byte, over connections that are kept")
    func letters() async throws {
        let errand = try await Errand.started()
        let sender = try #require(MailAddress("tocsin@pager.example.com"))
        let letter = try #require(Letter.bytes(of: Fixture.briefing(), from: sender))
        let body = String(decoding: letter, as: UTF8.self)
        errand.courier.send(
            (0..<100).map { id in
                errand.parcel(id, to: "mail-off", address: "anna-\(id)@example.com", body: body)
            }
        )
        let reports = try await errand.outcome(of: 100)
        #expect(reports.values.allSatisfy { $0.outcome == .delivered && $0.status == 250 })
        let log = try await errand.receiver.log()
        #expect(log.mails.allSatisfy { $0.raw == Data(letter) })
        #expect(log.mails.allSatisfy { $0.from.hasPrefix("MAIL FROM:<bounces@pager.example.com>") })
        #expect(Set(log.mails.map(\.to)).count == 100)
        #expect(log.mailConnections <= 8)
        #expect(log.verbs.filter { $0.hasPrefix("RCPT") }.count == 100)
    }

    @Test(
        "Every refusal is filed by its code, at whichever verb it comes",
        arguments: ["rcpt", "data", "final"]
    )
    func refusals(verb: String) async throws {
        let errand = try await Errand.started()
        let body = "Subject: x\r\n\r\nbody\r\n"
        let codes = [421, 450, 451, 452, 550, 552, 553, 554]
        errand.courier.send(
            codes.map { code in
                let address = "code-\(verb)-\(code)@example.com"
                return errand.parcel(Int64(code), to: "mail-off", address: address, body: body)
            }
        )
        let reports = try await errand.outcome(of: codes.count)
        for code in codes {
            let report = try #require(reports[Int64(code)])
            #expect(report.outcome == (code < 500 ? .transient : .permanent), "\(code) at \(verb)")
            #expect(report.status == code)
        }
    }

    @Test("No reply after the final dot is unknown: it may have been taken")
    func noFinalReply() async throws {
        let errand = try await Errand.started()
        let parcel = errand.parcel(
            1,
            to: "mail-off",
            address: "code-final-999@example.com",
            body: "Subject: x\r\n\r\nbody\r\n"
        )
        errand.courier.send([parcel])
        #expect(try await errand.outcome(of: 1)[1]?.outcome == .unknown)
    }

    @Test("Where TLS is required a relay without it gets nothing; a refused login is our own fault")
    func settings() async throws {
        let errand = try await Errand.started()
        let body = "Subject: x\r\n\r\nsecret case text\r\n"
        errand.courier.send([
            errand.parcel(1, to: "mail-required", address: "anna@example.com", body: body),
            errand.parcel(2, to: "login-off", address: "anna@example.com", body: body),
            errand.parcel(3, to: "mail-opportunistic", address: "anna@example.com", body: body),
        ])
        let reports = try await errand.outcome(of: 3)
        #expect(reports[1]?.outcome == .configuration)
        #expect(reports[1]?.error == "the mail relay offers no TLS")
        #expect(reports[2]?.outcome == .configuration)
        #expect(reports[2]?.error == "the mail relay refused user and password (535)")
        #expect(reports[3]?.outcome == .delivered)
        #expect(try await errand.receiver.log().mails.count == 1)
    }
}
