import Clocks

extension Record {
    static let policy = Record(
        "policy",
        "a policy",
        [
            .may("title", .title), .may("source", .path), .may("effective_from", .date),
            .may("default_priority", .either([.name, .record(.defaultPriority)])),
            .may("print", .named(.text("a text"))),
            .must("priorities", .named(.record(.priority))),
            .may("customer_notices", .listOrOne(.words(["escalated", "status", "workaround"]))),
            .may("maintenance", .record(.maintenance)), .may("readings", .list(.record(.reading))),
            .may("pauses", .record(.pauses)), .may("triage", .record(.triage)),
        ]
    )

    static let triage = Record(
        "triage",
        "`triage`",
        [.must("after", .duration), .may("words", .listOrOne(.text("a word")))]
    )

    static let defaultPriority = Record(
        "default-priority",
        "`default_priority`",
        [
            .may("any", .name), .may("api", .name), .may("mail", .name), .may("phone", .name),
            .may("web", .name),
        ]
    )

    static let maintenance = Record(
        "maintenance",
        "`maintenance`",
        [.must("notice", .duration), .may("usual", .duration)]
    )

    static let reading = Record(
        "reading",
        "a reading",
        [
            .may("line", .number(1...1_000_000)), .must("about", .text("the words in question")),
            .must("reading", .text("what was chosen")),
            .may("instead", .text("the other reading")), .may("confirmed", .flag),
            .may("alternative", .record(.alternative)),
        ]
    )

    static let alternative = Record(
        "alternative",
        "an alternative",
        [
            .must("priority", .name), .may("opened", .localTime), .may("response", promise),
            .may("update", cadence), .may("resolution", resolution), .may("timezone", .zone),
            .may("hours", hours), .may("holidays", .names),
        ]
    )

    static let priority = Record(
        "priority",
        "a priority",
        [
            .may("title", .title), .may("also", .names),
            .may("urgency", .words(["page", "notice"])),
            .must("calendar", .name), .may("response", promise), .may("update", cadence),
            .may("resolution", resolution), .may("ownership", .words(["continuous effort"])),
            .must("ladder", .name), .may("silence", .record(.silence)),
            .may("estimate", .words(["at response"])), .may("pauses", .record(.pauses)),
            .may("tiers", .names), .may("tier_after", .duration),
            .may("escalate_at", .pattern("[0-9]+%", example: "100%")),
            .may("channels", .record(.channels)),
        ]
    )

    private static var promise: Form { .either([.duration, .record(.promiseTerms)]) }

    private static var resolution: Form {
        .either([.words(["continuous effort"]), .duration, .record(.promiseTerms)])
    }

    private static var cadence: Form {
        .either([
            .words(["as needed", "none"]),
            .pattern("every [0-9].*", example: "every 2 h"),
            .record(.cadenceTerms),
        ])
    }

    private static var hours: Form { .either([.words(["24x7"]), .list(.record(.window))]) }

    static let promiseTerms = Record(
        "promise",
        "a promise",
        [
            .may("within", .duration), .may("or", .text("an event")),
            .may("by", .text("an event")), .may("kind", kind),
            .may("starts_on", .words(["opened", "diagnosed"])), .may("best_by", .duration),
            .may("calendar", .name), .may("end_of_day", .flag), .may("in_hours", .duration),
            .may("outside", .duration),
        ]
    )

    static let cadenceTerms = Record(
        "cadence",
        "a cadence",
        [
            .must("every", .duration), .may("when", .words(["delayed"])), .may("internal", .flag),
            .may("kind", kind), .may("calendar", .name),
        ]
    )

    private static var kind: Form { .words(["commitment", "goal", "internal"]) }

    static let silence = Record(
        "silence",
        "`silence`",
        [
            .must("after", .duration), .may("attempts", .number(1...20)),
            .must("then", .words(["resolve", "announce"])),
        ]
    )

    static let pauses = Record(
        "pauses",
        "`pauses`",
        [.may("resolution", reasons), .may("update", reasons)]
    )

    private static var reasons: Form {
        .listOrOne(.words(PauseReason.allCases.map(\.rawValue) + ["none"]))
    }

    static let channels = Record(
        "channels",
        "`channels`",
        [
            .may("api", .record(.channelPromises)), .may("mail", .record(.channelPromises)),
            .may("phone", .record(.channelPromises)), .may("web", .record(.channelPromises)),
        ]
    )

    static let channelPromises = Record(
        "channel-promises",
        "a channel's promises",
        [.must("response", promise)]
    )

    static let calendar = Record(
        "calendar",
        "a calendar",
        [
            .may("timezone", .zone), .must("hours", hours), .may("holidays", .names),
            .may("dates", .named(.either([.words(["closed"]), .list(.record(.stretch))]))),
        ]
    )

    static let holidayFile = Record(
        "holiday-file",
        "holidays from a file",
        [.must("file", .path)]
    )

    static let ladder = Record(
        "ladder",
        "a ladder",
        [
            .may("hours", .name), .must("steps", .list(.record(.step))),
            .must("leadership", .names), .must("last_resort", .names),
            .may("repeat", .record(.rounds)),
        ]
    )

    static let step = Record(
        "step",
        "a step",
        [.must("at", offset), .must("page", .names)]
    )

    private static var offset: Form {
        .either([.pattern("[0-9]+(\\.[0-9]{1,2})? *%", example: "75%"), .duration])
    }

    static let rounds = Record(
        "repeat",
        "`repeat`",
        [.may("every", .duration), .may("times", .number(0...1_000))]
    )
}
