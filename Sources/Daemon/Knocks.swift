import Client
import Engine
import Glibc
import NIOCore
import Synchronization

/// Asks at the daemon's own addresses whether anybody answers, as who opens a case would find out.
///
/// An engine that turns is of no use where nothing comes in (docs/decisions/0025).
final class Knocks: Sendable {
    private struct Door: Sendable {
        var name: String
        var target: Remote.Target
        /// Knocks in a row without an answer; counted, as time passes while a machine sleeps.
        var misses = 0
    }

    private static let everySeconds: UInt32 = 15
    private static let patienceSeconds = 10
    private static let missesMax = 3

    private let doors = Mutex<[Door]>([])

    /// A door that is open now, by the address that it got.
    func add(_ address: SocketAddress, isTLS: Bool) {
        guard let door = Self.door(at: address, isTLS) else { return }
        doors.withLock { $0.append(door) }
    }

    /// For as long as the process lives.
    func start() {
        SystemThread.start { [self] in
            while true {
                knock()
                sleep(Self.everySeconds)
            }
        }
    }

    /// Names of doors at which three knocks in a row were not answered.
    var deaf: [String] {
        doors.withLock { doors in doors.filter { $0.misses >= Self.missesMax }.map(\.name) }
    }

    func knock() {
        for (index, door) in doors.withLock({ $0 }).enumerated() {
            let isAnswered = Self.isAnswered(door.target)
            doors.withLock { doors in
                doors[index].misses = isAnswered ? 0 : doors[index].misses + 1
            }
        }
    }

    private static func isAnswered(_ target: Remote.Target) -> Bool {
        var request = Remote.Request(
            "GET",
            "/healthz",
            connectSeconds: patienceSeconds,
            timeoutSeconds: patienceSeconds
        )
        // Nothing is told to whoever answers, and its certificate is for another name.
        (request.usesProxy, request.verifies) = (false, false)
        return (try? Remote.exchange(request, with: target)) != nil
    }

    private static func door(at address: SocketAddress, _ isTLS: Bool) -> Door? {
        if let path = address.pathname {
            return Door(name: path, target: .socket(path))
        }
        guard let host = address.ipAddress, let port = address.port else { return nil }
        // Where this machine reaches what listens on all of its addresses.
        let own = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        let scheme = isTLS ? "https" : "http"
        let authority = own.contains(":") ? "[\(own)]:\(port)" : "\(own):\(port)"
        return Door(name: "\(host) port \(port)", target: .url("\(scheme)://\(authority)"))
    }
}
