import CivilTime
import OnCall
import Paging

/// Whether somebody is left where people are away: rotations step to the next in order, ladders
/// that name a person do not.
struct AbsenceChecks {
    let compiled: Compilation
    let horizon: Horizon
    let findings: Findings

    func run() {
        guard compiled.away.contains(where: { $0.start < horizon.end && horizon.start < $0.end })
        else { return }
        for draft in compiled.ladders { checkNamed(draft) }
        for draft in compiled.rotations where draft.rotation.requiredCoverageSeconds == nil {
            checkMembers(draft)
        }
    }

    private func checkNamed(_ draft: LadderReader.Draft) {
        let ladder = draft.ladder
        var seen: Set<PersonID> = []
        let steps = zip(ladder.steps, draft.stepPlaces).flatMap { step, place in
            step.page.map { ($0, place) }
        }
        let others = (ladder.leadership + ladder.lastResort).map { ($0, draft.place) }
        for (person, place) in steps + others where seen.insert(person).inserted {
            let absences = stretches(of: person)
            guard !compiled.names.rotations.contains(person), let first = absences.first else {
                continue
            }
            let more = absences.count > 1 ? ", the first of \(absences.count) times" : ""
            findings.warn(
                .awayAlone,
                at: place,
                "\(person) is away from \(dates(first))\(more), and ladder \(ladder.id) names them "
                    + "directly: nobody steps in",
                fix: "Name a rotation, or somebody else beside them"
            )
        }
    }

    /// Whether all members of a rotation are away at once.
    private func checkMembers(_ draft: RotationReader.Draft) {
        let members = Set(draft.layers.flatMap { current($0.layer) })
        guard !members.isEmpty else { return }
        var alone = [Stretch(start: horizon.start, end: horizon.end)]
        for member in members {
            alone = alone.flatMap { $0.parts(in: stretches(of: member)) }
            if alone.isEmpty { return }
        }
        guard let first = alone.min(by: { $0.start < $1.start }) else { return }
        let stand = draft.rotation.ifNobody
            .filter { first.parts(in: stretches(of: $0)).isEmpty }.joined(separator: ", ")
        findings.warn(
            .awayAlone,
            at: draft.place,
            "everyone in \(draft.rotation.id) (\(members.sorted().joined(separator: ", "))) is "
                + "away from \(dates(first)); "
                + (stand.isEmpty ? "nobody is on call then" : "only if_nobody (\(stand)) answers"),
            fix: "Add someone to `order`, or an override for that time"
        )
    }

    /// Whoever is in a line-up that is in force at any time of the horizon.
    private func current(_ layer: Layer) -> [PersonID] {
        let begun = layer.versions.lastIndex { $0.from <= date(horizon.start, layer.zone) } ?? 0
        return layer.versions[begun...].filter { $0.from <= date(horizon.end, layer.zone) }
            .flatMap { $0.order.joined() }
    }

    private func stretches(of person: PersonID) -> [Stretch] {
        let all = compiled.away.filter { $0.person == person }.map {
            Stretch(start: $0.start, end: $0.end)
        }
        return Stretch(start: horizon.start, end: horizon.end).parts(in: all)
            .sorted { $0.start < $1.start }
    }

    /// In days, the last one included, as `away` has them.
    private func dates(_ stretch: Stretch) -> String {
        let source = compiled.away.first { $0.start <= stretch.start && stretch.start < $0.end }
        let zone =
            compiled.sections["away"].first { SourceLine($0.place) == source?.source }?.scope.zone
            ?? .utc
        let last = date(stretch.end.adding(seconds: -1), zone)
        return "\(date(stretch.start, zone).written) until \(last.written)"
    }

    private func date(_ instant: Instant, _ zone: Zone) -> CivilDate {
        zone.civil(at: instant).date
    }
}
