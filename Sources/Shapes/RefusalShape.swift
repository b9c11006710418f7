package import Paging

extension Refusal.Code {
    /// The exit code of the command line (interfaces.md).
    package var exit: Int {
        switch self {
        case .notAllowed: 4
        case .notFound: 5
        case .conflict: 6
        case .unavailable: 7
        case .invalid: 64
        }
    }

    /// The status of the HTTP API.
    package var status: Int {
        switch self {
        case .notAllowed: 403
        case .notFound: 404
        case .conflict: 409
        case .unavailable: 503
        case .invalid: 400
        }
    }

    /// What problem details call it.
    package var title: String {
        switch self {
        case .notAllowed: "Not allowed"
        case .notFound: "Not found"
        case .conflict: "The state does not allow it"
        case .unavailable: "Not now"
        case .invalid: "The request is wrong"
        }
    }
}

extension JSONWriter {
    /// Problem details (RFC 9457) with the product's own `code` and `fix`.
    package mutating func problem(_ refusal: Refusal, status: Int) {
        beginObject()
        field("type", "about:blank")
        field("title", refusal.code.title)
        field("status", status)
        field("detail", refusal.message)
        field("code", refusal.code.rawValue)
        field("fix", refusal.fix)
        endObject()
    }

    /// An error of the command line, as `-o json` writes it to standard error.
    package mutating func commandError(code: String, message: String, fix: String, exit: Int) {
        beginObject()
        key("error")
        beginObject()
        field("code", code)
        field("message", message)
        field("fix", fix)
        field("exit", exit)
        endObject()
        endObject()
    }
}
