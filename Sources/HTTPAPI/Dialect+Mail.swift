import CivilTime
import Delivery
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OnCall
import Paging
import Shapes
import Store

/// A mail that a mail server's pipe hands over: it opens a case, or acts on the one it answers.
struct DialectMail: Sendable {
    let engine: CaseEngine
    let intakes: Intakes

    /// What came of a mail.
    enum Result: Sendable {
        case opened(Int)
        case acted(Int, String)
        /// Nothing, for a reason that is told in the log.
        case ignored(String)
    }

    /// `recipient` and `sender` are those of the envelope.
    func take(
        _ message: MailMessage,
        recipient: String?,
        sender: String?
    ) async throws(Refusal) -> Result {
        let ours = Set(engine.setting.mailChannels.values.map { $0.from.text.lowercased() })
        let nature = MailNature(message, envelopeSender: sender, ours: ours)
        if case .refused(let reason) = nature { return .ignored(reason) }
        guard let from = message.headers.sender("from") else { return .ignored("no author") }
        if let answered = answered(message),
            let person = engine.rulebook.people.values.first(where: { $0.hasAddress(from.address) })
        {
            guard nature == .personal else { return .ignored("an automatic answer") }
            return try await act(message, on: answered, by: person.id)
        }
        let addresses = [recipient].compactMap { $0 } + recipients(message)
        let entry = addresses.lazy.compactMap { intakes.entry(\.mail, key: $0.lowercased()) }.first
        guard let entry else {
            throw Refusal(
                .notFound,
                "no intake has the address \(addresses.first ?? "of this mail")",
                fix: "write it under intake: with dialect: mail; answers come from people's own"
                    + " addresses"
            )
        }
        return try await open(message, from: from, by: entry)
    }

    private func recipients(_ message: MailMessage) -> [String] {
        ["delivered-to", "x-original-to", "to"].compactMap { message.headers.sender($0)?.address }
    }

    private func answered(_ message: MailMessage) -> Int? {
        for relay in engine.setting.mailChannels.values {
            if let number = message.headers.caseNumber(domain: String(relay.from.domain)) {
                return number
            }
        }
        return nil
    }

    // MARK: Answers

    private func act(
        _ message: MailMessage,
        on number: Int,
        by person: PersonID
    ) async throws(Refusal) -> Result {
        guard let reply = MailReply(message.text) else { return .ignored("nothing new in it") }
        let now = engine.now()
        var event: CaseEvent
        switch reply {
        case .acknowledge: event = CaseEvent(.acknowledged, at: now, by: person, way: "mail")
        case .resolve: event = CaseEvent(.resolved, at: now, by: person, way: "mail")
        case .snooze(let seconds):
            event = CaseEvent(.snoozed, at: now, by: person, way: "mail")
            event.until = now.adding(seconds: seconds)
        case .escalate(let reason):
            event = CaseEvent(.escalated, at: now, by: person, way: "mail")
            event.reason = reason
        case .update(let text):
            event = CaseEvent(.updated, at: now, by: person, way: "mail")
            event.text = text
        case .note(let text):
            event = CaseEvent(.noted, at: now, by: person, way: "mail")
            event.text = text
        }
        _ = try await engine.act(VerbRequest(reference: .number(number), event: event))
        // Whoever answers a mail has had it.
        try? await engine.confirm("email")
        return .acted(number, event.name.rawValue)
    }

    // MARK: Cases

    /// The first mail of a conversation opens the case; what follows is the customer's word on it.
    private func open(
        _ message: MailMessage,
        from: (address: String, name: String),
        by entry: Intakes.Entry
    ) async throws(Refusal) -> Result {
        let headers = message.headers
        let own = headers.messageIDs(in: "message-id").first
        let roots = headers.messageIDs(in: "references") + headers.messageIDs(in: "in-reply-to")
        let intake = DialectIntake(engine: engine, entry: entry)
        let root = roots.first ?? own
        let key = root.map { String($0.prefix(SenderLimits.keyLengthMax)) }
        if !roots.isEmpty, let key,
            let value = try await intake.stored(intake.reference(key))?.value
        {
            var event = CaseEvent(.customerWrote, at: engine.now(), way: "mail")
            event.text = "\(from.address): \(message.text)".plainLine.shortenedToCase
            _ = try await engine.act(VerbRequest(reference: .id(value.id), event: event))
            return .acted(value.number, event.name.rawValue)
        }
        let subject = (headers.decoded("subject") ?? "").trimmingSpaces
        var opening = Opening(
            key: key,
            title: (subject.isEmpty ? "Mail from \(from.address)" : subject)
                .shortened(toCharacters: SenderLimits.titleLengthMax)
        )
        opening.source = from.address.split(separator: "@").last.map(String.init) ?? from.address
        let author = from.name.isEmpty ? from.address : "\(from.name) <\(from.address)>"
        opening.details = "From: \(author); \(message.text)".plainLine.shortenedToCase
        var request = intake.request(opening, channel: "mail")
        // A mail server that was not sure of our answer hands the same mail over again.
        request.idempotencyKey = own.map { "mail:\($0.prefix(200))" }
        let outcome = try await engine.open(request)
        return .opened(outcome.value.number)
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension Routes {
    /// `POST /v1/intake/mail?recipient=&sender=`: the mail itself is the body.
    func takeMail(_ request: Request, _ visit: Visit) async throws -> Response {
        let buffer = try await request.bytes(upTo: MailMessage.bytesMax)
        let query = Query(request: request)
        let mail = DialectMail(engine: engine, intakes: doors.intakes)
        let result = try await mail.take(
            MailMessage(Array(buffer.readableBytesView)),
            recipient: query.text("recipient"),
            sender: query.text("sender")
        )
        return .json { writer in
            writer.beginObject()
            switch result {
            case .opened(let number):
                writer.field("result", "opened")
                writer.field("case", number)
            case .acted(let number, let event):
                writer.field("result", event)
                writer.field("case", number)
            case .ignored(let reason):
                writer.field("result", "ignored")
                writer.field("reason", reason)
            }
            writer.endObject()
        }
    }
}
