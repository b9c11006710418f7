import ArgumentParser
import Daemon
import RuleFiles
import Shapes

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over what other systems and other daemons have.",
        subcommands: [
            ImportCases.self, ImportOpsgenie.self, ImportPagerDuty.self,
            ImportGrafanaOnCall.self, ImportICS.self, ImportCSV.self,
        ]
    )
}

struct ImportCases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Open the cases of a file, a JSON object a line.",
        discussion: """
            A line is what POST /v1/cases takes, such as {"policy", "priority", "customer", \
            "title", "key", "opened_at"}, or one of tocsin export; of those, resolved and closed \
            ones are passed over. A line that was taken before is not taken twice: the same key, \
            while that case is open, or the same line within a day. A line that is refused is \
            told, the rest go on, and the exit code is 1.
            """
    )

    @Argument(help: "The file; - is standard input.")
    var file = "-"

    @OptionGroup var server: ServerOptions

    /// What became of the lines.
    private struct Count {
        var opened = 0
        var joined = 0
        var passed = 0
        var refused = 0
    }

    func run() throws {
        let connection = try server.connection()
        // Nothing is said of any line where nobody is there.
        _ = try connection.get("/v1/clock")
        var count = Count()
        var number = 0
        var unreachable: CommandFailure?
        try Batch(path: file).answer(
            plainly: { line, output in
                number += 1
                guard unreachable == nil else { return true }
                do throws(CommandFailure) {
                    let value = try Question(line: line).body
                    output += try open(value, line: number, connection, &count)
                } catch {
                    // Whoever is not there for one line is not there for the next.
                    if error.exit == 7 { unreachable = error } else { count.refused += 1 }
                    output += told(error, line: number)
                }
                return true
            },
            { _ throws(CommandFailure) in [] }
        )
        if let unreachable { throw unreachable }
        if !server.output.isJSON {
            Terminal.say(
                "\(count.opened) opened, \(count.joined) open already, \(count.passed) resolved "
                    + "or closed and passed over, \(count.refused) refused"
            )
        }
        if count.refused > 0 { throw ExitCode(1) }
    }

    private func told(_ failure: CommandFailure, line number: Int) -> [UInt8] {
        guard server.output.isJSON else {
            return Array("line \(number): \(failure.message); \(failure.fix)".utf8)
        }
        var writer = JSONWriter()
        writer.commandError(
            code: failure.code,
            message: failure.message,
            fix: failure.fix,
            exit: Int(failure.exit)
        )
        return writer.bytes
    }

    private static let names: [StaticString] = [
        "policy", "priority", "customer", "title", "details", "key", "channel", "opened_at",
        "links", "contacts", "tags",
    ]

    private func open(
        _ line: JSON,
        line number: Int,
        _ connection: Connection,
        _ count: inout Count
    ) throws(CommandFailure) -> [UInt8] {
        let value = line["case"] ?? line
        var answer = JSONWriter()
        answer.beginObject()
        answer.field("line", number)
        if let status = value["status"]?.string, ["resolved", "closed"].contains(status) {
            count.passed += 1
            answer.field("passed_over", status)
            answer.endObject()
            let text = "line \(number): \(status), passed over"
            return server.output.isJSON ? answer.bytes : Array(text.utf8)
        }
        var body = JSONWriter()
        body.beginObject()
        for name in Self.names {
            guard let member = value["\(name)"], !member.isNull else { continue }
            body.key(name)
            body.value(member)
        }
        body.field("by", server.person)
        body.endObject()
        let reply = try connection.post(
            "/v1/cases",
            body: body,
            headers: [("Idempotency-Key", Self.idempotencyKey(of: value, body))]
        )
        let isNew = reply.status == 201
        if isNew { count.opened += 1 } else { count.joined += 1 }
        let opened = reply.json
        answer.field("case", opened["number"]?.integer)
        answer.field("new", isNew)
        answer.endObject()
        let said = Terminal.harmless(opened.plain("title"))
        let text = "case \(opened.plain("number")) \(isNew ? "opened" : "was open"): \(said)"
        return server.output.isJSON ? answer.bytes : Array(text.utf8)
    }

    private static func idempotencyKey(of value: JSON, _ body: JSONWriter) -> String {
        if let id = value["id"]?.string, id.utf8.count <= 200, id.allSatisfy(\.isASCII) {
            return "import-\(id)"
        }
        var digest = SHA256()
        digest.update(body.bytes)
        return "import-\(digest.hexDigest())"
    }
}
