package import CivilTime
package import Shapes

/// One entry of a document that is polled, read by the `map:` of its intake.
package struct PolledItem: Hashable, Sendable {
    /// What `map:` may name; each a path such as `labels.severity`.
    package static let names: Set<String> = [
        "items", "key", "title", "details", "severity", "source", "link", "tags", "opened_at",
        "resolved",
    ]
    /// Entries of one document; what comes beyond is left out.
    package static let itemsMax = 1_000

    package var opening: Opening
    /// By which it is known from one polling to the next.
    package var key: String
    /// When it began by its own word.
    package var openedAt: Instant?
    package var isResolved: Bool

    /// What tells it, as it stands there, from the same entry at another time: its key, and when it
    /// began where it says so.
    package var appearance: String {
        openedAt.map { "\($0.secondsSinceEpoch) \(key)" } ?? " \(key)"
    }

    /// The entries of a document, and how many of them have no key or no title.
    package static func items(
        of document: JSON,
        map: [String: String]
    ) -> (items: [PolledItem], faulty: Int)? {
        let place = map["items"].map { value(document, at: $0) } ?? document
        guard let list = place?.array else { return nil }
        let items = list.prefix(itemsMax).map { PolledItem($0, map: map) }
        return (items.compactMap { $0 }, items.filter { $0 == nil }.count)
    }

    private init?(_ entry: JSON, map: [String: String]) {
        func text(_ name: String) -> String? {
            map[name].flatMap { Self.value(entry, at: $0) }.flatMap { Self.text($0) }
        }
        guard let title = text("title"), !title.isEmpty, let key = text("key") ?? text("title"),
            !key.isEmpty
        else { return nil }
        self.key = key.shortened(toCharacters: SenderLimits.keyLengthMax)
        opening = Opening(
            key: self.key,
            title: title.shortened(toCharacters: SenderLimits.titleLengthMax)
        )
        opening.details = (text("details") ?? "").shortenedToCase
        opening.severity = text("severity") ?? ""
        opening.source = text("source") ?? "unnamed"
        if let link = text("link"), link.utf8.count <= SenderLimits.linkBytesMax, !link.isEmpty {
            opening.links = [link]
        }
        let tags = map["tags"].flatMap { Self.value(entry, at: $0) }?.array ?? []
        opening.tags = tags.compactMap { Self.text($0) }.filter { !$0.isEmpty }
            .prefix(SenderLimits.listMax).map { $0 }
        openedAt = text("opened_at").flatMap { Instant(rfc3339: $0) }
        isResolved = map["resolved"].map { Self.isTrue($0, of: entry) } ?? false
    }

    /// `PATH=WORD` where it must be that word, `PATH` where it must be true.
    private static func isTrue(_ condition: String, of entry: JSON) -> Bool {
        let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
        guard let path = parts.first, let found = value(entry, at: path) else { return false }
        guard parts.count == 2, let word = parts.last else { return found.bool == true }
        return text(found)?.lowercased() == word.lowercased()
    }

    private static func value(_ json: JSON, at path: String) -> JSON? {
        var value = json
        for name in path.split(separator: ".") {
            guard let member = value[String(name)] else { return nil }
            value = member
        }
        return value
    }

    private static func text(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text.plainLine
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .bool(let bool): "\(bool)"
        case .null, .array, .object: nil
        }
    }
}
