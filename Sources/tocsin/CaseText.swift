import CivilTime
import Shapes

/// A case as the daemon tells it, for people.
struct CaseText {
    let json: JSON
    let times: Times

    static let header = ["CASE", "PRIORITY", "STATUS", "OWNER", "NEXT DUE", "CUSTOMER", "TITLE"]

    var row: [String] {
        [
            number, text("priority"), words("status"), text("owner", or: "-"), nearest,
            text("customer"), text("title"),
        ]
    }

    var number: String { json["number"]?.integer.map(String.init) ?? "?" }

    private var clocks: [JSON] { json["clocks"]?.array ?? [] }

    /// The running clock that falls due first.
    private var nearest: String {
        let dues = clocks.compactMap { clock -> (String, String)? in
            guard clock["state"]?.string == "running" || clock["state"]?.string == "breached",
                let due = clock["due"]?.string, let name = clock["clock"]?.string
            else { return nil }
            return (due, name)
        }
        guard let first = dues.min(by: { $0.0 < $1.0 }) else { return "-" }
        return "\(shown(first.0)) (\(first.1))"
    }

    /// Whether a clock that nothing has stopped falls due, or fell due, before `instant`.
    func isDue(before instant: Instant) -> Bool {
        clocks.contains { clock in
            let state = clock["state"]?.string
            guard ["running", "breached", "not_started"].contains(state) else { return false }
            return clock["due"]?.string.flatMap { Instant(rfc3339: $0) }.map { $0 <= instant }
                ?? false
        }
    }

    /// The whole case: what it is, its clocks, and its log.
    func page(events: [JSON]) -> String {
        var text = Terminal.bold(
            "[\(self.text("priority"))] \(self.text("customer")): \(self.text("title"))"
        )
        text += "\ncase \(number), \(words("status")), under \(self.text("policy"))\n"
        for (label, value) in facts where !value.isEmpty { text += "\(label): \(value)\n" }
        if !clocks.isEmpty {
            var table = Table(header: ["CLOCK", "KIND", "TARGET", "STATE", "DUE"])
            for clock in clocks {
                table.rows.append([
                    clock.plain("clock"), clock.plain("kind"), clock.plain("target"),
                    clock.plain("state").split(separator: "_").joined(separator: " "),
                    clock["due"]?.string.map { shown($0) } ?? "-",
                ])
            }
            text += "\n" + table.text
        }
        guard !events.isEmpty else { return text }
        var table = Table(header: ["AT", "WHAT", "BY", "SAID"])
        for event in events { table.rows.append(EventText(json: event, times: times).row) }
        return text + "\n" + table.text
    }

    private var facts: [(String, String)] {
        var held = ""
        if let acknowledged = json["acknowledged"], let by = acknowledged["by"]?.string {
            held = "\(by), since \(shown(acknowledged.plain("at")))"
            if let end = acknowledged["expires_at"]?.string { held += ", until \(shown(end))" }
        }
        let links = json["links"]?.array?.compactMap(\.string) ?? []
        return [
            ("opened", shown(text("opened_at"))), ("acknowledged by", held),
            ("owner", text("owner")), ("reason", text("status_reason")),
            ("until", json["status_until"]?.string.map { shown($0) } ?? ""),
            ("key", text("key")), ("details", text("details")),
            ("links", Terminal.harmless(links.joined(separator: " "))),
        ]
    }

    private func shown(_ text: String) -> String {
        Instant(rfc3339: text).map { times.shown($0) } ?? text
    }

    private func text(_ name: String, or fallback: String = "") -> String {
        let text = json.plain(name)
        return text.isEmpty ? fallback : text
    }

    private func words(_ name: String) -> String {
        json.plain(name).split(separator: "_").joined(separator: " ")
    }
}

/// An entry of a case's log, for people.
struct EventText {
    let json: JSON
    let times: Times

    var row: [String] {
        let at = json["at"]?.string.flatMap { Instant(rfc3339: $0) }
        return [at.map { times.shown($0) } ?? "", name, by, said]
    }

    var name: String { json.plain("event").split(separator: "_").joined(separator: " ") }

    private var by: String {
        let by = json.plain("by")
        return by.isEmpty ? json.plain("way") : by
    }

    private var said: String {
        var parts: [String] = []
        for name in ["person", "priority", "status", "reason", "text"] {
            let text = json.plain(name)
            guard !text.isEmpty else { continue }
            parts.append(name == "person" ? "→ \(text)" : text)
        }
        for name in ["until", "next"] {
            guard let instant = json[name]?.string.flatMap({ Instant(rfc3339: $0) }) else {
                continue
            }
            parts.append("\(name) \(times.shown(instant))")
        }
        return parts.joined(separator: ", ")
    }
}

extension JSON {
    /// The text of a member, harmless on a terminal; empty where there is none.
    func plain(_ name: String) -> String {
        switch self[name] {
        case .string(let text): Terminal.harmless(text)
        case .integer(let number): String(number)
        default: ""
        }
    }
}
