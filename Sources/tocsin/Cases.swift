import ArgumentParser
import CivilTime
import Glibc
import Paging
import Shapes

struct Cases: ParsableCommand {
    enum State: String, ExpressibleByArgument, CaseIterable {
        case open, all
    }

    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Cases, the latest opened first."
    )

    @Option(help: "Which ones: open is every status but resolved and closed.")
    var state = State.open

    @Option(help: "Only those of one priority.")
    var priority: String?

    @Flag(help: "Only those owned by the one named with --as.")
    var mine = false

    @Option(help: "Only those with a clock that falls due within this time, such as 1h.")
    var breaching: String?

    @Flag(help: "Show them again every few seconds, until interrupted.")
    var watch = false

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var server: ServerOptions

    private static let watchSeconds: UInt32 = 3

    func validate() throws {
        if mine, server.person == nil { throw ValidationError("--mine needs --as PERSON") }
        if !(1...500).contains(limit) { throw ValidationError("--limit is a number from 1 to 500") }
    }

    func run() throws {
        let connection = try server.connection()
        try show(connection)
        while watch {
            sleep(Self.watchSeconds)
            if !server.output.isJSON, isatty(1) == 1 { Terminal.say("\u{1B}[2J\u{1B}[H") }
            try show(connection)
        }
    }

    private func show(_ connection: Connection) throws {
        let times = try server.times(reading: breaching)
        if let breaching {
            let bound = try times.instant(after: breaching)
            return try show(breaching: bound, times, connection)
        }
        let answer = try list(connection, limit: limit)
        if server.output.isJSON { return Terminal.say(answer.text) }
        let cases = (answer.json["cases"]?.array ?? []).map { CaseText(json: $0, times: times) }
        show(cases, isCut: answer.json["next"]?.string != nil)
    }

    private func list(
        _ connection: Connection,
        limit: Int,
        cursor: String? = nil
    ) throws -> DaemonAnswer {
        try connection.get(
            "/v1/cases",
            [
                ("state", state.rawValue), ("priority", priority),
                ("owner", mine ? server.person : nil), ("limit", String(limit)),
                ("cursor", cursor),
            ]
        )
    }

    /// Asks on until every case has been seen: the newest are not those that are due first.
    private func show(breaching bound: Instant, _ times: Times, _ connection: Connection) throws {
        var found: [CaseText] = []
        var cursor: String?
        repeat {
            let answer = try list(connection, limit: 500, cursor: cursor)
            found += (answer.json["cases"]?.array ?? [])
                .map { CaseText(json: $0, times: times) }.filter { $0.isDue(before: bound) }
            cursor = answer.json["next"]?.string
        } while cursor != nil && found.count <= limit
        let shown = Array(found.prefix(limit))
        if server.output.isJSON { return Terminal.say(json(shown)) }
        show(shown, isCut: found.count > limit)
    }

    private func show(_ cases: [CaseText], isCut: Bool) {
        guard !cases.isEmpty else { return Terminal.say("No case to show.") }
        var table = Table(header: CaseText.header)
        table.rows = cases.map(\.row)
        Terminal.say(table.text + (isCut ? "… and more; say --limit to see them.\n" : ""))
    }

    private func json(_ cases: [CaseText]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("cases")
        writer.beginArray()
        for text in cases { writer.value(text.json) }
        writer.endArray()
        writer.field("next", String?.none)
        writer.endObject()
        return writer.text
    }
}

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "A case with its clocks and its log."
    )

    @Argument(help: "Its number or id.")
    var `case`: String

    @OptionGroup var server: ServerOptions

    func run() throws {
        let times = try server.time.times()
        let answer = try server.connection().get("/v1/cases/\(Connection.escaped(self.case))")
        if server.output.isJSON { return Terminal.say(answer.text) }
        let json = answer.json
        let text = CaseText(json: json["case"] ?? .null, times: times)
        Terminal.say(text.page(events: json["events"]?.array ?? []))
    }
}
