import CivilTime
import Clocks
import OnCall

/// Who has the case when shifts change: notices before and at the handoff, and under continuous
/// effort pages to both until one of them has it.
extension CaseTurn {
    /// The end of the shift in which the owner acknowledged, and the rotation that hands over.
    ///
    /// Someone who was on no shift then, as a last resort may be, stands in for the ladder's first
    /// rotation: theirs ends with its shift. `nil` where nothing changes.
    var ownerShiftEnd: ShiftEnd? {
        guard let acknowledgement = value.acknowledgement, let ladder else { return nil }
        return shiftEnds.end(for: acknowledgement, priority.name) {
            shiftEnd(after: acknowledgement, ladder)
        }
    }

    private func shiftEnd(
        after acknowledgement: Case.Acknowledgement,
        _ ladder: Ladder
    ) -> ShiftEnd? {
        let owner = acknowledgement.by
        let rotations = self.rotations(of: ladder)
        var end = acknowledgement.at
        var last: RotationID?
        // One shift may lead into another; each pass ends where nothing covers the owner.
        for _ in 0..<Self.shiftsMax {
            var covered = end
            for rotation in rotations
            where rulebook.rotations.answer(rotation, at: end)?.people.contains(owner) == true {
                guard let until = lapse(of: owner, in: rotation, after: end) else { return nil }
                if until > covered {
                    covered = until
                    last = rotation
                }
            }
            if covered == end { break }
            end = covered
        }
        if let last { return (end, last) }
        guard let desk = rotations.first else { return nil }
        return rulebook.rotations.nextChange(desk, after: end).map { ($0, desk) }
    }

    /// Shifts of one owner that are followed into one another.
    private static let shiftsMax = 16

    private func lapse(
        of owner: PersonID,
        in rotation: RotationID,
        after start: Instant
    ) -> Instant? {
        var at = start
        for _ in 0..<Self.shiftsMax {
            guard let next = rulebook.rotations.nextChange(rotation, after: at) else { return nil }
            let people = rulebook.rotations.answer(rotation, at: next)?.people ?? []
            guard people.contains(owner) else { return next }
            at = next
        }
        return at
    }

    /// The rotations that the ladder's steps and the tiers name, once each.
    private func rotations(of ladder: Ladder) -> [RotationID] {
        var found: [RotationID] = []
        for step in ladder.steps {
            for target in step.page
            where !found.contains(target) && rulebook.rotations.rotations[target] != nil {
                found.append(target)
            }
        }
        for tier in priority.tiers where !found.contains(tier) { found.append(tier) }
        return found
    }

    /// Whether `person` answers for one of the ladder's rotations now.
    func isOnShift(_ person: PersonID) -> Bool {
        guard let ladder else { return false }
        return rotations(of: ladder).contains {
            rulebook.rotations.answer($0, at: now)?.people.contains(person) == true
        }
    }

    func addHandoff(to all: inout [Series]) {
        guard let end = ownerShiftEnd?.at else { return }
        let before = end.adding(seconds: -DutySeconds.handoffLead)
        let isContinuous = priority.promises.ownership
        var notices: [Instant] = []
        if let at = value.acknowledgement?.at, before > at { notices.append(before) }
        if !isContinuous { notices.append(end) }
        if !isPagesOnly {
            all.append(Series(duty: .handoff, anchor: end, instants: .listed(notices)))
        }
        guard isContinuous else { return }
        let pages = Series.Instants.every(seconds: DutySeconds.handover, from: end)
        all.append(Series(duty: .handover, anchor: end, instants: pages))
    }

    /// An hour after the last word, then each day: whoever answered may believe another has it.
    ///
    /// Where updates are owed, their reminders say as much.
    func addUnowned(to all: inout [Series]) {
        guard value.acknowledgement == nil, value.progress.isAnswered, priority.urgency == .page,
            clock(.update).map({ $0.isStopped || $0.due == nil }) ?? true,
            let first = inLadderHours(seconds: Self.leaseSeconds * slowness, from: value.lastWordAt)
        else { return }
        let each = Series.Instants.daily(from: first, hours: ladderHours)
        all.append(Series(duty: .unowned, anchor: value.lastWordAt, instants: each))
    }

    /// Who answers for the rotation from the handoff on; leadership where nobody does.
    private func incoming(_ rotation: RotationID, at end: Instant) -> [Reached] {
        guard let answer = rulebook.rotations.answer(rotation, at: max(end, now)) else { return [] }
        let found = answer.people.compactMap { id in
            rulebook.people[id].map { Reached(person: $0, why: answer.why(of: rotation)) }
        }
        let reachable = found.filter { !$0.person.waits.isEmpty && $0.person.id != value.owner }
        return reachable.isEmpty ? people(of: ladder?.leadership ?? []) : reachable
    }

    /// When a shift ends, and the rotation that hands over.
    typealias ShiftEnd = (at: Instant, rotation: RotationID)

    /// What was found last: it takes many looks at the rotations, and a turn asks again and again.
    final class ShiftEnds {
        private var asked: (Case.Acknowledgement, priority: String)?
        private var end: ShiftEnd?

        func end(
            for acknowledgement: Case.Acknowledgement,
            _ priority: String,
            _ find: () -> ShiftEnd?
        ) -> ShiftEnd? {
            if let asked, asked.0 == acknowledgement, asked.priority == priority { return end }
            end = find()
            asked = (acknowledgement, priority)
            return end
        }
    }

    mutating func tellHandoff(_ due: Due) {
        guard let (end, rotation) = ownerShiftEnd, let owner = value.owner else { return }
        let next = incoming(rotation, at: end)
        let names = next.map(\.person.name).joined(separator: ", ")
        let clocks = clocks
        tell(due, people(of: [owner]) + next, kind: .notice, event: .noticed) { turn in
            turn.handoffWords(end: end, owner: owner, next: names, clocks: clocks)
        }
    }

    private func handoffWords(
        end: Instant,
        owner: PersonID,
        next: String,
        clocks: [Clock]
    ) -> String {
        let name = rulebook.people[owner]?.name ?? owner
        let verb = end > now ? "ends" : "ended"
        let dues = clocks.compactMap { clock -> String? in
            guard !clock.isStopped, let due = clock.due else { return nil }
            return "\(clock.name.rawValue) due \(spoken(due))"
        }
        let update = value.lastUpdate.map {
            " Last update at \(spoken($0.at)): \"\($0.text.prefix(200))\"."
        }
        let owed = dues.isEmpty ? "" : " Its clocks: \(dues.joined(separator: "; "))."
        return "The shift of \(name), who has case \(value.number) (\(value.title)), \(verb) at"
            + " \(spoken(end)); next is \(next).\(owed)\(update ?? "")"
            + " Hand it over: tocsin reassign \(value.number) --to PERSON"
    }

    /// Both are paged until one of them acknowledges; leadership too from the third time on.
    mutating func pageHandover(_ due: Due) {
        guard let (end, rotation) = ownerShiftEnd, let owner = value.owner else { return }
        var to = incoming(rotation, at: end) + people(of: [owner])
        if due.index >= 2 { to += people(of: ladder?.leadership ?? []) }
        let name = rulebook.people[owner]?.name ?? owner
        demand(
            to,
            occasion: due.occasion,
            event: .paged,
            dueAt: due.at,
            why: due.series.duty.words
        ) { turn in
            "The shift of \(name) ended at \(turn.spoken(end)) and case \(turn.value.number) is"
                + " promised continuous effort: acknowledge it to have it."
        }
    }

    // MARK: Tiers

    /// The next tier, once whoever had the case has not said a word for the wait of the priority;
    /// also where their acknowledgement has ended of it.
    func addTier(to all: inout [Series]) {
        guard let wait = priority.tierAfterSeconds else { return }
        let begun = value.begunAt
        let mark = value.progress.duties[.tier]
        let paged = mark?.run == begun.secondsSinceEpoch ? mark?.count ?? 0 : 0
        let since = max(value.lastWordAt, value.progress.tierPagedAt ?? value.lastWordAt)
        guard paged + 1 < priority.tiers.count,
            let next = inLadderHours(seconds: wait, from: since)
        else { return }
        all.append(Series(duty: .tier, anchor: begun, instants: .next(next)))
    }

    mutating func pageTier(_ due: Due) {
        let place = due.index + 1
        guard priority.tiers.indices.contains(place) else { return }
        let tier = priority.tiers[place]
        let owner = value.owner.flatMap { rulebook.people[$0]?.name } ?? "Nobody"
        var to = people(of: [tier])
        if !to.isEmpty, to.allSatisfy({ $0.person.id == value.owner }) {
            let reason = "the owner is tier \(place + 1)"
            return record(
                CaseEvent(
                    .stepSkipped,
                    at: now,
                    reason: reason,
                    person: value.owner,
                    occasion: due.occasion
                )
            )
        }
        if to.isEmpty { to = people(of: ladder?.leadership ?? []) }
        demand(
            to,
            occasion: due.occasion,
            event: .paged,
            dueAt: due.at,
            why: due.series.duty.words
        ) { turn in
            "Case \(turn.value.number) has made no progress since"
                + " \(turn.spoken(turn.value.lastWordAt)) and comes to tier \(place + 1) (\(tier))."
                + " \(owner) has it: talk, or acknowledge it to take it over."
        }
    }
}

extension Case {
    /// When this life of the case began: its opening, or its last reopening.
    var begunAt: Instant {
        records.last { $0.event == .reopened }?.at ?? openedAt
    }
}
