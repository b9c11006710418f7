import Glibc

/// Files of this machine, read whole or listed, with the system's reason where that fails.
package enum SystemFile {
    package struct Fault: Error, Hashable, Sendable {
        package var path: String
        /// The system's word, such as `No such file or directory`.
        package var reason: String
        package var isMissing: Bool

        init(_ path: String) {
            let number = errno
            self.path = path
            reason = String(cString: strerror(number))
            isMissing = number == ENOENT || number == ENOTDIR
        }
    }

    /// At most `limit` bytes of the file; whoever must know of more asks for one more.
    package static func bytes(of path: String, upTo limit: Int) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
        while bytes.count < limit {
            let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Fault(path) }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// What a folder holds, without hidden entries, sorted; `isFolder` follows links.
    static func entries(of path: String) throws(Fault) -> [(name: String, isFolder: Bool)] {
        guard let folder = opendir(path) else { throw Fault(path) }
        defer { closedir(folder) }
        var entries: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let type = Int(entry.pointee.d_type)
            let isKnown = type == Int(DT_DIR) || type == Int(DT_REG)
            let isFolder = isKnown ? type == Int(DT_DIR) : mode(of: "\(path)/\(name)").isFolder
            entries.append((name, isFolder))
        }
        return entries.sorted { $0.name < $1.name }
    }

    struct Mode: Hashable, Sendable {
        var exists: Bool
        var isFolder: Bool
        var isSocket: Bool
        var permissions: UInt32
        var owner: UInt32
    }

    static func mode(of path: String) -> Mode {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return Mode(exists: false, isFolder: false, isSocket: false, permissions: 0, owner: 0)
        }
        let type = status.st_mode & S_IFMT
        return Mode(
            exists: true,
            isFolder: type == S_IFDIR,
            isSocket: type == S_IFSOCK,
            permissions: status.st_mode & 0o7777,
            owner: status.st_uid
        )
    }

    /// The mode of a file that others than its owner can use, as `ls` counts it; `nil` where they
    /// cannot, or where there is none.
    package static func exposure(of path: String) -> String? {
        let mode = mode(of: path)
        guard mode.exists, mode.permissions & 0o077 != 0 else { return nil }
        return String(mode.permissions, radix: 8)
    }

    /// In bytes; `nil` where there is no such file.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Appends to a file of the owner's alone, in one write.
    static func append(_ text: String, to path: String) throws(Fault) {
        try append(Array(text.utf8), to: path)
    }

    static func append(_ bytes: [UInt8], to path: String) throws(Fault) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Fault(path) }
        defer { close(descriptor) }
        guard write(bytes, to: descriptor) else { throw Fault(path) }
    }

    /// Writes all of `text`; `false` where the reader is gone.
    @discardableResult
    package static func write(_ text: String, to descriptor: CInt) -> Bool {
        write(Array(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever else has this terminal or pipe made it so; its reader is waited for.
                var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&question, 1, 1_000)
                usleep(1_000)
                continue
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }
}
