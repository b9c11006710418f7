import CivilTime
import Paging

extension StoredNotification {
    /// For `OutboxSQL.insert`; one that starts out sending was claimed when it was made.
    var arguments: [SQLValue] {
        let page = notification.page
        return [
            .text(key), .text(caseID), .int(caseNumber), .text(notification.occasion),
            .text(notification.kind.rawValue), .text(notification.event.rawValue),
            .optional(notification.person), .text(notification.contact.name),
            .text(notification.contact.channel), .text(notification.contact.address),
            .int(notification.dueAt.milliseconds), .int(notification.notBefore.milliseconds),
            .text(notification.summary), .text(notification.why), .optional(page?.id),
            .optional(page?.step), .optional(page?.stepsText), .optional(page?.cycle),
            .optional(page?.round), .optional(page.map { $0.isDrill ? 1 : 0 }),
            .text(state.rawValue), .optional(nextAttempt), .int(deadline), .int(attempts),
            .optional(leaseUntil), .optional(confirmBy), .int(createdAt), .int(urgency),
            .optional(notification.rulebook), .optional(bundle), .int(unsent),
            .bytes(body), .optional(state == .sending ? createdAt : nil), .int(checksum),
        ]
    }

    static func decoded(_ fields: inout Fields) throws(StoreError) -> StoredNotification {
        let id = try fields.int64()
        let key = try fields.text()
        let caseID = try fields.text()
        let caseNumber = try fields.int()
        var notification = try Notification.decoded(&fields)
        let state = try fields.choice(DeliveryState.self)
        let nextAttempt = fields.optionalInt64()
        let deadline = try fields.int64()
        let attempts = try fields.int()
        let leaseUntil = fields.optionalInt64()
        let confirmBy = fields.optionalInt64()
        let createdAt = try fields.int64()
        let urgency = try fields.int()
        notification.rulebook = fields.optionalText()
        let bundle = fields.optionalInt64()
        let unsent = try fields.int()
        let body = fields.bytes()
        let checksum = fields.optionalInt64()
        var stored = StoredNotification(
            id: id,
            key: key,
            caseID: caseID,
            caseNumber: caseNumber,
            notification: notification,
            body: body,
            state: state,
            nextAttempt: nextAttempt,
            deadline: deadline,
            attempts: attempts,
            leaseUntil: leaseUntil,
            confirmBy: confirmBy,
            createdAt: createdAt,
            urgency: urgency
        )
        stored.bundle = bundle
        stored.unsent = unsent
        // Lists leave out the body, and the sum with it.
        if let checksum, checksum != stored.checksum {
            throw StoreError.corrupt("notification \(id) is not what was written")
        }
        return stored
    }
}

extension Notification {
    fileprivate static func decoded(
        _ fields: inout Fields
    ) throws(StoreError) -> Notification {
        let occasion = try fields.text()
        let kind = try fields.choice(Kind.self)
        let event = try fields.choice(CaseEvent.Name.self)
        let person = fields.optionalText()
        let contact = Contact(
            name: try fields.text(),
            channel: try fields.text(),
            address: try fields.text()
        )
        let dueAt = Instant(milliseconds: try fields.int64())
        let notBefore = Instant(milliseconds: try fields.int64())
        return Notification(
            occasion: occasion,
            kind: kind,
            event: event,
            person: person,
            contact: contact,
            dueAt: dueAt,
            notBefore: notBefore,
            summary: try fields.text(),
            why: try fields.text(),
            page: try Page.decoded(&fields)
        )
    }
}

extension Notification.Page {
    /// Ascending, separated by commas.
    fileprivate var stepsText: String {
        steps.map(String.init).joined(separator: ",")
    }

    fileprivate static func decoded(
        _ fields: inout Fields
    ) throws(StoreError) -> Notification.Page? {
        let id = fields.optionalText()
        let step = fields.optionalInt()
        let steps = fields.optionalText()
        let cycle = fields.optionalInt()
        let round = fields.optionalInt()
        let drill = fields.optionalInt()
        guard let id else { return nil }
        guard let step, let steps, let cycle, let round, let drill else {
            throw StoreError.corrupt("page \(id) is incomplete")
        }
        return Notification.Page(
            id: id,
            step: step,
            steps: steps.split(separator: ",").compactMap { Int($0) },
            cycle: cycle,
            round: round,
            isDrill: drill != 0
        )
    }
}
