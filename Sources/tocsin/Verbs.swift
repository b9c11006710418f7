import ArgumentParser
import CivilTime
import Paging
import Shapes

/// What every verb on a case takes.
struct VerbOptions: ParsableArguments {
    @Argument(help: "The case's number or id.")
    var `case`: String

    @Option(parsing: .unconditional, help: "When it happened, where that was earlier.")
    var at: String?

    @OptionGroup var server: ServerOptions

    /// Fields of the event besides its name, its time and who acts.
    struct Fields {
        var person: String?
        var text: String?
        var reason: String?
        var priority: String?
        var status: String?
        var until: Instant?
        var next: Instant?
    }

    func send(_ name: CaseEvent.Name, _ fields: Fields = Fields()) throws {
        let times = try server.times(reading: at)
        var body = JSONWriter()
        body.beginObject()
        body.field("event", name.rawValue)
        body.field("at", try times.instant(at))
        body.field("by", server.person)
        body.field("person", fields.person)
        body.field("text", fields.text)
        body.field("reason", fields.reason)
        body.field("priority", fields.priority)
        body.field("status", fields.status)
        body.field("until", fields.until)
        body.field("next", fields.next)
        body.endObject()
        let path = "/v1/cases/\(Connection.escaped(self.case))/events"
        let answer = try server.connection().post(path, body: body)
        if server.output.isJSON { return Terminal.say(answer.text) }
        let row = EventText(json: answer.json, times: times).row
        let isRepeat = answer.status == 200
        let said = row[3].isEmpty ? "" : ": \(row[3])"
        let word = isRepeat ? "had been \(row[1])" : row[1]
        Terminal.say("Case \(self.case) \(word) by \(row[2]), \(row[0])\(said)")
    }
}

struct Ack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Acknowledge a case: the ladder stops, and it is yours.",
        discussion: "Exits 6 where another person has it already."
    )
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.acknowledged) }
}

struct Unack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unack",
        abstract: "Give a case back: the ladder goes on where it stood.",
        discussion: "Ten minutes after it was taken, or once answered, the ladder starts again."
    )
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.unacknowledged) }
}

struct Respond: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "respond",
        abstract: "Say that a person has answered the customer."
    )
    @Option(help: "What was answered.")
    var text: String?
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.responded, .init(text: text)) }
}

struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Post the public update that is owed; \"nothing new\" counts."
    )
    @Option(help: "What the customer is told.")
    var text: String
    @Option(help: "When the next one follows, where sooner than owed: 30m, or a time.")
    var next: String?
    @OptionGroup var verb: VerbOptions

    func run() throws {
        let times = try verb.server.times(reading: next)
        let next = try self.next.map { text in
            Span(text) == nil ? try times.instant(text) : try times.instant(after: text)
        }
        try verb.send(.updated, .init(text: text, next: next))
    }
}

struct Note: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Note something for colleagues only."
    )
    @Option(help: "The note.")
    var text: String
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.noted, .init(text: text)) }
}

struct Status: ParsableCommand {
    enum Value: String, ExpressibleByArgument, CaseIterable {
        case open
        case inProgress = "in_progress"
        case pending
        case onHold = "on_hold"
    }

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Set a case's status; pending needs a reason, on_hold an end."
    )
    @OptionGroup var verb: VerbOptions
    @Argument(help: "The status.")
    var status: Value
    @Option(help: "customer, fix or other, for pending.")
    var reason: String?
    @Option(parsing: .unconditional, help: "The end agreed with the customer, for on_hold.")
    var until: String?

    func run() throws {
        let until = try verb.server.times(reading: until).instant(until)
        let fields = VerbOptions.Fields(reason: reason, status: status.rawValue, until: until)
        try verb.send(.statusChanged, fields)
    }
}

struct Priority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: "Change a case's priority."
    )
    @OptionGroup var verb: VerbOptions
    @Argument(help: "The new priority.")
    var priority: String

    func run() throws { try verb.send(.priorityChanged, .init(priority: priority)) }
}

struct Snooze: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Send nothing about a case for a while, never past its next due instant."
    )
    @Option(name: .customLong("for"), help: "How long, such as 30m.")
    var length: String
    @OptionGroup var verb: VerbOptions

    func run() throws {
        let until = try verb.server.times(reading: length).instant(after: length)
        try verb.send(.snoozed, .init(until: until))
    }
}

struct Escalate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "escalate",
        abstract: "Page leadership at once."
    )
    @Option(help: "Why; everyone who is paged reads it.")
    var reason: String
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.escalated, .init(reason: reason)) }
}

struct Reassign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign",
        abstract: "Hand a case to another person, who is paged."
    )
    @Option(help: "To whom: a key of people.yaml.")
    var to: String
    @Option(help: "Why.")
    var reason: String?
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.reassigned, .init(person: to, reason: reason)) }
}

struct AddResponder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-responder",
        abstract: "Page one more person about a case; its owner stays."
    )
    @Option(help: "Whom: a key of people.yaml.")
    var to: String
    @Option(help: "Why.")
    var reason: String?
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.responderAdded, .init(person: to, reason: reason)) }
}

struct Resolve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Resolve a case: every clock stops."
    )
    @Option(help: "How.")
    var text: String?
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.resolved, .init(text: text)) }
}

struct Reopen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Reopen a resolved case: the ladder starts again."
    )
    @Option(help: "Why.")
    var reason: String?
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.reopened, .init(reason: reason)) }
}

struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a case for good."
    )
    @OptionGroup var verb: VerbOptions

    func run() throws { try verb.send(.closed) }
}
