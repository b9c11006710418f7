import Dialects
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Paging
import Shapes
import Store

extension Response {
    /// JSON that `write` writes.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        etag: String? = nil,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(reserving: 1_024)
        write(&writer)
        writer.newline()
        var response = Response(json: writer.bytes, status: status)
        if let etag { response.headers[.eTag] = etag }
        return response
    }

    init(
        json bytes: [UInt8],
        status: HTTPResponse.Status,
        contentType: String = "application/json"
    ) {
        self.init(
            status: status,
            headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }

    /// Problem details; `status` where it says more than the code's own.
    static func problem(_ refusal: Refusal, status: Int? = nil) -> Response {
        let status = status ?? refusal.code.status
        var writer = JSONWriter()
        writer.problem(refusal, status: status)
        writer.newline()
        var response = Response(
            json: writer.bytes,
            status: HTTPResponse.Status(code: status),
            contentType: "application/problem+json"
        )
        if status == 503 || status == 429 { response.headers[.retryAfter] = "5" }
        return response
    }

    /// What the table of addresses refuses by itself.
    static func problem(status: HTTPResponse.Status) -> Response {
        guard status == .notFound else {
            return .problem(
                Refusal(.invalid, "the request is not understood", fix: "see docs/http-api.md"),
                status: status.code
            )
        }
        return .problem(
            Refusal(
                .notFound,
                "there is nothing at this address",
                fix: "look it up in docs/http-api.md; mind the method"
            )
        )
    }

    /// The answer to whatever a route threw; what is our own fault is logged here, once.
    static func problem(for error: any Error, logger: Logger) -> Response {
        switch error {
        case let refusal as Refusal: return .problem(refusal)
        case let problem as Problem: return .problem(problem.refusal, status: problem.status)
        case let error as StoreError:
            logger.error("store", metadata: ["error": "\(error)"])
            return .problem(
                Refusal(.unavailable, error.description, fix: error.fix),
                status: 503
            )
        case let error as any HTTPResponseError: return .problem(status: error.status)
        default:
            logger.error("request failed", metadata: ["error": "\(type(of: error))"])
            return .problem(
                Refusal(.unavailable, "the daemon failed at this", fix: "see its log"),
                status: 500
            )
        }
    }
}

/// A refusal whose status is not the one of its code.
struct Problem: Error {
    var refusal: Refusal
    var status: Int
}

extension Request {
    /// The whole body; one that is larger than `limit` is refused.
    func bytes(upTo limit: Int) async throws -> ByteBuffer {
        let tooLarge = Problem(
            refusal: Refusal(
                .invalid,
                "the body has more than \(limit) bytes",
                fix: "send less, or link to the rest"
            ),
            status: 413
        )
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }
    /// What a browser posted.
    func form() async throws -> WebForm {
        WebForm(String(buffer: try await bytes(upTo: 64 * 1_024)))
    }
}
