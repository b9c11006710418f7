/// What the answer to a mail of ours asks for: its first line before the quote.
package enum MailReply: Hashable, Sendable {
    case acknowledge
    case resolve
    case snooze(seconds: Int)
    case escalate(reason: String)
    case update(text: String)
    case note(text: String)

    /// `nil` where nobody wrote anything of their own.
    package init?(_ text: String) {
        let own = QuotedText.own(in: text)
        guard let first = own.first else { return nil }
        let line = first.lowercased().trimmed.trimmingEnd([".", "!"])
        let rest = Self.rest(of: first)
        let more = ([rest] + own.dropFirst().map { $0 }).filter { !$0.isEmpty }
            .joined(separator: " ").plainLine.shortenedToCase
        switch line {
        case "ack", "acknowledge", "acknowledged": self = .acknowledge
        case "resolve", "resolved": self = .resolve
        default:
            if Self.isNumber(line) {
                self = .acknowledge
            } else if let seconds = Self.snooze(line) {
                self = .snooze(seconds: seconds)
            } else if line.hasPrefix("escalate:"), !more.isEmpty {
                self = .escalate(reason: more)
            } else if line.hasPrefix("update:"), !more.isEmpty {
                self = .update(text: more)
            } else {
                self = .note(text: own.joined(separator: " ").plainLine.shortenedToCase)
            }
        }
    }

    /// The three digits that stand in the mail.
    private static func isNumber(_ line: String) -> Bool {
        line.utf8.count == 3 && line.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func rest(of line: String) -> String {
        line.firstIndex(of: ":").map { String(line[line.index(after: $0)...]).trimmed } ?? ""
    }

    /// `snooze 30m`, `snooze 2 h`.
    private static func snooze(_ line: String) -> Int? {
        guard line.hasPrefix("snooze ") else { return nil }
        let span = line.dropFirst(7).filter { $0 != " " }
        let digits = span.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), (1...10_000).contains(count) else { return nil }
        switch span.dropFirst(digits.count) {
        case "m", "min", "minutes": return count * 60
        case "h", "hour", "hours": return count * 3_600
        default: return nil
        }
    }
}

extension String {
    fileprivate func trimmingEnd(_ marks: Set<Character>) -> String {
        var text = self
        while let last = text.last, marks.contains(last) { text.removeLast() }
        return text
    }
}

/// The lines of an answer that its author wrote, without what they quote and their signature.
package enum QuotedText {
    private static let linesMax = 2_000

    package static func own(in text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix(linesMax).map { String($0).replacing("\u{FEFF}", with: "").trimmed }
        var own: [String] = []
        for (index, line) in lines.enumerated() {
            if line == "--" || line.hasPrefix("-- ") && line.count < 4 { break }
            if line.hasPrefix(">") || line.hasPrefix("＞") { break }
            if isAttribution(line, next: lines.dropFirst(index + 1).prefix(2)) { break }
            if startsOriginal(line, next: lines.dropFirst(index + 1).prefix(3)) { break }
            own.append(line)
        }
        return own.drop { $0.isEmpty }.filter { !$0.isEmpty }.filter { !isMobileSignature($0) }
    }

    /// `On Mon, 2 Mar 2026 at 10:00, Tocsin wrote:` and its like; it may be folded into two lines.
    private static func isAttribution(_ line: String, next: ArraySlice<String>) -> Bool {
        let start = line.lowercased()
        let isBegun = attributionStarts.contains { start.hasPrefix($0) }
        if ends(start, isBegun: isBegun) { return true }
        guard isBegun, !next.isEmpty else { return false }
        let joined = ([start] + next.map { $0.lowercased() }).joined(separator: " ")
        return ends(joined, isBegun: true)
    }

    /// Whether lowercased text ends as an attribution does.
    private static func ends(_ text: String, isBegun: Bool) -> Bool {
        guard text.count < 400, text.contains(where: { $0.isNumber || $0 == "@" }) else {
            return false
        }
        if attributionEnds.contains(where: { text.hasSuffix($0) }) { return true }
        // German and Dutch put the verb before the name.
        return isBegun && text.hasSuffix(":") && attributionVerbs.contains { text.contains($0) }
    }

    private static let attributionStarts = [
        "on ", "am ", "le ", "el ", "il ", "op ", "den ", "em ", "w dniu ", "dnia ", "dne ", "pe ",
        "tirsdag", "ons", "från:", "в ", "в\u{A0}", "20",
    ]
    private static let attributionEnds = [
        "wrote:", "a écrit :", "a écrit:", "a écrit\u{A0}:", "escribió:", "ha scritto:",
        "schrieb:", "schreef:", "skrev:", "escreveu:", "napisał:", "napisał(a):", "pisze:",
        "napsal:", "napsal(a):", "kirjoitti:", "пишет:", "написал:", "写道：", "写道:",
        "のメール:", "님이 작성:", "yazdı:",
    ]
    private static let attributionVerbs = [
        " schrieb ", " schreef ", " skrev ", " wrote ", " a écrit ", " escribió ", " ha scritto ",
    ]

    /// Outlook's rule and head of the mail answered: `From:` and `Sent:` in the writer's language.
    private static func startsOriginal(_ line: String, next: ArraySlice<String>) -> Bool {
        if line.count >= 10, line.allSatisfy({ $0 == "_" }) { return true }
        let bare = line.lowercased().filter { $0 != "-" && $0 != "*" }.trimmed
        if line.hasPrefix("--"), originals.contains(bare) { return true }
        guard fromWords.contains(where: { bare.hasPrefix($0) }) else { return false }
        return next.contains { follower in
            let bare = follower.lowercased().filter { $0 != "*" }
            return sentWords.contains { bare.hasPrefix($0) }
        }
    }

    private static let originals: Set<String> = [
        "original message", "ursprüngliche nachricht", "originalnachricht", "message d'origine",
        "message d’origine", "mensaje original", "messaggio originale", "oorspronkelijk bericht",
        "ursprungligt meddelande", "mensagem original", "wiadomość oryginalna",
        "oprindelig meddelelse", "forwarded message", "исходное сообщение",
    ]
    private static let fromWords = [
        "from:", "von:", "de :", "de:", "da:", "van:", "från:", "fra:", "od:", "от:", "差出人:",
        "发件人:", "lähettäjä:",
    ]
    private static let sentWords = [
        "sent:", "date:", "gesendet:", "datum:", "envoyé :", "envoyé:", "enviado:",
        "enviado el:", "inviato:", "data:", "verzonden:", "skickat:", "sendt:", "wysłano:",
        "odesláno:", "отправлено:", "送信日時:", "发送时间:", "to:", "an:", "à :", "lähetetty:",
    ]

    private static func isMobileSignature(_ line: String) -> Bool {
        let lowered = line.lowercased()
        return line.count < 80
            && [
                "sent from my ", "von meinem ", "envoyé de mon ", "enviado desde mi ",
                "inviato da ",
            ]
            .contains { lowered.hasPrefix($0) }
    }
}
