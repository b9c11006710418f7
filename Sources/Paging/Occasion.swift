package import Clocks

/// What made a notification, by place and count: unique in a case and the same on every replay.
package enum Occasion: Hashable, Sendable {
    /// A ladder step, from 1; round 0 is the step itself, later rounds are repeats.
    case page(cycle: Int, step: Int, round: Int)
    /// An escalation outside the ladder, from 1.
    case escalation(Int)
    case warning(ClockName, run: Int, percent: Int)
    /// A reminder of an owed update: 0 before due, 1 at due, 2 and on after it.
    case reminder(run: Int, index: Int)
    /// Leadership told that an update is late.
    case lateUpdate(run: Int)
    /// The owner told that the acknowledgement is about to end.
    case lease(cycle: Int, notice: Int)
    /// A message of a duty's series, from 0; `anchor` is the instant it is about, in seconds since
    /// the epoch, which follows from the log and the files and never from now.
    case duty(Duty, anchor: Int, index: Int)
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
        case .duty(let duty, let anchor, let index): "\(duty.rawValue).\(anchor).\(index)"
        case .notice(let count): "notice.\(count)"
        }
    }

    package init?(_ text: String) {
        var fields = OccasionFields(text)
        let head = fields.head
        switch head {
        case "page":
            guard let cycle = fields.number(after: "c"), let step = fields.number(after: "s"),
                let round = fields.number(after: "r")
            else { return nil }
            self = .page(cycle: cycle, step: step, round: round)
        case "escalation":
            guard let count = fields.number() else { return nil }
            self = .escalation(count)
        case "reminder":
            guard let run = fields.number(), let index = fields.number() else { return nil }
            self = .reminder(run: run, index: index)
        case "late":
            guard let run = fields.number() else { return nil }
            self = .lateUpdate(run: run)
        case "lease":
            guard let cycle = fields.number(), let notice = fields.number() else { return nil }
            self = .lease(cycle: cycle, notice: notice)
        case "notice":
            guard let count = fields.number() else { return nil }
            self = .notice(count)
        default:
            guard let first = fields.number(), let second = fields.number() else { return nil }
            if let clock = ClockName(rawValue: head) {
                self = .warning(clock, run: first, percent: second)
            } else if let duty = Duty(rawValue: head) {
                self = .duty(duty, anchor: first, index: second)
            } else {
                return nil
            }
        }
        guard fields.isAtEnd else { return nil }
    }
}

/// The parts of an occasion's text, read from left to right without copies: every page has one.
private struct OccasionFields {
    let head: String
    private var rest: Substring.UTF8View

    init(_ text: String) {
        let utf8 = text.utf8
        let dot = utf8.firstIndex(of: UInt8(ascii: ".")) ?? utf8.endIndex
        head = String(text[..<dot])
        rest = utf8[dot...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next part, which begins with a dot and `prefix`.
    mutating func number(after prefix: Unicode.Scalar? = nil) -> Int? {
        guard rest.popFirst() == UInt8(ascii: ".") else { return nil }
        if let prefix, rest.popFirst() != UInt8(ascii: prefix) { return nil }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        var number = 0
        var count = 0
        while let digit = rest.first, digit != UInt8(ascii: ".") {
            guard (48...57).contains(digit), count < 18 else { return nil }
            number = number * 10 + Int(digit - 48)
            count += 1
            rest.removeFirst()
        }
        return count > 0 ? (isNegative ? -number : number) : nil
    }
}
