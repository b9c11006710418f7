extension Record {
    static let rotation = Record(
        "rotation",
        "a rotation",
        [
            .may("title", .title), .may("require", .record(.require)), .may("if_nobody", .names),
            .may("distinct_from", .name), .must("layers", .list(.record(.layer))),
        ]
    )

    static let require = Record(
        "require",
        "`require`",
        [.must("coverage", .words(["24x7"])), .may("for", .duration)]
    )

    static let layer = Record(
        "layer",
        "a layer",
        [
            .may("name", .name), .may("timezone", .zone), .may("hours", .list(.record(.window))),
            .may("when", .record(.when)), .must("handoff", .record(.handoff)),
            .must("members", .list(.record(.lineUp))),
        ]
    )

    static let when = Record("when", "`when`", [.must("holiday", .names)])

    static let handoff = Record(
        "handoff",
        "a handoff",
        [
            .must("every", .duration), .may("day", .text("a weekday, or a day of the month")),
            .must("at", .wallTime), .may("turns", .words(["calendar", "covered"])),
        ]
    )

    static let lineUp = Record(
        "line-up",
        "a line-up",
        [
            .must("from", .date), .must("order", .list(.either([.name, .list(.name)]))),
            .must("first", .name),
        ]
    )

    static let window = Record(
        "window",
        "a window",
        [
            .must("days", .listOrOne(.text("days such as weekdays or mon"))),
            .must("from", .wallTime), .must("to", .wallTime),
        ]
    )

    /// A window of one date, which has no days.
    static let stretch = Record(
        "stretch",
        "a window",
        [.must("from", .wallTime), .must("to", .wallTime)]
    )

    static let override = Record(
        "override",
        "an override",
        [
            .must("rotation", .name), .must("from", .localTime), .must("to", .localTime),
            .must("person", .names), .may("instead_of", .name), .may("reason", .text("a reason")),
        ]
    )

    static let absence = Record(
        "absence",
        "an absence",
        [
            .must("person", .name), .must("from", .date), .must("until", .date),
            .may("note", .text("a note")),
        ]
    )

    static let person = Record(
        "person",
        "a person",
        [
            .may("name", .name), .may("role", .text("a role")), .may("timezone", .zone),
            .may("contacts", .named(.either([.text("an address"), .named(.text("an address"))]))),
            .may("page", .list(.record(.pageRule))),
        ]
    )

    static let pageRule = Record(
        "page-rule",
        "a page rule",
        [.must("use", .text("the name of a contact")), .may("after", .duration)]
    )
}
