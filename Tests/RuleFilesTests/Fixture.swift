import CivilTime
import Foundation

@testable import RuleFiles

/// The repository's own files and the machine's zones, as the shell would hand them in.
enum Fixture {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// 2026-11-21T06:00:00Z.
    static let now = Instant(secondsSinceEpoch: 1_795_240_800)

    static let zones: Zones = {
        let tree = "/usr/share/zoneinfo"
        let names =
            FileManager.default.enumerator(atPath: tree)?
            .compactMap { $0 as? String }
            .filter { $0.first?.isUppercase == true && !$0.contains(".") } ?? []
        return Zones(version: "2026f", names: names.sorted()) { name in
            guard names.contains(name),
                let data = FileManager.default.contents(atPath: "\(tree)/\(name)")
            else { return nil }
            return try? Zone(name: name, tzif: [UInt8](data))
        }
    }()

    /// Every file under config/ and rotations/.
    static let shipped: [SourceText] = {
        var files: [SourceText] = []
        for folder in ["config", "rotations"] {
            let top = root.appendingPathComponent(folder)
            let paths =
                FileManager.default.enumerator(atPath: top.path)?
                .compactMap { $0 as? String } ?? []
            for path in paths where path.hasSuffix(".yaml") || path.hasSuffix(".csv") {
                let data = FileManager.default.contents(
                    atPath: top.appendingPathComponent(path).path
                )
                files.append(SourceText(path: "\(folder)/\(path)", bytes: [UInt8](data ?? Data())))
            }
        }
        return files
    }()

    static func load(_ files: [SourceText], now: Instant? = now) -> Load {
        Loader(zones: zones, files: files, now: now).load()
    }

    static func load(_ text: String, now: Instant? = now) -> Load {
        load([SourceText(path: "rotations/support.yaml", text: text)], now: now)
    }
}
