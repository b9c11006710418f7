import CivilTime
import Paging

enum CaseSQL {
    /// What `StoredCase.decoded` reads, in its order; the other columns serve indexes and filters.
    static let columns =
        "next_due, clock_due, event_count, revision, updated_at, number, fold, checksum"

    static let lastNumber = SQL("SELECT max(number) FROM cases")
    static let insert = SQL(
        """
        INSERT INTO cases (
            number, id, key, intake, customer, title, policy, priority, status, owner, is_open,
            opened_at, next_due, updated_at, event_count, revision, fold, checksum, clock_due
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19)
        """
    )
    static let update = SQL(
        """
        UPDATE cases SET priority = ?2, status = ?3, owner = ?4, is_open = ?5, next_due = ?6,
            updated_at = ?7, event_count = ?8, revision = revision + 1, fold = ?9,
            checksum = ?10, clock_due = ?11
        WHERE number = ?1
        """
    )
    static let touch = SQL("UPDATE cases SET next_due = ?1 WHERE is_open = 1")
    static let byID = SQL("SELECT \(columns) FROM cases WHERE id = ?1")
    static let byNumber = SQL("SELECT \(columns) FROM cases WHERE number = ?1")
    static let byKey = SQL(
        "SELECT \(columns) FROM cases WHERE intake = ?1 AND key = ?2 AND is_open = 1"
    )
    static let byEndedKey = SQL(
        """
        SELECT \(columns) FROM cases WHERE intake = ?1 AND key = ?2 AND is_open = 0
            AND key IS NOT NULL ORDER BY number DESC LIMIT 1
        """
    )
    static let due = SQL(
        "SELECT \(columns) FROM cases WHERE next_due <= ?1 ORDER BY next_due, number LIMIT ?2"
    )
    static let allOpen = SQL("SELECT \(columns) FROM cases WHERE is_open = 1")
    static let openCount = SQL("SELECT count(*) FROM cases WHERE is_open = 1")

    /// Open cases, then all: the latest opened first, `limit` of them after the cursor.
    static let openList = SQL(
        """
        SELECT \(columns) FROM cases WHERE is_open = 1 AND \(filter)
        ORDER BY opened_at DESC, number DESC LIMIT ?6
        """
    )
    static let allList = SQL(
        """
        SELECT \(columns), opened_at FROM cases WHERE is_open = 1 AND \(filter)
        UNION ALL
        SELECT \(columns), opened_at FROM cases WHERE is_open = 0 AND \(filter)
        ORDER BY opened_at DESC, number DESC LIMIT ?6
        """
    )
    /// Open cases by their first clock due, after the cursor; and how many there are after it.
    static let urgentList = SQL(
        """
        SELECT \(columns) FROM \(byUrgency) AND \(isAfter)
        ORDER BY clock_due, number LIMIT ?3
        """
    )
    static let urgentCount = SQL("SELECT count(*) FROM \(byUrgency) AND \(isAfter)")
    /// Named, for SQLite takes the index of the openings otherwise and sorts every open case.
    private static let byUrgency = "cases INDEXED BY cases_urgent WHERE is_open = 1"
    private static let isAfter = "clock_due >= ?1 AND (clock_due, number) > (?1, ?2)"
    /// In the row of a case of which no clock is due, so that it comes last.
    static let nothingDue = Milliseconds.max

    private static let filter = """
        opened_at <= ?1 AND (opened_at, number) < (?1, ?2)
        AND (?3 IS NULL OR priority = ?3) AND (?4 IS NULL OR owner = ?4)
        AND (?5 IS NULL OR next_due < ?5)
        """
}

extension StoredCase {
    static func decoded(_ fields: inout Fields) throws(StoreError) -> StoredCase {
        let nextDue = fields.optionalInt64()
        let clockDue = try fields.int64()
        let eventCount = try fields.int()
        let revision = try fields.int()
        let updatedAt = try fields.int64()
        let number = try fields.int()
        let fold = fields.bytes()
        if let checksum = fields.optionalInt64(), checksum != Checksum.of(fold) {
            throw StoreError.corrupt("case \(number) is not what was written")
        }
        guard let value = Case(encoded: fold) else {
            throw StoreError.corrupt("case \(number) cannot be read")
        }
        return StoredCase(
            value: value,
            nextDue: nextDue,
            clockDue: clockDue == CaseSQL.nothingDue ? nil : clockDue,
            eventCount: eventCount,
            revision: revision,
            updatedAt: updatedAt
        )
    }
}

extension Case {
    var openedAtMilliseconds: Milliseconds {
        openedAt.milliseconds + Int64(openedPhaseMilliseconds)
    }
}

extension Instant {
    /// Instants lie in years 1 to 9999, so this cannot overflow.
    var milliseconds: Milliseconds { Int64(secondsSinceEpoch) * 1000 }

    init(milliseconds: Milliseconds) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        self.init(secondsSinceEpoch: Int(rest < 0 ? seconds - 1 : seconds))
    }
}
