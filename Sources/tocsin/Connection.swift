import ArgumentParser
import CivilTime
import Client
import Daemon
import Glibc
import Paging
import Shapes

/// Which daemon to ask.
struct DaemonOptions: ParsableArguments {
    @Option(help: "The daemon's address; its socket var/tocsin.sock where none is named.")
    var server: String?

    @Option(help: "A file with a token, mode 600; TOCSIN_TOKEN_FILE where it is not said.")
    var tokenFile: String?

    func connection() throws(CommandFailure) -> Connection {
        try Connection(server: server, tokenFile: tokenFile)
    }

    /// How times are shown, and `texts` read: where one of them counts from now, from the daemon's,
    /// which in a rehearsal is not the machine's (docs/decisions/0005).
    func times(_ time: TimeOptions, reading texts: [String?]) throws(CommandFailure) -> Times {
        guard texts.contains(where: { $0.map(Times.isRelative) ?? false }) else {
            return try time.times()
        }
        let answer = try connection().get("/v1/clock")
        guard let now = answer.json["now"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
            throw CommandFailure(
                code: "clock-unknown",
                message: "the daemon does not say what time it is",
                fix: "write the time in full, such as 2026-12-24T09:00:00Z",
                exit: 1
            )
        }
        return try Times(isUTC: time.utc, now: now)
    }
}

/// Which daemon to ask, who asks, and how it answers.
struct ServerOptions: ParsableArguments {
    @OptionGroup var daemon: DaemonOptions

    @Option(
        name: .customLong("as"),
        help: "Who acts: a key of people.yaml; TOCSIN_AS where it is not said."
    )
    var actor: String?

    var person: String? {
        actor ?? getenv("TOCSIN_AS").map { String(cString: $0) }
    }

    @OptionGroup var output: OutputOptions
    @OptionGroup var time: TimeOptions

    func connection() throws(CommandFailure) -> Connection { try daemon.connection() }

    func times(reading texts: String?...) throws(CommandFailure) -> Times {
        try daemon.times(time, reading: texts)
    }
}

/// Requests to a daemon; whatever it refuses becomes the command's own failure.
struct Connection {
    static let socket = "var/tocsin.sock"

    private let target: Remote.Target
    private let token: String?

    init(server: String?, tokenFile: String?) throws(CommandFailure) {
        target = server.map { .url($0) } ?? .socket(Self.socket)
        let named = tokenFile ?? getenv("TOCSIN_TOKEN_FILE").map { String(cString: $0) }
        guard let tokenFile = named, !tokenFile.isEmpty else {
            token = nil
            return
        }
        if let mode = SystemFile.exposure(of: tokenFile) {
            throw CommandFailure(
                code: "token-exposed",
                message: "others can read the token in `\(tokenFile)` (its mode is \(mode))",
                fix: "chmod 600 \(tokenFile)",
                exit: 1
            )
        }
        do throws(SystemFile.Fault) {
            let bytes = try SystemFile.bytes(of: tokenFile, upTo: 4_096)
            let text = String(decoding: bytes, as: UTF8.self)
            token = text.split { $0.isWhitespace }.first.map(String.init)
        } catch {
            throw CommandFailure(
                code: "token-unreadable",
                message: "cannot read `\(tokenFile)`: \(error.reason)",
                fix: "name the file that holds the token",
                exit: 1
            )
        }
    }

    func get(
        _ path: String,
        _ query: [(String, String?)] = []
    ) throws(CommandFailure) -> DaemonAnswer {
        try exchange(Remote.Request("GET", path + Self.query(query), token: token))
    }

    func post(
        _ path: String,
        body: JSONWriter = JSONWriter(),
        headers: [(name: String, text: String)] = [],
        timeoutSeconds: Int = 30
    ) throws(CommandFailure) -> DaemonAnswer {
        try exchange(
            Remote.Request(
                "POST",
                path,
                body: body.bytes,
                headers: headers,
                token: token,
                timeoutSeconds: timeoutSeconds
            )
        )
    }

    /// Bytes as they are, such as a mail.
    func post(
        _ path: String,
        bytes: [UInt8],
        contentType: String
    ) throws(CommandFailure) -> DaemonAnswer {
        let headers = [(name: "Content-Type", text: contentType)]
        return try exchange(
            Remote.Request("POST", path, body: bytes, headers: headers, token: token)
        )
    }

    func delete(_ path: String) throws(CommandFailure) -> DaemonAnswer {
        try exchange(Remote.Request("DELETE", path, token: token))
    }

    private func exchange(_ request: Remote.Request) throws(CommandFailure) -> DaemonAnswer {
        let reply: Remote.Reply
        do throws(ClientError) {
            reply = try Remote.exchange(request, with: target)
        } catch {
            let fix =
                switch target {
                case .socket:
                    "start it here with `tocsin run`, go to the folder it runs in,"
                        + " or say --server URL"
                case .url: "check the address and that the daemon runs there"
                }
            throw CommandFailure(error, fix: fix)
        }
        let answer = DaemonAnswer(status: reply.status, bytes: reply.body)
        if let failure = answer.failure { throw failure }
        return answer
    }

    /// `?a=b&c=d` of what is not nil; empty where nothing is.
    private static func query(_ items: [(String, String?)]) -> String {
        let pairs = items.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    /// Percent-encoded, for one part of a path or a query.
    static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
            if isPlain {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// What the daemon answered.
struct DaemonAnswer {
    var status: Int
    var bytes: [UInt8]

    /// The JSON as it came, for `-o json`.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    var json: JSON { (try? JSON(parsing: bytes, bytesMax: Remote.replyBytesMax)) ?? .null }

    /// `nil` for every status that says it was done.
    fileprivate var failure: CommandFailure? {
        guard !(200..<300).contains(status), status != 422 else { return nil }
        let problem = json
        let code = problem["code"]?.string ?? "status-\(status)"
        return CommandFailure(
            code: code,
            message: problem["detail"]?.string ?? "the daemon answered with status \(status)",
            fix: problem["fix"]?.string ?? "see its log",
            exit: exit(code)
        )
    }

    private func exit(_ code: String) -> Int32 {
        if let code = Refusal.Code(rawValue: code) { return Int32(code.exit) }
        switch status {
        case 401, 403: return 4
        case 404: return 5
        case 409, 412: return 6
        case 502, 503, 504: return 7
        default: return 1
        }
    }
}
