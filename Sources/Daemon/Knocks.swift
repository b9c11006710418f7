import Client
import Engine
import Glibc
import RuleFiles
import Synchronization

/// Asks at the daemon's own addresses whether anybody answers, as who opens a case would find out.
///
/// An engine that turns is of no use where nothing comes in.
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

    private let doors: Mutex<[Door]>

    init(at settings: DaemonSettings) {
        let listen = settings.listen
        let web = listen.reachable.authority
        var doors = [
            Door(name: settings.socket, target: .socket(settings.socket)),
            Door(name: listen.authority, target: .url("http://\(web)")),
        ]
        if let tls = settings.tls?.listen {
            let web = tls.reachable.authority
            doors.append(Door(name: tls.authority, target: .url("https://\(web)")))
        }
        self.doors = Mutex(doors)
    }

    /// Once the doors are open, and for as long as the process lives.
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
        request.usesProxy = false
        do throws(ClientError) {
            _ = try Remote.exchange(request, with: target)
            return true
        } catch {
            // A certificate for another name than this address is an answer too.
            if case .refused = error { return true }
            return false
        }
    }
}

extension DaemonSettings.Endpoint {
    /// Where this machine reaches what listens on all of its addresses.
    fileprivate var reachable: Self {
        var endpoint = self
        if host == "0.0.0.0" { endpoint.host = "127.0.0.1" }
        if host == "::" { endpoint.host = "::1" }
        return endpoint
    }
}
