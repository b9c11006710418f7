import CivilTime
import Delivery
import Engine
import Paging
import Store

/// What must hold at every moment (reliability.md 5.3), asked of the log and the tables, never of
/// the code under test.
extension World {
    /// V3 and V14: a first attempt is claimed when it is due, to within two seconds; ten after a
    /// restart or a suspension, or where it waits for others to leave with.
    func checkClaim(_ parcel: Parcel, at now: Milliseconds) {
        if parcel.attempt == 1 { checkLateness(parcel.id, parcel.key, at: now) }
    }

    func checkLateness(_ id: Int64, _ key: String, at now: Milliseconds) {
        guard clocks.continuous - disturbedAt > 10 * second else { return }
        guard let row = row(id) else {
            return violate("G1", "\(key) was sent and is not in the outbox")
        }
        // Due again by a failure of the message before it: the outbox says since when.
        let due = max(row.dueAt, row.createdAt)
        let late = now - max(due, row.notBefore)
        if late > 12 * second || late > 2 * second && !mayWait(id) {
            violate("V3", "\(key) left \(late) ms after it was due")
        }
    }

    /// V2, V5 and G4: no attempt for a case that somebody has, none of what is known to have
    /// arrived; equal keys carry equal bodies.
    func checkAttempt(_ parcel: Parcel) {
        if ledger.entries[parcel.key]?.isConfirmed == true {
            violate("G4", "\(parcel.key) was sent again although it had arrived")
        }
        if let known = ledger.entries[parcel.key], known.body != parcel.body {
            violate("V5", "\(parcel.key) was sent again with another body")
        }
        let parts = parcel.key.split(separator: ".")
        guard parts.dropFirst().first == "page", let id = parts.first else { return }
        if let taker = taker(of: String(id)) {
            violate("V2", "\(parcel.key) began although the case is \(taker)")
        } else if holdings[String(id)]?.isAnswered == true {
            violate("V2", "\(parcel.key) began although its customer was answered")
        }
    }

    /// G6: a page that was not taken is tried again while it is worth it, five minutes at most.
    func checkRetry(of report: AttemptReport, at now: Milliseconds) {
        let late = all(
            """
            SELECT key FROM notifications WHERE id = ?1 AND state = 'pending'
                AND kind = 'page' AND next_attempt > ?2
            """,
            with: [.int(report.id), .int(now + 5 * minute)]
        ) { $0.text(0) ?? "" }
        if let key = late.first { violate("G6", "\(key) is tried again only after five minutes") }
    }

    /// Who has the case by its log; `nil` while its ladder may page.
    func taker(of id: String) -> String? {
        var holding = holdings[id] ?? Holding()
        read(Self.eventsAfter, [.text(id), .int(holding.sequence)]) { row in
            holding.sequence = row.int(1) ?? holding.sequence
            switch row.text(0) {
            case "acknowledged": holding.taker = "acknowledged by \(row.text(2) ?? "nobody")"
            case "resolved", "closed": holding.taker = row.text(0)
            // Whoever gets the case is to acknowledge it anew.
            case "unacknowledged", "ack_expired", "reopened", "reassigned":
                (holding.taker, holding.isAnswered) = (nil, false)
            case "priority_changed" where row.text(3) == "raised":
                (holding.taker, holding.isAnswered) = (nil, false)
            case "responded": holding.isAnswered = true
            default: break
            }
        }
        holdings[id] = holding
        return holding.taker
    }

    /// How far a case's log has been read, and who has the case after that.
    struct Holding {
        var sequence: Int64 = 0
        var taker: String?
        /// Whether the customer was answered since the ladder began, which ends it.
        var isAnswered = false
    }

    private static let eventsAfter = SQL(
        """
        SELECT name, sequence, by, reason FROM events WHERE case_id = ?1 AND sequence > ?2
        ORDER BY sequence
        """
    )

    func checkSpin() {
        if turnsAtInstant.at == clocks.continuous {
            turnsAtInstant.count += 1
            if turnsAtInstant.count == 2_000 {
                violate("V16", "2,000 turns at one instant: the engine never sleeps")
                node = nil
            }
        } else {
            turnsAtInstant = (clocks.continuous, 1)
        }
    }

    // MARK: At the end

    func conclude() {
        sometimes.note(.breakerClosed, receivers.values.filter(\.hasClosed).count)
        concludeSenders()
        concludeOutbox()
        concludeDelivered()
        concludeAcknowledgements()
        concludeCases()
        concludeExhausted()
        checkEnded()
        lookAtNew()
        for (key, entry) in ledger.entries where entry.taken > 1 + entry.unknown {
            violate("V5", "\(key) was taken \(entry.taken) times, \(entry.unknown) in doubt")
        }
    }

    /// G1 and F40: every letter that was answered is one case, and each letter is one case at most.
    private func concludeSenders() {
        let titles = all("SELECT number, title, opened_at FROM cases ORDER BY opened_at") {
            ($0.int(0) ?? 0, $0.text(1) ?? "", $0.int(2) ?? 0)
        }
        for (title, cases) in Dictionary(grouping: titles, by: \.1) {
            // A key is known for a day; what is sent again later is another case.
            let isDoubled = zip(cases, cases.dropFirst()).contains { $1.2 - $0.2 < day }
            if isDoubled { violate("F40", "\(title) opened \(cases.count) cases") }
        }
        let opened = titles.filter { $0.1.hasPrefix("checkout") }.map(\.2)
        let isBurst = zip(opened, opened.dropFirst(19)).contains { $1 - $0 <= minute }
        sometimes.note(.burst, isBurst ? 1 : 0)
        let numbers = Set(titles.map { Int($0.0) })
        for (letter, number) in senders.answered where !numbers.contains(number) {
            violate("G1", "letter \(letter) was answered with case \(number), which is not kept")
        }
    }

    /// Half an hour after a core healed nothing lags behind, whatever else is broken: no message is
    /// overdue, no page is still being tried, every urgent case is armed.
    func concludeConvergence() {
        checkOverdue()
        checkArmed()
        guard let node else { return }
        let until = node.steady.now() - 15 * minute
        let lingering = all(
            """
            SELECT key, case_number FROM notifications
            WHERE kind = 'page' AND state IN ('pending', 'sending')
                AND max(not_before, created_at) < \(until)
            """
        ) { ($0.text(0) ?? "", Int($0.int(1) ?? 0)) }
        for (key, number) in lingering where !setAside.contains(number) {
            violate("V1", "\(key) is neither taken nor given up after the core healed")
        }
    }

    /// V1: nothing waits that is overdue.
    private func checkOverdue() {
        guard let node else { return violate("V1", "no process runs after the healing") }
        let now = node.steady.now()
        let late = all(
            """
            SELECT key, state FROM notifications
            WHERE state = 'sending' AND lease_until < \(now)
                OR state = 'pending' AND next_attempt < \(now - 5 * second)
            """
        ) { "\($0.text(0) ?? "") \($0.text(1) ?? "")" }
        for key in late { violate("V1", "\(key) is overdue after the healing") }
    }

    /// V1: nothing waits that is overdue, and what died had its consequence.
    private func concludeOutbox() {
        checkOverdue()
        // I6: a page none of whose messages arrived is an event of its case.
        let dead = all(
            """
            SELECT page_id, case_id, occasion, person FROM notifications AS n
            WHERE page_id IS NOT NULL AND page_drill = 0
            GROUP BY page_id
            HAVING sum(state <> 'dead') = 0
            """
        ) { [$0.text(0) ?? "", $0.text(1) ?? "", $0.text(2) ?? "", $0.text(3) ?? ""] }
        sometimes.note(.allChannelsDead, dead.count)
        for page in dead {
            let isTold = events(of: page[1]).contains {
                ["undelivered", "acknowledged", "resolved", "ack_expired", "paged"]
                    .contains($0.name) && $0.person == page[3] && $0.name == "undelivered"
                    || $0.name == "acknowledged" || $0.name == "resolved"
            }
            if !isTold, isStoodForInBareWords(page[0], occasion: page[2], caseID: page[1]) {
                continue
            }
            if !isTold { violate("V1", "page \(page[0]) to \(page[3]) died without a trace") }
        }
    }

    /// Of a case set aside a page in bare words that was lost goes out again, to everybody.
    ///
    /// One from before has the bare page in its place, made before it was lost and judged itself.
    private func isStoodForInBareWords(_ id: String, occasion: String, caseID: String) -> Bool {
        let sql =
            occasion.hasPrefix("quarantine.")
            ? """
            SELECT 1 FROM notifications
            WHERE case_id = '\(caseID)' AND occasion LIKE 'quarantine.%'
                AND id > (SELECT max(id) FROM notifications WHERE page_id = '\(id)')
            LIMIT 1
            """
            : """
            SELECT 1 FROM notifications
            WHERE case_id = '\(caseID)' AND occasion LIKE 'quarantine.%'
                AND created_at
                    <= (SELECT max(ended_at) FROM notifications WHERE page_id = '\(id)')
            LIMIT 1
            """
        return !all(sql) { _ in true }.isEmpty
    }

    /// V7 and V20: an open case that nobody has is going to page or has just paged; every
    /// acknowledgement names its person.
    private func concludeCases() {
        for row in all(
            "SELECT id, number, next_due, is_open FROM cases WHERE title LIKE 'checkout%'",
            { ($0.text(0) ?? "", $0.int(1) ?? 0, $0.int(2), $0.int(3) == 1) }
        ) {
            let log = events(of: row.0)
            for event in log where event.name == "acknowledged" && event.by == nil {
                violate("V20", "case \(row.1) was acknowledged by nobody")
            }
            count(log)
            let isTaken = taker(of: row.0) != nil
            if row.3, !isTaken, row.2 == nil, !setAside.contains(Int(row.1)),
                log.last?.name != "exhausted",
                !log.contains(where: { $0.name == "exhausted" })
            {
                violate("V7", "case \(row.1) is open, nobody has it, and nothing is due")
                if isTraced { traceLog(of: row.0) }
            }
        }
    }

    private func count(_ log: [LogRow]) {
        for event in log {
            switch event.name {
            case "ack_expired": sometimes.note(.leaseExpired)
            // Other steps are left out by a lowered priority, or as their people were not reached.
            case "caught_up" where event.words.hasPrefix("not paged by itself"):
                sometimes.note(.caughtUp)
            case "step_skipped" where event.words.hasPrefix("nobody is on call"):
                sometimes.note(.nobodyOnCall)
            case "paged":
                if let occasion = event.occasion, !occasion.hasSuffix(".r0"),
                    occasion.hasPrefix("page.")
                {
                    sometimes.note(.repeated)
                }
                if event.occasion?.contains(".s3.r0") == true { sometimes.note(.levelThree) }
            default: break
            }
        }
    }

    /// Within an hour of an instant at which Berlin sets its clocks.
    static func isClockChange(_ instant: Milliseconds) -> Bool {
        clockChanges.contains { abs($0 - instant) < 3_600 }
    }

    // MARK: Own queries

    struct LogRow {
        var name: String
        var at: Milliseconds
        var recordedAt: Milliseconds
        var by: String?
        var person: String?
        var occasion: String?
        /// Its text, or where it has none its reason.
        var words: String
    }

    struct OutboxRow {
        var dueAt: Milliseconds
        var notBefore: Milliseconds
        var createdAt: Milliseconds
    }

    func events(of id: String) -> [LogRow] {
        all(
            """
            SELECT name, at, recorded_at, by, person, occasion, coalesce(text, reason) FROM events
            WHERE case_id = '\(id)' ORDER BY sequence
            """
        ) {
            LogRow(
                name: $0.text(0) ?? "",
                at: $0.int(1) ?? 0,
                recordedAt: $0.int(2) ?? 0,
                by: $0.text(3),
                person: $0.text(4),
                occasion: $0.text(5),
                words: $0.text(6) ?? ""
            )
        }
    }

    private func row(_ id: Int64) -> OutboxRow? {
        var found: OutboxRow?
        read(Self.outboxRow, [.int(id)]) {
            found = OutboxRow(
                dueAt: $0.int(0) ?? 0,
                notBefore: $0.int(1) ?? 0,
                createdAt: $0.int(2) ?? 0
            )
        }
        return found
    }

    private static let outboxRow = SQL(
        "SELECT due_at, not_before, created_at FROM notifications WHERE id = ?1"
    )

    /// A question whose words are the same each time is prepared once.
    func all<T>(
        _ sql: String,
        with arguments: [SQLValue] = [],
        file: StaticString = #fileID,
        line: Int = #line,
        _ decode: (any Row) -> T
    ) -> [T] {
        let place = "\(file):\(line)"
        var found: [T] = []
        let statement = statements[place].flatMap { $0.text == sql ? $0 : nil } ?? SQL(sql)
        statements[place] = statement
        read(statement, arguments) { found.append(decode($0)) }
        return found
    }

    private func read(_ sql: SQL, _ arguments: [SQLValue], _ body: (any Row) -> Void) {
        do {
            try database.look { (connection) throws(StoreError) in
                try connection.rows(sql, arguments) { row throws(StoreError) in body(row) }
            }
        } catch {
            violate("V12", "the store cannot be read: \(error)")
        }
    }
}
