import Paging
package import Shapes

/// One event of the PagerDuty Events API v2, taken out of its JSON.
package struct EnqueuedEvent: Sendable {
    package enum Action: String, Sendable {
        case trigger, acknowledge, resolve
    }

    static let severities: Set<String> = ["critical", "error", "warning", "info"]

    package var routingKey = ""
    package var action = Action.trigger
    /// Empty where the sender names none.
    package var key = ""
    package var summary = ""
    package var source = ""
    package var severity = ""
    /// Component, group, class and custom details, one sentence each.
    package var details = ""
    package var links: [String] = []
    /// What is wrong with it, in the dialect's own form; empty where nothing is.
    package var faults: [String] = []

    package init(_ body: JSON) {
        guard body.members != nil else {
            faults = ["the body is \(body.kind), not an object"]
            return
        }
        routingKey = body["routing_key"]?.string ?? ""
        if routingKey.isEmpty { faults.append("'routing_key' is missing or blank") }
        if let action = body["event_action"]?.string.flatMap({ Action(rawValue: $0) }) {
            self.action = action
        } else {
            faults.append(
                "'event_action' is missing or not one of 'trigger', 'acknowledge', 'resolve'"
            )
        }
        key = body["dedup_key"]?.string?.plainLine ?? ""
        if key.isLonger(than: SenderLimits.keyLengthMax) {
            faults.append("'dedup_key' is longer than \(SenderLimits.keyLengthMax) characters")
        }
        switch action {
        case .trigger: readPayload(body["payload"] ?? .null)
        case .acknowledge, .resolve:
            if key.isEmpty { faults.append("'dedup_key' is missing or blank") }
        }
        readLinks(body)
    }

    private mutating func readPayload(_ payload: JSON) {
        summary = payload["summary"]?.string?.plainLine ?? ""
        source = payload["source"]?.string?.plainLine ?? ""
        severity = payload["severity"]?.string?.lowercased() ?? ""
        guard payload.members != nil else {
            faults.append("'payload' is missing")
            return
        }
        if summary.isEmpty { faults.append("'payload.summary' is missing or blank") }
        if source.isEmpty { faults.append("'payload.source' is missing or blank") }
        if !Self.severities.contains(severity) {
            faults.append(
                "'payload.severity' is invalid (must be one of the following values:"
                    + " 'critical', 'error', 'warning', 'info')"
            )
        }
        summary = summary.shortened(toCharacters: SenderLimits.titleLengthMax)
        var parts: [String] = source.isEmpty ? [] : ["Source: \(source)"]
        for (name, label) in [("component", "Component"), ("group", "Group"), ("class", "Class")] {
            let text = payload[name]?.string?.plainLine ?? ""
            if !text.isEmpty { parts.append("\(label): \(text)") }
        }
        if let custom = payload["custom_details"], !custom.isNull {
            parts.append(contentsOf: custom.sentences)
        }
        details = parts.joined(separator: "; ").shortenedToCase
    }

    private mutating func readLinks(_ body: JSON) {
        let linked = (body["links"]?.array ?? []).compactMap { $0["href"]?.string }
        let client = body["client_url"]?.string.map { [$0] } ?? []
        links = (linked + client).map(\.plainLine).filter {
            !$0.isEmpty && $0.utf8.count <= SenderLimits.linkBytesMax
        }
        links = Array(links.prefix(SenderLimits.listMax))
    }

    /// What a trigger opens; `key` where the sender named none.
    package func opening(key: String) -> Opening {
        var opening = Opening(key: key, title: summary)
        opening.details = details
        opening.source = source
        opening.severity = severity
        opening.links = links
        return opening
    }
}
