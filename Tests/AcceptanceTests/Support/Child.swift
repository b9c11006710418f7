import Foundation
import Glibc

/// A process that a test started, its output in files, ended at the latest with the value.
final class Child {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private static let env = "/usr/bin/env"

    let pid: pid_t
    private var exit: Int32?
    /// Open for as long as this value lives: the Python tools end when it closes.
    private let inputEnd: Int32

    /// Starts `executable` in `folder`; standard output and error are appended to the two files.
    init(
        _ executable: String,
        _ arguments: [String],
        in folder: URL,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        output: URL,
        errors: URL
    ) throws {
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw Failed(description: "no pipe") }
        // Only the child's own end may live in a child.
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        inputEnd = pipe[1]
        defer { close(pipe[0]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[0], 0)
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, output.path, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors.path, flags, 0o600)

        // A thread of a test's blocks most signals, and what is started would keep that for ever.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] =
            // env changes the folder and becomes the program, under the same process id.
            ([Self.env, "-C", folder.path, executable] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var started: pid_t = 0
        let fault = posix_spawn(&started, Self.env, &actions, &attributes, &words, &variables)
        guard fault == 0 else {
            close(inputEnd)
            throw Failed(description: "\(executable): \(String(cString: strerror(fault)))")
        }
        pid = started
    }

    deinit {
        close(inputEnd)
        if exit == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    var isRunning: Bool { poll() == nil }

    func send(_ signal: Int32) {
        if poll() == nil { kill(pid, signal) }
    }

    /// The exit code, 128 + N where signal N ended it, or `nil` where it still runs after that
    /// long.
    func exitCode(within seconds: Double) -> Int32? {
        eventually(within: seconds) { poll() }
    }

    private func poll() -> Int32? {
        if let exit { return exit }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        exit = signal == 0 ? (status >> 8) & 0xff : 128 + signal
        return exit
    }
}

/// The first answer of `question` that is not `nil`, or `nil` where none came in time.
func eventually<Answer>(
    within seconds: Double,
    _ question: () throws -> Answer?
) rethrows -> Answer? {
    let end = ContinuousClock.now + .milliseconds(Int(seconds * 1_000))
    while true {
        if let answer = try question() { return answer }
        if ContinuousClock.now >= end { return nil }
        usleep(10_000)
    }
}

/// Whether `condition` came true in time.
func becomesTrue(within seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
    try eventually(within: seconds) { try condition() ? true : nil } ?? false
}
