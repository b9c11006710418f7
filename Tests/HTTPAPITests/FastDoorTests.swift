import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPAPI

@Suite("The first door of a connection answers events and lets everything else by")
struct FastDoorTests {
    private func event(_ key: String) -> String {
        """
        {"routing_key":"\(House.routingKey)","event_action":"trigger","dedup_key":"\(key)",
        "payload":{"summary":"disk full","source":"db1","severity":"critical"}}
        """
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ bodies: [String],
        headers: HTTPFields = [:],
        to channel: NIOAsyncTestingChannel
    ) async throws {
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1:8470",
            path: path,
            headerFields: headers
        )
        try await channel.writeInbound(HTTPRequestPart.head(head))
        for body in bodies {
            try await channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: body)))
        }
        try await channel.writeInbound(HTTPRequestPart.end(nil))
    }

    /// The status and text of the next answer on the wire.
    private func answer(from channel: NIOAsyncTestingChannel) async throws -> (Int, String) {
        var (status, text) = (0, "")
        while true {
            switch try await channel.waitForOutboundWrite(as: HTTPResponsePart.self) {
            case .head(let head): status = head.status.code
            case .body(let bytes): text += String(buffer: bytes)
            case .end: return (status, text)
            }
        }
    }

    private func channel(_ house: House) async throws -> NIOAsyncTestingChannel {
        try await NIOAsyncTestingChannel { channel in
            try channel.pipeline.syncOperations.addHandler(FastDoor(house.enqueue))
        }
    }

    @Test("Requests sent without waiting are answered in their order")
    func inOrder() async throws {
        let house = try House()
        defer { house.close() }
        let channel = try await channel(house)
        for key in ["k1", "k2", "k3"] {
            try await send(.post, "/v2/enqueue?x=1", [event(key)], to: channel)
        }
        for key in ["k1", "k2", "k3"] {
            let (status, text) = try await answer(from: channel)
            #expect(status == 202)
            #expect(text.contains("\"dedup_key\":\"\(key)\""))
        }
    }

    @Test("An event waits for the answer to a request that went by before it")
    func waits() async throws {
        let house = try House()
        defer { house.close() }
        let channel = try await channel(house)
        try await send(.get, "/v2/enqueued", [], to: channel)
        try await send(.post, "/v2/enqueue", [event("k1")], to: channel)
        guard case .head(let head) = try await channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("nothing went by")
            return
        }
        #expect(head.path == "/v2/enqueued")
        #expect(try await channel.readOutbound(as: HTTPResponsePart.self) == nil)
        try await channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .notFound)))
        try await channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try await answer(from: channel).0 == 404)
        #expect(try await answer(from: channel).0 == 202)
    }

    @Test("An event that acts on a case goes by, whole")
    func acts() async throws {
        let house = try House()
        defer { house.close() }
        let channel = try await channel(house)
        let body = event("k1").replacing("trigger", with: "resolve")
        try await send(.post, "/v2/enqueue", [body], to: channel)
        guard case .head(let head) = try await channel.readInbound(as: HTTPRequestPart.self),
            case .body(let bytes) = try await channel.readInbound(as: HTTPRequestPart.self),
            case .end = try await channel.readInbound(as: HTTPRequestPart.self)
        else {
            Issue.record("it did not go by")
            return
        }
        #expect(head.path == "/v2/enqueue")
        #expect(String(buffer: bytes) == body)
    }

    @Test("A body past the limit is refused before it has come whole, and the connection ends")
    func tooLarge() async throws {
        let house = try House()
        defer { house.close() }
        let channel = try await channel(house)
        let bodies = Array(repeating: String(repeating: "x", count: 1_024), count: 513)
        try? await send(.post, "/v2/enqueue", bodies, to: channel)
        #expect(try await answer(from: channel).0 == 413)
        try await channel.closeFuture.get()
    }

    @Test("A connection is closed after the answer where its sender asks for that")
    func closes() async throws {
        let house = try House()
        defer { house.close() }
        let channel = try await channel(house)
        let headers: HTTPFields = [.connection: "close"]
        try await send(.post, "/v2/enqueue", [event("k1")], headers: headers, to: channel)
        #expect(try await answer(from: channel).0 == 202)
        try await channel.closeFuture.get()
    }
}
