package import CivilTime
package import Shapes

/// Alerts that open no case from one instant until another, as Alertmanager's clients make them.
package struct Silence: Hashable, Sendable {
    package var id: String
    /// All must match.
    package var matchers: [LabelMatcher]
    package var startsAt: Instant
    package var endsAt: Instant
    package var updatedAt: Instant
    package var createdBy: String
    package var comment: String

    /// Silences of one intake, expired ones not counted.
    package static let countMax = 500
    /// How long an expired one is still listed.
    package static let keptSeconds = 5 * 86_400

    /// As a client posts it or as it was kept; `nil` where it is malformed.
    package init?(_ json: JSON, id: String, at now: Instant) {
        guard let list = json["matchers"]?.array, (1...50).contains(list.count),
            let endsAt = json["endsAt"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        let matchers = list.compactMap { LabelMatcher($0) }
        let startsAt = json["startsAt"]?.string.flatMap { Instant(rfc3339: $0) } ?? now
        // What matches everything, even what has no labels, is a mistake.
        guard matchers.count == list.count, startsAt < endsAt,
            !matchers.allSatisfy({ $0.matches([]) })
        else { return nil }
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        updatedAt = json["updatedAt"]?.string.flatMap { Instant(rfc3339: $0) } ?? now
        createdBy = (json["createdBy"]?.string ?? "").plainLine.shortened(toCharacters: 200)
        comment = (json["comment"]?.string ?? "").plainLine.shortened(toCharacters: 1_000)
    }

    /// `pending`, `active` or `expired`.
    package func state(at now: Instant) -> String {
        if now >= endsAt { return "expired" }
        return now < startsAt ? "pending" : "active"
    }

    package func silences(_ labels: [PrometheusAlert.Label], at now: Instant) -> Bool {
        state(at: now) == "active" && matchers.allSatisfy { $0.matches(labels) }
    }

    /// The silences of a list that `write` made.
    package static func list(_ text: String) -> [Silence] {
        guard let json = try? JSON(parsing: Array(text.utf8), bytesMax: 4 * 1_024 * 1_024) else {
            return []
        }
        return (json.array ?? []).compactMap { entry in
            entry["id"]?.string.flatMap { Silence(entry, id: $0, at: .distantPast) }
        }
    }

    package func write(to writer: inout JSONWriter, at now: Instant) {
        writer.beginObject()
        writer.field("id", id)
        writer.key("status")
        writer.beginObject()
        writer.field("state", state(at: now))
        writer.endObject()
        writer.field("updatedAt", updatedAt)
        writer.field("comment", comment)
        writer.field("createdBy", createdBy)
        writer.field("startsAt", startsAt)
        writer.field("endsAt", endsAt)
        writer.key("matchers")
        writer.beginArray()
        for matcher in matchers {
            writer.beginObject()
            writer.field("name", matcher.name)
            writer.field("value", matcher.value)
            writer.field("isRegex", matcher.isRegex)
            writer.field("isEqual", matcher.isEqual)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
