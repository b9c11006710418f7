import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Paging
import Shapes

/// The addresses of dialects that carry their key in a header; PagerDuty's has a door of its own.
///
/// They are asked before the table of routes: a sender shows its key and has no token.
struct DialectDoors: Sendable {
    let engine: CaseEngine
    let intakes: Intakes
    let turnstile: Turnstile
    /// Requests of one entry.
    let perMinute: Int

    static let webhookPath = "/hooks/alertmanager"
    static let compatPath = "/compat/api/v2/"
    static let opsgeniePath = "/opsgenie/v2/"
    /// A group of Alertmanager's is not limited by its sender.
    static let bytesMax = 4 * 1_024 * 1_024

    /// `nil` where the address is none of a dialect's.
    func response(to request: Request) async -> Response? {
        let path = request.uri.path
        if path == Self.webhookPath { return await webhook(request) }
        if path.hasPrefix(Self.compatPath) {
            return await compat(request, String(path.dropFirst(Self.compatPath.count)))
        }
        if path.hasPrefix(Self.opsgeniePath) {
            return await opsgenie(request, String(path.dropFirst(Self.opsgeniePath.count)))
        }
        return nil
    }

    /// Who sends: the entry whose key the request carries, unless it sends too much.
    func intake(
        _ request: Request,
        of dialect: any KeyPath<Intakes.Senders, [String: Intakes.Entry]> & Sendable
    ) throws(DialectRefusal) -> DialectIntake {
        guard let entry = request.key.flatMap({ intakes.entry(dialect, key: $0) }) else {
            throw DialectRefusal(401, "the key is not known here")
        }
        let now = engine.setting.clock.now()
        if let pause = turnstile.pause("intake \(entry.name)", limit: perMinute, at: now) {
            throw DialectRefusal(429, "too many requests; come again in \(pause) s")
        }
        return DialectIntake(engine: engine, entry: entry)
    }
}

/// A request that a dialect refuses, before it has the dialect's own shape.
struct DialectRefusal: Error {
    var status: Int
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Trying again may help where the engine is away, or our own files are at fault.
    init(_ refusal: Refusal) {
        switch refusal.code {
        case .unavailable: self.init(503, "\(refusal.message); \(refusal.fix)")
        case .notFound: self.init(404, "\(refusal.message); \(refusal.fix)")
        default: self.init(400, "\(refusal.message); \(refusal.fix)")
        }
    }
}

extension Request {
    /// The key behind `Bearer` or `GenieKey`, or the password of `Basic`.
    fileprivate var key: String? {
        guard let text = headers[.authorization], let space = text.firstIndex(of: " ") else {
            return nil
        }
        let rest = text[text.index(after: space)...].drop { $0 == " " }
        switch text[..<space].lowercased() {
        case "bearer", "geniekey": return String(rest)
        case "basic":
            let pair = String(decoding: Base64.bytes(of: rest.utf8), as: UTF8.self)
            return pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) }
        default: return nil
        }
    }

    /// The body as JSON.
    func dialectBody(bytesMax: Int = DialectDoors.bytesMax) async throws(DialectRefusal) -> JSON {
        let buffer: ByteBuffer
        do {
            buffer = try await bytes(upTo: bytesMax)
        } catch is Problem {
            throw DialectRefusal(413, "the body has more than \(bytesMax) bytes")
        } catch {
            throw DialectRefusal(503, "the body did not arrive whole")
        }
        do throws(JSONFault) {
            return try buffer.json(bytesMax: bytesMax)
        } catch {
            throw DialectRefusal(400, "the body \(error.message)")
        }
    }
}

extension Response {
    /// JSON of a dialect; 429 and 503 say when to come again.
    static func dialect(_ status: Int, _ write: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter()
        write(&writer)
        var response = Response(json: writer.bytes, status: HTTPResponse.Status(code: status))
        if status == 429 || status == 503 { response.headers[.retryAfter] = "5" }
        if status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
