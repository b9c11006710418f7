import CivilTime
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Paging
import Web

extension Response {
    /// What a browser may load and run: our own files, and nothing written into a page.
    static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// A page; `hidesReferrer` where its address itself is a secret.
    static func page(
        _ html: String,
        _ status: HTTPResponse.Status = .ok,
        hidesReferrer: Bool = false
    ) -> Response {
        var response = Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
        response.harden(referrer: hidesReferrer ? "no-referrer" : "same-origin")
        return response
    }

    /// For a browser that asks for an address where nothing is.
    static func emptyPage(at now: Instant) -> Response {
        var frame = Frame("Nothing here", place: .none, viewer: nil, at: now)
        frame.fault = Frame.Fault(
            message: "There is nothing at this address.",
            fix: "Was it cut off on its way?"
        )
        return page(RefusalPage(frame: frame).html, .notFound)
    }

    static func asset(_ bytes: [UInt8], type: String) -> Response {
        var response = Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=300"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
        response.harden(referrer: "no-referrer")
        return response
    }

    static func file(_ text: String, type: String, name: String? = nil) -> Response {
        var response = Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
        if let name {
            response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        }
        response.harden(referrer: "no-referrer")
        return response
    }

    /// After a form: the browser asks for `path` anew, so that reloading repeats nothing.
    static func seeOther(_ path: String) -> Response {
        var response = Response(
            status: .seeOther,
            headers: [.location: path, .cacheControl: "no-store"]
        )
        response.harden(referrer: "same-origin")
        return response
    }

    private mutating func harden(referrer: String) {
        headers[.contentSecurityPolicy] = Self.policy
        headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in [
            ("Referrer-Policy", referrer), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
            ("X-Robots-Tag", "noindex, nofollow"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
    }
}
