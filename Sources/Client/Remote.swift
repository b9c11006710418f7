import CLibcurl

/// Blocking HTTP to a daemon, for the command line: one request, one whole reply.
package enum Remote {
    package enum Target: Hashable, Sendable {
        /// A path to the daemon's unix socket.
        case socket(String)
        /// What the server's URLs begin with, such as `https://pager.example.com`.
        case url(String)
    }

    package struct Request: Sendable {
        package var method: String
        /// With its query, beginning with a slash.
        package var path: String
        package var body: [UInt8]
        /// Name and text; `Content-Type` is set where there is a body.
        package var headers: [(name: String, text: String)]
        package var token: String?
        package var connectSeconds: Int
        package var timeoutSeconds: Int
        /// Whether a proxy that the environment names is asked; a socket has none.
        package var usesProxy = true
        /// Whether the certificate must be one that this machine trusts, for this name.
        package var verifies = true

        package init(
            _ method: String = "GET",
            _ path: String,
            body: [UInt8] = [],
            headers: [(name: String, text: String)] = [],
            token: String? = nil,
            connectSeconds: Int = 5,
            timeoutSeconds: Int = 30
        ) {
            self.method = method
            self.path = path
            self.body = body
            self.headers = headers
            self.token = token
            self.connectSeconds = connectSeconds
            self.timeoutSeconds = timeoutSeconds
        }
    }

    package struct Reply: Sendable {
        package var status: Int
        /// In the order received; names in lower case.
        package var headers: [(name: String, text: String)]
        package var body: [UInt8]

        /// The first header of that name, given in lower case.
        package func header(_ name: String) -> String? {
            headers.first { $0.name == name }?.text
        }
    }

    /// Larger replies are an error.
    package static let replyBytesMax = 64 * 1024 * 1024

    private static let isLibraryReady = tocsin_global_init() == CURLE_OK

    /// Sends the request and waits for the whole reply; any status is a reply, never an error.
    package static func exchange(
        _ request: Request,
        with target: Target
    ) throws(ClientError) -> Reply {
        guard isLibraryReady, let exchange = Exchange(request, target) else {
            throw .refused("the request cannot be sent as it is")
        }
        return try exchange.reply()
    }
}

/// Why there is no reply, in the terms the command line tells apart.
package enum ClientError: Error, Hashable, Sendable {
    /// Nobody answers there: exit 7.
    case unreachable(String)
    case timedOut(afterSeconds: Int)
    /// The request or the server's certificate is not acceptable; trying again changes nothing.
    case refused(String)

    package var message: String {
        switch self {
        case .unreachable(let reason): "the daemon cannot be reached: \(reason)"
        case .timedOut(let seconds): "the daemon did not answer within \(seconds) s"
        case .refused(let reason): "the request was not sent: \(reason)"
        }
    }
}
