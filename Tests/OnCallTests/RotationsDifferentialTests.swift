import CivilTime
import Dispatch
import Foundation
import OnCall
import Testing

/// Handoffs as python-dateutil and recurring-ical-events list them, as the judges of every zone.
@Suite struct RotationsDifferentialTests {
    @Test("Handoffs of every unit in every zone are those that other people's code lists")
    func handoffs() throws {
        let zones = try Self.answers()
        let parts = Parts()
        DispatchQueue.concurrentPerform(iterations: zones.count) { index in
            parts.add(Self.compare(zones[index]))
        }
        let total = parts.total
        #expect(total.differences.prefix(20) == [])
        #expect(zones.count > 300, "a whole tzdata has more distinct files")
        #expect(total.questions >= 100_000 && total.handoffs >= 100_000)
        let moved = total.moved.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }
        print(
            """
            \(total.rules) rules, \(total.handoffs) handoffs and \(total.questions) instants \
            agree. On purpose ours differ in \(moved.joined(separator: " and ")), which come at \
            the end of the gap (R-29), and in \(total.short) months that BYMONTHDAY leaves out, \
            which hand off on their last day (rule 11 of rotations.md).
            """
        )
    }

    @Test("The comparison sees a handoff and a turn that differ")
    func seesDifferences() {
        let rule = "rule dateutil days 1 0 2027-01-04 32400 2"
        func found(_ lines: Substring...) -> Int {
            Self.compare(["zone Europe/Berlin", Substring(rule)] + lines).differences.count
        }
        #expect(found("at 1799049600 1799136000 1799222400", "ask 1799049600:0 1799136000:1") == 0)
        #expect(found("at 1799049600 1799136001 1799222400", "ask 1799049600:0") == 1)
        #expect(found("at 1799049600 1799136000 1799222400", "ask 1799135999:1") == 1)
    }

    /// What the script prints, split at each `zone` line.
    private static func answers() throws -> [[Substring]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let environment = ProcessInfo.processInfo.environment
        let own = root.appending(path: ".build-venv/bin/python3").path
        let python =
            environment["TOCSIN_PYTHON"]
            ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/python3")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            root.appending(path: "scripts/rotations-differential.py").path,
            environment["SEED"] ?? "1",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        var answers: [[Substring]] = []
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("zone ") { answers.append([]) }
            answers[answers.count - 1].append(line)
        }
        return answers
    }

    private static func compare(_ lines: [Substring]) -> Part {
        var part = Part()
        var place = Zone.utc
        var rule: Rule?
        for line in lines {
            let words = line.split(separator: " ")
            switch words[0] {
            case "zone":
                guard let read = try? zone(String(words[1])) else {
                    part.differences.append("\(words[1]) cannot be read")
                    return part
                }
                place = read
            case "rule":
                rule = Rule(words, in: place)
                if rule == nil { part.differences.append("unreadable: \(line)") }
                part.rules += 1
            case "at": rule?.compareHandoffs(words.dropFirst(), &part)
            case "ask": rule?.compareTurns(words.dropFirst(), &part)
            case "short": part.short += Int(words[1]) ?? 0
            default: part.differences.append("unknown line \(line)")
            }
        }
        return part
    }
}

/// One rule of the script as a rotation.
private struct Rule {
    let words: String
    let judge: String
    let people: Int
    let rotations: Rotations

    init?(_ words: [Substring], in zone: Zone) {
        let numbers = words.map { Int($0) ?? 0 }
        guard words.count == 8, let from = CivilDate(words[5]),
            let at = WallTime(secondsSinceMidnight: numbers[6]), (1...8).contains(numbers[7])
        else { return nil }
        let every: Handoff.Interval
        switch words[2] {
        case "hours", "elapsed": every = .hours(numbers[3])
        case "days": every = .days(numbers[3])
        case "weeks":
            guard let day = Weekday(rawValue: numbers[4]) else { return nil }
            every = .weeks(numbers[3], on: day)
        case "months": every = .months(numbers[3], day: numbers[4])
        default: return nil
        }
        self.words = "\(zone.name), \(words.joined(separator: " "))"
        judge = String(words[1])
        people = numbers[7]
        let version = MemberVersion(
            from: from,
            order: (0..<people).map { ["\($0)"] },
            first: 0,
            source: someLine
        )
        let layer = Layer(
            name: "turns",
            zone: zone,
            hours: nil,
            onDates: nil,
            handoff: Handoff(every: every, at: at, countsCoveredTurnsOnly: false),
            versions: [version],
            source: someLine
        )
        rotations = Rotations(rotation("rule", layer))
    }

    /// Our shifts from the first handoff to the last against the turns of the list.
    func compareHandoffs(_ tokens: ArraySlice<Substring>, _ part: inout Part) {
        let pairs = tokens.map { $0.split(separator: "~").compactMap { Int($0) } }
        part.handoffs += pairs.count
        let moved = pairs.count { $0.count == 2 }
        if moved > 0 { part.moved[judge, default: 0] += moved }
        // A turn between two handoffs at one instant has no length; who stays on has one shift.
        var expected: [(at: Int, person: Int)] = []
        for (turn, pair) in pairs.enumerated() {
            if expected.last?.at == pair[0] { expected.removeLast() }
            if expected.last?.person == turn % people { continue }
            expected.append((pair[0], turn % people))
        }
        guard let first = expected.first?.at, let last = pairs.last?.first else { return }
        let shifts = rotations.shifts(
            "rule",
            from: Instant(secondsSinceEpoch: first),
            to: Instant(secondsSinceEpoch: last)
        )
        let found = shifts.map { "\($0.start.secondsSinceEpoch) \($0.answer.people.joined())" }
        let wanted = expected.filter { $0.at < last }.map { "\($0.at) \($0.person)" }
        if found != wanted {
            let place = zip(found, wanted).first { $0 != $1 }
            part.differences.append("\(words): \(place ?? ("\(found.count)", "\(wanted.count)"))")
        }
    }

    func compareTurns(_ tokens: ArraySlice<Substring>, _ part: inout Part) {
        for token in tokens {
            let pair = token.split(separator: ":").compactMap { Int($0) }
            let instant = Instant(secondsSinceEpoch: pair[0])
            let answer = rotations.answer("rule", at: instant)?.people.joined()
            part.questions += 1
            guard answer != "\(pair[1] % people)" else { continue }
            part.differences.append("\(words) at \(instant): \(answer ?? "-"), turn \(pair[1])")
        }
    }
}

/// What one zone's comparison found.
private struct Part {
    var differences: [String] = []
    var rules = 0
    var handoffs = 0
    var questions = 0
    /// By judge: handoffs at skipped local times that it moves otherwise.
    var moved: [String: Int] = [:]
    var short = 0
}

/// What is found, gathered from several threads.
private final class Parts: @unchecked Sendable {
    // `lock` guards `sum`.
    private let lock = NSLock()
    private var sum = Part()

    var total: Part { lock.withLock { sum } }

    func add(_ part: Part) {
        lock.withLock {
            sum.differences += part.differences
            sum.rules += part.rules
            sum.handoffs += part.handoffs
            sum.questions += part.questions
            sum.moved.merge(part.moved, uniquingKeysWith: +)
            sum.short += part.short
        }
    }
}
