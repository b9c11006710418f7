import HTTPTypes
import Shapes
import Store

/// `/openapi.json`: the operations that are served, in the words of OpenAPI 3.1.
struct OpenAPI {
    let operations: [Operation]

    func bytes() -> [UInt8] {
        var writer = JSONWriter(reserving: 32 * 1_024)
        writer.beginObject()
        writer.field("openapi", "3.1.0")
        writer.key("info")
        writer.beginObject()
        writer.field("title", "Tocsin")
        writer.field("version", Product.version)
        writer.field("description", "Pages whoever is on call about a case until it is kept.")
        writer.endObject()
        writer.key("paths")
        writer.beginObject()
        var seen: Set<String> = []
        for operation in operations where seen.insert(operation.path).inserted {
            writer.key(text: operation.path)
            writer.beginObject()
            for other in operations where other.path == operation.path {
                Self.write(other, &writer)
            }
            writer.endObject()
        }
        writer.endObject()
        writeComponents(&writer)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ operation: Operation, _ writer: inout JSONWriter) {
        let description = operation.description
        writer.key(text: operation.method.rawValue.lowercased())
        writer.beginObject()
        writer.field("summary", operation.summary)
        writer.field("description", operation.need.sentence)
        let inPath = operation.path.split(separator: "/").filter { $0.first == "{" }
            .map { Description.Parameter(String($0.dropFirst().dropLast()), .string, "") }
        let parameters =
            inPath.map { ("path", $0) } + description.query.map { ("query", $0) }
            + description.headers.map { ("header", $0) }
        if !parameters.isEmpty {
            writer.key("parameters")
            writer.beginArray()
            for (place, parameter) in parameters {
                writer.beginObject()
                writer.field("name", parameter.name)
                writer.field("in", place)
                if place == "path" { writer.field("required", true) }
                if !parameter.says.isEmpty { writer.field("description", parameter.says) }
                writer.key("schema")
                writer.value(parameter.schema)
                writer.endObject()
            }
            writer.endArray()
        }
        if let body = description.body {
            writer.key("requestBody")
            writer.beginObject()
            writer.field("required", true)
            write([.init(schema: body, example: description.example)], &writer)
            writer.endObject()
        }
        write(description.answers, needs: operation.need, &writer)
        writer.key("security")
        writer.beginArray()
        if operation.need != .nothing {
            writer.beginObject()
            writer.field("token", [String]())
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private static func write(
        _ answers: [Description.Answer],
        needs need: Need,
        _ writer: inout JSONWriter
    ) {
        writer.key("responses")
        writer.beginObject()
        for answer in answers {
            writer.key(text: "\(answer.status)")
            writer.beginObject()
            writer.field("description", answer.says)
            if let content = answer.content { write([content], &writer) }
            writer.endObject()
        }
        writer.key("default")
        writer.beginObject()
        writer.field("description", "Refused: what is wrong and what to do")
        let problem = Description.Content(
            type: "application/problem+json",
            schema: .named("Problem")
        )
        write([problem], &writer)
        writer.endObject()
        writer.endObject()
    }

    private static func write(_ contents: [Description.Content], _ writer: inout JSONWriter) {
        writer.key("content")
        writer.beginObject()
        for content in contents {
            writer.key(text: content.type)
            writer.beginObject()
            writer.key("schema")
            writer.value(content.schema ?? .string)
            if let example = content.example {
                writer.key("example")
                writer.raw(Array(example.utf8))
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func writeComponents(_ writer: inout JSONWriter) {
        writer.key("components")
        writer.beginObject()
        writer.key("securitySchemes")
        writer.beginObject()
        writer.key("token")
        writer.beginObject()
        writer.field("type", "http")
        writer.field("scheme", "bearer")
        writer.field("description", "Made by tocsin token create; roles in docs/http-api.md")
        writer.endObject()
        writer.endObject()
        writer.key("schemas")
        writer.beginObject()
        for (name, schema) in Schemas.all {
            writer.key(text: name)
            writer.value(schema)
        }
        writer.endObject()
        writer.endObject()
    }
}

extension Need {
    fileprivate var sentence: String {
        switch self {
        case .nothing: "Open to all"
        case .opening: "Takes role intake, responder, leader or admin"
        case .role(.admin): "Takes role admin"
        case .role(let role): "Takes role \(role.rawValue) or more"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ schema: Schema) {
        beginObject()
        switch schema {
        case .any: break
        case .string: field("type", "string")
        case .integer: field("type", "integer")
        case .boolean: field("type", "boolean")
        case .matching(let pattern):
            field("type", "string")
            field("pattern", pattern)
        case .within(let range):
            field("type", "integer")
            field("minimum", range.lowerBound)
            field("maximum", range.upperBound)
        case .either(let schemas):
            key("anyOf")
            beginArray()
            for schema in schemas { value(schema) }
            endArray()
        case .instant:
            field("type", "string")
            field("format", "date-time")
        case .words(let words):
            field("type", "string")
            field("enum", words)
        case .nullable(let schema):
            key("anyOf")
            beginArray()
            value(schema)
            beginObject()
            field("type", "null")
            endObject()
            endArray()
        case .list(let element):
            field("type", "array")
            key("items")
            value(element)
        case .object(let properties, let required):
            field("type", "object")
            key("properties")
            beginObject()
            for (name, schema) in properties {
                key(text: name)
                value(schema)
            }
            endObject()
            if !required.isEmpty { field("required", required) }
        case .named(let name): field("$ref", "#/components/schemas/\(name)")
        }
        endObject()
    }
}
