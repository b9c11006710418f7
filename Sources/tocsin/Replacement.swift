import Daemon
import Glibc

/// A file of the user's that is rewritten whole: a reader sees the old text or the new one.
struct Replacement {
    var path: String

    /// Writes beside the file and renames.
    func write(_ text: String) throws(CommandFailure) {
        // A link stays one: what it leads to is rewritten.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let target = resolved.map { String(cString: $0) } ?? path
        let beside = target + ".tocsin-new"
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o644
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritable }
        let isWritten = SystemFile.write(text, to: descriptor) && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(beside, target) == 0 else {
            let failure = unwritable
            unlink(beside)
            throw failure
        }
    }

    private var unwritable: CommandFailure {
        CommandFailure(
            code: "file-unwritable",
            message: "cannot write `\(path)`: \(String(cString: strerror(errno)))",
            fix: "check its owner, its mode and the room on its disk",
            exit: 1
        )
    }
}
