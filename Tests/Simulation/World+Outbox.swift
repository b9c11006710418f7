import Store

/// What the outbox held when it was last looked at; what has ended stays as it ended.
struct KnownRow: Equatable {
    var state: String
    var endedAt: Milliseconds
    /// The number of its last attempt, which is also the token of whoever sends it.
    var attempts: Int64

    private var isEnded: Bool { state == "delivered" || state == "dead" || state == "cancelled" }

    /// Why `next` may not follow, in one clause; `nil` where it may.
    func objection(to next: KnownRow) -> String? {
        if next.attempts < attempts {
            return "went back from attempt \(attempts) to \(next.attempts)"
        }
        // A message given up may be known later to have arrived after all.
        if !isEnded || next == self || state == "dead" && next.state == "delivered" { return nil }
        return "was \(state) at \(endedAt) after \(attempts) attempts and became \(next.state)"
            + " at \(next.endedAt) after \(next.attempts)"
    }
}

private struct Looked: Records {
    let connection: any Connection
}

extension World {
    /// V12: every event is linked to the one before it.
    private func checkEvents() {
        do throws(StoreError) {
            try database.look { (connection) throws(StoreError) in
                _ = try Looked(connection: connection).checkEventChain()
            }
        } catch {
            violate("V12", "\(error)")
        }
    }

    /// V12: states that end a message are stable, and tokens never go back.
    ///
    /// Looked at whenever a process ends, and at the end.
    func checkEnded() {
        checkEvents()
        let rows = all(
            "SELECT id, key, state, coalesce(ended_at, 0), attempts FROM notifications"
        ) {
            (
                $0.int(0) ?? 0, $0.text(1) ?? "",
                KnownRow(
                    state: $0.text(2) ?? "",
                    endedAt: $0.int(3) ?? 0,
                    attempts: $0.int(4) ?? 0
                )
            )
        }
        for (id, key, row) in rows {
            if let objection = knownRows[id]?.objection(to: row) {
                violate("V12", "\(key) \(objection)")
            }
            knownRows[id] = row
        }
        if rows.count < knownRows.count { violate("V12", "messages were taken out of the outbox") }
    }
}
