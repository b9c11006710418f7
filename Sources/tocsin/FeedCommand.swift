import ArgumentParser
import Shapes

struct FeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract: "The address of the iCal feed of a person or a rotation.",
        discussion: """
            Whoever has the address sees the shifts: it is as good as a password. With --renew the \
            address is replaced, and the old one leads nowhere from then on.
            """
    )

    @Argument(help: "A key of people.yaml, or a rotation.")
    var name: String

    @Flag(help: "Make a new address; the old one stops working.")
    var renew = false

    @OptionGroup var server: ServerOptions

    func run() throws {
        if renew {
            let path = "/v1/feeds/\(Connection.escaped(name))/renew"
            let answer = try server.connection().post(path)
            if server.output.isJSON { return Terminal.say(answer.text) }
            return Terminal.say(answer.json.plain("url"))
        }
        let answer = try server.connection().get("/v1/feeds")
        let feeds = answer.json["feeds"]?.array ?? []
        guard let feed = feeds.first(where: { $0["name"]?.string == name }) else {
            throw CommandFailure(
                code: "not-found",
                message: "`\(name)` is neither a person nor a rotation",
                fix: "use a key of people.yaml or the name of a rotation",
                exit: 5
            )
        }
        if server.output.isJSON {
            var writer = JSONWriter()
            writer.value(feed)
            writer.newline()
            return Terminal.say(String(decoding: writer.bytes, as: UTF8.self))
        }
        Terminal.say(feed.plain("url"))
    }
}
