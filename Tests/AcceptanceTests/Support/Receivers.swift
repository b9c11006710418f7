import Foundation

/// A webhook as it arrived.
struct Arrival {
    /// Real seconds since 1970, when the whole request had been read.
    let at: Double
    let path: String
    let headers: JSONValue
    let body: String
    let status: Int

    /// The body, parsed.
    let json: JSONValue

    var key: String { headers["webhook-id"].string ?? "" }
}

/// A mail as it arrived.
struct Mail {
    let at: Double
    let from: String
    let to: [String]
    /// Headers and body, as sent.
    let text: String
    /// Whether it came over TLS.
    let isEncrypted: Bool

    /// The first header of that name, unfolded.
    func header(_ name: String) -> String? {
        let head =
            text.replacingOccurrences(of: "\r\n", with: "\n")
            .components(separatedBy: "\n\n").first ?? ""
        let unfolded = head.replacingOccurrences(of: "\n ", with: " ")
            .replacingOccurrences(of: "\n\t", with: " ")
        let prefix = name.lowercased() + ":"
        return unfolded.components(separatedBy: "\n")
            .first { $0.lowercased().hasPrefix(prefix) }
            .map { $0.dropFirst(prefix.count).trimmingCharacters(in: .whitespaces) }
    }
}

/// A Python tool that writes what it receives as JSON lines, for as long as this value lives.
class Recorder {
    let port: Int
    let record: URL
    private let child: Child

    fileprivate init(
        _ tool: String,
        in workspace: Workspace,
        _ arguments: [String] = []
    ) throws {
        let name = (tool as NSString).deletingPathExtension
        record = workspace.path("\(name).jsonl")
        let portFile = workspace.path("\(name).port")
        child = try Child(
            Python.executable,
            [Python.tool(tool), record.path, portFile.path] + arguments,
            in: workspace.folder,
            output: workspace.path("\(name).log"),
            errors: workspace.path("\(name).log")
        )
        let found = eventually(within: 20) {
            (try? String(contentsOf: portFile, encoding: .utf8)).flatMap { Int($0) }
        }
        guard let found else {
            throw Child.Failed(description: "\(tool): \(workspace.text("\(name).log"))")
        }
        port = found
    }

    /// SIGSTOP makes it one that takes connections and says nothing.
    func signal(_ number: Int32) { child.send(number) }

    /// How much has arrived.
    var count: Int { (try? Data(contentsOf: record))?.count { $0 == 0x0A } ?? 0 }

    fileprivate var lines: [JSONValue] {
        let text = (try? String(contentsOf: record, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { JSONValue(parsing: String($0)) }
    }
}

/// A real HTTP server that takes webhooks; what its paths do stands in Tools/receiver.py.
final class Receiver: Recorder {
    init(in workspace: Workspace) throws { try super.init("receiver.py", in: workspace) }

    /// In order of arrival.
    var arrivals: [Arrival] {
        lines.compactMap { line in
            guard let path = line["path"].string, case .number(let at) = line["at"] else {
                return nil
            }
            let body = line["body"].string ?? ""
            return Arrival(
                at: at,
                path: path,
                headers: line["headers"],
                body: body,
                status: line["status"].int ?? 0,
                json: JSONValue(parsing: body)
            )
        }.sorted { $0.at < $1.at }
    }
}

/// A real SMTP server, aiosmtpd.
final class MailServer: Recorder {
    init(in workspace: Workspace) throws { try super.init("mailserver.py", in: workspace) }

    /// One that takes nothing before STARTTLS, with a certificate for 127.0.0.1 that only
    /// `cert.pem` vouches for.
    init(encryptedIn workspace: Workspace) throws {
        let (certificate, key) = (workspace.path("cert.pem"), workspace.path("key.pem"))
        let made = try workspace.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", key.path, "-out", certificate.path,
            ]
        )
        guard made.exit == 0 else { throw Child.Failed(description: made.errors) }
        try super.init("mailserver.py", in: workspace, [certificate.path, key.path])
    }

    /// In order of arrival.
    var mails: [Mail] {
        lines.compactMap { line in
            guard let data = line["data"].string, case .number(let at) = line["at"] else {
                return nil
            }
            return Mail(
                at: at,
                from: line["from"].string ?? "",
                to: line["to"].items.compactMap(\.string),
                text: data,
                isEncrypted: line["tls"] == .bool(true)
            )
        }
    }
}

/// A real SMTP server that hands each mail to `tocsin intake mail`.
final class PipeServer: Recorder {
    init(in workspace: Workspace) throws {
        try super.init("mta.py", in: workspace, [Workspace.binary.path, workspace.folder.path])
    }

    /// How the command ended, for each mail in order.
    var exits: [Int] { lines.compactMap { $0["exit"].int } }
    var said: [String] { lines.compactMap { $0["said"].string } }
}

/// Serves `document.json` of the workspace with an ETag, to whoever polls it.
final class DocumentServer: Recorder {
    init(in workspace: Workspace) throws {
        let file = workspace.path("document.json").path
        try super.init("document.py", in: workspace, [file])
    }

    /// The status of each answer, in order.
    var statuses: [Int] { lines.compactMap { $0["status"].int } }
    var authorizations: [String] { lines.compactMap { $0["authorization"].string } }
}

enum Python {
    /// The tests' own virtual environment; scripts/setup makes it.
    static let executable = Workspace.repository.appending(path: ".build-venv/bin/python").path

    static func tool(_ name: String) -> String {
        Workspace.repository.appending(path: "Tests/AcceptanceTests/Tools/\(name)").path
    }
}
