/// What `/openapi.json` says of an operation besides its path.
struct Description: Sendable {
    struct Parameter: Sendable {
        var name: String
        var schema: Schema
        var says: String

        init(_ name: String, _ schema: Schema = .string, _ says: String) {
            self.name = name
            self.schema = schema
            self.says = says
        }
    }

    /// A body or an answer: a JSON Schema, or text where `schema` is nil.
    struct Content: Sendable {
        var type = "application/json"
        var schema: Schema?
        /// A body as JSON that shows how it is meant.
        var example: String?
    }

    struct Answer: Sendable {
        var status: Int
        var says: String
        var content: Content?

        init(_ status: Int, _ says: String, _ schema: Schema) {
            self.status = status
            self.says = says
            content = Content(schema: schema)
        }

        /// Without JSON: `type` is what it answers instead, nil for no body.
        init(_ status: Int, _ says: String, type: String? = nil) {
            self.status = status
            self.says = says
            content = type.map { Content(type: $0, schema: nil) }
        }
    }

    var query: [Parameter] = []
    var headers: [Parameter] = []
    var body: Schema?
    /// A body as JSON, for readers and for whoever tries the API out.
    var example: String?
    var answers: [Answer] = []
}

/// As much of JSON Schema as the API's shapes need.
indirect enum Schema: Sendable {
    case any, string, integer, boolean, instant
    /// A text that matches the regular expression.
    case matching(String)
    /// A whole number of the range.
    case within(ClosedRange<Int>)
    /// What one of several shapes describes.
    case either([Schema])
    case words([String])
    case nullable(Schema)
    case list(Schema)
    /// Properties in order; those of `required` are always there.
    case object([(String, Schema)], required: [String] = [])
    /// One of the named schemas of `Schemas`.
    case named(String)
}
