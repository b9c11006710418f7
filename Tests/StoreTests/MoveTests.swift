import Foundation
import Paging
import Store
import Testing

/// What the statements of the store can do to a notification, against `models/outbox.moves`, which
/// `scripts/models` proves to be all that the model of spin can do.
@Suite("The outbox moves as its model does, and no other way")
struct MoveTests {
    /// One statement, as the courier's outcome, the reaper or the engine issues it.
    private enum Cause: String, CaseIterable {
        case claim, delivered, retry, dead, cancel, withdraw, reclaim
    }

    private static let states: [DeliveryState] = [
        .pending, .sending, .delivered, .cancelled, .dead,
    ]

    @Test("Every statement moves it where the model does", arguments: Backing.allCases)
    func moves(backing: Backing) throws {
        var found: Set<String> = []
        for state in Self.states {
            for cause in Cause.allCases {
                let end = try moved(state, by: cause, token: 1, backing)
                if end != state { found.insert("\(state) \(end) \(cause)") }
            }
        }
        #expect(found == (try Self.model()))
    }

    @Test("A token of an attempt that is over moves nothing", arguments: Backing.allCases)
    func stale(backing: Backing) throws {
        for state in Self.states {
            for cause in [Cause.retry, .dead, .withdraw] {
                let end = try moved(state, by: cause, token: 7, backing)
                #expect(end == state, "\(state) \(cause)")
            }
        }
    }

    @Test("The schema refuses every move out of an end but that of a late success")
    func schema() throws {
        for (end, state) in Self.states.flatMap({ end in Self.states.map { (end, $0) } })
        where end != state && [.delivered, .cancelled, .dead].contains(end) {
            let opened = try Backing.file.opened()
            let id = try notification(in: end, opened.store)
            let isLateSuccess = end == .dead && state == .delivered
            let script = """
                UPDATE notifications SET state = '\(state)',
                    next_attempt = \(state == .pending ? "1" : "NULL"),
                    lease_until = \(state == .sending ? "1" : "NULL"),
                    ended_at = \([.pending, .sending].contains(state) ? "NULL" : "1"),
                    cancel_reason = \(state == .cancelled ? "'x'" : "NULL"),
                    cancelled_by = \(state == .cancelled ? "1" : "NULL")
                WHERE id = \(id)
                """
            if isLateSuccess {
                #expect(throws: Never.self) { try opened.run(script) }
            } else {
                #expect(throws: StoreError.self, "\(end) to \(state)") { try opened.run(script) }
            }
        }
    }

    private static func model() throws -> Set<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../models/outbox.moves")
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(text.split(separator: "\n").map(String.init))
    }

    /// The state after `cause` met a notification in `state`; its one attempt has the number 1.
    private func moved(
        _ state: DeliveryState,
        by cause: Cause,
        token: Int,
        _ backing: Backing
    ) throws -> DeliveryState {
        let store = try backing.opened().store
        let id = try notification(in: state, store)
        let at = nineMilliseconds + 90_000
        var attempt = StoredAttempt.sample(id, cause == .delivered ? "delivered" : "transient")
        attempt.number = token
        try store.transaction { tx throws(StoreError) in
            switch cause {
            case .claim: _ = try tx.claimDue(before: at, limit: 9) { _ in at + 30_000 }
            case .delivered: try tx.recordDelivered(id, attempt: attempt)
            case .retry: try tx.recordRetry(id, token: token, attempt: attempt, nextAttempt: at)
            case .dead: try tx.recordDead(id, token: token, attempt: nil, at: at)
            case .cancel:
                try tx.cancel(
                    caseID: "case-1",
                    kinds: [.page],
                    reason: "acknowledged",
                    causedBy: 2,
                    at: at
                )
            case .withdraw:
                try tx.cancelSending(id, token: token, reason: "taken back", causedBy: 2, at: at)
            case .reclaim: _ = try tx.reclaimLapsed(at: at)
            }
        }
        return try #require(try store.kept(id)).state
    }

    /// A notification with one attempt behind it, or under way, brought there by the statements.
    private func notification(in state: DeliveryState, _ store: CaseStore) throws -> Int64 {
        try store.keep(cases: 1)
        let id = try store.enqueue(.sample("a", state: .sending))
        let at = nineMilliseconds
        let attempt = StoredAttempt.sample(id, state == .delivered ? "delivered" : "transient")
        try store.transaction { tx throws(StoreError) in
            switch state {
            case .sending: break
            case .pending: try tx.recordRetry(id, token: 1, attempt: attempt, nextAttempt: at)
            case .delivered: try tx.recordDelivered(id, attempt: attempt)
            case .dead: try tx.recordDead(id, token: 1, attempt: attempt, at: at)
            case .cancelled:
                try tx.cancelSending(id, token: 1, reason: "taken back", causedBy: 2, at: at)
            }
        }
        return id
    }
}
