package import Clocks

/// What made a notification, by place and count: unique in a case and the same on every replay.
package enum Occasion: Hashable, Sendable {
    /// A ladder step, from 1; round 0 is the step itself, later rounds are repeats.
    case page(cycle: Int, step: Int, round: Int)
    /// An escalation by hand, from 1.
    case escalation(Int)
    case warning(ClockName, run: Int, percent: Int)
    /// A reminder of an owed update: 0 before due, 1 at due, 2 and on after it.
    case reminder(run: Int, index: Int)
    /// Leadership told that an update is late.
    case lateUpdate(run: Int)
    /// The owner told that the acknowledgement is about to end.
    case lease(cycle: Int, notice: Int)
    /// Any other notice, counted through the life of the case.
    case notice(Int)

    package var text: String {
        switch self {
        case .page(let cycle, let step, let round): "page.c\(cycle).s\(step).r\(round)"
        case .escalation(let count): "escalation.\(count)"
        case .warning(let clock, let run, let percent): "\(clock.rawValue).\(run).\(percent)"
        case .reminder(let run, let index): "reminder.\(run).\(index)"
        case .lateUpdate(let run): "late.\(run)"
        case .lease(let cycle, let notice): "lease.\(cycle).\(notice)"
        case .notice(let count): "notice.\(count)"
        }
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        func number(_ index: Int, after prefix: String = "") -> Int? {
            guard parts.indices.contains(index), parts[index].hasPrefix(prefix) else { return nil }
            return Int(parts[index].dropFirst(prefix.count))
        }
        guard let head = parts.first else { return nil }
        switch (head, parts.count) {
        case ("page", 4):
            guard let cycle = number(1, after: "c"), let step = number(2, after: "s"),
                let round = number(3, after: "r")
            else { return nil }
            self = .page(cycle: cycle, step: step, round: round)
        case ("escalation", 2):
            guard let count = number(1) else { return nil }
            self = .escalation(count)
        case ("reminder", 3):
            guard let run = number(1), let index = number(2) else { return nil }
            self = .reminder(run: run, index: index)
        case ("late", 2):
            guard let run = number(1) else { return nil }
            self = .lateUpdate(run: run)
        case ("lease", 3):
            guard let cycle = number(1), let notice = number(2) else { return nil }
            self = .lease(cycle: cycle, notice: notice)
        case ("notice", 2):
            guard let count = number(1) else { return nil }
            self = .notice(count)
        case (_, 3):
            guard let clock = ClockName(rawValue: String(head)), let run = number(1),
                let percent = number(2)
            else { return nil }
            self = .warning(clock, run: run, percent: percent)
        default: return nil
        }
    }
}
