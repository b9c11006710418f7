package import Engine
import HTTPTypes
package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
package import ServiceLifecycle

/// Where a request came in, which decides what it is called in a case's log.
package enum Door: String, Sendable {
    /// The command line's own socket, which only the daemon's user and root can open.
    case socket
    case network

    /// What the log of a case says of what comes in here.
    var way: String {
        switch self {
        case .socket: "cli"
        case .network: "api"
        }
    }
}

/// What one reload made of the files.
package struct Reload: Sendable {
    package var isLoaded: Bool
    /// The rulebook in force afterwards.
    package var rulebook: String
    /// What refused the files, as `check` prints it; empty where they are in force.
    package var findings: String
    /// Every finding, as `check -o json` prints them.
    package var findingsJSON: [UInt8]

    package init(isLoaded: Bool, rulebook: String, findings: String, findingsJSON: [UInt8]) {
        self.isLoaded = isLoaded
        self.rulebook = rulebook
        self.findings = findings
        self.findingsJSON = findingsJSON
    }
}

/// The HTTP face of a daemon: the same routes on its socket and on its network address.
package struct Doors: Sendable {
    package var engine: CaseEngine
    package var intakes: Intakes
    /// Loads the files again; `true` also where it changes who is on call now.
    package var reload: @Sendable (_ isForced: Bool) async throws -> Reload
    package var logger: Logger

    package init(
        engine: CaseEngine,
        intakes: Intakes,
        reload: @escaping @Sendable (_ isForced: Bool) async throws -> Reload,
        logger: Logger
    ) {
        self.engine = engine
        self.intakes = intakes
        self.reload = reload
        self.logger = logger
    }

    /// Connections at one time, and the longest silence on one (reliability.md T17).
    package static let connectionsMax = 1_024
    package static let idleSeconds: Int64 = 15
    private static let headerBytesMax = 16 * 1_024

    /// A server at `address`; `onOpen` is called once it listens, with the address it got.
    package func server(
        at address: BindAddress,
        door: Door,
        group: any EventLoopGroup,
        onOpen: @escaping @Sendable (SocketAddress?) async -> Void
    ) throws -> any Service {
        let entrance = Entrance(doors: self, door: door)
        let enqueue = entrance.enqueue
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Self.headerBytesMax,
            maxHeaderListSize: Self.headerBytesMax,
            maxHeaderFieldCount: 100
        )
        return try HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [FastDoor(enqueue)],
                idleTimeout: .seconds(Self.idleSeconds),
                httpDecoderConfiguration: decoder
            )
        ).buildServer(
            configuration: ServerConfiguration(
                address: address,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMax)
            ),
            eventLoopGroup: group,
            logger: logger,
            responder: { request, writer, _ in
                let response = await entrance.response(to: request)
                let isHead = request.method == .head
                try await writer.write(
                    response: response.head,
                    body: isHead ? ResponseBody() : response.body
                )
            },
            onServerRunning: { channel in await onOpen(channel.localAddress) }
        )
    }
}

/// The first look at a request, before the table of addresses.
struct Entrance: Sendable {
    let door: Door
    let logger: Logger
    let enqueue: Enqueue
    private let threshold: Threshold
    private let table: RouterResponder<Visit>

    init(doors: Doors, door: Door) {
        self.door = door
        logger = doors.logger
        enqueue = Enqueue(engine: doors.engine, intakes: doors.intakes)
        threshold = Threshold(baseURL: doors.engine.setting.baseURL, door: door)
        table = Routes(doors: doors).router().buildResponder()
    }

    /// Always an answer: whatever goes wrong becomes problem details.
    func response(to request: Request) async -> Response {
        if request.uri.path == Enqueue.path { return await enqueue.response(to: request) }
        if let refusal = threshold.refusal(of: request) { return .problem(refusal) }
        do {
            let visit = Visit(source: Visit.Source(logger: logger, door: door))
            let response = try await table.respond(to: request, context: visit)
            // The table's own refusals come without a word.
            guard response.status.code >= 400, response.body.contentLength == 0 else {
                return response
            }
            return .problem(status: response.status)
        } catch {
            return .problem(for: error, logger: logger)
        }
    }
}

/// What a route knows of the request besides itself.
struct Visit: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger
        let door: Door
    }

    var coreContext: CoreRequestContextStorage
    let door: Door

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        door = source.door
    }
}
