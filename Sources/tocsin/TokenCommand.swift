import ArgumentParser
import CivilTime
import Daemon
import Paging
import Shapes

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Tokens for the HTTP API and for signing in to the web page.",
        discussion: """
            A token has a role: intake opens cases, viewer reads, responder works on cases, leader \
            also overrides due instants and sends drills, admin does everything.
            """,
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self]
    )
}

struct TokenCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token; it is shown this once.",
        discussion: """
            Without a daemon it is written to the store of tocsin.yaml, so that a daemon which \
            other machines can reach may start.
            """
    )

    enum Role: String, ExpressibleByArgument, CaseIterable {
        case intake, viewer, responder, leader, admin
    }

    @Option(help: "What its holder may do.")
    var role: Role

    @Option(help: "Who or what uses it.")
    var name: String

    @Option(help: "As whom its holder acts: a key of people.yaml.")
    var person: String?

    @Option(help: "When it stops counting.")
    var expires: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var files: FileOptions

    func run() throws {
        let until = try server.time.times().instant(expires)
        let text: String
        do throws(CommandFailure) {
            text = try asked(until)
        } catch {
            // Nobody runs here: the store itself is asked, whose lock keeps two from writing.
            guard error.exit == 7, server.daemon.server == nil else { throw error }
            text = try written(until)
        }
        if server.output.isJSON { return Terminal.say(text) }
        let json = (try? JSON(parsing: Array(text.utf8))) ?? .null
        Terminal.say(
            """
            Token \(json.plain("id")) for \(json.plain("name")), role \(json.plain("role")):

            \(json.plain("token"))

            It is shown this once. Keep it in a file of mode 600 and name that with --token-file.
            """
        )
    }

    private func asked(_ until: Instant?) throws(CommandFailure) -> String {
        var body = JSONWriter()
        body.beginObject()
        body.field("role", role.rawValue)
        body.field("name", name)
        body.field("person", person)
        body.field("expires_at", until)
        body.endObject()
        return try server.connection().post("/v1/tokens", body: body).text
    }

    private func written(_ until: Instant?) throws(CommandFailure) -> String {
        do throws(StartFault) {
            return try OfflineTokens.create(
                DaemonProcess.Options(config: files.config, rotations: files.rotations),
                name: name,
                role: role.rawValue,
                person: person,
                expiresAt: until
            )
        } catch {
            throw CommandFailure(error)
        }
    }
}

struct TokenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The tokens that count, without their secrets."
    )

    @OptionGroup var server: ServerOptions

    func run() throws {
        let answer = try server.connection().get("/v1/tokens")
        if server.output.isJSON { return Terminal.say(answer.text) }
        let times = try server.time.times()
        var table = Table(header: ["ID", "ROLE", "NAME", "PERSON", "EXPIRES", "LAST USED"])
        for token in answer.json["tokens"]?.array ?? [] {
            let words = ["id", "role", "name", "person"].map { token[$0]?.string ?? "-" }
            let instants = ["expires_at", "last_used_at"].map { name in
                token[name]?.string.flatMap { Instant(rfc3339: $0) }.map { times.shown($0) } ?? "-"
            }
            table.rows.append(words + instants)
        }
        Terminal.say(table.text)
    }
}

struct TokenRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token at once."
    )

    @Argument(help: "Its id, as token list shows it.")
    var id: String

    @OptionGroup var server: ServerOptions

    func run() throws {
        let path = "/v1/tokens/" + Connection.escaped(id)
        _ = try server.connection().delete(path)
        guard server.output.isJSON else { return Terminal.say("Token \(id) is revoked") }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("id", id)
        writer.field("revoked", true)
        writer.endObject()
        Terminal.say(writer.text)
    }
}
