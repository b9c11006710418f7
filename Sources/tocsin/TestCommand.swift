import ArgumentParser
import CivilTime
import Glibc
import OnCall
import Paging
import Shapes

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a drill page, marked [TEST], the way a real one would go.",
        subcommands: [TestPerson.self, TestChannel.self, TestLadder.self]
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

struct TestLadder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ladder",
        abstract: "To everyone whom a ladder would page now, or only say who they are.",
        discussion: "Without --live nothing is sent: it prints who stands on which step."
    )

    @Argument(help: "A ladder of the files.")
    var name: String

    @Flag(help: "Send each of them a drill page.")
    var live = false

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions

    func run() throws {
        let rulebook = try files.rulebook()
        guard let ladder = rulebook.ladders[name] else {
            throw CommandFailure.notFound("ladder `\(name)`", among: rulebook.ladders.keys)
        }
        let times = try server.time.times()
        var table = Table(header: ["STEP", "PAGES", "NOW"])
        var people: [String] = []
        for (index, step) in ladder.steps.enumerated() {
            for target in step.page {
                let answer = rulebook.rotations.answer(target, at: times.now)
                let now = answer?.people ?? (rulebook.people[target] == nil ? [] : [target])
                for person in now where !people.contains(person) { people.append(person) }
                table.rows.append([
                    "\(index + 1)", target,
                    now.isEmpty ? "nobody" : now.joined(separator: ", "),
                ])
            }
        }
        guard live else { return Terminal.say(table.text) }
        var failed = 0
        for person in people {
            var body = JSONWriter()
            body.beginObject()
            body.field("person", person)
            body.endObject()
            do {
                try Drill(server: server).send(body)
            } catch is ExitCode {
                failed += 1
            }
        }
        if failed > 0 || people.isEmpty { throw ExitCode(1) }
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
