import Glibc

/// The path of the daemon's own socket, made safe before it is bound.
struct SocketPlace {
    var path: String

    /// Makes its folder for the owner only, removes what a dead daemon left, spares the living.
    func prepare() throws(StartFault) {
        guard path.utf8.count < Self.pathBytesMax else {
            throw StartFault(
                "socket-path",
                "the path of the socket `\(path)` has more than \(Self.pathBytesMax - 1) bytes",
                fix: "name a shorter one under socket: in tocsin.yaml"
            )
        }
        try prepareFolder()
        let mode = SystemFile.mode(of: path)
        guard mode.exists else { return }
        guard mode.isSocket else {
            throw StartFault(
                "socket-taken",
                "`\(path)` is there and is no socket",
                fix: "move it away, or name another path under socket: in tocsin.yaml"
            )
        }
        guard !isAnswered else {
            throw StartFault(
                "socket-taken",
                "another daemon answers at `\(path)`",
                fix: "stop it, or name another path under socket: in tocsin.yaml"
            )
        }
        unlink(path)
    }

    /// The size of `sun_path`.
    private static let pathBytesMax = 108

    private func prepareFolder() throws(StartFault) {
        var folder = path
        while folder.last.map({ $0 != "/" }) ?? false { folder.removeLast() }
        folder = folder.isEmpty ? "." : folder
        var end = folder.startIndex
        while let slash = folder[end...].firstIndex(of: "/") {
            end = folder.index(after: slash)
            let part = String(folder[..<slash])
            if !part.isEmpty { mkdir(part, 0o700) }
        }
        let mode = SystemFile.mode(of: folder)
        guard mode.isFolder else {
            throw StartFault(
                "socket-folder",
                "cannot make the folder `\(folder)`: \(String(cString: strerror(errno)))",
                fix: "make it, or name another path under socket: in tocsin.yaml"
            )
        }
        guard mode.permissions & 0o022 == 0 || mode.permissions & 0o1000 != 0 else {
            throw StartFault(
                "socket-exposed",
                "others can write in `\(folder)`, where the daemon's socket is to be",
                fix: "chmod 700 \(folder)"
            )
        }
    }

    /// Whether somebody listens there.
    private var isAnswered: Bool {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8.prefix(target.count - 1))
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size) == 0
            }
        }
    }
}
