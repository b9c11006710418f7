import CivilTime
import Paging

/// A notification in words, before a channel gives them its own form.
///
/// Whoever makes one of something else than a single case's briefing reaches every channel that
/// shows words.
struct Message: Sendable {
    var kind: Notification.Kind
    /// `PAGE`, `REMINDER`; what has happened, in a word or two.
    var state: String
    /// `[P1] Northwind: checkout returns 502 (case 4711)`.
    var subject: String
    var blocks: [Wording.Block]
    /// The place in `blocks` of how to acknowledge or confirm, which no cut may take away.
    var request: Int?
    /// `nil` where nothing is to be acknowledged or confirmed by a link.
    var link: String?
    var number: String?
    /// The address on the channel: a topic, a phone number, a tag.
    var address: String

    /// What a button that leads to the link is called.
    var verb: String { kind == .page ? "Acknowledge" : "It arrived" }

    /// `PAGE [P1] Northwind: checkout returns 502 (case 4711)`.
    var title: String { "\(state) \(subject)" }
}

extension Message {
    init(_ briefing: Briefing) {
        let blocks = Wording.blocks(of: briefing)
        self.init(
            kind: briefing.notification.kind,
            state: Wording.state(of: briefing.notification),
            subject: Wording.subject(of: briefing),
            blocks: blocks,
            request: blocks.firstIndex { block in
                switch block {
                case .list(Wording.toAcknowledge, _), .list(Wording.toConfirm, _): true
                default: false
                }
            },
            link: briefing.acknowledgeURL,
            number: briefing.acknowledgeNumber,
            address: briefing.notification.contact.address
        )
    }

    /// How a service writes headings and keeps text from being read as its markup.
    struct Markup: Sendable {
        var escaped: @Sendable (String) -> String
        var heading: @Sendable (String) -> String

        static let none = Markup(escaped: { $0 }, heading: { "\($0):" })
    }

    /// The blocks as lines, at most `limit` long by `length`.
    ///
    /// What does not fit goes from the end, whole blocks at a time; how to acknowledge stays.
    func text(
        _ markup: Markup = .none,
        limit: Int,
        length: (String) -> Int = { $0.utf16.count }
    ) -> String {
        var parts = blocks.enumerated().map { (index: $0, text: Self.text($1, markup)) }
        let whole = { (parts: [(index: Int, text: String)]) -> String in
            parts.map(\.text).joined(separator: "\n\n")
        }
        while length(whole(parts)) > limit, parts.count > 1 {
            let isLastKept = parts.last?.index == request
            parts.remove(at: parts.count - (isLastKept ? 2 : 1))
        }
        return Self.cut(whole(parts), to: limit, length: length)
    }

    private static func text(_ block: Wording.Block, _ markup: Markup) -> String {
        switch block {
        case .line(let line): markup.escaped(line)
        case .list(let heading, let lines):
            ([markup.heading(heading)] + lines.map { markup.escaped($0.content) })
                .joined(separator: "\n")
        }
    }

    /// `text` where it fits, else so much of its beginning that `…` does too.
    static func cut(
        _ text: String,
        to limit: Int,
        length: (String) -> Int = { $0.utf16.count }
    ) -> String {
        guard length(text) > limit else { return text }
        var kept = text.prefix(limit)
        while length(String(kept)) + length("…") > limit, !kept.isEmpty { kept.removeLast() }
        return kept + "…"
    }
}
