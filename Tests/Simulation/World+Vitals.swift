import Engine
import Paging
import Store
import TestSupport

/// What must hold at every instant, and not only where something happens or at the end.
extension World {
    /// One turn in so many is looked at.
    private static let turnsBetweenLooks = 8

    /// V7, V11, V15 and V17, after a turn.
    func lookAround() {
        turns += 1
        guard turns % Self.turnsBetweenLooks == 0 else { return }
        checkArmed()
        lookAtNew()
    }

    /// V7: an open case of the highest priority that nobody has and that does not wait has an
    /// instant at which it is looked at, or a message under way.
    func checkArmed() {
        let idle = all(
            """
            SELECT id, number, policy, priority FROM cases
            WHERE is_open = 1 AND next_due IS NULL AND title LIKE 'checkout%'
                AND (status = 'open' OR status = 'in_progress')
                AND NOT EXISTS (SELECT 1 FROM notifications
                    WHERE case_id = cases.id AND (state = 'pending' OR state = 'sending'))
            """
        ) { ($0.text(0) ?? "", Int($0.int(1) ?? 0), $0.text(2) ?? "", $0.text(3) ?? "") }
        for (id, number, policy, priority) in idle
        where rulebook.policies[policy]?.priorities.first?.name == priority {
            guard !setAside.contains(number), taker(of: id) == nil,
                holdings[id]?.isAnswered != true,
                !events(of: id).contains(where: { $0.name == "exhausted" })
            else { continue }
            violate("V7", "case \(number) is open, nobody has it, and nothing is armed")
        }
    }

    // MARK: The auditor

    /// V10: the product's own auditor finds nothing while all is well.
    ///
    /// Once a minute in which something happens; less often in most worlds, for time's sake. A page
    /// that is lost where receivers are broken is no fault of the sender's.
    func audit(_ node: Node) {
        let interval = weather.isCalm ? minute : 5 * minute
        guard node.hasBegun, !database.isRefusing, clocks.continuous - auditedAt >= interval,
            clocks.continuous - disturbedAt > 90 * second
        else { return }
        auditedAt = clocks.continuous
        guard let found = found(at: node.steady.now()) else { return }
        for fault in found.faults where weather.moods == [.well] || !fault.contains("(I6)") {
            violate("V10", "all is well and the audit finds: \(fault)")
        }
        if found.oldestUnattempted > minute {
            violate("V10", "a page has waited \(found.oldestUnattempted) ms and all is well")
        }
    }

    private func found(at instant: Milliseconds) -> Audit? {
        do throws(StoreError) {
            return try store.read { (snapshot) throws(StoreError) in
                try snapshot.audit(at: instant)
            }
        } catch {
            violate("V10", "no audit can be made: \(error)")
            return nil
        }
    }

    // MARK: A store that refuses

    /// A spell in which the store refuses everything.
    struct Refused {
        /// By the continuous clock.
        var at: Milliseconds
        var epoch: Int
        /// When the next case was to be looked at.
        var due: Milliseconds?
        /// When the next page was to be tried first.
        var page: Milliseconds?
    }

    func refuse() {
        guard !isHealed, !database.isRefusing, let every = weather.refuseEvery else { return }
        after(wait(every), .refuse)
        note("the store refuses everything")
        if let node { witness.endWatch(at: node.steady.now()) }
        let cases = all("SELECT min(next_due) FROM cases") { $0.int(0) }
        let pages = all(
            """
            SELECT min(next_attempt) FROM notifications
            WHERE state = 'pending' AND urgency IN (0, 1) AND attempts = 0
            """
        ) { $0.int(0) }
        refusal = Refused(
            at: clocks.continuous,
            epoch: epoch,
            due: cases.first ?? nil,
            page: pages.first ?? nil
        )
        database.isRefusing = true
        after(Int64.random(in: 65 * second...(4 * minute), using: &random), .relent)
    }

    /// The store takes writes again, after a look at what the product knew of its refusing.
    func relent() {
        guard database.isRefusing else { return }
        if let node, let refusal, refusal.epoch == epoch { checkKnown(refusal, node) }
        refusal = nil
        database.isRefusing = false
        note("the store takes writes again")
        disturbedAt = clocks.continuous
        if let node, node.hasBegun { witness.beginWatch(at: node.steady.now()) }
        turn([])
    }

    /// V10: the turns that count as signs of life ended, and what lies overdue is found.
    private func checkKnown(_ refusal: Refused, _ node: Node) {
        guard clocks.continuous - refusal.at > minute else { return }
        let now = node.steady.now()
        if let last = node.engine.health.lastTurn, now - last <= 10 * second {
            violate("V10", "a turn that the store refused counts as a sign of life")
        }
        guard let found = found(at: now) else { return }
        if let due = refusal.due, due < now - minute {
            if found.faults.contains(where: { $0.contains("(I7)") }) {
                sometimes.note(.overdueFound)
            } else {
                violate("V10", "a case is overdue since \(due) and the audit does not say so")
            }
        }
        if let page = refusal.page, page < now - minute, found.oldestUnattempted <= minute {
            violate("V10", "a page has waited since \(page) and the audit does not say so")
        }
    }

    // MARK: At the end

    /// V9: a ladder that came to its end told somebody in the same turn.
    func concludeExhausted() {
        guard plain != nil, copied == nil else { return }
        let untold = all(
            """
            SELECT case_id FROM events WHERE name = 'exhausted'
                AND NOT EXISTS (SELECT 1 FROM notifications
                    WHERE notifications.case_id = events.case_id AND event = 'exhausted'
                        AND abs(created_at - recorded_at) <= 1000)
            """
        ) { $0.text(0) ?? "" }
        for id in untold { violate("V9", "the ladder of \(id) ended and nobody was told") }
    }
}
