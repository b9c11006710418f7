import CivilTime
import Clocks
import Paging

/// Whether each ladder reaches people, in order, and leadership in time.
struct LadderChecks {
    let compiled: Compilation
    let reach: Reach
    let findings: Findings

    func run() {
        let ladders = Dictionary(compiled.ladders.map { ($0.ladder.id, $0) }) { first, _ in first }
        for draft in compiled.policies {
            for (priority, place) in zip(draft.policy.priorities, draft.priorityPlaces) {
                guard let ladder = ladders[priority.ladder] else { continue }
                let name = "\(draft.policy.id) \(priority.name)"
                checkHuman(ladder.ladder, name, place)
                if let response = priority.promises.response {
                    checkLeadership(ladder, response, name)
                    checkOrder(ladder, targetSeconds: seconds(of: response), name)
                }
            }
        }
        for draft in compiled.ladders { checkOrder(draft, targetSeconds: nil, "") }
    }

    private func checkHuman(_ ladder: Ladder, _ name: String, _ place: Place) {
        let targets = ladder.steps.flatMap(\.page)
        guard !targets.isEmpty, reach.people(targets).isEmpty else { return }
        findings.error(
            .noHuman,
            at: place,
            "\(name) never reaches a human: nobody that ladder \(ladder.id) pages can be reached",
            fix: "Page a rotation or a person with a contact"
        )
    }

    /// Without a target only offsets of one kind can be compared.
    private func checkOrder(_ draft: LadderReader.Draft, targetSeconds: Int?, _ name: String) {
        let steps = draft.ladder.steps
        for index in steps.indices.dropFirst() {
            guard let before = value(steps[index - 1].at, targetSeconds),
                let after = value(steps[index].at, targetSeconds),
                kind(steps[index - 1].at) == kind(steps[index].at) || targetSeconds != nil,
                kind(steps[index - 1].at) != kind(steps[index].at) || targetSeconds == nil,
                after < before
            else { continue }
            let of = name.isEmpty ? "" : " of \(name)"
            findings.error(
                .stepOrder,
                at: draft.stepPlaces[index],
                "step \(index + 1) of ladder \(draft.ladder.id) at \(written(steps[index].at))"
                    + " is due before step \(index) at \(written(steps[index - 1].at))\(of)",
                fix: "Put the steps in the order in which they fall due"
            )
        }
    }

    private func kind(_ offset: Ladder.Offset) -> Bool {
        if case .share = offset { return true }
        return false
    }

    /// Seconds of the target, or a number that compares offsets of one kind.
    private func value(_ offset: Ladder.Offset, _ targetSeconds: Int?) -> Int? {
        switch offset {
        case .seconds(let seconds): seconds
        case .share(let points): targetSeconds.map { share(points, of: $0) } ?? points
        }
    }

    private func share(_ points: Int, of seconds: Int) -> Int {
        seconds / 10_000 * points + seconds % 10_000 * points / 10_000
    }

    private func written(_ offset: Ladder.Offset) -> String {
        switch offset {
        case .seconds(let seconds): span(seconds)
        case .share(let points):
            "\(points / 100)\(fraction(points % 100))%"
        }
    }

    private func fraction(_ hundredths: Int) -> String {
        if hundredths == 0 { return "" }
        return "." + (hundredths % 10 == 0 ? String(hundredths / 10) : padded(hundredths, 2))
    }

    private func checkLeadership(_ draft: LadderReader.Draft, _ response: Promise, _ name: String) {
        let ladder = draft.ladder
        guard !ladder.steps.isEmpty, !ladder.leadership.isEmpty else { return }
        let step = ladder.steps.firstIndex { step in
            step.page.contains { ladder.leadership.contains($0) }
        }
        guard let step else {
            findings.error(
                .ladderLate,
                at: draft.place,
                "ladder \(ladder.id) never pages leadership before the response of \(name) is due",
                fix: "Add a step such as {at: 75%, page: [\(ladder.leadership[0])]}"
            )
            return
        }
        let place = draft.stepPlaces[step]
        guard let target = seconds(of: response), let offset = value(ladder.steps[step].at, target)
        else { return }
        if offset >= target {
            findings.error(
                .ladderLate,
                at: place,
                "ladder \(ladder.id) pages leadership at \(written(ladder.steps[step].at)), "
                    + "not before the response of \(name) is due (\(response.text))",
                fix: "Page leadership at 75% or earlier"
            )
        } else if waitsLonger(ladder, than: response) {
            findings.error(
                .ladderLate,
                at: place,
                "ladder \(ladder.id) waits for its `hours`, so leadership may be paged after the "
                    + "response of \(name) is due (\(response.text) on \(response.calendar.id))",
                fix: "Use a ladder without `hours`, or with the calendar of the response"
            )
        }
    }

    /// Whether steps may wait for an opening while the clock runs.
    ///
    /// A goal warns only, and its unstaffed deadlines are announced ahead.
    private func waitsLonger(_ ladder: Ladder, than response: Promise) -> Bool {
        guard let hours = ladder.hours, !hours.isAlwaysOpen, response.kind == .commitment else {
            return false
        }
        switch response.target {
        case .open, .businessDays:
            return hours.zone != response.calendar.zone || hours.hours != response.calendar.hours
                || hours.dates != response.calendar.dates
                || hours.holidays != response.calendar.holidays
        case .elapsed, .days, .split: return true
        case nil: return false
        }
    }

    /// The shortest the target can be, in its own time.
    private func seconds(of promise: Promise) -> Int? {
        switch promise.target {
        case .elapsed(let seconds), .open(let seconds): seconds
        case .businessDays(let days, _): days * shortestDay(promise.calendar)
        case .days(let days): days * 86_400
        case .split(let inside, let outside): min(inside, outside)
        case nil: nil
        }
    }

    private func shortestDay(_ calendar: BusinessCalendar) -> Int {
        guard let hours = calendar.hours else { return 86_400 }
        var days: [Weekday: Int] = [:]
        for window in hours {
            let from = window.from.secondsSinceMidnight
            let to = window.to.secondsSinceMidnight
            let length = to > from ? to - from : to - from + 86_400
            for day in window.days { days[day, default: 0] += length }
        }
        return days.values.min() ?? 86_400
    }
}

/// `90 s`, `15 min`, `2 h`, `3 days`: the largest unit that leaves no rest.
func span(_ seconds: Int) -> String {
    if seconds > 0, seconds % 86_400 == 0 {
        return seconds == 86_400 ? "1 day" : "\(seconds / 86_400) days"
    }
    if seconds > 0, seconds % 3_600 == 0 { return "\(seconds / 3_600) h" }
    if seconds % 60 == 0 { return "\(seconds / 60) min" }
    return "\(seconds) s"
}
