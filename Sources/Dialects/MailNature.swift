/// Whether a mail was written by a person to us, as far as its head can tell.
package enum MailNature: Hashable, Sendable {
    case personal
    /// Sent by a machine of its own accord, such as a monitor: it may open a case and never acts.
    case automatic
    /// An answer of a machine, a bounce, a list's or our own come back: nothing comes of it.
    case refused(String)

    /// `ours` are the addresses that this product sends from, in lower case.
    package init(_ message: MailMessage, envelopeSender: String?, ours: Set<String>) {
        let headers = message.headers
        if let reason = Self.refusal(message, envelopeSender: envelopeSender, ours: ours) {
            self = .refused(reason)
            return
        }
        let submitted = headers["auto-submitted"]?.lowercased() ?? "no"
        let isSuppressing = headers["x-auto-response-suppress"] != nil
        guard submitted.hasPrefix("no"), !isSuppressing else {
            // Absence notes of Exchange call themselves generated, and answer something.
            let isAnswer =
                !headers.messageIDs(in: "in-reply-to").isEmpty
                || !headers.messageIDs(in: "references").isEmpty
            self = isAnswer ? .refused("an automatic answer") : .automatic
            return
        }
        self = .personal
    }

    /// Mail servers that a mail may have passed before it counts as going in circles.
    static let hopsMax = 50

    private static func refusal(
        _ message: MailMessage,
        envelopeSender: String?,
        ours: Set<String>
    ) -> String? {
        let headers = message.headers
        if let sender = envelopeSender?.trimmed,
            ["", "<>", "mailer-daemon"].contains(sender.lowercased())
        {
            return "a bounce: its envelope has no sender"
        }
        if message.isReport { return "a report about another mail" }
        guard let from = headers.sender("from") else { return "its From names not one address" }
        if ours.contains(from.address) { return "our own mail come back" }
        if from.address.hasPrefix("mailer-daemon@") || from.address.hasPrefix("postmaster@") {
            return "a mail server's own"
        }
        if headers["return-path"] == "<>" { return "a bounce: its envelope has no sender" }
        if headers["auto-submitted"]?.lowercased().hasPrefix("auto-replied") == true
            || headers["x-autoreply"] != nil || headers["x-autorespond"] != nil
        {
            return "an automatic answer"
        }
        let precedence = headers["precedence"]?.lowercased() ?? ""
        if ["bulk", "list", "junk", "auto_reply"].contains(precedence) || headers["list-id"] != nil
            || headers["list-unsubscribe"] != nil
        {
            return "a list's or sent in bulk"
        }
        if headers.count(of: "received") > hopsMax { return "going in circles" }
        return nil
    }
}

extension MailHeaders {
    /// The number of the case that a mail answers: `<case-4711@domain>` among its references.
    package func caseNumber(domain: String) -> Int? {
        let ids = messageIDs(in: "references") + messageIDs(in: "in-reply-to")
        for id in ids.reversed() {
            let bare = id.lowercased().dropFirst().dropLast()
            guard bare.hasPrefix("case-"), bare.hasSuffix("@\(domain.lowercased())") else {
                continue
            }
            let digits = bare.dropFirst(5).prefix { $0 != "@" }
            guard digits.utf8.count <= 12, let number = Int(digits), number > 0 else { continue }
            return number
        }
        return nil
    }
}
