package import CivilTime
package import Shapes

/// The body of a request of Opsgenie's alert API, taken out of its JSON.
package struct OpsgenieBody: Sendable {
    private let json: JSON

    /// Opsgenie's own limits, in characters.
    static let messageMax = 130
    static let aliasMax = 512

    package init(_ json: JSON) { self.json = json }

    /// The case that a `create` opens; `nil` where it has no message.
    package var opening: Opening? {
        guard let message = text("message"), !message.trimmed.isEmpty else { return nil }
        let alias = text("alias") ?? ""
        var opening = Opening(
            key: alias.isEmpty ? nil : alias.shortened(toCharacters: Self.aliasMax),
            title: message.shortened(toCharacters: SenderLimits.titleLengthMax)
        )
        let priority = text("priority") ?? ""
        opening.severity = Self.priorities.contains(priority) ? priority : "P3"
        let entity = text("entity") ?? ""
        let source = text("source") ?? ""
        opening.source = [entity, source].first { !$0.trimmed.isEmpty } ?? "unnamed"
        opening.tags = (json["tags"]?.array ?? []).compactMap { $0.string?.plainLine }
            .filter { !$0.isEmpty }.prefix(SenderLimits.listMax).map { $0 }
        var parts = [text("description") ?? ""].filter { !$0.isEmpty }
        if !entity.isEmpty { parts.append("Entity: \(entity)") }
        if !source.isEmpty { parts.append("Source: \(source)") }
        if let details = json["details"], details.members?.isEmpty == false {
            parts += details.sentences
        }
        if let note { parts.append("Note: \(note)") }
        opening.details = parts.joined(separator: "; ").shortenedToCase
        return opening
    }

    static let priorities: Set<String> = ["P1", "P2", "P3", "P4", "P5"]

    package var note: String? {
        text("note").flatMap { $0.trimmed.isEmpty ? nil : $0.shortenedToCase }
    }

    /// Who acts, in the sender's words: a name or an address.
    package var user: String? { text("user") }

    /// The end of a snooze.
    package var endTime: Instant? {
        json["endTime"]?.string.flatMap { Instant(rfc3339: $0) }
    }

    /// Whom a case is escalated to, by name or id.
    package var escalation: String? {
        let to = json["escalation"]
        return (to?["name"]?.string ?? to?["id"]?.string)?.plainLine
    }

    private func text(_ name: String) -> String? { json[name]?.string?.plainLine }
}

/// What a request of Opsgenie's alert API asks for, by its method and address.
package enum OpsgenieCall: Hashable, Sendable {
    package enum Verb: String, Hashable, Sendable {
        case acknowledge, unacknowledge, close, snooze, escalate
        case note = "notes"
    }

    /// How an alert is named.
    package enum Identifier: Hashable, Sendable {
        case id(String)
        case tiny(Int)
        case alias(String)
    }

    case create
    case act(Verb, Identifier)
    case delete(Identifier)
    case show(Identifier)
    case requestStatus(String)
    case list

    /// `path` is what follows `/opsgenie/v2/`, its parts already freed of percent signs; `nil`
    /// where nothing is there.
    package init?(method: String, path: [String], identifierType: String?) {
        guard path.first == "alerts" else { return nil }
        let rest = path.dropFirst()
        switch (method, rest.count, rest.first) {
        case ("POST", 0, _): self = .create
        case ("GET", 0, _): self = .list
        case ("GET", 2, "requests"): self = .requestStatus(rest.last ?? "")
        case ("GET", 1, let name?):
            self = .show(Self.identifier(name, identifierType))
        case ("DELETE", 1, let name?):
            self = .delete(Self.identifier(name, identifierType))
        case ("POST", 2, let name?):
            guard let verb = Verb(rawValue: rest.last ?? "") else { return nil }
            self = .act(verb, Self.identifier(name, identifierType))
        default: return nil
        }
    }

    private static func identifier(_ name: String, _ type: String?) -> Identifier {
        switch type {
        case "alias": .alias(name.plainLine)
        case "tiny": Int(name).map { .tiny($0) } ?? .id(name)
        default: .id(name)
        }
    }
}
