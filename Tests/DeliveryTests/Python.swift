import Dispatch
import Foundation
import Synchronization

/// Scripts that tests talk to, run by the Python of `TOCSIN_PYTHON`, `.build-venv` or the system.
enum Python {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Receivers"
    )

    private static var executable: [String] {
        if let named = ProcessInfo.processInfo.environment["TOCSIN_PYTHON"] { return [named] }
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let own = root.appending(path: ".build-venv/bin/python3").path
        let isThere = FileManager.default.isExecutableFile(atPath: own)
        return isThere ? [own] : ["/usr/bin/env", "python3"]
    }

    static func process(_ script: String, input: Pipe, output: Pipe) throws -> Process {
        let words = executable + [folder.appending(path: script).path]
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        return process
    }

    /// Runs a script over `input` and returns what it printed.
    static func output(of script: String, input bytes: [UInt8]) async throws -> Data {
        try await Blocking.run {
            let (input, output) = (Pipe(), Pipe())
            let process = try process(script, input: input, output: output)
            try input.fileHandleForWriting.write(contentsOf: Data(bytes))
            try input.fileHandleForWriting.close()
            let printed = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return printed
        }
    }
}

/// Work that waits for other processes, off the cooperative threads that all tests share.
enum Blocking {
    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// A running `receiver.py`; it ends with its last owner.
final class Receiver: Sendable {
    let webPort: Int
    let mailPort: Int
    /// The web server behind TLS, and the file of the certificate that signed itself.
    let tlsPort: Int
    let certificate: String
    private let talk: Mutex<Talk>

    /// Lines to the process and back.
    private struct Talk: @unchecked Sendable {
        // Unchecked: Foundation's pipes do not say so, but a mutex holds them.
        let input = Pipe()
        let output = Pipe()

        func line() throws -> Data {
            var line = Data()
            while line.last != 0x0A {
                let bytes = output.fileHandleForReading.availableData
                if bytes.isEmpty { throw CocoaError(.fileReadUnknown) }
                line += bytes
            }
            return line
        }
    }

    private init(talk: Talk, words: [Substring]) throws {
        let ports = words.compactMap { Int($0) }
        guard words.count == 4, ports.count == 3 else { throw CocoaError(.fileReadUnknown) }
        (webPort, mailPort, tlsPort) = (ports[0], ports[1], ports[2])
        certificate = String(words[3])
        self.talk = Mutex(talk)
    }

    deinit { talk.withLock { try? $0.input.fileHandleForWriting.close() } }

    static func started() async throws -> Receiver {
        try await Blocking.run {
            let talk = Talk()
            _ = try Python.process("receiver.py", input: talk.input, output: talk.output)
            let words = String(decoding: try talk.line(), as: UTF8.self)
                .split { $0.isWhitespace }
            return try Receiver(talk: talk, words: words)
        }
    }

    /// Everything that reached it so far.
    func log() async throws -> Log {
        let line = try await Blocking.run {
            try self.talk.withLock { talk in
                try talk.input.fileHandleForWriting.write(contentsOf: Data("log\n".utf8))
                return try talk.line()
            }
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Log.self, from: line)
    }

    struct Log: Decodable {
        struct Request: Decodable {
            var method: String
            var path: String
            var headers: [String: String]
            var body: Data
        }
        struct Mail: Decodable {
            var from: String
            var to: String
            var raw: Data
        }
        var connections: Int
        var mailConnections: Int
        var requests: [Request]
        var mails: [Mail]
        var verbs: [String]
    }
}
