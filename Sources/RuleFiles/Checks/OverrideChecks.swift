import CivilTime
import OnCall

/// Whether overrides say what their author meant.
struct OverrideChecks {
    let compiled: Compilation
    /// The part of it that can be asked who is on call.
    let sound: Compilation
    let now: Instant?
    let findings: Findings

    /// Longer overrides are looked at for this long.
    private static let lookSecondsMax = 90 * 86_400

    func run() {
        checkOverlaps()
        let planned = sound.resolver(overrides: false)
        let known = Set(sound.rotations.map(\.rotation.id))
        for draft in compiled.overrides {
            if let now, draft.override.end <= now {
                findings.warn(
                    .expiredOverride,
                    at: draft.place,
                    "the override for \(draft.override.rotation) ended "
                        + written(draft.override.end, draft.zone),
                    fix: "Remove it; who was on call then is kept in the store"
                )
                continue
            }
            if known.contains(draft.override.rotation) { checkInsteadOf(draft, planned) }
            checkAway(draft)
        }
    }

    private func checkOverlaps() {
        let groups = Dictionary(grouping: compiled.overrides) { $0.override.rotation }
        for group in groups.values {
            let sorted = group.sorted { $0.override.start < $1.override.start }
            var latest = sorted.first
            for draft in sorted.dropFirst() {
                if let before = latest, draft.override.start < before.override.end {
                    reportOverlap(before, draft)
                }
                if draft.override.end > (latest?.override.end ?? .distantPast) { latest = draft }
            }
        }
    }

    private func reportOverlap(
        _ left: ExceptionReader.OverrideDraft,
        _ right: ExceptionReader.OverrideDraft
    ) {
        let isInOrder = (left.place.file, left.place.line) <= (right.place.file, right.place.line)
        let (first, second) = isInOrder ? (left, right) : (right, left)
        let start = max(left.override.start, right.override.start)
        let end = min(left.override.end, right.override.end)
        let other =
            first.place.file == second.place.file
            ? "line \(second.place.line)" : "\(second.place.file):\(second.place.line)"
        let isOneDay = first.zone.civil(at: start).date == first.zone.civil(at: end).date
        let until =
            isOneDay
            ? first.zone.civil(at: end).time.written : written(end, first.zone)
        findings.error(
            .overrideOverlap,
            at: first.place,
            "overlaps the override at \(other) from \(written(start, first.zone)) to \(until)",
            fix: "Shorten one of them"
        )
    }

    private func checkInsteadOf(_ draft: ExceptionReader.OverrideDraft, _ planned: Rotations) {
        guard let place = draft.insteadOfPlace, let person = draft.override.insteadOf else {
            return
        }
        let start = draft.override.start
        let end = min(draft.override.end, start.adding(seconds: Self.lookSecondsMax))
        let shifts = planned.shifts(draft.override.rotation, from: start, to: end)
        guard !shifts.contains(where: { $0.answer.people.contains(person) }) else { return }
        let actual = shifts.first { !$0.answer.people.isEmpty }?.answer
        let who = actual.map { answer in
            let layer = answer.layer.map { " (layer \($0))" } ?? " (if_nobody)"
            let verb = answer.people.count == 1 ? "is" : "are"
            return "; \(answer.people.joined(separator: " and ")) \(verb)\(layer)"
        }
        findings.warn(
            .insteadOf,
            at: place,
            "\(person) is not on call then\(who ?? "")",
            fix: "Check the time zone"
        )
    }

    /// An override stands even for someone away.
    private func checkAway(_ draft: ExceptionReader.OverrideDraft) {
        for person in draft.override.people {
            let away = compiled.away.first {
                $0.person == person && $0.start < draft.override.end
                    && draft.override.start < $0.end
            }
            guard let away else { continue }
            findings.warn(
                .overrideAway,
                at: draft.place,
                "\(person) is away then (\(away.source)), and the override stands all the same",
                fix: "Name someone else, or shorten the absence"
            )
        }
    }

    private func written(_ instant: Instant, _ zone: Zone) -> String {
        let civil = zone.civil(at: instant)
        return "\(civil.date.written) \(civil.time.written)"
    }
}
