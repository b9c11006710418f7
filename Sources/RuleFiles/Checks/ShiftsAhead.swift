import CivilTime
import OnCall

/// The shifts from the horizon's start on, rendered once for every check that reads them.
final class ShiftsAhead {
    let resolver: Rotations
    let horizon: Horizon
    private var known: [RotationID: [Shift]] = [:]

    init(_ resolver: Rotations, horizon: Horizon) {
        self.resolver = resolver
        self.horizon = horizon
    }

    func shifts(_ rotation: RotationID) -> [Shift] {
        if let shifts = known[rotation] { return shifts }
        let shifts = resolver.shifts(rotation, from: horizon.start, to: horizon.end)
        known[rotation] = shifts
        return shifts
    }
}

/// A stretch of time, its end open.
struct Stretch {
    var start: Instant
    var end: Instant

    /// What `others` have of it.
    func parts(in others: [Stretch]) -> [Stretch] {
        others.filter { $0.start < end && start < $0.end }.map {
            Stretch(start: max($0.start, start), end: min($0.end, end))
        }
    }
}

/// A stretch `[start, end)` in which one person stands in two rotations.
struct SharedStretch {
    var person: PersonID
    var start: Instant
    var end: Instant

    /// In order of time; both lists are sorted and without overlap.
    static func stretches(_ left: [Shift], _ right: [Shift]) -> [SharedStretch] {
        var stretches: [SharedStretch] = []
        var index = 0
        for shift in left {
            while index < right.count, right[index].end <= shift.start { index += 1 }
            var other = index
            while other < right.count, right[other].start < shift.end {
                let start = max(shift.start, right[other].start)
                let end = min(shift.end, right[other].end)
                for person in shift.answer.people
                where right[other].answer.people.contains(person) {
                    stretches.append(SharedStretch(person: person, start: start, end: end))
                }
                other += 1
            }
        }
        return stretches
    }
}
