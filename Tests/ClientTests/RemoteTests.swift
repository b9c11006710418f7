import Dispatch
import Foundation
import Testing

@testable import Client

/// A server on a unix socket of its own; it ends with its last owner.
private final class EchoServer: @unchecked Sendable {
    // Unchecked: the pipe is only closed, once, in deinit.
    let path: String
    private let input = Pipe()

    init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/tocsin-\(UUID().uuidString).sock"
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
        let own = root.appending(path: ".build-venv/bin/python3").path
        let named = ProcessInfo.processInfo.environment["TOCSIN_PYTHON"]
        let isOwn = FileManager.default.isExecutableFile(atPath: own)
        let words = (named ?? (isOwn ? own : nil)).map { [$0] } ?? ["/usr/bin/env", "python3"]
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments =
            words.dropFirst() + [folder.appending(path: "Receivers/echo.py").path, path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
    }

    deinit {
        try? input.fileHandleForWriting.close()
        try? FileManager.default.removeItem(atPath: path)
    }
}

private struct Seen: Decodable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: String
}

@Suite("The command line's client says what the daemon answered, or why nobody did")
struct RemoteTests {
    private func seen(_ reply: Remote.Reply) throws -> Seen {
        try JSONDecoder().decode(Seen.self, from: Data(reply.body))
    }

    @Test("A request arrives over the socket with its body, token and headers")
    func exchange() throws {
        let server = try EchoServer()
        let request = Remote.Request(
            "POST",
            "/v1/cases?limit=5",
            body: Array(#"{"title":"Grüße"}"#.utf8),
            headers: [("Idempotency-Key", "a1")],
            token: "s3cret"
        )
        let reply = try Remote.exchange(request, with: .socket(server.path))
        #expect(reply.status == 200)
        #expect(reply.header("etag") == #""7""#)
        let seen = try seen(reply)
        #expect(seen.method == "POST")
        #expect(seen.path == "/v1/cases?limit=5")
        #expect(seen.body == #"{"title":"Grüße"}"#)
        #expect(seen.headers["content-type"] == "application/json")
        #expect(seen.headers["authorization"] == "Bearer s3cret")
        #expect(seen.headers["idempotency-key"] == "a1")
        #expect(seen.headers["expect"] == nil)
    }

    @Test("Every method and status passes; an error status is a reply", arguments: [200, 404, 503])
    func statuses(_ status: Int) throws {
        let server = try EchoServer()
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let reply = try Remote.exchange(
                Remote.Request(method, "/status/\(status)"),
                with: .socket(server.path)
            )
            #expect(reply.status == status)
            #expect(try seen(reply).method == method)
            #expect(try seen(reply).body == "")
        }
    }

    @Test("A socket or port where nobody listens is unreachable")
    func unreachable() {
        for target in [
            Remote.Target.socket("/nonexistent/tocsin.sock"), .url("http://127.0.0.1:1"),
        ] {
            #expect {
                try Remote.exchange(Remote.Request("GET", "/"), with: target)
            } throws: { error in
                if case .unreachable = error as? ClientError { true } else { false }
            }
        }
    }

    @Test("A daemon that does not answer in time is told apart from none")
    func timeout() throws {
        let server = try EchoServer()
        #expect(throws: ClientError.timedOut(afterSeconds: 1)) {
            try Remote.exchange(
                Remote.Request("GET", "/slow", timeoutSeconds: 1),
                with: .socket(server.path)
            )
        }
    }

    @Test(
        "What would break out of its line is not sent",
        arguments: ["/a b", "/a\r\nX: y", "no-slash", ""]
    )
    func injection(_ path: String) {
        #expect(throws: ClientError.self) {
            try Remote.exchange(Remote.Request("GET", path), with: .url("http://127.0.0.1:1"))
        }
        #expect(throws: ClientError.refused("the request cannot be sent as it is")) {
            try Remote.exchange(
                Remote.Request("GET", "/", token: "a\r\nX: y"),
                with: .url("http://127.0.0.1:1")
            )
        }
    }
}
