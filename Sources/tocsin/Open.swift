import ArgumentParser
import Shapes

struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a case, which pages."
    )

    @Option(help: "The policy that holds.")
    var policy: String

    @Option(help: "Its priority; the policy's default where none is named.")
    var priority: String?

    @Option(help: "Whose problem it is.")
    var customer: String

    @Option(help: "What is wrong, in one line.")
    var title: String

    @Option(help: "More about it.")
    var details: String?

    @Option(help: "A key: an open case with it is joined, not opened twice.")
    var key: String?

    @Option(help: "A link to show with it; may be repeated.")
    var link: [String] = []

    @Option(help: "An address of the customer's to inform; may be repeated.")
    var contact: [String] = []

    @Option(help: "A tag; may be repeated.")
    var tag: [String] = []

    @Option(help: "By which way it came: api, mail, phone or web.")
    var channel: String?

    @Option(parsing: .unconditional, help: "When it was opened, where that was earlier.")
    var opened: String?

    @OptionGroup var server: ServerOptions

    func run() throws {
        let times = try server.times(reading: opened)
        var body = JSONWriter()
        body.beginObject()
        body.field("policy", policy)
        body.field("priority", priority)
        body.field("customer", customer)
        body.field("title", title)
        body.field("details", details)
        body.field("key", key)
        body.field("channel", channel)
        body.field("opened_at", try times.instant(opened))
        body.field("links", link)
        body.field("contacts", contact)
        body.field("tags", tag)
        body.field("by", server.person)
        body.endObject()
        let answer = try server.connection().post("/v1/cases", body: body)
        if server.output.isJSON { return Terminal.say(answer.text) }
        let text = CaseText(json: answer.json, times: times)
        let word = answer.status == 201 ? "opened" : "joined, it was open already:"
        Terminal.say("Case \(text.number) \(word)\n\n\(text.page(events: []))")
    }
}
