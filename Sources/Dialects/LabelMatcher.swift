package import Shapes

/// One condition on a label, as Alertmanager writes it: `severity!="info"`, `job=~"api.*"`.
package struct LabelMatcher: Hashable, Sendable {
    package var name: String
    package var value: String
    package var isEqual: Bool
    private var pattern: LabelPattern?

    package var isRegex: Bool { pattern != nil }

    /// `nil` where it is malformed or its pattern is one that is not taken here.
    package init?(name: String, value: String, isRegex: Bool, isEqual: Bool) {
        guard !name.isEmpty, name.utf8.count + value.utf8.count <= 4_000 else { return nil }
        self.name = name
        self.value = value
        self.isEqual = isEqual
        guard isRegex else { return }
        guard let pattern = LabelPattern(value) else { return nil }
        self.pattern = pattern
    }

    package init?(_ json: JSON) {
        guard let name = json["name"]?.string, let value = json["value"]?.string else { return nil }
        self.init(
            name: name,
            value: value,
            isRegex: json["isRegex"]?.bool ?? false,
            isEqual: json["isEqual"]?.bool ?? true
        )
    }

    /// As in a query: a name, one of `=`, `!=`, `=~`, `!~`, and a value with or without quotes.
    package init?(_ text: String) {
        guard let at = text.firstIndex(where: { $0 == "=" || $0 == "!" }) else { return nil }
        let rest = text[at...]
        guard let sign = ["=~", "!~", "!=", "="].first(where: { rest.hasPrefix($0) }) else {
            return nil
        }
        var value = String(rest.dropFirst(sign.count)).trimmed
        if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 {
            value = String(value.dropFirst().dropLast()).replacing("\\\"", with: "\"")
                .replacing("\\\\", with: "\\")
        }
        self.init(
            name: String(text[..<at]).trimmed,
            value: value,
            isRegex: sign.hasSuffix("~"),
            isEqual: sign.hasPrefix("=")
        )
    }

    /// An absent label is as good as an empty one.
    package func matches(_ labels: [PrometheusAlert.Label]) -> Bool {
        let own = labels.first { $0.name == name }?.value ?? ""
        return (pattern.map { $0.matches(own) } ?? (own == value)) == isEqual
    }
}
