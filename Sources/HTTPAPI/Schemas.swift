import Paging
import Store

/// The shapes of the API's bodies and answers, by name.
enum Schemas {
    static let all: [(String, Schema)] = [
        ("Problem", problem), ("Case", theCase), ("Event", event), ("Clock", clock),
        ("Delivery", delivery), ("Token", token), ("Plan", plan), ("Watch", watch),
    ]

    private static let problem = Schema.object(
        [
            ("type", .string), ("title", .string), ("status", .integer), ("detail", .string),
            ("code", .string), ("fix", .string),
        ],
        required: ["type", "title", "status", "detail", "code", "fix"]
    )

    private static let texts = Schema.list(.string)

    private static let theCase = Schema.object(
        [
            ("id", .string), ("number", .integer), ("key", .nullable(.string)),
            ("customer", .string), ("title", .string), ("details", .string), ("policy", .string),
            ("priority", .string), ("status", .string), ("owner", .nullable(.string)),
            ("acknowledged", .any), ("opened_at", .instant), ("next_due_at", .nullable(.instant)),
            ("clocks", .list(.named("Clock"))), ("links", texts), ("contacts", texts),
            ("tags", texts),
        ],
        required: ["id", "number", "customer", "title", "policy", "priority", "status"]
    )

    private static let clock = Schema.object(
        [
            ("clock", .string), ("kind", .string), ("state", .string), ("due", .nullable(.instant)),
            ("due_local", .nullable(.string)), ("due_latest", .nullable(.instant)),
            ("elapsed_seconds", .any), ("target", .any),
        ],
        required: ["clock", "state"]
    )

    static let verbs = CaseEvent.Name.allCases.filter(\.isVerb).map(\.rawValue)

    private static let event = Schema.object(
        [
            ("event", .string), ("at", .instant), ("recorded_at", .instant),
            ("by", .nullable(.string)), ("way", .string), ("text", .nullable(.string)),
            ("reason", .nullable(.string)), ("until", .nullable(.instant)),
        ],
        required: ["event", "at", "way"]
    )

    /// What a body may say: one line, as `Fields` checks it.
    static let line = Schema.matching(#"^[^\u0000-\u001f\u007f-\u009f]*$"#)
    /// A line that says something.
    static let word = Schema.matching(#"^[^\u0000-\u001f\u007f-\u009f]+$"#)
    /// Null says as much as nothing.
    private static let maybe = Schema.nullable(line)
    private static let moment = Schema.nullable(.instant)
    private static let lines = Schema.nullable(.list(line))

    static let verb = Schema.object(
        [
            ("event", .words(verbs)), ("at", moment), ("person", maybe), ("by", maybe),
            ("text", maybe), ("reason", maybe), ("until", moment), ("next", moment),
            ("priority", maybe),
            ("status", .nullable(.words(CaseStatus.allCases.map(\.rawValue)))),
        ],
        required: ["event"]
    )

    static let opening = Schema.object(
        [
            ("policy", word), ("customer", word), ("title", word), ("priority", maybe),
            ("details", maybe), ("key", maybe), ("channel", maybe), ("opened_at", moment),
            ("links", lines), ("contacts", lines), ("tags", lines), ("by", maybe),
        ],
        required: ["policy", "customer", "title"]
    )

    static let verbExample = #"{"event": "updated", "text": "A fix is being rolled out."}"#
    static let openingExample = #"""
        {"policy": "quik", "priority": "P1", "customer": "Northwind", "title": "checkout is down"}
        """#

    private static let delivery = Schema.object(
        [
            ("id", .string), ("case", .integer), ("kind", .string), ("person", .nullable(.string)),
            ("channel", .string), ("state", .string), ("key", .string), ("due_at", .instant),
            ("attempts", .list(.any)),
        ],
        required: ["id", "kind", "channel", "state"]
    )

    private static let token = Schema.object(
        [
            ("id", .string), ("role", .words(Role.allCases.map(\.rawValue))), ("name", .string),
            ("person", .nullable(.string)), ("created_at", .instant),
            ("expires_at", .nullable(.instant)), ("last_used_at", .nullable(.instant)),
        ],
        required: ["id", "role", "name"]
    )

    static let tokenRequest = Schema.object(
        [
            ("role", .words(Role.allCases.map(\.rawValue))), ("name", word),
            ("person", maybe), ("expires_at", moment),
        ],
        required: ["role", "name"]
    )

    static let tokenMade = Schema.object(
        [
            ("id", .string), ("token", .string), ("role", .string), ("name", .string),
            ("person", .nullable(.string)), ("expires_at", .nullable(.instant)),
        ],
        required: ["id", "token", "role", "name"]
    )

    static let drill = Schema.either([
        .object([("person", line)], required: ["person"]),
        .object([("channel", word), ("address", maybe)], required: ["channel"]),
    ])

    static let feed = Schema.object(
        [("name", .string), ("kind", .words(["person", "rotation"])), ("url", .string)],
        required: ["name", "kind", "url"]
    )

    /// `Idempotency-Key` as it is taken.
    static let idempotencyKey = Schema.matching("^[!-~]{1,255}$")

    private static let plan = Schema.object([("steps", .list(.any))], required: ["steps"])

    private static let watch = Schema.object(
        [("rotation", .string), ("people", texts), ("until", .nullable(.instant))],
        required: ["rotation", "people"]
    )

    /// A page of a list; `next` is the cursor of the following one.
    static func page(_ name: String, of element: String) -> Schema {
        .object(
            [(name, .list(.named(element))), ("next", .nullable(.string))],
            required: [name, "next"]
        )
    }
}
