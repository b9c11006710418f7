import CivilTime
import Paging

enum EventSQL {
    /// In the order of `CaseEvent.arguments` and `StoredEvent.decoded`.
    private static let columns = """
        case_id, sequence, name, at, recorded_at, by, way, text, reason, until, priority, status,
        person, occasion
        """
    static let insert = SQL(
        """
        INSERT INTO events (\(columns), number, link)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """
    )
    static let byCase = SQL("SELECT \(columns) FROM events WHERE case_id = ?1 ORDER BY sequence")
    static let chained = SQL(
        "SELECT \(columns), number, link FROM events WHERE number IS NOT NULL ORDER BY number"
    )
    static let last = SQL(
        """
        SELECT number, link FROM events WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1
        """
    )
}

extension CaseEvent {
    func arguments(caseID: String, sequence: Int, recordedAt: Milliseconds) -> [SQLValue] {
        [
            .text(caseID), .int(sequence), .text(name.rawValue), .int(at.milliseconds),
            .int(recordedAt), .optional(by), .text(way), .optional(text), .optional(reason),
            .optional(until?.milliseconds), .optional(priority), .optional(status?.rawValue),
            .optional(person), .optional(occasion),
        ]
    }
}

extension StoredEvent {
    /// What the row holds, as `CaseEvent.arguments` gave it.
    static func values(_ fields: inout Fields) throws(StoreError) -> [SQLValue] {
        [
            .text(try fields.text()), .int(try fields.int64()), .text(try fields.text()),
            .int(try fields.int64()), .int(try fields.int64()),
            .optional(fields.optionalText()), .text(try fields.text()),
            .optional(fields.optionalText()), .optional(fields.optionalText()),
            .optional(fields.optionalInt64()), .optional(fields.optionalText()),
            .optional(fields.optionalText()), .optional(fields.optionalText()),
            .optional(fields.optionalText()),
        ]
    }

    static func decoded(_ fields: inout Fields) throws(StoreError) -> StoredEvent {
        let caseID = try fields.text()
        let sequence = try fields.int()
        let name = try fields.choice(CaseEvent.Name.self)
        let at = Instant(milliseconds: try fields.int64())
        let recordedAt = Instant(milliseconds: try fields.int64())
        let event = CaseEvent(
            name,
            at: at,
            by: fields.optionalText(),
            way: try fields.text(),
            text: fields.optionalText(),
            reason: fields.optionalText(),
            until: fields.optionalInt64().map { Instant(milliseconds: $0) },
            priority: fields.optionalText(),
            status: try fields.optionalChoice(CaseStatus.self),
            person: fields.optionalText(),
            occasion: fields.optionalText()
        )
        return StoredEvent(caseID: caseID, sequence: sequence, event: event, recordedAt: recordedAt)
    }
}
