import Glibc
import NIOCore

/// Who stands at the other end of a connection, as far as the system vouches for it.
struct Peer: Hashable, Sendable {
    /// The network address without the port; `nil` on the socket.
    var address: String?
    /// A program on this machine, which may be a proxy for somebody else.
    var isLoopback = false
    /// Root or the daemon's own user, on the socket.
    var isOwner = false

    /// The system's `struct ucred`.
    private struct Credentials: Sendable {
        var process: CInt
        var user: UInt32
        var group: UInt32
    }

    init(address: String? = nil, isLoopback: Bool = false, isOwner: Bool = false) {
        self.address = address
        self.isLoopback = isLoopback
        self.isOwner = isOwner
    }

    init(of channel: any Channel, door: Door) async {
        switch door {
        case .network:
            let remote = channel.remoteAddress
            address = remote?.ipAddress
            isLoopback = remote?.isLoopback ?? false
        case .socket:
            guard let socket = channel as? any SocketOptionProvider else { return }
            let asked: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
                level: .socket,
                name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
            )
            guard let peer = try? await asked.get() else { return }
            isOwner = peer.user == 0 || peer.user == geteuid()
        }
    }
}

extension SocketAddress {
    var isLoopback: Bool {
        guard let text = ipAddress else { return false }
        return text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}
