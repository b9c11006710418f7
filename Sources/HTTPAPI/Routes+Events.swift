import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Paging
import ServiceLifecycle
import Shapes

extension Routes {
    /// A word between events at least this often, so that proxies keep the connection.
    static let heartbeatSeconds = 10

    /// Everything committed to the logs of cases, as it is committed (server-sent events).
    func events(_ request: Request, _ visit: Visit) async throws -> Response {
        let feed = engine.feed
        let resumed = Self.position(request.headers[.lastEventID], feed)
        // Listening begins before the position is taken, so that nothing falls between.
        let changes = feed.changes()
        let start = resumed ?? feed.last
        let isLost = request.headers[.lastEventID] != nil && resumed == nil
        let heartbeat = Duration.seconds(Self.heartbeatSeconds)
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: isLost ? Self.reset : ": hello\n\n"))
            var position = start
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                let text = Self.text(feed, after: &position)
                try await writer.write(ByteBuffer(string: text))
                await Self.wait(for: changes, atMost: heartbeat)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: body
        )
    }

    /// What came between is gone: whoever listens reads the cases again.
    private static let reset = "event: reset\ndata: {}\n\n"

    /// What is new since `position`, which moves on; a comment where nothing is.
    private static func text(_ feed: Feed, after position: inout Int) -> String {
        let (entries, isWhole) = feed.entries(after: position)
        position = entries.last?.sequence ?? feed.last
        let text = entries.reduce(into: isWhole ? "" : reset) { $0 += line($1, feed) }
        return text.isEmpty ? ": still here\n\n" : text
    }

    private static func wait(for changes: AsyncStream<Void>, atMost time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in changes { return }
            }
            group.addTask { try? await Task.sleep(for: time) }
            group.addTask { try? await gracefulShutdown() }
            await group.next()
            group.cancelAll()
        }
    }

    private static func line(_ entry: Feed.Entry, _ feed: Feed) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("case", entry.caseNumber)
        writer.key("event")
        writer.value(entry.event, recordedAt: entry.recordedAt)
        writer.endObject()
        let id = "\(feed.life)-\(entry.sequence)"
        return "id: \(id)\nevent: case.\(entry.event.name.rawValue)\ndata: \(writer.text)\n\n"
    }

    /// Where a reader had got to; `nil` where it was another life of the daemon.
    private static func position(_ id: String?, _ feed: Feed) -> Int? {
        guard let parts = id?.split(separator: "-"), parts.count == 2,
            parts[0] == "\(feed.life)", let sequence = Int(parts[1]), sequence >= 0,
            feed.entries(after: sequence).isWhole
        else { return nil }
        return sequence
    }
}

extension HTTPField.Name {
    fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .ifMatch
}
