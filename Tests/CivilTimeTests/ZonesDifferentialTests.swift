import CivilTime
import Foundation
import Testing

/// Python's zoneinfo, which reads the same files by other hands, as the judge of every zone.
@Suite struct ZonesDifferentialTests {
    private static let firstHour = 1_704_067_200
    private static let hours = 78_912

    @Test("Every zone of the machine agrees with Python's zoneinfo at every hour of 2024 to 2032")
    func everyZone() throws {
        let answers = try Self.answers()
        let differences = Differences()
        DispatchQueue.concurrentPerform(iterations: answers.count) { index in
            differences.add(Self.compare(answers[index]))
        }
        #expect(differences.found == [])
        #expect(differences.hours == answers.count * Self.hours)
        #expect(answers.count > 300, "a whole tzdata has more distinct files")
    }

    @Test("The comparison sees an offset, an abbreviation and a time on the wall that differ")
    func seesDifferences() {
        func found(_ line: Substring) -> Int {
            Self.compare(["zone Europe/Berlin", line]).found.count
        }
        // The hours of nine summers.
        #expect(found("hours 3600*78912") > 45_000)
        #expect(found("at 0 7200 CET") == 1)
        #expect(found("at 0 3600 CEST") == 1)
        #expect(found("at 0 3600 CET") == 0)
        #expect(found("walls 0 3600,7200*12") == 12)
        #expect(found("walls 0 7200,7200*12") == 12)
        #expect(found("walls 0 3600,3600*12") == 0)
    }

    /// What the script prints, split at each `zone` line.
    private static func answers() throws -> [[Substring]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", root.appending(path: "scripts/zones-differential.py").path,
            SystemZones.folder,
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

    private static func compare(_ lines: [Substring]) -> Differences.Part {
        var part = Differences.Part()
        var zone = Zone.utc
        for line in lines {
            let words = line.split(separator: " ")
            switch words[0] {
            case "zone":
                guard let read = try? SystemZones.zone(String(words[1])) else {
                    part.found.append("\(words[1]) cannot be read")
                    return part
                }
                zone = read
            case "hours": compareHours(words.dropFirst(), zone, &part)
            case "at": compareInstant(words, zone, &part)
            case "walls": compareWalls(words, zone, &part)
            default: part.found.append("unknown line \(line)")
            }
        }
        return part
    }

    private static func compareHours(
        _ runs: ArraySlice<Substring>,
        _ zone: Zone,
        _ part: inout Differences.Part
    ) {
        var second = firstHour
        for run in runs {
            let (values, count) = unfolded(run)
            for _ in 0..<count {
                let offset = zone.offsetSeconds(at: Instant(secondsSinceEpoch: second))
                if offset != values[0] {
                    part.found.append("\(zone.name) at \(second): \(offset), not \(values[0])")
                }
                second += 3600
            }
            part.hours += count
        }
    }

    private static func compareInstant(
        _ words: [Substring],
        _ zone: Zone,
        _ part: inout Differences.Part
    ) {
        let instant = Instant(secondsSinceEpoch: Int(words[1]) ?? 0)
        let text = "\(zone.offsetSeconds(at: instant)) \(zone.abbreviation(at: instant))"
        if text != words[2...].joined(separator: " ") {
            part.found.append("\(zone.name) at \(instant): \(text), not \(words[2...])")
        }
    }

    private static func compareWalls(
        _ words: [Substring],
        _ zone: Zone,
        _ part: inout Differences.Part
    ) {
        var wall = Int(words[1]) ?? 0
        for run in words.dropFirst(2) {
            let (values, count) = unfolded(run)
            for _ in 0..<count {
                // Seconds of the wall as if it were UTC: what the zone UTC shows at that second.
                let civil = Zone.utc.civil(at: Instant(secondsSinceEpoch: wall))
                if !agrees(zone.instants(of: civil), wall, values) {
                    part.found.append("\(zone.name) at \(civil) on the wall")
                }
                wall += 300
            }
        }
    }

    /// For a time in a gap Python gives the offset before for fold 0 and the one after for fold 1.
    private static func agrees(_ found: LocalInstants, _ wall: Int, _ offsets: [Int]) -> Bool {
        let (first, second) = (wall - offsets[0], wall - offsets[1])
        switch found {
        case .once(let instant):
            return first == second && instant.secondsSinceEpoch == first
        case .twice(let one, let other):
            return first < second && one.secondsSinceEpoch == first
                && other.secondsSinceEpoch == second
        case .missing(let end):
            return first > second && second < end.secondsSinceEpoch
                && end.secondsSinceEpoch <= first
        }
    }

    /// `3600*12` or `3600,7200*12`.
    private static func unfolded(_ run: Substring) -> ([Int], Int) {
        let parts = run.split(separator: "*")
        return (parts[0].split(separator: ",").map { Int($0) ?? .min }, Int(parts[1]) ?? 0)
    }
}

/// What differs, gathered from several threads.
private final class Differences: @unchecked Sendable {
    struct Part {
        var found: [String] = []
        var hours = 0
    }

    // `lock` guards `total`.
    private let lock = NSLock()
    private var total = Part()

    var found: [String] { lock.withLock { Array(total.found.prefix(20)) } }
    var hours: Int { lock.withLock { total.hours } }

    func add(_ part: Part) {
        lock.withLock {
            total.found += part.found
            total.hours += part.hours
        }
    }
}
