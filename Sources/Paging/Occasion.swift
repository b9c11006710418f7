package import Clocks

/// What made a notification, by place and count: unique in a case and the same on every replay.
package enum Occasion: Hashable, Sendable {
    /// A ladder step, from 1; round 0 is the step itself, later rounds are repeats.
    case page(cycle: Int, step: Int, round: Int)
    /// An escalation outside the ladder, from 1.
    case escalation(Int)
    /// A page because the sender raised the case again, from 1.
    case raise(Int)
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
        case .raise(let count): "raise.\(count)"
        case .warning(let clock, let run, let percent): "\(clock.rawValue).\(run).\(percent)"
        case .reminder(let run, let index): "reminder.\(run).\(index)"
        case .lateUpdate(let run): "late.\(run)"
        case .lease(let cycle, let notice): "lease.\(cycle).\(notice)"
        case .duty(let duty, let anchor, let index): "\(duty.rawValue).\(anchor).\(index)"
        case .notice(let count): "notice.\(count)"
        }
    }

    package init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Self.parsed($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    private static func parsed(_ text: UnsafeBufferPointer<UInt8>) -> Occasion? {
        var fields = OccasionFields(text)
        guard let occasion = occasion(of: &fields), fields.isAtEnd else { return nil }
        return occasion
    }

    private static func occasion(of fields: inout OccasionFields) -> Occasion? {
        if fields.hasHead("page") {
            guard let cycle = fields.number(after: UInt8(ascii: "c")),
                let step = fields.number(after: UInt8(ascii: "s")),
                let round = fields.number(after: UInt8(ascii: "r"))
            else { return nil }
            return .page(cycle: cycle, step: step, round: round)
        }
        guard let first = fields.number() else { return nil }
        if fields.hasHead("escalation") { return .escalation(first) }
        if fields.hasHead("raise") { return .raise(first) }
        if fields.hasHead("late") { return .lateUpdate(run: first) }
        if fields.hasHead("notice") { return .notice(first) }
        guard let second = fields.number() else { return nil }
        if fields.hasHead("reminder") { return .reminder(run: first, index: second) }
        if fields.hasHead("lease") { return .lease(cycle: first, notice: second) }
        let head = fields.headText
        if let clock = ClockName(rawValue: head) {
            return .warning(clock, run: first, percent: second)
        }
        return Duty(rawValue: head).map { .duty($0, anchor: first, index: second) }
    }
}

/// The parts of an occasion's text, read from left to right without copies: every page has one.
private struct OccasionFields {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let headCount: Int
    private var offset: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        headCount = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
        offset = headCount
    }

    var isAtEnd: Bool { offset == bytes.count }

    var headText: String { String(decoding: bytes[..<headCount], as: UTF8.self) }

    func hasHead(_ text: StaticString) -> Bool {
        headCount == text.utf8CodeUnitCount
            && bytes[..<headCount].elementsEqual(
                UnsafeBufferPointer(start: text.utf8Start, count: headCount)
            )
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// The next part, which begins with a dot and `prefix`.
    mutating func number(after prefix: UInt8? = nil) -> Int? {
        guard take(UInt8(ascii: ".")) else { return nil }
        if let prefix, !take(prefix) { return nil }
        let isNegative = take(UInt8(ascii: "-"))
        var number = 0
        var count = 0
        while offset < bytes.count, bytes[offset] != UInt8(ascii: ".") {
            guard (48...57).contains(bytes[offset]), count < 18 else { return nil }
            number = number * 10 + Int(bytes[offset] - 48)
            count += 1
            offset += 1
        }
        return count > 0 ? (isNegative ? -number : number) : nil
    }
}
