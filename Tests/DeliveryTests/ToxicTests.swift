import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Delivery

/// A running `toxic.py`, and a courier to all its ports.
private final class Toxic: Sendable {
    let ports: [String: Int]
    let authority: String
    /// How many bytes a good relay has said once it has answered each verb.
    let ends: [String: Int]
    private let talk: Mutex<Talk>

    /// Lines to the process and back; its pipes are not Sendable, but a mutex holds them.
    private struct Talk: @unchecked Sendable {
        // Unchecked: Foundation's pipes do not say so, but a mutex holds them.
        let input = Pipe()
        let output = Pipe()

        func line() throws -> Data {
            var line = Data()
            while line.last != 0x0A {
                let bytes = output.fileHandleForReading.availableData
                if bytes.isEmpty { throw CocoaError(.fileReadUnknown) }
                line += bytes
            }
            return line
        }
    }

    private struct Hello: Decodable {
        var ports: [String: Int]
        var authority: String
        var ends: [String: Int]
    }

    struct Log: Decodable {
        /// Bytes of requests that came through, by server.
        var requests: [String: Int]
        var mails: [String: Int]
    }

    private init(_ talk: Talk, _ hello: Hello) {
        (ports, authority, ends) = (hello.ports, hello.authority, hello.ends)
        self.talk = Mutex(talk)
    }

    deinit { talk.withLock { try? $0.input.fileHandleForWriting.close() } }

    static func started() async throws -> Toxic {
        try await Blocking.run {
            let talk = Talk()
            _ = try Python.process("toxic.py", input: talk.input, output: talk.output)
            return Toxic(talk, try JSONDecoder().decode(Hello.self, from: try talk.line()))
        }
    }

    func log() async throws -> Log {
        let line = try await Blocking.run {
            try self.talk.withLock { talk in
                try talk.input.fileHandleForWriting.write(contentsOf: Data("log\n".utf8))
                return try talk.line()
            }
        }
        return try JSONDecoder().decode(Log.self, from: line)
    }
}

/// Sends one parcel to each endpoint and returns how each ended.
func outcomes(
    of endpoints: [Endpoint],
    allowing networks: [String] = ["127.0.0.0/8"],
    body: String = "Subject: x\r\n\r\nbody\r\n",
    withinSeconds seconds: Double = 30
) async throws -> [String: AttemptReport] {
    let reports = Mutex<[AttemptReport]>([])
    let held = Held(reports: reports)
    let outlets = Courier.Outlets(
        clock: { Int64(Date().timeIntervalSince1970 * 1_000) },
        showLocally: { _, _ in true },
        onOutcomes: { batch in held.reports.withLock { $0 += batch } }
    )
    let settings = Courier.Settings(
        endpoints: endpoints,
        allowNetworks: networks.compactMap { Network($0) }
    )
    let courier = try #require(Courier(settings, outlets: outlets))
    courier.send(
        endpoints.enumerated().map { id, endpoint in
            Parcel(
                id: Int64(id),
                attempt: 1,
                endpoint: endpoint.name,
                key: "key.\(id)",
                urgency: .page,
                address: "anna@example.com",
                body: Array(body.utf8)
            )
        }
    )
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end, held.reports.withLock({ $0.count }) < endpoints.count {
        try await Task.sleep(for: .milliseconds(10))
    }
    _ = try await Blocking.run { courier.stop(graceMillis: 100) }
    var named: [String: AttemptReport] = [:]
    for report in held.reports.withLock({ $0 }) { named[endpoints[Int(report.id)].name] = report }
    #expect(named.count == endpoints.count)
    return named
}

private final class Held: Sendable {
    let reports: Mutex<[AttemptReport]>
    init(reports: consuming sending Mutex<[AttemptReport]>) { self.reports = reports }
}

@Suite("Nothing is said to whoever cannot prove who he is, and every refusal is filed")
struct ToxicTests {
    @Test("Of eleven certificates and versions only the good one gets a byte")
    func certificates() async throws {
        let toxic = try await Toxic.started()
        let names = [
            "good", "expired", "future", "misnamed", "selfsigned", "unknown", "weak", "sha1",
            "client", "underleaf", "tls11",
        ]
        let endpoints = try names.map { name in
            let port = try #require(toxic.ports[name])
            let url = "https://127.0.0.1:\(port)/"
            let webhook = try Webhook(url: url, authorityFile: toxic.authority)
            return Endpoint(name: name, transport: .webhook(webhook))
        }
        let reports = try await outcomes(of: endpoints)
        for name in names {
            let report = try #require(reports[name])
            // An old version ends the handshake, which a broken connection does too.
            let refusal: AttemptOutcome = name == "tls11" ? .transient : .configuration
            #expect(report.outcome == (name == "good" ? .delivered : refusal), "\(name)")
        }
        let log = try await toxic.log()
        #expect(log.requests.keys.sorted() == ["good"])
    }

    @Test("Of the same eleven under smtps:// only the good one hears a verb or gets a mail")
    func mailCertificates() async throws {
        let toxic = try await Toxic.started()
        let relays = toxic.ports.filter { $0.key.hasPrefix("smtps.") }
        #expect(relays.count == 11)
        let endpoints = try relays.map { name, port in
            let relay = try Relay(
                url: "smtps://127.0.0.1:\(port)",
                from: "tocsin@pager.example.com",
                authorityFile: toxic.authority
            )
            return Endpoint(name: name, transport: .mail(relay))
        }
        let reports = try await outcomes(of: endpoints)
        for name in relays.keys {
            let report = try #require(reports[name])
            let expected: AttemptOutcome =
                switch name {
                case "smtps.good": .delivered
                case "smtps.tls11": .transient
                default: .configuration
                }
            #expect(report.outcome == expected, "\(name): \(report)")
        }
        let log = try await toxic.log()
        #expect(log.requests.keys.sorted() == ["smtps-good"])
        #expect(log.mails == ["smtps-good": 1])
    }

    @Test("Every SMTP code at every verb is filed: 4yz tries again, 5yz never, a login is ours")
    func mailCodes() async throws {
        let toxic = try await Toxic.started()
        let cells = toxic.ports.filter { $0.key.contains("-") }
        #expect(cells.count == 7 * 16)
        let endpoints = try cells.map { name, port in
            var relay = try Relay(
                url: "smtp://127.0.0.1:\(port)",
                startTLS: .off,
                user: name.hasPrefix("auth") ? "user" : nil,
                password: name.hasPrefix("auth") ? Secret("word") : nil,
                from: "tocsin@pager.example.com"
            )
            relay.totalSeconds = 20
            return Endpoint(name: name, transport: .mail(relay))
        }
        let reports = try await outcomes(of: endpoints)
        for name in cells.keys {
            let report = try #require(reports[name])
            let parts = name.split(separator: "-")
            let code = try #require(Int(parts[1]))
            let refusal: AttemptOutcome = parts[0] == "auth" ? .configuration : .permanent
            #expect(report.outcome == (code < 500 ? .transient : refusal), "\(name): \(report)")
            #expect(report.status == code, "\(name): \(report)")
        }
        #expect(try await toxic.log().mails.isEmpty)
    }
}

@Suite("A relay that breaks off, hangs or drips is believed only as far as it came")
struct BrokenRelayTests {
    /// How the mail to each relay of those kinds ended; a relay is named by kind and place.
    private func reports(
        of kinds: [String],
        by toxic: Toxic,
        totalSeconds: Int
    ) async throws -> [(kind: String, place: String, report: AttemptReport)] {
        var endpoints: [Endpoint] = []
        for (name, port) in toxic.ports where name.hasPrefix("relay.") {
            guard kinds.contains(where: { name.contains(".\($0).") }) else { continue }
            var relay = try Relay(
                url: "smtp://127.0.0.1:\(port)",
                startTLS: .off,
                from: "tocsin@pager.example.com"
            )
            relay.totalSeconds = totalSeconds
            endpoints.append(Endpoint(name: name, transport: .mail(relay)))
        }
        return try await outcomes(of: endpoints).map { name, report in
            let parts = name.split(separator: ".").map(String.init)
            return (parts[1], parts[2], report)
        }
    }

    @Test("Reset or closed after any byte of its replies: delivered only by the whole last one")
    func everyByte() async throws {
        let toxic = try await Toxic.started()
        let go = try #require(toxic.ends["data"])
        let whole = try #require(toxic.ends["final"])
        let reports = try await reports(of: ["cut", "end", "slow"], by: toxic, totalSeconds: 20)
        #expect(reports.count == 2 * (whole + 1) + 1)
        for (kind, place, report) in reports {
            let said = Int(place) ?? whole
            let expected: Set<AttemptOutcome> =
                switch said {
                case ..<go: [.transient]
                // The mail may have left for a relay that was gone.
                case go: [.transient, .unknown]
                case ..<whole: [.unknown]
                default: kind == "cut" ? [.delivered, .unknown] : [.delivered]
                }
            #expect(expected.contains(report.outcome), "\(kind) \(place): \(report)")
        }
    }

    @Test(
        "Silent, or never done answering, at any verb: over in time, unknown after the last dot",
        arguments: ["hang", "drip"]
    )
    func silent(kind: String) async throws {
        let toxic = try await Toxic.started()
        let reports = try await reports(of: [kind], by: toxic, totalSeconds: 2)
        #expect(reports.count == toxic.ends.count)
        for (_, place, report) in reports {
            let expected: AttemptOutcome = place == "final" ? .unknown : .transient
            #expect(report.outcome == expected, "\(kind) \(place): \(report)")
            // One that is silent after the last dot holds up the ends of the others.
            #expect(report.millis < 8_000, "\(kind) \(place): \(report)")
        }
    }

    @Test("A relay that is silent after the last dot holds up no webhook")
    func silentAlone() async throws {
        let toxic = try await Toxic.started()
        let port = try #require(toxic.ports["relay.hang.final"])
        var relay = try Relay(
            url: "smtp://127.0.0.1:\(port)",
            startTLS: .off,
            from: "tocsin@pager.example.com"
        )
        relay.totalSeconds = 6
        // So many that the relay falls silent before they are through.
        let receiver = try #require(toxic.ports["good"])
        let webhook = try Webhook(
            url: "https://127.0.0.1:\(receiver)/",
            authorityFile: toxic.authority
        )
        let hooks = (0..<40).map { Endpoint(name: "hook.\($0)", transport: .webhook(webhook)) }
        let reports = try await outcomes(
            of: [Endpoint(name: "relay", transport: .mail(relay))] + hooks
        )
        #expect(reports["relay"]?.outcome == .unknown)
        for hook in hooks {
            let report = try #require(reports[hook.name])
            #expect(report.outcome == .delivered && report.millis < 3_000, "\(report)")
        }
    }
}

@Suite("An address that nobody allowed is never connected to, whatever it is called")
struct SpellingTests {
    /// 127.0.0.1 and 169.254.169.254 in the ways that resolvers and inet_aton read.
    private static let spellings: [String] = {
        var names: Set<String> = []
        let hosts = [
            [127, 0, 0, 1], [127, 1, 2, 3], [169, 254, 169, 254], [10, 0, 0, 1], [172, 16, 0, 1],
            [192, 168, 1, 1],
        ]
        for bytes in hosts {
            let forms = bytes.map { byte in
                [
                    "\(byte)", "0\(String(byte, radix: 8))", "0x\(String(byte, radix: 16))",
                    "0X\(String(byte, radix: 16, uppercase: true))",
                ]
            }
            for first in 0..<4 {
                for last in 0..<4 {
                    names.insert(
                        "\(forms[0][first]).\(forms[1][last]).\(forms[2][first]).\(forms[3][last])"
                    )
                }
            }
            let whole = bytes.reduce(0) { $0 << 8 | $1 }
            let low = bytes[1] << 16 | bytes[2] << 8 | bytes[3]
            let half = bytes[2] << 8 | bytes[3]
            for radix in [8, 10, 16] {
                let prefix = [8: "0", 10: "", 16: "0x"][radix] ?? ""
                let text = { (value: Int) in prefix + String(value, radix: radix) }
                names.insert(text(whole))
                names.insert("\(text(bytes[0])).\(text(low))")
                names.insert("\(text(bytes[0])).\(text(bytes[1])).\(text(half))")
            }
            let pair = { (high: Int, low: Int) in String(high << 8 | low, radix: 16) }
            let hex = "\(pair(bytes[0], bytes[1])):\(pair(bytes[2], bytes[3]))"
            let dotted = bytes.map(String.init).joined(separator: ".")
            for prefix in ["::ffff:", "0:0:0:0:0:ffff:", "::", "64:ff9b::", "::FFFF:"] {
                names.insert("[\(prefix)\(dotted)]")
                names.insert("[\(prefix)\(hex)]")
            }
            names.insert("[2002:\(hex)::1]")
            names.insert("\(dotted).")
        }
        names.formUnion([
            "localhost", "LOCALHOST", "localhost.", "LocalHost", "ip6-localhost", "[::1]", "[::]",
            "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0.0.0.1]", "0",
            "0.0.0.0", "0x0", "00", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
            "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1%2e", "[::1%25lo]",
        ])
        return names.sorted()
    }()

    @Test("Over two hundred spellings of loopback, metadata and private hosts: no connection")
    func spellings() async throws {
        let receiver = try await Receiver.started()
        #expect(Self.spellings.count >= 200)
        let endpoints = Self.spellings.compactMap { name -> Endpoint? in
            let url = "http://\(name):\(receiver.webPort)/ok"
            guard let webhook = try? Webhook(url: url) else { return nil }
            return Endpoint(name: name, transport: .webhook(webhook))
        }
        #expect(endpoints.count >= 200)
        let reports = try await outcomes(of: endpoints, allowing: ["192.168.77.0/24"])
        for (name, report) in reports {
            #expect(report.outcome != .delivered, "\(name)")
            #expect(report.status == nil, "\(name)")
        }
        let refused = reports.values.count { $0.outcome == .configuration }
        #expect(refused >= 200, "the rest are names that nothing resolves")
        #expect(try await receiver.log().connections == 0)
    }

    @Test("A proxy of the environment is not asked: it would connect for us")
    func proxies() async throws {
        let receiver = try await Receiver.started()
        let proxy = "http://127.0.0.1:\(receiver.webPort)"
        let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"]
        for name in names { setenv(name, proxy, 1) }
        defer { for name in names { unsetenv(name) } }
        let webhook = try Webhook(url: "http://10.0.0.1:9/ok")
        let endpoint = Endpoint(name: "proxied", transport: .webhook(webhook))
        let reports = try await outcomes(of: [endpoint])
        #expect(reports["proxied"]?.outcome == .configuration)
        #expect(try await receiver.log().connections == 0)
    }
}

@Suite("What a receiver says of itself is believed")
struct GoneTests {
    @Test(
        "Interim statuses are no answer: nothing from 100 to 199 counts as delivered",
        arguments: 1...rounds("STATUS_TURNS", usually: 1)
    )
    func interim(turn: Int) async throws {
        let receiver = try await Receiver.started()
        let endpoints = try (100..<200).map { code in
            let url = "http://127.0.0.1:\(receiver.webPort)/status/\(code)"
            var webhook = try Webhook(url: url)
            webhook.totalSeconds = 2
            return Endpoint(name: "\(code)", transport: .webhook(webhook))
        }
        let reports = try await outcomes(of: endpoints)
        for (name, report) in reports {
            #expect([.unknown, .transient].contains(report.outcome), "\(name): \(report)")
        }
    }

    @Test("After a 410 nothing more is sent there until the settings are put in force again")
    func gone() async throws {
        let receiver = try await Receiver.started()
        let held = Held(reports: Mutex([]))
        let outlets = Courier.Outlets(
            clock: { Int64(Date().timeIntervalSince1970 * 1_000) },
            showLocally: { _, _ in true },
            onOutcomes: { batch in held.reports.withLock { $0 += batch } }
        )
        let url = "http://127.0.0.1:\(receiver.webPort)/status/410"
        let endpoint = Endpoint(name: "gone", transport: .webhook(try Webhook(url: url)))
        let settings = Courier.Settings(
            endpoints: [endpoint],
            allowNetworks: ["127.0.0.0/8"].compactMap { Network($0) }
        )
        let courier = try #require(Courier(settings, outlets: outlets))
        func report(_ id: Int64) async throws -> AttemptReport? {
            let parcel = Parcel(
                id: id,
                attempt: 1,
                endpoint: "gone",
                key: "key.\(id)",
                urgency: .page,
                address: "",
                body: [0x7B, 0x7D]
            )
            courier.send([parcel])
            let end = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < end {
                if let found = held.reports.withLock({ $0.first { $0.id == id } }) { return found }
                try await Task.sleep(for: .milliseconds(5))
            }
            return nil
        }
        let first = try await report(1)
        #expect(first?.outcome == .permanent)
        #expect(first?.isEndpointGone == true)
        let second = try await report(2)
        #expect(second?.outcome == .configuration)
        #expect(second?.error?.contains("410") == true)
        #expect(try await receiver.log().requests.count == 1)
        courier.configure(settings)
        #expect(try await report(3)?.outcome == .permanent)
        #expect(try await receiver.log().requests.count == 2)
    }
}
