import Glibc
import Store

/// The right to a database file, held through an advisory lock on `PATH.lock` while it lives.
///
/// The kernel ends it with the process, however that dies; the file itself stays.
final class FileLock: Sendable {
    private let descriptor: CInt

    /// Makes missing directories for the owner only.
    init(databasePath path: String) throws(StoreError) {
        try Self.makeDirectories(of: path)
        let lockPath = path + ".lock"
        // From here on `deinit` closes it, also where this throws.
        descriptor = try Self.opened(lockPath)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw StoreError.locked(path: path, by: Self.holder(descriptor))
        }
        let process = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, process, process.count, 0) == process.count
        else {
            throw StoreError.cannotOpen(path: lockPath, reason: Self.systemReason())
        }
    }

    func release() {
        flock(descriptor, LOCK_UN)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Makes the database file where it is missing, and takes others' rights to it away.
    static func makeOwnerOnlyFile(_ path: String) throws(StoreError) {
        Glibc.close(try opened(path))
    }

    /// Follows no link in the last place, so that nobody can put another file in its stead.
    private static func opened(_ path: String) throws(StoreError) -> CInt {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.cannotOpen(path: path, reason: systemReason())
        }
        guard fchmod(descriptor, 0o600) == 0 else {
            let reason = systemReason()
            Glibc.close(descriptor)
            throw StoreError.cannotOpen(path: path, reason: reason)
        }
        return descriptor
    }

    private static func makeDirectories(of path: String) throws(StoreError) {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            end = path.index(after: slash)
            let directory = String(path[..<slash])
            guard !directory.isEmpty, mkdir(directory, 0o700) != 0, errno != EEXIST else {
                continue
            }
            // Above our own directories there may be some we cannot write to; opening will tell.
            guard errno != EACCES, errno != EROFS, errno != EPERM else { continue }
            throw StoreError.cannotOpen(path: directory, reason: systemReason())
        }
    }

    private static func holder(_ descriptor: CInt) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let digits = bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    private static func systemReason() -> String {
        String(cString: strerror(errno))
    }
}
