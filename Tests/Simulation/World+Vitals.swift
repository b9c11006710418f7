import CivilTime
import Engine
import Paging
import Store

/// What must hold at every instant, and not only where something happens or at the end.
extension World {
    /// One turn in so many is looked at.
    private static let turnsBetweenLooks = 8

    /// V7, after a turn.
    func lookAround() {
        turns += 1
        if turns % Self.turnsBetweenLooks == 0 { checkArmed() }
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
}
