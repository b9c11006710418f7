import CivilTime
import Clocks
import OnCall
import Paging

/// Which cases two rulebooks decide alike, so that one of the two decisions holds for both.
///
/// Alike is whatever whom they page and when can depend on; words, and the lines of the files that
/// they name, are left out.
struct Likeness {
    private let start: Instant
    private let end: Instant
    private let before: Rulebook
    private let after: Rulebook
    /// Identifiers of the policies that decide alike between `start` and `end`.
    private let policies: Set<String>

    /// Of cases of which nothing lies before `start` and that are followed until `end` at most.
    init(_ before: Rulebook, _ after: Rulebook, from start: Instant, to end: Instant) {
        self.start = start
        self.end = end
        self.before = before
        self.after = after
        let reaches = { (book: Rulebook) in book.people.mapValues(\.isReachable) }
        guard start < end, reaches(before) == reaches(after) else {
            policies = []
            return
        }
        var compared = Compared(before: before, after: after, start: start, end: end)
        policies = Set(before.policies.keys.filter { compared.isAlike(policy: $0) })
    }

    /// Whether both decide alike what befalls a case of that policy from `first` until `last`.
    func holds(
        policy: String,
        from first: Instant,
        opened: Instant,
        until last: Instant
    ) -> Bool {
        guard policies.contains(policy), start <= first, last <= end else { return false }
        return [before, after].allSatisfy { book in
            book.policies[policy]?.effectiveAt.map { $0 <= opened } ?? true
        }
    }

    /// Two rulebooks while they are compared, with what is known of their rotations.
    private struct Compared {
        let before: Rulebook
        let after: Rulebook
        let start: Instant
        let end: Instant
        private var targets: [String: Bool] = [:]

        init(before: Rulebook, after: Rulebook, start: Instant, end: Instant) {
            self.before = before
            self.after = after
            self.start = start
            // A handoff is announced before the shift ends.
            self.end = end.adding(seconds: 2 * 86_400)
        }

        mutating func isAlike(policy id: String) -> Bool {
            guard let old = before.policies[id], let new = after.policies[id],
                old.decides(like: new)
            else { return false }
            for priority in old.priorities {
                guard isAlike(ladder: priority.ladder) else { return false }
                for tier in priority.tiers where !isAlike(target: tier) { return false }
            }
            return true
        }

        private mutating func isAlike(ladder id: String) -> Bool {
            switch (before.ladders[id], after.ladders[id]) {
            case (nil, nil): return true
            case (let old?, let new?) where old.decides(like: new):
                let targets = old.steps.flatMap(\.page) + old.leadership + old.lastResort
                for target in targets where !isAlike(target: target) { return false }
                return true
            default: return false
            }
        }

        /// Whether it is nobody's rotation, or one with the same people at every instant.
        private mutating func isAlike(target: String) -> Bool {
            if let known = targets[target] { return known }
            let old = before.rotations.shifts(target, from: start, to: end)
            let new = after.rotations.shifts(target, from: start, to: end)
            let isAlike = old.elementsEqual(new) { left, right in
                left.start == right.start && left.end == right.end
                    && left.answer.people == right.answer.people
                    && left.answer.isGap == right.answer.isGap
            }
            targets[target] = isAlike
            return isAlike
        }
    }
}

extension Policy {
    fileprivate func decides(like other: Policy) -> Bool {
        effectiveAt == other.effectiveAt && customerNotices == other.customerNotices
            && maintenance == other.maintenance && triage == other.triage
            && priorities.elementsEqual(other.priorities) { $0.decides(like: $1) }
    }
}

extension Policy.Priority {
    fileprivate func decides(like other: Policy.Priority) -> Bool {
        promises == other.promises && also == other.also && urgency == other.urgency
            && ladder == other.ladder && silence == other.silence
            && wantsEstimate == other.wantsEstimate && tiers == other.tiers
            && tierAfterSeconds == other.tierAfterSeconds
            && escalatesAtPercent == other.escalatesAtPercent
    }
}

extension Ladder {
    fileprivate func decides(like other: Ladder) -> Bool {
        hours == other.hours && leadership == other.leadership && lastResort == other.lastResort
            && repeatEverySeconds == other.repeatEverySeconds && repeatTimes == other.repeatTimes
            && steps.elementsEqual(other.steps) { $0.at == $1.at && $0.page == $1.page }
    }
}
