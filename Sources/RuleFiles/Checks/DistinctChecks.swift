import CivilTime
import OnCall

/// Whether `distinct_from` can be kept: where nobody in the order differs, the same person stands.
struct DistinctChecks {
    let compiled: Compilation
    let ahead: ShiftsAhead
    let findings: Findings

    func run() {
        for draft in compiled.rotations {
            guard let other = draft.rotation.distinctFrom, let place = draft.distinctPlace else {
                continue
            }
            // Own overrides and `if_nobody` are not stepped, so they are meant.
            let own = ahead.shifts(draft.rotation.id).filter { $0.answer.layer != nil }
            let shared = SharedStretch.stretches(own, ahead.shifts(other))
            guard let first = shared.first else { continue }
            let last = shared.prefix { $0.person == first.person }.reduce(first) { before, next in
                next.start <= before.end ? next : before
            }
            let zone = draft.rotation.zone
            let total = shared.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
            findings.warn(
                .notDistinct,
                at: place,
                "\(first.person) is both \(draft.rotation.id) and \(other) from "
                    + "\(written(first.start, zone)) to \(written(last.end, zone)) \(zone.name): "
                    + "nobody else in `order` can step in (\(max(1, total / 3_600)) h in the next "
                    + "\(ahead.horizon.days) days)",
                fix: "Add someone to `order` who is not in \(other)"
            )
        }
    }

    private func written(_ instant: Instant, _ zone: Zone) -> String {
        let civil = zone.civil(at: instant)
        return "\(civil.date.written) \(civil.time.written)"
    }
}
