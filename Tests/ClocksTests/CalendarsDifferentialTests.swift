import CivilTime
import Clocks
import Foundation
import Testing

/// pandas, NumPy and the `holidays` package as the judges of plain calendars.
@Suite struct CalendarsDifferentialTests {
    @Test("Plain calendars agree with pandas and NumPy, and where not, by a numbered decision")
    func plainCalendars() throws {
        let groups = try Self.answers().filter { $0.first?.hasPrefix("calendar") == true }
        let total = Tally.Total()
        DispatchQueue.concurrentPerform(iterations: groups.count) { index in
            total.add(Self.tally(groups[index]))
        }
        let tally = total.tally
        #expect(tally.unexplained.prefix(20) == [])
        #expect(tally.cases >= 100_000)
        for decision in ["R-03", "R-08", "R-30"] {
            #expect(tally.explained[decision, default: 0] > 0, "the draw no longer meets it")
        }
        print(tally.summary)
    }

    @Test("The federal holidays shipped are those of the holidays package, 2025 to 2032")
    func federalHolidays() throws {
        let root = Self.root
        let file = root.appending(path: "config/holidays/us-federal.csv")
        let text = try String(contentsOf: file, encoding: .utf8)
        let ours = text.split(separator: "\n").filter { $0.first?.isNumber == true }.map { line in
            date(String(line.prefix(10))).daysSinceEpoch
        }
        let lines = try Self.answers(cases: 0).flatMap(\.self).filter { $0.hasPrefix("federal") }
        #expect(lines.count == 8)
        for line in lines {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            let year = try #require(numbers.first)
            let own = ours.filter { CivilDate(daysSinceEpoch: $0).year == year }
            #expect(own.sorted() == Array(numbers.dropFirst()), "\(year)")
        }
    }

    @Test("The comparison sees an hour, a day and a count that differ")
    func seesDifferences() {
        let friday = 1_763_719_200  // 2025-11-21 10:00
        func tally(_ line: String) -> Tally {
            Self.tally(["calendar America/Denver 1111100 480-1020 -", Substring(line)])
        }
        #expect(tally("hours \(friday) 4 \(friday + 4 * hour)").unexplained == [])
        #expect(tally("hours \(friday) 4 \(friday + 5 * hour)").unexplained.count == 1)
        // Seven hours end at 17:00: pandas says Monday 08:00, ours the closing (R-03).
        #expect(tally("hours \(friday) 7 \(friday + 70 * hour)").explained == ["R-03": 1])
        #expect(tally("days \(friday) 1 \(friday + 72 * hour) 0").unexplained == [])
        #expect(tally("days \(friday) 1 \(friday + 24 * hour) 0").unexplained.count == 1)
        let midnight = friday - 10 * hour
        #expect(tally("span \(midnight) \(midnight + 72 * hour) 1").unexplained == [])
        #expect(tally("span \(midnight) \(midnight + 72 * hour) 2").unexplained.count == 1)
    }

    // MARK: Asking

    private static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    /// What the script prints, split at each `calendar` or `federal` line.
    private static func answers(cases: Int = 60_000) throws -> [[Substring]] {
        let process = Process()
        process.executableURL = root.appending(path: ".build-venv/bin/python")
        process.arguments = [
            root.appending(path: "scripts/calendars-differential.py").path, "\(cases)",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "scripts/setup installs what it needs")
        var groups: [[Substring]] = []
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("calendar") || line.hasPrefix("federal") { groups.append([]) }
            groups[groups.count - 1].append(line)
        }
        return groups
    }

    // MARK: Comparing

    private static func tally(_ lines: [Substring]) -> Tally {
        var tally = Tally()
        guard let first = lines.first, let judged = JudgedCalendar(first) else {
            tally.unexplained.append("no calendar: \(lines.first ?? "")")
            return tally
        }
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            let numbers = words.dropFirst().compactMap { Int($0) }
            let verdict: Judgement =
                switch words[0] {
                case "hours": judged.hours(from: numbers[0], count: numbers[1], numbers[2])
                case "days":
                    judged.days(from: numbers[0], count: numbers[1], numbers[2], numbers[3])
                case "span": judged.span(from: numbers[0], to: numbers[1], count: numbers[2])
                default: .differs
                }
            tally.cases += 1
            switch verdict {
            case .agrees: break
            case .explained(let decision): tally.explained[decision, default: 0] += 1
            case .differs: tally.unexplained.append("\(first): \(line)")
            }
        }
        return tally
    }
}

/// What comes of one comparison.
enum Judgement {
    case agrees
    /// It differs by this decision, and agrees where the decision is read the other way.
    case explained(String)
    case differs
}

/// How many cases agreed, and why the others did not.
struct Tally {
    var cases = 0
    var explained: [String: Int] = [:]
    var unexplained: [String] = []

    var summary: String {
        let parts = explained.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let alike = cases - explained.values.reduce(0, +) - unexplained.count
        return "calendars-differential: \(cases) cases, \(alike) alike; "
            + "different on purpose by \(parts.joined(separator: ", ")); "
            + "unexplained: \(unexplained.count)"
    }

    /// The sum over several threads.
    final class Total: @unchecked Sendable {
        // `lock` guards `sum`.
        private let lock = NSLock()
        private var sum = Tally()

        var tally: Tally { lock.withLock { sum } }

        func add(_ tally: Tally) {
            lock.withLock {
                sum.cases += tally.cases
                sum.unexplained += tally.unexplained
                sum.explained.merge(tally.explained, uniquingKeysWith: +)
            }
        }
    }
}
