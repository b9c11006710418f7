import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Shapes
import Store
import Testing

@testable import HTTPAPI

@Suite struct LimitsTests {
    private let event = """
        {"routing_key":"\(House.routingKey)","event_action":"trigger","dedup_key":"k",
        "payload":{"summary":"a","source":"b","severity":"critical"}}
        """

    @Test("The event past a key's limit in a minute is told to wait, in the dialect's words")
    func enqueue() async throws {
        var limits = Limits()
        limits.enqueuePerMinute = 3
        let house = try House(limits: limits)
        defer { house.close() }
        for _ in 0..<3 {
            #expect(try await house.ask(.post, "/v2/enqueue", body: event).status == 202)
        }
        let late = try await house.ask(.post, "/v2/enqueue", body: event)
        #expect(late.status == 429)
        #expect(late.headers[.retryAfter] == "60")
        #expect(late.json["status"]?.string == "throttle exceeded")
    }

    @Test("A token that asks too often waits; another goes on, and so does the owner")
    func perToken() async throws {
        var limits = Limits()
        limits.requestsPerMinute = 2
        let house = try House(limits: limits)
        defer { house.close() }
        let busy = try await house.doors.tokens.create(name: "a", role: .viewer).secret
        let calm = try await house.doors.tokens.create(name: "b", role: .viewer).secret
        for _ in 0..<2 {
            #expect(try await house.ask(.get, "/v1/cases", token: busy).status == 200)
        }
        let late = try await house.ask(.get, "/v1/cases", token: busy)
        #expect(late.status == 429)
        #expect(late.headers[.retryAfter] == "60")
        #expect(late.headers[.contentType] == "application/problem+json")
        #expect(try await house.ask(.get, "/v1/cases", token: calm).status == 200)
    }

    @Test("A window ends after a minute, and counts from the first that came in it")
    func turnstile() {
        let turnstile = Turnstile()
        #expect(turnstile.pause("a", limit: 2, at: 1_000) == nil)
        #expect(turnstile.pause("a", limit: 2, at: 30_000) == nil)
        #expect(turnstile.pause("a", limit: 2, at: 60_999) == 1)
        #expect(turnstile.pause("b", limit: 2, at: 60_999) == nil)
        #expect(turnstile.pause("a", limit: 2, at: 61_000) == nil)
        #expect(turnstile.pause("a", limit: 1, at: 500) == nil, "the clock went back")
    }

    private func connected() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: Gate(nil))
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private let head = HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/healthz")

    @Test("A silent connection is closed after 15 s, one whose headers drip after 10")
    func silence() throws {
        let silent = try connected()
        silent.embeddedEventLoop.advanceTime(by: .seconds(14))
        #expect(silent.isActive)
        silent.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!silent.isActive)
        let slow = try connected()
        slow.embeddedEventLoop.advanceTime(by: .seconds(3))
        for _ in 0..<9 {
            slow.pipeline.fireChannelReadComplete()
            slow.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(slow.isActive)
        }
        slow.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!slow.isActive)
    }

    @Test("A request whose body drips is cut off after a minute; an answer may take longer")
    func slowBody() throws {
        let slow = try connected()
        try slow.writeInbound(HTTPRequestPart.head(head))
        for _ in 0..<59 {
            try slow.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            slow.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(slow.isActive)
        slow.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!slow.isActive)
        let answering = try connected()
        try answering.writeInbound(HTTPRequestPart.head(head))
        try answering.writeInbound(HTTPRequestPart.end(nil))
        answering.embeddedEventLoop.advanceTime(by: .minutes(10))
        #expect(answering.isActive)
        try answering.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try answering.writeOutbound(HTTPResponsePart.end(nil))
        answering.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(!answering.isActive)
    }

    @Test("In a full house who was silent for longest goes, unless its request had just come")
    func seats() throws {
        var limits = Limits()
        limits.connections = 2
        let connections = Connections(limits)
        let loop = EmbeddedEventLoop()
        func arrived() throws -> EmbeddedChannel {
            loop.advanceTime(by: .seconds(1))
            let channel = EmbeddedChannel(handler: Gate(connections), loop: loop)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            return channel
        }
        let first = try arrived()
        let second = try arrived()
        let third = try arrived()
        try first.writeInbound(HTTPRequestPart.head(head))
        loop.run()
        // It spoke before it was sent away, so the next one goes.
        #expect([first, second, third].map(\.isActive) == [true, false, true])
        let fourth = try arrived()
        loop.run()
        #expect([first, third, fourth].map(\.isActive) == [true, false, true])
        try fourth.writeInbound(HTTPRequestPart.head(head))
        let fifth = try arrived()
        loop.run()
        #expect([first, fourth, fifth].map(\.isActive) == [true, true, false], "both are served")
        #expect(connections.count == 2)
    }

    @Test("Whoever does not take an answer is cut off after a minute; a live stream goes on")
    func slowReading() throws {
        let slow = try connected()
        try slow.writeInbound(HTTPRequestPart.head(head))
        try slow.writeInbound(HTTPRequestPart.end(nil))
        slow.embeddedEventLoop.advanceTime(by: .minutes(2))
        try slow.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        // Its next part would be written once this one was taken.
        try slow.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: "x")))
        slow.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(slow.isActive)
        slow.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!slow.isActive)

        let stream = try connected()
        try stream.writeInbound(HTTPRequestPart.head(head))
        try stream.writeInbound(HTTPRequestPart.end(nil))
        try stream.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        #expect(Int64(Routes.heartbeatSeconds) * 2 < Gate.takingTime.nanoseconds / 1_000_000_000)
        for _ in 0..<100 {
            stream.embeddedEventLoop.advanceTime(by: .seconds(Int64(Routes.heartbeatSeconds)))
            try stream.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: ": still here")))
        }
        #expect(stream.isActive, "after a quarter of an hour")
        stream.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!stream.isActive, "its reader takes nothing any more")
    }

    @Test("Of two requests at once the second's answer may take as long to begin as the first's")
    func second() throws {
        let channel = try connected()
        for _ in 0..<2 {
            try channel.writeInbound(HTTPRequestPart.head(head))
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .minutes(10))
        #expect(channel.isActive)
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(15))
        #expect(!channel.isActive)
    }

    @Test("Bodies nested deeper than 32 are refused")
    func depth() async throws {
        let house = try House()
        defer { house.close() }
        for (levels, isRefused) in [(31, false), (32, true), (100, true)] {
            let tags = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let reply = try await house.ask(
                .post,
                "/v1/cases",
                body: #"{"policy":"quick","customer":"N","title":"a","other":\#(tags)}"#
            )
            #expect(reply.status == (isRefused ? 400 : 201), "\(levels)")
        }
    }
}
