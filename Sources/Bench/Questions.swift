import CivilTime
import Foundation
import OnCall
import Paging
import RuleFiles

/// Prints what single questions cost, as JSON: `Bench FOLDER` reads config/ and rotations/ there.
@main
struct Questions {
    static func main() throws {
        let folder = URL(filePath: CommandLine.arguments.dropFirst().first ?? ".")
        let load = Loader(zones: .system, files: try ruleFiles(under: folder), now: nil).load()
        guard let rotations = load.rulebook?.rotations else {
            let said = load.diagnostics.map { $0.rendered(over: nil) }.joined(separator: "\n")
            FileHandle.standardError.write(Data((said + "\n").utf8))
            exit(1)
        }
        let start = Instant(secondsSinceEpoch: 1_772_409_600)
        let year = start.adding(seconds: 365 * 86_400)
        let name = "support-primary"

        var answered = 0
        let asked = 1_000_000
        let who = seconds {
            // Instants all over the year, so that no answer is the one before.
            for index in 0..<asked {
                let at = start.adding(seconds: index &* 7_919 % (365 * 86_400))
                if rotations.answer(name, at: at) != nil { answered += 1 }
            }
        }
        var stretches = 0
        let rounds = 200
        let shifts = seconds {
            for _ in 0..<rounds {
                stretches = rotations.shifts(name, from: start, to: year).count
            }
        }
        guard answered == asked, stretches > 0 else {
            FileHandle.standardError.write(Data("\(name) does not answer\n".utf8))
            exit(1)
        }
        let whoNanoseconds = who / Double(asked) * 1e9
        let shiftMilliseconds = shifts / Double(rounds) * 1e3
        print(
            "{\"who_ns\":\(whoNanoseconds),\"shifts_year_ms\":\(shiftMilliseconds),"
                + "\"stretches\":\(stretches)}"
        )
    }

    private static func seconds(_ work: () -> Void) -> Double {
        let taken = ContinuousClock().measure(work)
        return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
    }

    private static func ruleFiles(under folder: URL) throws -> [SourceText] {
        try ["config", "rotations"].flatMap { top -> [SourceText] in
            let base = folder.appending(path: top)
            let names =
                FileManager.default.enumerator(atPath: base.path)?
                .compactMap { $0 as? String } ?? []
            return try names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".csv") }.map { name in
                let bytes = try Data(contentsOf: base.appending(path: name))
                return SourceText(path: "\(top)/\(name)", bytes: Array(bytes))
            }
        }
    }
}

extension Zones {
    /// The zones of this machine, read when they are asked for.
    fileprivate static var system: Zones {
        let base = URL(filePath: "/usr/share/zoneinfo")
        return Zones(version: "", names: []) { name in
            guard let bytes = try? Data(contentsOf: base.appending(path: name)) else { return nil }
            return try? Zone(name: name, tzif: Array(bytes))
        }
    }
}
