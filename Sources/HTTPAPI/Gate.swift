import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives a connection its seat and ends it when it stays silent or slow for too long.
///
/// The framework's own timeout counts from the last byte, so a byte at a time would hold a
/// connection for ever, and it does not see what `FastDoor` answers; this one counts from the first
/// byte of a request, and stands before both.
final class Gate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From the first byte of a request to the end of its headers, and then to its own end.
    static let headerTime = TimeAmount.seconds(10)
    static let bodyTime = TimeAmount.seconds(60)
    /// From one part of an answer to the next, which waits until the reader takes what came before.
    ///
    /// The stream of live events says a word more often than that.
    static let takingTime = TimeAmount.seconds(60)
    /// The longest silence between two requests.
    static let idleTime = TimeAmount.seconds(15)

    private enum Phase {
        /// Nothing has come since the last answer.
        case silent
        case headers
        case body
        /// The request is whole; its answer may take as long as it needs to begin.
        case answering
    }

    private let connections: Connections?
    private var seat: Connections.Seat?
    private var phase = Phase.silent
    private var deadline = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    /// Requests read and not answered yet.
    private var open = 0

    /// `connections` is nil on the socket, whose callers are this machine's owner.
    init(_ connections: Connections?) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        if let connections {
            guard let seat = connections.seat(context.channel, at: context.eventLoop.now) else {
                return context.close(promise: nil)
            }
            self.seat = seat
        }
        enter(.silent, for: Self.idleTime, context)
        schedule(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if let seat { connections?.leave(seat) }
        seat = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            seat?.beginRequest()
            enter(.body, for: Self.bodyTime, context)
        case .body: break
        case .end:
            phase = .answering
            deadline = .distantFuture
        }
        context.fireChannelRead(data)
    }

    /// Bytes came; where they made no request yet, its headers have begun.
    func channelReadComplete(context: ChannelHandlerContext) {
        if case .silent = phase {
            enter(.headers, for: Self.headerTime, context)
            // Sooner than what is scheduled for the silence before.
            if timer != nil { schedule(context) }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open -= 1
            if case .answering = phase {
                deadline = .distantFuture
                if open <= 0 {
                    seat?.endRequest(at: context.eventLoop.now)
                    enter(.silent, for: Self.idleTime, context)
                }
            }
        } else if case .answering = phase {
            enter(.answering, for: Self.takingTime, context)
        }
        context.write(data, promise: promise)
    }

    private func enter(_ phase: Phase, for time: TimeAmount, _ context: ChannelHandlerContext) {
        self.phase = phase
        deadline = context.eventLoop.now + time
    }

    /// One timer a connection, looked at when it fires: requests move the deadline alone.
    private func schedule(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let until = min(deadline, context.eventLoop.now + Self.idleTime)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: until) {
            let (gate, context) = bound.value
            if context.eventLoop.now >= gate.deadline { return context.close(promise: nil) }
            gate.schedule(context)
        }
    }
}
