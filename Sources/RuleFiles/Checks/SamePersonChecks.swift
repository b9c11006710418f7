import CivilTime
import OnCall
import Paging

/// Whether an escalation to leadership would ring the phone that has been ringing already.
struct SamePersonChecks {
    let compiled: Compilation
    let ahead: ShiftsAhead
    let findings: Findings

    /// Stretches this close together are one turn with its nights.
    private static let joinSeconds = 2 * 86_400

    func run() {
        let drafts = Dictionary(compiled.rotations.map { ($0.rotation.id, $0) }) { first, _ in
            first
        }
        func planned(_ id: RotationID) -> [Shift] {
            ahead.shifts(id).filter { !$0.answer.isGap }
        }
        var seen: Set<[RotationID]> = []
        for ladder in compiled.ladders.map(\.ladder) {
            let leaders = ladder.leadership.filter { drafts[$0] != nil }
            let paged = ladder.steps.flatMap(\.page)
                .filter { drafts[$0] != nil && !leaders.contains($0) }
            for leader in leaders {
                for rotation in paged where seen.insert([leader, rotation]).inserted {
                    guard let draft = drafts[leader] else { continue }
                    check(draft, planned(leader), rotation, planned(rotation))
                }
            }
        }
    }

    private func check(
        _ leader: RotationReader.Draft,
        _ leaderShifts: [Shift],
        _ rotation: RotationID,
        _ shifts: [Shift]
    ) {
        var found: [PersonID: (start: Instant, end: Instant)] = [:]
        var order: [PersonID] = []
        for stretch in SharedStretch.stretches(shifts, leaderShifts) {
            guard let known = found[stretch.person] else {
                found[stretch.person] = (stretch.start, stretch.end)
                order.append(stretch.person)
                continue
            }
            if stretch.start <= known.end.adding(seconds: Self.joinSeconds) {
                found[stretch.person] = (known.start, max(stretch.end, known.end))
            }
        }
        for person in order {
            guard let stretch = found[person] else { continue }
            report(person, leader, rotation, stretch.start, stretch.end)
        }
    }

    private func report(
        _ person: PersonID,
        _ leader: RotationReader.Draft,
        _ rotation: RotationID,
        _ start: Instant,
        _ end: Instant
    ) {
        let places = leader.layers.flatMap { $0.ordersPlaces.joined() }
        let zone = leader.rotation.zone
        let last = zone.civil(at: end)
        // A stretch that ends within a day ends with that day.
        let until = last.time == .midnight ? last.date : last.date.adding(days: 1)
        findings.warn(
            .samePerson,
            at: places.first { $0.person == person }?.place ?? leader.place,
            "\(person) is both \(leader.rotation.id) and \(rotation) from "
                + "\(zone.civil(at: start).date.written) to \(until.written); "
                + "an escalation would ring the same phone",
            fix: "Put someone else in one of the two for that time"
        )
    }
}
