import Engine
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Takes cases by `POST /v2/enqueue` on the connection's own event loop; all else passes by.
///
/// A storm comes by this one address: a task and two changes of thread for each request would cost
/// as much as deciding the case (docs/performance.md). Answers leave in the order of the requests.
final class FastDoor: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Parts of later requests kept while an answer is awaited; whoever sends more is cut off.
    static let partsMax = 256

    private enum State {
        case idle
        /// Reading a request that is answered here.
        case reading(HTTPRequest, ByteBuffer)
        /// Its end has not come, but its answer is known: too large, or not a POST.
        case draining
        /// Its answer is awaited.
        case answering
        /// Reading a request that passes by.
        case passing
    }

    private let enqueue: Enqueue
    private var state = State.idle
    /// Requests that passed by and are not answered yet.
    private var passed = 0
    private var held: [HTTPRequestPart] = []

    init(_ enqueue: Enqueue) {
        self.enqueue = enqueue
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        guard held.isEmpty, !isHeld(part) else {
            guard held.count < Self.partsMax else { return context.close(promise: nil) }
            held.append(part)
            return
        }
        take(part, context)
    }

    /// Whether the part is of a request that must wait for the answer to an earlier one.
    private func isHeld(_ part: HTTPRequestPart) -> Bool {
        switch (state, part) {
        case (.answering, _): true
        case (.idle, .head(let head)): passed > 0 && Self.isOurs(head)
        default: false
        }
    }

    private static func isOurs(_ head: HTTPRequest) -> Bool {
        guard let path = head.path, path.hasPrefix(Enqueue.path) else { return false }
        return path.utf8.count == Enqueue.path.utf8.count
            || path.utf8.dropFirst(Enqueue.path.utf8.count).first == UInt8(ascii: "?")
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.idle, .head(let head)) where Self.isOurs(head):
            state = .reading(head, context.channel.allocator.buffer(capacity: 1_024))
        case (.reading(let head, var body), .body(var bytes)):
            state = .idle
            guard body.readableBytes + bytes.readableBytes <= Enqueue.bytesMax else {
                state = .draining
                return write(Enqueue.tooLarge, closes: true, context)
            }
            body.writeBuffer(&bytes)
            state = .reading(head, body)
        case (.reading(let head, let body), .end):
            state = .answering
            answer(head, body, context)
        case (.draining, .end): state = .idle
        case (.draining, _): break
        case (_, .head):
            (state, passed) = (.passing, passed + 1)
            context.fireChannelRead(wrapInboundOut(part))
        case (.passing, .end):
            state = .idle
            context.fireChannelRead(wrapInboundOut(part))
        default: context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func answer(_ head: HTTPRequest, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let closes = head.headerFields[.connection]?.lowercased() == "close"
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let isTaken = enqueue.opens(head, body) { answer in
            loop.execute {
                let (door, context) = bound.value
                door.finish(answer, closes: closes, context)
            }
        }
        if !isTaken { pass(head, body, context) }
    }

    private func pass(_ head: HTTPRequest, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        (state, passed) = (.idle, passed + 1)
        for part in [HTTPRequestPart.head(head), .body(body), .end(nil)] {
            context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func finish(_ answer: Answer, closes: Bool, _ context: ChannelHandlerContext) {
        state = .idle
        write(answer, closes: closes, context)
        release(context)
    }

    private func write(_ answer: Answer, closes: Bool, _ context: ChannelHandlerContext) {
        var fields: HTTPFields = [
            .contentType: answer.contentType,
            .contentLength: "\(answer.bytes.count)",
        ]
        if let seconds = answer.retryAfterSeconds { fields[.retryAfter] = "\(seconds)" }
        if let methods = answer.allowed { fields[.allow] = methods }
        if closes { fields[.connection] = "close" }
        let head = HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: answer.bytes))), promise: nil)
        let end = context.eventLoop.makePromise(of: Void.self)
        if closes {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            end.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: end)
    }

    /// Goes on with what came meanwhile, up to the next answer to be awaited.
    private func release(_ context: ChannelHandlerContext) {
        while let part = held.first, !isHeld(part) {
            held.removeFirst()
            take(part, context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part else { return }
        passed -= 1
        if !held.isEmpty { release(context) }
    }
}
