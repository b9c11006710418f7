import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Paging
import Store

/// The first look at a request, before the table of addresses: who it is, and what lets them in.
struct Entrance: Sendable {
    let door: Door
    let logger: Logger
    let enqueue: Enqueue
    private let dialects: DialectDoors
    private let doors: Doors
    private let threshold: Threshold
    private let operations: [Operation]
    private let table: RouterResponder<Visit>

    init(doors: Doors, door: Door) {
        self.door = door
        self.doors = doors
        logger = doors.logger
        enqueue = Enqueue(
            engine: doors.engine,
            intakes: doors.intakes,
            turnstile: doors.turnstile,
            perMinute: doors.limits.enqueuePerMinute
        )
        dialects = DialectDoors(
            engine: doors.engine,
            intakes: doors.intakes,
            turnstile: doors.turnstile,
            perMinute: doors.limits.requestsPerMinute
        )
        threshold = Threshold(baseURL: doors.engine.setting.baseURL, door: door)
        let routes = Routes(doors: doors)
        operations = routes.operations
        table = routes.router().buildResponder()
    }

    /// Always an answer: whatever goes wrong becomes problem details.
    func response(to request: Request, from peer: Peer) async -> Response {
        if request.uri.path == Enqueue.path { return await enqueue.response(to: request) }
        if let response = await dialects.response(to: request) { return response }
        do {
            let access = try access(of: request, from: peer)
            if let pause = pause(access, peer) { return .problem(pauseSeconds: pause) }
            let source = Visit.Source(logger: logger, door: door, peer: peer, access: access)
            let response = try await table.respond(to: request, context: Visit(source: source))
            // The table's own refusals come without a word.
            guard response.status.code >= 400, response.body.contentLength == 0 else {
                return response
            }
            return response.status == .notFound
                ? absence(of: request) : .problem(status: response.status)
        } catch {
            return .problem(for: error, logger: logger)
        }
    }

    /// Who asks; `nil` for a stranger, who may still see what is open to all.
    private func access(of request: Request, from peer: Peer) throws -> Access? {
        if let words = request.headers[.authorization], let secret = Self.bearer(words) {
            if let access = doors.tokens.access(secret: secret) { return access }
            let isGuessing = pause("guess \(peer.address ?? "")", limit: Self.guessesPerMinute)
            throw isGuessing == nil ? Problem.noToken : Problem.guessing
        }
        if let refusal = threshold.refusal(of: request) { throw refusal }
        if peer.isOwner { return Access(role: .admin) }
        // A browser sends cookies by itself, so they count only where forms carry a word of ours.
        if !request.uri.path.hasPrefix("/v1/"), !request.uri.path.hasPrefix("/-/"),
            let access = doors.session(request)
        {
            return access
        }
        // Nobody has asked for tokens yet: whoever works on this machine may do everything.
        if peer.isLoopback, doors.tokens.isEmpty, threshold.isLocal(request) {
            return Access(role: .admin)
        }
        return nil
    }

    /// Wrong tokens from one address in a minute; right ones are never held up by them.
    private static let guessesPerMinute = 10

    /// Seconds to wait for whoever has asked too often.
    ///
    /// Strangers are counted by address; on this machine that may be a proxy for everybody, and
    /// its owner is not counted at all.
    private func pause(_ access: Access?, _ peer: Peer) -> Int? {
        if let id = access?.tokenID {
            return pause("token \(id)", limit: doors.limits.requestsPerMinute)
        }
        guard let address = peer.address, !peer.isLoopback else { return nil }
        return pause("from \(address)", limit: doors.limits.requestsPerMinute)
    }

    private func pause(_ name: String, limit: Int) -> Int? {
        doors.turnstile.pause(name, limit: limit, at: doors.engine.setting.clock.now())
    }

    /// The secret of `Bearer SECRET`; other schemes are of dialects, which check them themselves.
    private static func bearer(_ words: String) -> String? {
        let parts = words.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            parts[1].hasPrefix(Tokens.prefix)
        else { return nil }
        return String(parts[1])
    }

    /// Nothing is there, or not by this method.
    private func absence(of request: Request) -> Response {
        let methods = operations.filter { $0.matches(request.uri.path) }.map(\.method.rawValue)
        guard !methods.isEmpty else {
            let isBrowser = request.headers[.accept]?.contains("text/html") ?? false
            return isBrowser ? .emptyPage(at: doors.engine.now()) : .problem(status: .notFound)
        }
        let allowed = (methods + (methods.contains("GET") ? ["HEAD"] : [])).joined(separator: ", ")
        var response = Response.problem(
            Refusal(
                .invalid,
                "\(request.method.rawValue) is not taken here",
                fix: "use one of: \(allowed)"
            ),
            status: 405
        )
        response.headers[.allow] = allowed
        return response
    }
}

extension Problem {
    fileprivate static let noToken = Problem(
        refusal: Refusal(
            .notAllowed,
            "this token is unknown, expired or revoked",
            fix: "ask an admin for a new one"
        ),
        status: 401
    )
    fileprivate static let guessing = Problem(
        refusal: Refusal(.notAllowed, "too many wrong tokens", fix: "wait a minute"),
        status: 429
    )
}

extension Response {
    static func problem(pauseSeconds: Int) -> Response {
        var response = Response.problem(
            Refusal(
                .unavailable,
                "you ask more often than you may",
                fix: "wait \(pauseSeconds) s, or have limits: of tocsin.yaml raised"
            ),
            status: 429
        )
        response.headers[.retryAfter] = "\(pauseSeconds)"
        return response
    }
}

/// What a route knows of the request besides itself.
struct Visit: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger
        let door: Door
        let peer: Peer
        let access: Access?
    }

    var coreContext: CoreRequestContextStorage
    let door: Door
    let peer: Peer
    /// `nil` for a stranger, whom only operations that need nothing let in.
    let access: Access?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        door = source.door
        peer = source.peer
        access = source.access
    }
}
