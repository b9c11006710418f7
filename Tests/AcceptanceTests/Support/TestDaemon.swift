import Foundation
import Glibc
import Testing

/// The real daemon in a workspace, running at `speed` times the speed of time.
final class TestDaemon {
    let workspace: Workspace
    let speed: Int
    /// What it finds in its environment beside what the tests have in theirs.
    var variables: [String: String]
    /// A command that becomes the daemon.
    private let wrapper: [String]
    private var child: Child

    /// Starts it and waits until it answers.
    init(
        in workspace: Workspace,
        speed: Int = 1,
        variables: [String: String] = [:],
        wrapper: [String] = []
    ) throws {
        self.workspace = workspace
        self.speed = speed
        self.variables = variables
        self.wrapper = wrapper
        child = try Self.started(in: workspace, speed: speed, variables, wrapper)
        try awaitAnswer()
    }

    private static func started(
        in workspace: Workspace,
        speed: Int,
        _ variables: [String: String],
        _ wrapper: [String]
    ) throws -> Child {
        let command = wrapper + [Workspace.binary.path, "run"]
        return try Child(
            command[0],
            Array(command.dropFirst()) + (speed == 1 ? [] : ["--rehearsal", "\(speed)"]),
            in: workspace.folder,
            environment: ProcessInfo.processInfo.environment.merging(variables) { $1 },
            output: workspace.path("daemon.stdout"),
            errors: workspace.path("daemon.stderr")
        )
    }

    var isRunning: Bool { child.isRunning }
    var processID: Int32 { child.pid }

    func exitCode(within seconds: Double) -> Int32? { child.exitCode(within: seconds) }

    /// kill -9, and gone before this returns.
    func kill() {
        child.send(SIGKILL)
        _ = child.exitCode(within: 10)
    }

    /// SIGTERM; the exit code, or `nil` where it did not go within fifteen seconds.
    func stop() -> Int32? {
        child.send(SIGTERM)
        return child.exitCode(within: 15)
    }

    func signal(_ number: Int32) { child.send(number) }

    /// The most memory it ever held at once, as the kernel counts it.
    var mostResidentKilobytes: Int? {
        let status = try? String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }
    }

    /// Starts it again; `waits` for its first answer or returns at once.
    func restart(waits: Bool = true) throws {
        child = try Self.started(in: workspace, speed: speed, variables, wrapper)
        if waits { try awaitAnswer() }
    }

    func awaitAnswer() throws {
        let isReady = try becomesTrue(within: 30) {
            guard child.isRunning else {
                throw Child.Failed(
                    description: "the daemon ended: \(workspace.text("daemon.stderr"))"
                )
            }
            return answersEverywhere
        }
        guard isReady else {
            throw Child.Failed(description: "no answer: \(workspace.text("daemon.stderr"))")
        }
    }

    /// Whether all its doors are open: the port may be later than the socket.
    private var answersEverywhere: Bool {
        guard Self.answers(workspace.path("var/tocsin.sock").path) else { return false }
        // In a network of its own nobody here can knock at its port.
        guard !wrapper.contains("-n") else { return true }
        let listen = "listen: 127.0.0.1:\(workspace.port)"
        guard workspace.text("config/tocsin.yaml").contains(listen) else { return true }
        return Self.answers(port: workspace.port)
    }

    private static func answers(port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, length) == 0
            }
        }
    }

    /// Whether somebody accepts connections on the unix socket.
    private static func answers(_ path: String) -> Bool {
        let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, length) == 0
            }
        }
    }

    /// Opens a case by the command line and gives its number.
    func open(
        policy: String = "quik",
        priority: String = "P1",
        title: String,
        key: String? = nil
    ) throws -> Int {
        var words = ["open", "--policy", policy, "--priority", priority]
        words += ["--customer", "Northwind", "--title", title, "-o", "json"]
        if let key { words += ["--key", key] }
        let ran = try workspace.run(Workspace.binary.path, words)
        guard ran.exit == 0, let number = ran.json.caseObject["number"].int else {
            throw Child.Failed(description: "open: exit \(ran.exit) \(ran.output)\(ran.errors)")
        }
        return number
    }
}

extension JSONValue {
    /// The case in an answer that is one, or that holds one under `case`.
    var caseObject: JSONValue { self["case"].isNull ? self : self["case"] }
}
