import CivilTime
import Foundation

extension Office {
    /// One of the machine's own zones.
    static func zone(_ name: String) -> Zone {
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)"),
            let zone = try? Zone(name: name, tzif: Array(bytes))
        else { preconditionFailure("no zone \(name)") }
        return zone
    }
}
