import Foundation
import Glibc

/// A socket as systemd has one: hears what a daemon tells its service manager.
///
/// It has to be read often, since the system keeps few datagrams and then makes the daemon wait.
final class NoticeSocket {
    let path: String
    private let descriptor: Int32
    private var heard: [String] = []

    init(in workspace: Workspace) throws {
        path = workspace.path("notify").path
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Child.Failed(description: "\(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let handle = descriptor
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, length) == 0
            }
        }
        guard isBound else {
            throw Child.Failed(description: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// How many of the notices so far had that line.
    func count(of line: String) -> Int {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let size = bytes.count
        while true {
            let length = recv(descriptor, &bytes, size, 0)
            guard length > 0 else { break }
            heard.append(String(decoding: bytes.prefix(length), as: UTF8.self))
        }
        return heard.count { $0.components(separatedBy: "\n").contains(line) }
    }
}
