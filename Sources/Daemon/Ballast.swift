import Glibc

/// Space kept beside the database, given back when the disk is full so that open work can be
/// finished (reliability.md F6).
struct Ballast: Sendable {
    static let bytes = 64 << 20
    /// Below this much free space it is given back and new cases are refused.
    static let floorBytes = 32 << 20
    /// Above this much it is taken again, and all is as before.
    static let ceilingBytes = 96 << 20

    let path: String

    /// Of a database at `path`.
    init(besides path: String) { self.path = path + ".ballast" }

    /// What an ordinary user may still write where it lies; `nil` where the system cannot say.
    var freeBytes: Int? {
        let end = path.lastIndex(of: "/")
        let folder = end.map { String(path[..<$0]) } ?? "."
        var status = statvfs()
        guard statvfs(folder.isEmpty ? "/" : folder, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    var isThere: Bool { SystemFile.size(of: path) == Self.bytes }

    /// Whether it stands afterwards; nothing of it does where there is no room.
    @discardableResult
    func make() -> Bool {
        if isThere { return true }
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, off_t(Self.bytes)) == 0 else {
            release()
            return false
        }
        return true
    }

    /// Whether there was something to give back.
    @discardableResult
    func release() -> Bool { unlink(path) == 0 }
}
