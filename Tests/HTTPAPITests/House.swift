import CivilTime
import Delivery
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Shapes
import Store
import StoreSQLite
import TestSupport

@testable import HTTPAPI

/// A daemon's inner half with its doors, at an instant that does not move, pages going nowhere.
final class House: Sendable {
    /// 2026-03-02T10:00:00Z, a Monday.
    static let now = Instant(secondsSinceEpoch: 1_772_445_600)
    static let routingKey = "0123456789abcdef0123456789abcdef"

    let engine: CaseEngine
    private let courier: Courier
    private let entrance: Entrance
    let doors: Doors
    var enqueue: Enqueue { entrance.enqueue }

    struct Unbuilt: Error, CustomStringConvertible {
        var description: String
    }

    init(
        door: Door = .network,
        limits: Limits = Limits(),
        links: AcknowledgeLinks? = nil,
        clock: @escaping @Sendable () -> Milliseconds = { House.now.milliseconds },
        on database: SQLiteDatabase? = nil,
        adjust: (inout CaseEngine.Setting) -> Void = { _ in }
    ) throws {
        let count = Counter()
        var setting = CaseEngine.Setting(
            clock: EngineClock(now: clock),
            newID: { _ in "id\(count.next())" },
            baseURL: "https://pager.example.com",
            acknowledgeLinks: links,
            channels: ["terminal"],
            mailChannels: [:],
            localChannels: ["terminal"],
            log: { _, _ in }
        )
        adjust(&setting)
        let engine = CaseEngine(
            store: try CaseStore(try database ?? SQLiteDatabase.inMemory()),
            rulebook: .tiny,
            setting: setting
        )
        let outlets = Courier.Outlets(
            clock: clock,
            showLocally: { _, _ in true },
            onOutcomes: { engine.take(reports: $0) }
        )
        let endpoint = Endpoint(name: "terminal", transport: .local)
        guard let courier = Courier(Courier.Settings(endpoints: [endpoint]), outlets: outlets)
        else {
            throw Unbuilt(description: "no thread")
        }
        self.engine = engine
        self.courier = courier
        engine.start(courier: courier)
        let entry = Intakes.Entry(
            name: "monitoring",
            policy: "quick",
            customer: "Northwind",
            priorities: ["critical": "P1", "warning": "P2"]
        )
        let doors = Doors(
            engine: engine,
            intakes: Intakes(pagerduty: [Self.routingKey: entry]),
            tokens: try Tokens(engine: engine),
            limits: limits,
            reload: { _ in
                Reload(
                    isLoaded: true,
                    rulebook: "abc",
                    findings: "",
                    findingsJSON: Array("[]".utf8)
                )
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        self.doors = doors
        entrance = Entrance(doors: doors, door: door)
    }

    func close() {
        _ = courier.stop(graceMillis: 100)
        engine.stop()
    }

    /// What a request is answered with.
    struct Reply {
        var status: Int
        var headers: HTTPFields
        var text: String
        var json: JSON { (try? JSON(parsing: Array(text.utf8))) ?? .null }
    }

    static let local = Peer(address: "127.0.0.1", isLoopback: true)

    /// The operations that are served; those of other tests are in the same table.
    var operations: [Operation] { Routes(doors: doors).operations }

    func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: String = "",
        host: String = "127.0.0.1:8470",
        headers: HTTPFields = [:],
        token: String? = nil,
        from peer: Peer = House.local
    ) async throws -> Reply {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = Request(
            head: HTTPRequest(
                method: method,
                scheme: "http",
                authority: host,
                path: path,
                headerFields: headers
            ),
            body: RequestBody(buffer: ByteBuffer(string: body))
        )
        let response = await entrance.response(to: request, from: peer)
        let sink = Sink()
        try await response.body.write(sink)
        return Reply(
            status: response.status.code,
            headers: response.headers,
            text: String(buffer: sink.buffer)
        )
    }

    /// A case of the highest priority; answers with its number.
    func open(_ fields: String = "") async throws -> Int {
        let body = """
            {"policy":"quick","priority":"P1","customer":"Northwind","title":"down"\(fields)}
            """
        return try await ask(.post, "/v1/cases", body: body).json["number"]?.integer ?? 0
    }
}

/// Collects what a response writes.
private final class Sink: ResponseBodyWriter, @unchecked Sendable {
    // Unchecked: one response writes it, and it is read once that has ended.
    var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws {
        self.buffer.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Counts up from 1.
private final class Counter: @unchecked Sendable {
    // Unchecked: only the engine's thread asks it.
    private var value = 0

    func next() -> Int {
        value += 1
        return value
    }
}
