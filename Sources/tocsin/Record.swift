import ArgumentParser
import Paging

/// What happened to a case and has no verb of its own.
struct Record: ParsableCommand {
    /// Named as in the log, with a dash or an underscore between the words.
    enum Happening: String, CaseIterable, ExpressibleByArgument {
        case estimateGiven = "estimate_given"
        case diagnosed
        case delayed
        case workaroundFound = "workaround_found"
        case customerWrote = "customer_wrote"
        case linkedRelease = "linked_release"
        case dueOverridden = "due_overridden"

        init?(argument: String) {
            self.init(rawValue: argument.lowercased().replacing("-", with: "_"))
        }

        var needsInstant: Bool {
            switch self {
            case .estimateGiven, .linkedRelease, .dueOverridden: true
            default: false
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record what happened: an estimate, a diagnosis, a delay, a workaround.",
        discussion: """
            estimate_given --until T says by when it will be solved; linked_release --until T \
            names the release or maintenance window; due_overridden --until T --reason WHY sets \
            a due by hand; diagnosed starts a resolution that waits for it; delayed switches \
            regular updates on; workaround_found tells the customer once; customer_wrote ends \
            their silence.
            """
    )

    @OptionGroup var verb: VerbOptions

    @Argument(help: "One of: \(Happening.allCases.map(\.rawValue).joined(separator: ", ")).")
    var event: Happening

    @Option(help: "The instant it names.")
    var until: String?

    @Option(help: "What was found or said.")
    var text: String?

    @Option(help: "Why.")
    var reason: String?

    func validate() throws {
        guard event.needsInstant, until == nil else { return }
        throw ValidationError("\(event.rawValue) needs --until T")
    }

    func run() throws {
        guard let name = CaseEvent.Name(rawValue: event.rawValue) else {
            throw ValidationError("\(event.rawValue) is no event")
        }
        let until = try verb.server.times(reading: until).instant(until)
        try verb.send(name, .init(text: text, reason: reason, until: until))
    }
}
