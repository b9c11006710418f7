/// A channel as the courier needs it: where its messages go, and how.
package struct Endpoint: Hashable, Sendable {
    package enum Transport: Hashable, Sendable {
        /// Shown where the daemon runs.
        case local
        case webhook(Webhook)
        case mail(Relay)
    }

    /// The channel's name; `email` is the built-in mail channel.
    package var name: String
    package var transport: Transport

    package init(name: String, transport: Transport) {
        self.name = name
        self.transport = transport
    }

    /// Whether its host is a name, which must be looked up.
    var isNamed: Bool {
        switch transport {
        case .local: false
        case .webhook(let webhook): IPAddress(webhook.host) == nil
        case .mail(let relay): IPAddress(URLText.host(of: relay.url)) == nil
        }
    }
}

/// A receiver of signed POSTs.
package struct Webhook: Hashable, Sendable {
    package var url: String
    /// Signs every body where given.
    package var secret: Secret?
    package var headers: [Header]
    package var contentType = "application/json"
    /// A file of certificates to trust instead of the system's.
    package var authorityFile: String?
    package var connectSeconds = 5
    package var totalSeconds = 15

    /// As written, without the port; an IPv6 address without its brackets.
    package var host: String { URLText.host(of: url) }

    /// Shows its name only: the text may be a token.
    package struct Header: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
        package var name: String
        package var text: String

        package var description: String { "\(name): (secret)" }
        package var customMirror: Mirror { Mirror(self, children: ["name": name]) }

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    package init(
        url: String,
        secret: Secret? = nil,
        headers: [Header] = [],
        authorityFile: String? = nil
    ) throws(EndpointFault) {
        guard let scheme = URLText.scheme(of: url), ["http", "https"].contains(scheme) else {
            throw .urlNotWeb(url)
        }
        guard URLText.isSafe(url) else { throw .urlMalformed(url) }
        for header in headers where !header.isSafe { throw .headerMalformed(header.name) }
        self.url = url
        self.secret = secret
        self.headers = headers
        self.authorityFile = authorityFile
    }
}

extension Webhook.Header {
    /// Names that are the courier's own to set.
    private static let reserved: Set<String> = [
        "content-length", "content-type", "expect", "host", "connection", "transfer-encoding",
        "webhook-id", "webhook-timestamp", "webhook-signature",
    ]

    fileprivate var isSafe: Bool {
        let isToken = name.utf8.allSatisfy { MailAddress.isAtomText($0) || $0 == UInt8(ascii: ".") }
        return !name.isEmpty && isToken && !Self.reserved.contains(name.lowercased())
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.isEmpty
    }
}

/// A mail server that takes our messages.
package struct Relay: Hashable, Sendable {
    /// Whether a plain connection must turn to TLS before anything is said.
    package enum StartTLS: String, Hashable, Sendable, CaseIterable {
        case required, opportunistic, off
    }

    /// `smtp://host:port` or `smtps://host:port`.
    package var url: String
    package var startTLS: StartTLS
    package var user: String?
    package var password: Secret?
    /// The author of every mail; its domain is the one of Message-IDs.
    package var from: MailAddress
    /// The envelope sender, where bounces go.
    package var bounces: MailAddress
    package var authorityFile: String?
    package var connectSeconds = 10
    package var totalSeconds = 60

    package init(
        url: String,
        startTLS: StartTLS = .required,
        user: String? = nil,
        password: Secret? = nil,
        from: String,
        bounces: String? = nil,
        authorityFile: String? = nil
    ) throws(EndpointFault) {
        guard let scheme = URLText.scheme(of: url), ["smtp", "smtps"].contains(scheme) else {
            throw .urlNotMail(url)
        }
        guard URLText.isSafe(url), !url.dropFirst(scheme.count + 3).contains("/") else {
            throw .urlMalformed(url)
        }
        guard let author = MailAddress(from) else { throw .addressMalformed(from) }
        guard let envelope = MailAddress(bounces ?? from) else {
            throw .addressMalformed(bounces ?? from)
        }
        let isPlainUser = user?.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ?? true
        guard isPlainUser, password.map({ $0.text != nil }) ?? true else {
            throw .credentialsMalformed
        }
        self.url = url
        self.startTLS = startTLS
        self.user = user
        self.password = password
        self.from = author
        self.bounces = envelope
        self.authorityFile = authorityFile
    }
}

/// Why a channel's settings cannot work, to be shown with the place in tocsin.yaml.
package enum EndpointFault: Error, Hashable, Sendable {
    case urlNotWeb(String)
    case urlNotMail(String)
    case urlMalformed(String)
    case headerMalformed(String)
    case addressMalformed(String)
    case credentialsMalformed

    /// The fault in one clause, quoting the author's own words.
    package var message: String {
        switch self {
        case .urlNotWeb(let url): "'\(url)' does not begin with http:// or https://"
        case .urlNotMail(let url): "'\(url)' does not begin with smtp:// or smtps://"
        case .urlMalformed(let url): "'\(url)' is not a URL that can be called"
        case .headerMalformed(let name): "the header '\(name)' may not be sent"
        case .addressMalformed(let text): "'\(text)' is not a mail address"
        case .credentialsMalformed: "user or password holds a control character"
        }
    }

    /// What to do about it, in the imperative.
    package var fix: String {
        switch self {
        case .urlNotWeb: "write the receiver's whole address, such as https://hooks.example.com/ops"
        case .urlNotMail: "write the relay's address, such as smtps://mail.example.com:465"
        case .urlMalformed: "write scheme, host, port and path, without spaces or user names"
        case .headerMalformed:
            "use a plain name and one line of ASCII text; the product's own headers cannot be set"
        case .addressMalformed: "write one address, such as tocsin@pager.example.com"
        case .credentialsMalformed: "write the file again, with nothing but the secret in it"
        }
    }
}

/// What little must be known of a URL before libcurl parses it.
enum URLText {
    static let bytesMax = 2_000

    /// In lower case, or `nil` where there is no `://`.
    static func scheme(of url: String) -> String? {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            return nil
        }
        return url[..<colon].lowercased()
    }

    /// Percent-encoded but for what an address never needs encoded (RFC 3986, unreserved).
    static func pathSegment(_ text: String) -> String {
        var segment = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                segment.unicodeScalars.append(UnicodeScalar(byte))
            default: segment += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return segment
    }

    /// What stands behind the authority, up to a query; empty where nothing does.
    static func path(of url: String) -> String {
        guard let scheme = scheme(of: url) else { return "" }
        let rest = url.dropFirst(scheme.count + 3).drop { !"/?#".contains($0) }
        return String(rest.prefix { !"?#".contains($0) })
    }

    /// As written, an IPv6 address without its brackets; empty where there is none.
    static func host(of url: String) -> String {
        guard let scheme = scheme(of: url) else { return "" }
        let authority = url.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    /// Printable, with a host, without credentials (they would show in errors and logs).
    static func isSafe(_ url: String) -> Bool {
        guard url.utf8.count <= bytesMax, let colon = url.firstIndex(of: ":") else { return false }
        let rest = url[colon...].dropFirst(3)
        let authority = rest.prefix { !"/?#".contains($0) }
        return !authority.isEmpty && !authority.contains("@")
            && url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
