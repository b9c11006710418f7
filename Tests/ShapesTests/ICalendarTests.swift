import CivilTime
import Foundation
import OnCall
import Shapes
import Testing

/// Shifts as a calendar file, read by other people's code.
@Suite struct ICalendarTests {
    private let rotations: Rotations
    private let names = ["anna": "Anna Keller, Müller; \"the\" \\ first", "ben": "Ben Ortiz"]

    init() throws {
        let file = URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")
        let berlin = try Zone(name: "Europe/Berlin", tzif: [UInt8](Data(contentsOf: file)))
        let line = SourceLine(file: "rotations/a.yaml", line: 1)
        let days = HoursWindow(
            days: Set(Weekday.allCases),
            from: try #require(WallTime("02:30")),
            to: try #require(WallTime("17:00"))
        )
        let version = MemberVersion(
            from: try #require(CivilDate("2026-01-05")),
            order: [["anna"], ["ben", "anna"], ["chitra"]],
            first: 0,
            source: line
        )
        let layer = Layer(
            name: "days, and nights",
            zone: berlin,
            hours: [days],
            onDates: nil,
            handoff: Handoff(
                every: .weeks(1, on: .monday),
                at: try #require(WallTime("09:00")),
                countsCoveredTurnsOnly: false
            ),
            versions: [version],
            source: line
        )
        let title =
            "Unterstützung; erste Reihe, rund um die Uhr – für alle, die sie nachts brauchen"
        let override = Override(
            rotation: "support",
            start: Instant(secondsSinceEpoch: 1_801_000_000),
            end: Instant(secondsSinceEpoch: 1_801_050_000),
            people: ["ben"],
            insteadOf: nil,
            reason: nil,
            source: line
        )
        rotations = Rotations(
            rotations: [
                Rotation(
                    id: "support",
                    title: title,
                    zone: berlin,
                    layers: [layer],
                    ifNobody: [],
                    distinctFrom: nil,
                    requiredCoverageSeconds: nil,
                    source: line
                )
            ],
            overrides: [override],
            away: [],
            unreachable: []
        )
    }

    private let start = Instant(secondsSinceEpoch: 1_795_000_000)
    private var end: Instant { start.adding(seconds: 400 * 86_400) }

    private func calendar(from start: Instant, person: PersonID? = nil) -> ICalendar {
        ICalendar(
            name: "Support",
            entries: ICalendar.entries(
                of: "support",
                in: rotations,
                from: start,
                to: end,
                person: person
            ),
            names: names
        )
    }

    @Test("icalendar and recurring-ical-events read 400 days of shifts as they are")
    func isRead() throws {
        let lines = try Self.read(calendar(from: start).text)
        let shifts = rotations.shifts("support", from: start, to: end)
        #expect(shifts.count > 800)
        let expected = shifts.map { shift in
            let people = shift.answer.people.joined(separator: ",")
            return "\(shift.start) \(shift.end) \(people.isEmpty ? "-" : people)"
        }
        #expect(Array(lines.dropLast(2)) == expected)
        #expect(lines.dropLast().last == "uids \(shifts.count)")
        #expect(lines.last?.hasPrefix("first ") == true)
    }

    @Test("What people named things comes out as they wrote it")
    func escapes() throws {
        let line = try Self.read(calendar(from: start, person: "anna").text).last ?? ""
        #expect(line.hasPrefix("first Anna Keller, Müller; \"the\" \\ first: Unterstützung; erste"))
        #expect(line.hasSuffix("für alle, die sie nachts brauchen"))
    }

    @Test("A feed that begins later keeps the identity of the shift that it cuts")
    func identity() {
        func uids(_ calendar: ICalendar) -> [Substring] {
            calendar.text.split(separator: "\r\n").filter { $0.hasPrefix("UID:") }
        }
        let shifts = rotations.shifts("support", from: start, to: end)
        let inside = shifts[40].start.adding(seconds: 600)
        let all = uids(calendar(from: start))
        #expect(uids(calendar(from: inside)).first == all[40])
        #expect(uids(calendar(from: inside)) == Array(all[40...]))
        #expect(calendar(from: start).text == calendar(from: start).text)
        #expect(Set(all).count == all.count)
    }

    @Test("A person's feed has their shifts alone, shared ones too")
    func ofOnePerson() {
        let entries = calendar(from: start, person: "anna").entries
        #expect(!entries.isEmpty)
        #expect(entries.allSatisfy { $0.shift.answer.people.contains("anna") })
        #expect(ICalendar.entries(of: "suport", in: rotations, from: start, to: end) == [])
    }

    /// What the script says of a feed, line by line.
    private static func read(_ feed: String) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let own = root.appending(path: ".build-venv/bin/python3").path
        let python =
            ProcessInfo.processInfo.environment["TOCSIN_PYTHON"]
            ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/python3")
        let file = FileManager.default.temporaryDirectory
            .appending(path: "tocsin-feed-\(ProcessInfo.processInfo.globallyUniqueString).ics")
        try feed.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [root.appending(path: "scripts/feed-shifts.py").path]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
