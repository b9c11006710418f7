import Engine
import Paging
import Shapes

/// One event of the PagerDuty Events API v2, taken out of its JSON.
struct EnqueuedEvent: Sendable {
    enum Action: String, Sendable {
        case trigger, acknowledge, resolve
    }

    /// PagerDuty's own limits.
    static let keyCharactersMax = 255
    static let summaryCharactersMax = 1_024
    static let severities: Set<String> = ["critical", "error", "warning", "info"]

    var routingKey = ""
    var action = Action.trigger
    /// Empty where the sender names none.
    var key = ""
    var summary = ""
    var source = ""
    var severity = ""
    /// Component, group, class and custom details, one sentence each.
    var details = ""
    var links: [String] = []
    /// What is wrong with it, in the dialect's own form; empty where nothing is.
    var faults: [String] = []

    init(_ body: JSON) {
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
        key = body["dedup_key"]?.string.map { oneLine($0) } ?? ""
        if Self.isLonger(key, than: Self.keyCharactersMax) {
            faults.append("'dedup_key' is longer than \(Self.keyCharactersMax) characters")
        }
        switch action {
        case .trigger: readPayload(body["payload"] ?? .null)
        case .acknowledge, .resolve:
            if key.isEmpty { faults.append("'dedup_key' is missing or blank") }
        }
        readLinks(body)
    }

    private mutating func readPayload(_ payload: JSON) {
        summary = oneLine(payload["summary"]?.string ?? "")
        source = oneLine(payload["source"]?.string ?? "")
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
        if Self.isLonger(summary, than: Self.summaryCharactersMax) {
            summary = summary.prefix(Self.summaryCharactersMax - 1) + "…"
        }
        var parts: [String] = source.isEmpty ? [] : ["Source: \(source)"]
        for (name, label) in [("component", "Component"), ("group", "Group"), ("class", "Class")] {
            let text = oneLine(payload[name]?.string ?? "")
            if !text.isEmpty { parts.append("\(label): \(text)") }
        }
        if let custom = payload["custom_details"], !custom.isNull {
            parts.append(contentsOf: Self.sentences(custom))
        }
        details = Self.limited(parts.joined(separator: "; "))
    }

    private mutating func readLinks(_ body: JSON) {
        let linked = (body["links"]?.array ?? []).compactMap { $0["href"]?.string }
        let client = body["client_url"]?.string.map { [$0] } ?? []
        links = (linked + client).map { oneLine($0) }.filter {
            !$0.isEmpty && $0.utf8.count <= 2_000
        }
        links = Array(links.prefix(Fields.listMax))
    }

    /// `name: text` for each member; anything deeper as JSON.
    private static func sentences(_ custom: JSON) -> [String] {
        guard let members = custom.members else { return [plain(custom)] }
        return members.prefix(100).map { "\(oneLine($0.name)): \(plain($0.value))" }
    }

    private static func plain(_ value: JSON) -> String {
        switch value {
        case .string(let text): return oneLine(text)
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .bool(let bool): return String(bool)
        case .null: return "-"
        case .array(let elements):
            return elements.prefix(100).map { plain($0) }.joined(separator: ", ")
        case .object: return "(" + sentences(value).joined(separator: ", ") + ")"
        }
    }

    /// Counts characters only where there are enough bytes for them: counting is slow.
    private static func isLonger(_ text: String, than limit: Int) -> Bool {
        text.utf8.count > limit && text.count > limit
    }

    private static func limited(_ text: String) -> String {
        guard text.utf8.count > Case.textBytesMax else { return text }
        return String(text.prefix(Case.textBytesMax / 4 - 1)) + "…"
    }

    func opening(_ intake: Intakes.Entry) -> OpenRequest {
        var opening = OpenRequest(
            policy: intake.policy,
            customer: intake.customer ?? source,
            title: summary,
            intake: intake.name,
            way: intake.name
        )
        opening.priority = intake.priorities[severity]
        opening.details = details
        opening.key = key
        opening.channel = "api"
        opening.links = links
        return opening
    }
}

/// `text` with one space in place of every run of control characters, none at its ends.
private func oneLine(_ text: String) -> String {
    // Most texts are plain already, and this is the busiest path there is.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !text.utf8.contains(0xC2) { return text }
    var result = String.UnicodeScalarView()
    var isPending = false
    for scalar in text.unicodeScalars {
        if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
            isPending = !result.isEmpty
            continue
        }
        if isPending { result.append(" ") }
        isPending = false
        result.append(scalar)
    }
    return String(result)
}
