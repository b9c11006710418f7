import CivilTime
import Delivery
import Dialects
import Paging
import RuleFiles
import Shapes

/// Every parser that meets bytes from outside, by the name of its corpus.
enum Parsers {
    static let all: [String: @Sendable ([UInt8]) -> Void] = [
        "rotation": { RuleInput.rotation.load($0) },
        "policy": { RuleInput.policy.load($0) },
        "settings": { RuleInput.settings.load($0) },
        "tzif": tzif,
        "json": json,
        "mail": mail,
        "times": times,
        "links": links,
        "form": form,
        "tokens": tokens,
    ]

    /// 2026-11-21T12:00:00Z.
    static let now = Instant(secondsSinceEpoch: 1_795_262_400)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Every question that a zone is asked, about instants before, in and after its table.
    @Sendable private static func tzif(_ bytes: [UInt8]) {
        guard let zone = try? Zone(name: "Fuzz/Fuzz", tzif: bytes) else { return }
        for seconds in [-8_000_000_000, -1, 0, 1_795_262_400, 4_000_000_000, 20_000_000_000] {
            let instant = Instant(secondsSinceEpoch: seconds)
            let civil = zone.civil(at: instant)
            switch zone.instants(of: civil) {
            case .once, .twice: break
            case .missing: preconditionFailure("a local time that was read exists")
            }
            _ = zone.transitions(from: instant, to: instant.adding(seconds: 40_000_000))
            _ = instant.rfc3339(in: zone)
        }
    }

    /// A body of every dialect: PagerDuty, Alertmanager, Opsgenie, silences.
    @Sendable private static func json(_ bytes: [UInt8]) {
        guard let body = try? JSON(parsing: bytes) else { return }
        let event = EnqueuedEvent(body)
        _ = event.opening(key: event.key)
        for alert in AlertmanagerWebhook(body).alerts.distinct {
            _ = (alert.opening, alert.expiry(at: now), alert.fingerprint)
        }
        if let alert = PrometheusAlert(body) {
            _ = (alert.opening, alert.expiry(at: now))
            _ = Silence(body, id: "a", at: now)?.silences(alert.labels, at: now)
        }
        let opsgenie = OpsgenieBody(body)
        _ = (opsgenie.opening, opsgenie.note, opsgenie.user, opsgenie.endTime, opsgenie.escalation)
        _ = Silence(body, id: "a", at: now)?.state(at: now)
        _ = LabelMatcher(body)
        _ = Silence.list(text(bytes))
    }

    @Sendable private static func mail(_ bytes: [UInt8]) {
        let message = MailMessage(bytes)
        _ = MailNature(message, envelopeSender: "a@example.com", ours: ["b@example.com"])
        _ = MailReply(message.text)
        _ = QuotedText.own(in: message.text)
        for name in ["from", "to", "subject", "sender"] {
            _ = message.headers.decoded(name)
            _ = message.headers.sender(name)
        }
        _ = message.headers.messageIDs(in: "references")
        _ = MailReply(text(bytes))
    }

    /// What a person writes on a command line, in a zone whose clocks change.
    @Sendable private static func times(_ bytes: [UInt8]) {
        let text = text(bytes)
        for zone in [Zone.utc, SmallZone.summer] {
            if let instant = try? Instant(moment: text, now: now, in: zone) {
                precondition(Instant(rfc3339: instant.rfc3339) == instant, instant.rfc3339)
            }
        }
        if let span = Span(text) { precondition(Span(span.description) == span, span.description) }
        _ = (CivilDate(text), CivilDateTime(text), WallTime(text))
    }

    /// Paths, matchers, patterns and percent signs as strangers write them.
    @Sendable private static func links(_ bytes: [UInt8]) {
        let text = text(bytes)
        _ = text.percentDecoded
        _ = LabelMatcher(text)
        _ = LabelPattern(text)?.matches(text)
        _ = text.plainLine.shortenedToCase
        let path = text.split(separator: "/").map(String.init)
        _ = OpsgenieCall(method: "POST", path: path, identifierType: "alias")
    }
    /// What a browser posts, with the names that our pages read.
    @Sendable private static func form(_ bytes: [UInt8]) {
        let form = WebForm(text(bytes))
        for name in ["csrf", "number", "note", "reason", "until", "a"] {
            if let line = form.line(name) {
                precondition(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, line)
            }
        }
    }

    private static let key: AcknowledgeKey = {
        let secret = Secret(String(repeating: "k", count: AcknowledgeKey.secretBytesMin))
        guard let key = AcknowledgeKey(secret: secret) else { preconditionFailure("32 bytes") }
        return key
    }()

    private static let id = "01M.page.anna.email"
    private static let seal = key.seal(of: id)
    private static let token = key.token(of: id)

    /// A link as somebody calls it, and the same bytes as the text of a message under seal: what
    /// leaves holds the token and a number that stands nowhere else in it.
    @Sendable private static func tokens(_ bytes: [UInt8]) {
        let word = text(bytes).percentDecodedWherePossible
        if let dot = word.lastIndex(of: ".") {
            let (id, token) = (String(word[..<dot]), word[word.index(after: dot)...])
            precondition(!key.isGenuine(token: token, of: id), "nobody knows the key")
        }
        let body = bytes + Array(" \(seal.token) \(seal.number) ".utf8) + bytes
        let number = key.number(of: id, in: body)
        precondition(number.utf8.count == 3)
        if bytes.count & 7 == 0 { precondition(key.isRight(number: number, of: id, in: body)) }
        if bytes.count < 200 {
            let holds = String(decoding: bytes, as: UTF8.self).contains(number)
            precondition(!holds, "\(number) is in the text")
        }
        let opened = key.opened(body, of: id)
        let middle = Array(" \(token) \(number) ".utf8)
        precondition(opened == bytes + middle + bytes, "only the seals change")
        precondition(key.opened(bytes, of: id) == bytes, "no seal, no change")
    }
}
