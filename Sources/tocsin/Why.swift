import ArgumentParser
import CivilTime
import Shapes

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Why a person was paged, or why one was not."
    )

    @Argument(help: "A case's number or id, or the id of one page.")
    var subject: String

    @Option(name: .customLong("not"), help: "Say why this person was not paged.")
    var absent: String?

    @OptionGroup var server: ServerOptions

    func run() throws {
        let times = try server.time.times()
        let path = "/v1/why/\(Connection.escaped(subject))"
        let answer = try server.connection().get(path, [("not", absent)])
        if server.output.isJSON { return Terminal.say(answer.text) }
        let json = answer.json
        var text = ""
        if let reason = json["not_paged"]?.string {
            text += times.prose(Terminal.harmless(reason)) + "\n"
        }
        let pages = json["pages"]?.array ?? []
        if absent == nil {
            for page in pages { text += paragraph(page, times) }
            if pages.isEmpty { text += "Nobody was paged for it.\n" }
            for event in json["skipped"]?.array ?? [] {
                text += "Skipped: " + EventText(json: event, times: times).row[3] + "\n"
            }
        }
        text += Self.rulebooks(of: pages, inForce: json.plain("rulebook"))
        Terminal.say(text)
    }

    /// What decided the pages shown; an answer without pages comes from the files in force.
    private static func rulebooks(of pages: [JSON], inForce hash: String) -> String {
        var decided: [String] = []
        for short in pages.compactMap({ $0["rulebook"]?.string }) where !decided.contains(short) {
            decided.append(short)
        }
        guard decided.contains(where: { !hash.hasPrefix($0) }) else {
            return "Decided by rulebook \(hash.prefix(12)), which is in force\n"
        }
        return "Decided by rulebook \(decided.joined(separator: ", "));"
            + " in force now is \(hash.prefix(12))\n"
    }

    private func paragraph(_ page: JSON, _ times: Times) -> String {
        let at = page["at"]?.string.flatMap { Instant(rfc3339: $0) }.map { times.shown($0) } ?? ""
        let round = page["round"]?.integer ?? 0
        var step = "step \(page.plain("step"))"
        if round > 0 { step += ", repeat \(round)" }
        let line = "\(at)  \(page.plain("person")) by \(page.plain("channel"))"
        return """
            \(Terminal.bold(line))  \(page.plain("state"))
              \(step): \(times.prose(page.plain("why")))
              \(page.plain("page")), by rulebook \(page.plain("rulebook"))

            """
    }
}

struct Deliveries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Messages on their way and those that went, the newest first."
    )

    @Flag(help: "Only those that fail.")
    var failed = false

    @Option(help: "Make this one due now.")
    var retry: String?

    @Option(name: .customLong("case"), help: "Only those of one case.")
    var ofCase: String?

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var server: ServerOptions

    func run() throws {
        let times = try server.time.times()
        let connection = try server.connection()
        if let retry {
            let path = "/v1/deliveries/\(Connection.escaped(retry))/retry"
            let answer = try connection.post(path)
            let text = "Delivery \(retry) is due now."
            return Terminal.say(server.output.isJSON ? answer.text : text)
        }
        let answer = try connection.get(
            "/v1/deliveries",
            [("case", ofCase), ("failed", failed ? "true" : nil), ("limit", String(limit))]
        )
        if server.output.isJSON { return Terminal.say(answer.text) }
        let deliveries = answer.json["deliveries"]?.array ?? []
        guard !deliveries.isEmpty else { return Terminal.say("No delivery to show.") }
        Terminal.say(DeliveryTable(deliveries: deliveries, times: times).text)
    }
}

/// Deliveries for people, a line each.
struct DeliveryTable {
    var deliveries: [JSON]
    var times: Times

    var text: String {
        var table = Table(
            header: ["ID", "CASE", "WHAT", "TO", "CHANNEL", "STATE", "DUE", "TRIES", "LAST FAULT"]
        )
        for delivery in deliveries {
            let attempts = delivery["attempts"]?.array ?? []
            let due = delivery["due_at"]?.string.flatMap { Instant(rfc3339: $0) }
            table.rows.append([
                delivery.plain("id"), delivery.plain("case"), delivery.plain("kind"),
                delivery.plain("person"), delivery.plain("channel"), delivery.plain("state"),
                due.map { times.shown($0) } ?? "", String(attempts.count),
                attempts.last?.plain("error") ?? "",
            ])
        }
        return table.text
    }
}
