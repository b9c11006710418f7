import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging

/// Keeps a browser on this machine from acting for other sites: these doors ask for no password.
struct Threshold: Sendable {
    /// The host of `base_url`, by which a proxy may ask; `nil` where there is none.
    private let ownHost: String?
    private let door: Door

    init(baseURL: String?, door: Door) {
        let authority = baseURL?.split(separator: "/", omittingEmptySubsequences: true).dropFirst()
        ownHost = authority?.first.map { Self.host(of: String($0)) }
        self.door = door
    }

    /// `nil` where the request may come in.
    func refusal(of request: Request) -> Refusal? {
        guard door == .network, let authority = request.head.authority else { return nil }
        let host = Self.host(of: authority)
        // A name that is not ours leads here only if someone bent it (DNS rebinding).
        guard Self.isAddress(host) || host == "localhost" || host == ownHost else {
            return Refusal(
                .notAllowed,
                "this is not \(host)",
                fix: "ask by address, or name the host in base_url: of tocsin.yaml"
            )
        }
        guard request.method != .get, request.method != .head,
            let origin = request.headers[.origin], !origin.hasSuffix("://\(authority)"),
            !Self.isHidden(origin, of: request)
        else { return nil }
        return Refusal(
            .notAllowed,
            "a page of \(origin) may not act here",
            fix: "use the command line, or a page of this server"
        )
    }

    /// Whether it is a form of a page of ours that hides its own address, as that of a link does:
    /// the browser then says where the form came from in a header that no page can set.
    private static func isHidden(_ origin: String, of request: Request) -> Bool {
        guard origin == "null" else { return false }
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        // What lets someone in behind `/a/` is the address itself, which no other site knows.
        return site == "same-origin" || site == nil && request.uri.path.hasPrefix("/a/")
    }

    /// Whether it was asked of this machine by this machine, and not by a proxy for somebody else.
    func isLocal(_ request: Request) -> Bool {
        let isForwarded = Self.proxyHeaders.contains { request.headers[$0] != nil }
        guard !isForwarded, let authority = request.head.authority else { return false }
        let host = Self.host(of: authority)
        return host == "localhost" || host == "[::1]"
            || Self.isAddress(host) && host.hasPrefix("127.")
    }

    private static let proxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"]
        .compactMap { HTTPField.Name($0) }

    /// Without the port, in lower case.
    private static func host(of authority: String) -> String {
        let lowered = authority.lowercased()
        if lowered.hasPrefix("[") {
            return lowered.firstIndex(of: "]").map { String(lowered[...$0]) } ?? lowered
        }
        return lowered.lastIndex(of: ":").map { String(lowered[..<$0]) } ?? lowered
    }

    /// Whether it is a number rather than a name.
    private static func isAddress(_ host: String) -> Bool {
        host.hasPrefix("[") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
