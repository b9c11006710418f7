import CivilTime
import Clocks
import Paging

/// Whether steps written as shares and steps written as times can change places.
///
/// A share of an elapsed promise goes on over a weekend, minutes of a ladder's hours wait for its
/// end. The step listed first comes along with the other then, which its author may not expect.
struct StepOrderChecks {
    let compiled: Compilation
    let horizon: Horizon
    let findings: Findings

    /// Two weeks by the half hour.
    private static let samples = 14 * 48
    /// Ladders and priorities of one load that are searched at most.
    private static let searchesMax = 50

    func run() {
        let ladders = Dictionary(compiled.ladders.map { ($0.ladder.id, $0) }) { first, _ in first }
        var told: Set<String> = []
        var searches = 0
        for draft in compiled.policies {
            for priority in draft.policy.priorities {
                guard let ladder = ladders[priority.ladder], ladder.isWhole,
                    !told.contains(priority.ladder), searches < Self.searchesMax,
                    let response = priority.promises.response,
                    let course = Course(ladder.ladder, priority, response)
                else { continue }
                searches += 1
                guard let crossing = crossing(course) else { continue }
                told.insert(priority.ladder)
                report(crossing, ladder, course, "\(draft.policy.id) \(priority.name)")
            }
        }
    }

    private struct Crossing {
        var openedAt: Instant
        /// The index of the step that comes along with the one after it.
        var step: Int
        var at: Instant
        var nextAt: Instant
    }

    private func crossing(_ course: Course) -> Crossing? {
        for sample in 0..<Self.samples {
            let openedAt = horizon.start.adding(seconds: sample * 1_800)
            let instants = course.instants(openedAt: openedAt)
            for step in instants.indices.dropLast() {
                guard let at = instants[step], let nextAt = instants[step + 1], nextAt < at else {
                    continue
                }
                return Crossing(openedAt: openedAt, step: step, at: at, nextAt: nextAt)
            }
        }
        return nil
    }

    private func report(
        _ crossing: Crossing,
        _ draft: LadderReader.Draft,
        _ course: Course,
        _ name: String
    ) {
        let steps = draft.ladder.steps
        let zone = course.hours.zone ?? .utc
        let (first, second) = (crossing.step, crossing.step + 1)
        findings.warn(
            .stepsCross,
            at: draft.stepPlaces[second],
            "steps \(first + 1) (\(steps[first].at.written)) and \(second + 1) "
                + "(\(steps[second].at.written)) of ladder \(draft.ladder.id) change places where "
                + "\(name) is opened \(spoken(crossing.openedAt, zone)): the second is due "
                + "\(spoken(crossing.nextAt, zone)), the first only "
                + "\(spoken(crossing.at, zone)) \(zone.name), so both go out together",
            fix: "Write both as shares or both as times, if they are to keep their distance"
        )
    }
}

/// The steps of one ladder for one promise, by the instants at which they fall due by themselves.
private struct Course {
    let ladder: Ladder
    let response: Promise
    let hours: BusinessCalendar

    /// `nil` where nothing can change places: no hours, one kind of offsets, or hours that are
    /// those of the promise itself.
    init?(_ ladder: Ladder, _ priority: Policy.Priority, _ response: Promise) {
        guard Set(ladder.steps.map(\.at.isShare)).count == 2,
            let hours = priority.hours(of: ladder), let target = response.target,
            !(target.countsOpenTime && hours.isSame(as: response.calendar))
        else { return nil }
        self.ladder = ladder
        self.response = response
        self.hours = hours
    }

    func instants(openedAt: Instant) -> [Instant?] {
        let calendar = response.calendar
        let isOpenTime = response.target?.countsOpenTime == true
        guard let target = response.target, let due = calendar.due(target, from: openedAt),
            let start = isOpenTime ? calendar.nextOpening(atOrAfter: openedAt) : openedAt
        else { return [] }
        let length =
            isOpenTime ? calendar.openSeconds(from: start, to: due) : due.seconds(since: start)
        return ladder.steps.map { step in
            switch step.at {
            case .seconds(let seconds):
                return hours.instant(afterOpenSeconds: seconds, from: start)
                    .flatMap { hours.nextOpening(atOrAfter: $0) }
            case .share:
                let seconds = step.at.value(ofTarget: length) ?? 0
                let at =
                    isOpenTime
                    ? calendar.instant(afterOpenSeconds: seconds, from: start)
                    : start.adding(seconds: seconds)
                return at.flatMap { hours.nextOpening(atOrAfter: $0) }
            }
        }
    }
}

/// `Fri 2026-11-27 16:30`, as the wall in `zone` shows it.
func spoken(_ instant: Instant, _ zone: Zone) -> String {
    let civil = zone.civil(at: instant)
    let day = civil.date.weekday.written.prefix(3)
    return "\(day.prefix(1).uppercased())\(day.dropFirst()) \(civil.date.written) "
        + civil.time.written
}
