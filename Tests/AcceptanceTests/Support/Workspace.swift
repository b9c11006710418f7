import Foundation
import Glibc

/// A folder of one test's own, with its files, its daemon's database and everything it printed.
final class Workspace {
    static let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The binary under test: `TOCSIN_BINARY`, or what stands beside the test bundle.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["TOCSIN_BINARY"], !path.isEmpty {
            return URL(filePath: path)
        }
        return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "tocsin")
    }()

    let folder: URL
    /// Where the daemon of this test listens.
    let port: Int
    private var runs = 0

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "tocsin-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        port = try Self.freePort()
    }

    deinit {
        // A failed test's files are worth reading: KEEP=1 leaves them there.
        guard ProcessInfo.processInfo.environment["KEEP"] == nil else { return }
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> URL { folder.appending(path: name) }

    /// Writes a file, making its folders; `mode` is that of the file.
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        let place = path(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: place)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
    }

    func text(_ name: String) -> String {
        (try? String(contentsOf: path(name), encoding: .utf8)) ?? ""
    }

    /// Copies a file or folder of the repository to the same place here.
    func copy(_ name: String) throws {
        let target = path(name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(
            at: Self.repository.appending(path: name),
            to: target
        )
    }

    /// Copies a folder of this workspace beside itself.
    func copyTree(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(at: path(name), to: path(other))
    }

    /// What a command did.
    struct Ran {
        let exit: Int32
        let output: String
        let errors: String

        var json: JSONValue { JSONValue(parsing: output) }
    }

    /// Runs `tocsin` here to its end; exit -1 where that took longer than half a minute.
    @discardableResult
    func tocsin(_ arguments: String...) throws -> Ran {
        try run(Self.binary.path, arguments)
    }

    func run(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        within seconds: Double = 30
    ) throws -> Ran {
        runs += 1
        let output = "out/\(runs).stdout"
        let errors = "out/\(runs).stderr"
        try FileManager.default.createDirectory(
            at: path("out"),
            withIntermediateDirectories: true
        )
        let child = try Child(
            executable,
            arguments,
            in: folder,
            environment: environment,
            output: path(output),
            errors: path(errors)
        )
        let exit = child.exitCode(within: seconds) ?? -1
        return Ran(exit: exit, output: text(output), errors: text(errors))
    }

    /// A port of loopback that nobody listened on a moment ago.
    static func freePort() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(handle, generic, length) == 0 && getsockname(handle, generic, &length) == 0
            }
        }
        guard isBound else { throw Child.Failed(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
