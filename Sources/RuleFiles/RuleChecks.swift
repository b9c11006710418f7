import CivilTime
import Clocks
import OnCall
import Paging

/// What is wrong with files that can be read: the findings that need more than one line to see.
struct RuleChecks {
    let compiled: Compilation
    let zones: Zones
    let now: Instant?
    let horizonSeconds: Int
    let findings: Findings

    func run() {
        let uses = Uses(compiled)
        let reach = Reach(compiled)
        ContactChecks(compiled: compiled, uses: uses, findings: findings).run()
        let circular = RotationChecks(compiled: compiled, uses: uses, findings: findings).run()
        LadderChecks(compiled: compiled, reach: reach, findings: findings).run()
        let horizon = now.map { Horizon(start: $0, seconds: horizonSeconds) }
        LeadershipChecks(compiled: compiled, reach: reach, horizon: horizon, findings: findings)
            .run()
        IntakeReader(findings: findings).check(
            compiled.sections.settings?.fields["intake"],
            policies: Dictionary(
                compiled.policies.filter(\.hasAllPriorities).map { ($0.policy.id, $0.policy) }
            ) { first, _ in first },
            known: compiled.sections.isWhole ? compiled.sections.names("policies") : nil
        )
        let sound = compiled.sound(without: circular)
        OverrideChecks(compiled: compiled, sound: sound, now: now, findings: findings).run()
        guard let horizon else { return }
        StepOrderChecks(compiled: compiled, horizon: horizon, findings: findings).run()
        let ahead = ShiftsAhead(sound.resolver(), horizon: horizon)
        CoverageChecks(compiled: sound, uses: uses, ahead: ahead, findings: findings).run()
        LeadershipCover(compiled: sound, ahead: ahead, findings: findings).run()
        AbsenceChecks(compiled: sound, horizon: horizon, findings: findings).run()
        DistinctChecks(compiled: sound, ahead: ahead, findings: findings).run()
        SamePersonChecks(compiled: sound, ahead: ahead, findings: findings).run()
        AgeChecks(compiled: compiled, zones: zones, horizon: horizon, findings: findings).run()
    }
}

/// The stretch ahead that checks look at.
struct Horizon {
    var start: Instant
    var seconds: Int

    var end: Instant { start.adding(seconds: seconds) }
    var days: Int { seconds / 86_400 }
}

/// What uses a rotation or a person.
struct Uses {
    /// Rotations that a 24x7 promise pages, each with the first such promise, as `quik P1`.
    private(set) var aroundTheClock: [RotationID: String] = [:]

    init(_ compiled: Compilation) {
        let ladders = Dictionary(compiled.ladders.map { ($0.ladder.id, $0.ladder) }) { first, _ in
            first
        }
        for draft in compiled.policies {
            for priority in draft.policy.priorities {
                let calendar = priority.promises.response?.calendar
                guard calendar?.isAlwaysOpen == true, let ladder = ladders[priority.ladder] else {
                    continue
                }
                let targets =
                    ladder.steps.flatMap(\.page) + ladder.leadership
                    + ladder.lastResort + priority.tiers
                for target in targets where compiled.names.rotations.contains(target) {
                    let known = aroundTheClock[target]
                    aroundTheClock[target] = known ?? "\(draft.policy.id) \(priority.name)"
                }
            }
        }
    }
}

/// The people that a rotation or a person's name can lead to.
struct Reach {
    private let rotations: [RotationID: Rotation]
    let unreachable: Set<PersonID>

    init(_ compiled: Compilation) {
        rotations = Dictionary(compiled.rotations.map { ($0.rotation.id, $0.rotation) }) {
            first,
            _ in first
        }
        unreachable = compiled.unreachable
    }

    /// Everyone who could ever answer for `targets` and can be reached.
    func people(_ targets: [String]) -> Set<PersonID> {
        var people: Set<PersonID> = []
        var seen: Set<String> = []
        var open = targets
        while let target = open.popLast() {
            guard seen.insert(target).inserted else { continue }
            guard let rotation = rotations[target] else {
                people.insert(target)
                continue
            }
            open += rotation.ifNobody
            for version in rotation.layers.flatMap(\.versions) {
                people.formUnion(version.order.joined())
            }
        }
        return people.subtracting(unreachable)
    }
}
