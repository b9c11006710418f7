import CivilTime
import Clocks
import Paging

/// Whether each ladder reaches people, in order.
struct LadderChecks {
    let compiled: Compilation
    let reach: Reach
    let findings: Findings

    func run() {
        let ladders = Dictionary(compiled.ladders.map { ($0.ladder.id, $0) }) { first, _ in first }
        for draft in compiled.policies {
            for (priority, place) in zip(draft.policy.priorities, draft.priorityPlaces) {
                guard let ladder = ladders[priority.ladder], ladder.isWhole else { continue }
                let name = "\(draft.policy.id) \(priority.name)"
                checkHuman(ladder.ladder, name, place)
                let target = priority.promises.response?.shortestSeconds
                if let target { checkOrder(ladder, targetSeconds: target, name) }
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
            guard let before = steps[index - 1].at.value(ofTarget: targetSeconds),
                let after = steps[index].at.value(ofTarget: targetSeconds),
                steps[index - 1].at.isShare == steps[index].at.isShare || targetSeconds != nil,
                steps[index - 1].at.isShare != steps[index].at.isShare || targetSeconds == nil,
                after < before
            else { continue }
            let of = name.isEmpty ? "" : " of \(name)"
            findings.error(
                .stepOrder,
                at: draft.stepPlaces[index],
                "step \(index + 1) of ladder \(draft.ladder.id) at \(steps[index].at.written)"
                    + " is due before step \(index) at \(steps[index - 1].at.written)\(of)",
                fix: "Put the steps in the order in which they fall due"
            )
        }
    }
}

extension Ladder.Offset {
    var isShare: Bool {
        if case .share = self { return true }
        return false
    }

    /// Seconds of the target, or without one a number that compares offsets of one kind.
    func value(ofTarget seconds: Int?) -> Int? {
        switch self {
        case .seconds(let seconds): seconds
        case .share(let points): seconds.map { Self.share(points, of: $0) } ?? points
        }
    }

    private static func share(_ points: Int, of seconds: Int) -> Int {
        seconds / 10_000 * points + seconds % 10_000 * points / 10_000
    }

    /// As a file has it: `15%`, `2.5%` or `1 h`.
    var written: String {
        switch self {
        case .seconds(let seconds): span(seconds)
        case .share(let points): "\(points / 100)\(Self.fraction(points % 100))%"
        }
    }

    private static func fraction(_ hundredths: Int) -> String {
        if hundredths == 0 { return "" }
        return "." + (hundredths % 10 == 0 ? String(hundredths / 10) : padded(hundredths, 2))
    }
}

extension Promise {
    /// The shortest the target can be, in its own time; `nil` where only an event bounds it.
    var shortestSeconds: Int? {
        switch target {
        case .elapsed(let seconds), .open(let seconds): seconds
        case .businessDays(let days, _): days * calendar.shortestDaySeconds
        case .days(let days): days * 86_400
        case .split(let inside, let outside): min(inside, outside)
        case nil: nil
        }
    }
}

extension BusinessCalendar {
    fileprivate var shortestDaySeconds: Int {
        guard let hours else { return 86_400 }
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
