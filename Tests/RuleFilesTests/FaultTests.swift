import CivilTime
import Foundation
import Testing

@testable import RuleFiles

/// Golden faults: the files at fault, a dashed line, and exactly what `tocsin check` says of them.
///
/// `UPDATE_GOLDEN=1 swift test --filter FaultTests` rewrites the second part, and fails.
@Suite struct FaultTests {
    @Test("A fault is told in these words", arguments: Fault.all)
    func told(_ fault: Fault) throws {
        let told = fault.load().diagnostics.rendered(over: fault.files)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let text = fault.input + Fault.dashes + told
            try text.write(to: fault.url, atomically: true, encoding: .utf8)
            Issue.record("rewritten: look at the difference and run again without UPDATE_GOLDEN")
            return
        }
        #expect(told == fault.expected, "\(fault.name)\n\(told)")
    }

    @Test("The first finding of a fault file is the fault it is named for", arguments: Fault.all)
    func named(_ fault: Fault) {
        let codes = Set(fault.load().diagnostics.map(\.code.rawValue))
        #expect(codes.contains(fault.code), "\(fault.name) gives \(codes.sorted())")
    }

    @Test("Every code has a fault file, every file a code and a finding")
    func complete() {
        let covered = Set(Fault.all.map(\.code))
        let codes = Set(Diagnostic.Code.allCases.map(\.rawValue))
        #expect(codes.subtracting(covered).sorted() == [])
        #expect(covered.subtracting(codes).sorted() == [])
        #expect(Fault.all.filter { $0.expected.isEmpty }.map(\.name) == [])
        #expect(Fault.all.count >= 130)
    }

    @Test("No two files hold one fault")
    func different() {
        #expect(Set(Fault.all.map { $0.files }).count == Fault.all.count)
    }
}

/// One file under Faults/, `CODE.txt` or `CODE-N.txt`.
///
/// Lines `>>> PATH` begin a file; text before the first is a comment, in which `zones: 2025b` sets
/// the release of the zone data. In a file `\xFF` is that byte, and a line `\pad 9` nine lines of
/// filler.
struct Fault: Sendable, CustomStringConvertible {
    static let dashes = "----------\n"

    var url: URL
    var input: String
    var expected: String

    var name: String { url.deletingPathExtension().lastPathComponent }
    var description: String { name }

    /// The name without a number at its end.
    var code: String {
        let parts = name.split(separator: "-")
        guard let last = parts.last, Int(last) != nil else { return name }
        return parts.dropLast().joined(separator: "-")
    }

    static let all: [Fault] = {
        let folder = Fixture.root.appendingPathComponent("Tests/RuleFilesTests/Faults")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { $0.hasSuffix(".txt") }.compactMap { name in
            let url = folder.appendingPathComponent(name)
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
            let parts = text.components(separatedBy: "\n" + dashes)
            return Fault(
                url: url,
                input: parts[0].hasSuffix("\n") ? parts[0] : parts[0] + "\n",
                expected: parts.count > 1 ? parts[1] : ""
            )
        }
    }()

    var files: [SourceText] {
        var files: [SourceText] = []
        for line in input.dropLast().components(separatedBy: "\n") {
            if line.hasPrefix(">>> ") {
                files.append(SourceText(path: String(line.dropFirst(4)), bytes: []))
            } else if line.hasPrefix("\\pad "), let count = Int(line.dropFirst(5)), !files.isEmpty {
                let filler = Array(repeating: Array("# filler\n".utf8), count: count)
                files[files.count - 1].bytes += filler.joined()
            } else if !files.isEmpty {
                files[files.count - 1].bytes += Self.bytes(line) + [10]
            }
        }
        return files
    }

    private static func bytes(_ line: String) -> [UInt8] {
        let parts = line.components(separatedBy: "\\x")
        var bytes = Array(parts[0].utf8)
        for part in parts.dropFirst() {
            if let byte = UInt8(part.prefix(2), radix: 16) { bytes.append(byte) }
            bytes += part.dropFirst(2).utf8
        }
        return bytes
    }

    func load() -> Load {
        var zones = Fixture.zones
        if input.contains("zones: 2025b") { zones.version = "2025b" }
        return Loader(zones: zones, files: files, now: Fixture.now).load()
    }
}
