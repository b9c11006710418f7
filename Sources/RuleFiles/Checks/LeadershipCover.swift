import CivilTime
import Clocks
import OnCall
import Paging

/// Whether somebody of leadership answers whenever a ladder may page it.
struct LeadershipCover {
    let compiled: Compilation
    let ahead: ShiftsAhead
    let findings: Findings

    func run() {
        let used = Set(compiled.policies.flatMap(\.policy.priorities).map(\.ladder))
        for draft in compiled.ladders where used.contains(draft.ladder.id) {
            guard let step = draft.ladder.leadershipSteps.first,
                let empty = firstEmpty(draft.ladder)
            else { continue }
            let rotation = compiled.rotations.first { $0.rotation.id == draft.ladder.leadership[0] }
            let person = compiled.people.first { $0.person.id == draft.ladder.leadership[0] }
            let zone =
                draft.ladder.hours?.zone ?? rotation?.rotation.zone ?? person?.person.zone ?? .utc
            guard leaders(draft.ladder).isSubset(of: compiled.names.rotations) else {
                findings.warn(
                    .awayAlone,
                    at: draft.stepPlaces[step],
                    "everyone of the leadership of ladder \(draft.ladder.id) is away from "
                        + "\(written(empty.start, zone)) to \(written(empty.end, zone)) "
                        + zone.name,
                    fix: "Name a rotation there, or somebody who is not away then"
                )
                continue
            }
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
        var empty = [Stretch(start: ahead.horizon.start, end: ahead.horizon.end)]
        for target in leaders(ladder) {
            // A person named directly is there whenever they are not away.
            let own =
                compiled.names.rotations.contains(target)
                ? ahead.shifts(target).filter(\.answer.people.isEmpty)
                    .map { Stretch(start: $0.start, end: $0.end) }
                : compiled.away.filter { $0.person == target }
                    .map { Stretch(start: $0.start, end: $0.end) }
            empty = empty.flatMap { $0.parts(in: own) }
            if empty.isEmpty { return nil }
        }
        guard let hours = ladder.hours else { return empty.first }
        return empty.lazy.compactMap { stretch in
            guard let opening = hours.nextOpening(atOrAfter: stretch.start), opening < stretch.end
            else { return nil }
            return Stretch(start: opening, end: stretch.end)
        }.first
    }

    private func leaders(_ ladder: Ladder) -> Set<String> {
        let paged = ladder.leadershipSteps.flatMap { ladder.steps[$0].page }
        return Set(paged.filter { ladder.leadership.contains($0) })
    }

    private func written(_ instant: Instant, _ zone: Zone) -> String {
        let civil = zone.civil(at: instant)
        return "\(civil.date.written) \(civil.time.written)"
    }
}
