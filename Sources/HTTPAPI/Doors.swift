package import Engine
import HTTPTypes
import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore
import Paging
package import ServiceLifecycle
package import Web

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
    package var tokens: Tokens
    /// Who signed in on the web page, by what the browser sends; never asked for the JSON API.
    package var session: @Sendable (Request) -> Access? = { _ in nil }
    /// The same by name, with the links that sign in once.
    package let sessions: WebSessions
    /// The files in force, for the page; `nil` in tests that have none.
    package var files: @Sendable () async -> FilesPage.Loaded? = { nil }
    /// How the last reload went; `nil` where nobody keeps it.
    package var reloads: ReloadRecord?
    /// Milliseconds since the courier's threads last came by; `nil` before the first time.
    package var courierAge: @Sendable () -> Int64? = { nil }
    /// Pages that the local channel showed.
    package var terminal = TerminalPages()
    /// Loads the files again; `true` also where it changes who is on call now.
    package var reload: @Sendable (_ isForced: Bool) async throws -> Reload
    package var logger: Logger
    let limits: Limits
    /// One house for every door on the network.
    let connections: Connections
    let turnstile = Turnstile()
    /// Writes a checked copy of the database to a path of this machine.
    package var backup: @Sendable (String) async throws -> Void = { _ in
        throw Refusal(.unavailable, "no copy can be made here", fix: "ask the daemon itself")
    }

    package init(
        engine: CaseEngine,
        intakes: Intakes,
        tokens: Tokens,
        limits: Limits = Limits(),
        reload: @escaping @Sendable (_ isForced: Bool) async throws -> Reload,
        logger: Logger
    ) {
        self.engine = engine
        self.intakes = intakes
        self.tokens = tokens
        self.limits = limits
        connections = Connections(limits)
        let sessions = WebSessions(engine: engine, tokens: tokens)
        self.sessions = sessions
        session = { sessions.access(of: $0) }
        self.reload = reload
        self.logger = logger
    }

    /// The headers of one request together (reliability.md T17).
    private static let headerBytesMax = 16 * 1_024

    /// A server at `address`; `onOpen` is called once it listens, with the address it got.
    package func server(
        at address: BindAddress,
        door: Door,
        group: any EventLoopGroup,
        wrap: (HTTPServerBuilder) throws -> HTTPServerBuilder = { $0 },
        onOpen: @escaping @Sendable (SocketAddress?) async -> Void
    ) throws -> any Service {
        let entrance = Entrance(doors: self, door: door)
        let enqueue = entrance.enqueue
        let seats = door == .network ? connections : nil
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Self.headerBytesMax,
            maxHeaderListSize: Self.headerBytesMax,
            maxHeaderFieldCount: 100
        )
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [Gate(seats), FastDoor(enqueue)],
                httpDecoderConfiguration: decoder
            )
        )
        return try wrap(plain).buildServer(
            configuration: ServerConfiguration(
                address: address,
                availableConnectionsDelegate: seats.map { MaximumAvailableConnections($0.openMax) }
            ),
            eventLoopGroup: group,
            logger: logger,
            responder: { request, writer, channel in
                let peer = await Peer(of: channel, door: door)
                let response = await entrance.response(to: request, from: peer)
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
