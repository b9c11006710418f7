import ArgumentParser
import Glibc
import Shapes

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a drill page, marked [TEST], the way a real one would go.",
        subcommands: [TestPerson.self, TestChannel.self]
    )
}

struct TestPerson: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "By every contact of a person's page list."
    )

    @Argument(help: "A key of people.yaml.")
    var name: String

    @Flag(help: "Say it plainly: a test always goes out for real.")
    var live = false

    @OptionGroup var server: ServerOptions

    func run() throws {
        var body = JSONWriter()
        body.beginObject()
        body.field("person", name)
        body.endObject()
        try Drill(server: server).send(body)
    }
}

struct TestChannel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel",
        abstract: "To one address of a channel."
    )

    @Argument(help: "The channel's name in tocsin.yaml, or email.")
    var name: String

    @Option(help: "Where to on that channel, such as a mail address.")
    var address = "test"

    @Flag(help: "Say it plainly: a test always goes out for real.")
    var live = false

    @OptionGroup var server: ServerOptions

    func run() throws {
        var body = JSONWriter()
        body.beginObject()
        body.field("channel", name)
        body.field("address", address)
        body.endObject()
        try Drill(server: server).send(body)
    }
}

/// A drill and what became of its messages.
private struct Drill {
    let server: ServerOptions

    /// How long those due now are watched, in steps of a quarter second.
    private static let looksMax = 40

    func send(_ body: JSONWriter) throws {
        let connection = try server.connection()
        let answer = try connection.post("/v1/test", body: body)
        let keys = Set((answer.json["deliveries"]?.array ?? []).compactMap(\.string))
        var found: [JSON] = []
        for look in 0..<Self.looksMax {
            if look > 0 { usleep(250_000) }
            let list = try connection.get("/v1/deliveries", [("limit", "200")]).json
            found = (list["deliveries"]?.array ?? []).filter {
                $0["key"]?.string.map { keys.contains($0) } ?? false
            }
            if found.contains(where: { !($0["attempts"]?.array ?? []).isEmpty }) { break }
        }
        if server.output.isJSON {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("deliveries")
            writer.beginArray()
            for delivery in found { writer.value(delivery) }
            writer.endArray()
            writer.endObject()
            Terminal.say(writer.text)
        } else {
            Terminal.say(DeliveryTable(deliveries: found, times: try server.time.times()).text)
        }
        let hasFailed = found.contains { delivery in
            let outcome = delivery["attempts"]?.array?.last?["outcome"]?.string
            return outcome.map { $0 != "delivered" } ?? false
        }
        if hasFailed || found.isEmpty { throw ExitCode(1) }
    }
}
