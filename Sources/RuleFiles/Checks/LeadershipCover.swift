import CivilTime
import Clocks
import OnCall
import Paging

/// Whether somebody of leadership answers whenever a ladder may page it.
struct LeadershipCover {
    let compiled: Compilation
    let ahead: ShiftsAhead
    let findings: Findings

    private struct Stretch {
        var start: Instant
        var end: Instant
    }

    func run() {
        let used = Set(compiled.policies.flatMap(\.policy.priorities).map(\.ladder))
        for draft in compiled.ladders where used.contains(draft.ladder.id) {
            guard let step = draft.ladder.leadershipSteps.first,
                let empty = firstEmpty(draft.ladder)
            else { continue }
            let rotation = compiled.rotations.first { $0.rotation.id == draft.ladder.leadership[0] }
            let zone = draft.ladder.hours?.zone ?? rotation?.rotation.zone ?? .utc
            findings.error(
                .ladderLate,
                at: draft.stepPlaces[step],
                "nobody of the leadership of ladder \(draft.ladder.id) is on call from "
                    + "\(written(empty.start, zone)) to \(written(empty.end, zone)) \(zone.name)",
                fix: "Write `if_nobody` in that rotation, or page a person as well"
            )
        }
    }

    /// The first time at which every leadership step finds nobody, in the ladder's own hours.
    private func firstEmpty(_ ladder: Ladder) -> Stretch? {
        let targets = Set(
            ladder.leadershipSteps.flatMap { ladder.steps[$0].page }
                .filter { ladder.leadership.contains($0) }
        )
        // A person is always there.
        guard targets.isSubset(of: compiled.names.rotations) else { return nil }
        var empty = [Stretch(start: ahead.horizon.start, end: ahead.horizon.end)]
        for target in targets {
            let own = ahead.shifts(target).filter(\.answer.people.isEmpty)
            empty = empty.flatMap { stretch in
                own.filter { $0.start < stretch.end && stretch.start < $0.end }.map {
                    Stretch(start: max($0.start, stretch.start), end: min($0.end, stretch.end))
                }
            }
            if empty.isEmpty { return nil }
        }
        guard let hours = ladder.hours else { return empty.first }
        return empty.lazy.compactMap { stretch in
            guard let opening = hours.nextOpening(atOrAfter: stretch.start), opening < stretch.end
            else { return nil }
            return Stretch(start: opening, end: stretch.end)
        }.first
    }

    private func written(_ instant: Instant, _ zone: Zone) -> String {
        let civil = zone.civil(at: instant)
        return "\(civil.date.written) \(civil.time.written)"
    }
}
