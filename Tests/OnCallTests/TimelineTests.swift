import CivilTime
import Foundation
import OnCall
import Testing

/// Shifts as golden files: what is asked, a dashed line, the shifts in local time.
///
/// `UPDATE_GOLDEN=1` rewrites them, and fails.
@Suite struct TimelineTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Timelines")

    static var names: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasSuffix(".timeline") }.sorted()
    }

    @Test("There are timelines")
    func exist() {
        #expect(Self.names.count >= 10)
    }

    @Test("Shifts are those of the timeline", arguments: names)
    func timeline(name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        let text = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        let question = Array(lines.prefix { !$0.hasPrefix("---") })
        let shifts = try shifts(asked: question)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            let rewritten = question + ["----------"] + shifts
            try (rewritten.joined(separator: "\n") + "\n")
                .write(to: file, atomically: true, encoding: .utf8)
            Issue.record("rewritten; look at the difference, then run without UPDATE_GOLDEN")
        } else {
            #expect(shifts == Array(lines.dropFirst(question.count + 1)))
        }
    }

    private func shifts(asked question: [String]) throws -> [String] {
        var words: [String: String] = [:]
        for line in question where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            words[parts[0]] = parts.last
        }
        let example = try #require(words["example"])
        let rotations = try #require(try Examples.rotations(named: example))
        return try rotations.timeline(
            try #require(words["rotation"]),
            try #require(words["from"]),
            try #require(words["to"]),
            try zone(try #require(words["zone"]))
        )
    }
}
