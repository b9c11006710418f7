package import CivilTime
import Glibc
import Synchronization

/// The time zones of this machine, read from its zone files when first asked for.
package enum SystemZones {
    package static let folder = "/usr/share/zoneinfo"

    /// Folders that hold the same zones again, counted otherwise or without later rules.
    private static let twins: Set<String> = ["posix", "right"]
    private static let depthMax = 3
    private static let bytesMax = 256 * 1_024

    private static let listed = Mutex<Zones?>(nil)

    /// As they were listed first; a command asks several times, and files change by reload only.
    package static func zonesOnce() throws(StartFault) -> Zones {
        if let zones = listed.withLock(\.self) { return zones }
        let zones = try zones()
        listed.withLock { $0 = zones }
        return zones
    }

    /// Read anew, as a reload does.
    package static func zones() throws(StartFault) -> Zones {
        let names: [String]
        do {
            names = try collect(folder, prefix: "", depth: 0).sorted()
        } catch {
            throw StartFault(
                "zones-missing",
                "cannot read the time zones in \(error.path): \(error.reason)",
                fix: "install the zone files: apt-get install tzdata"
            )
        }
        let known = Set(names)
        let cache = Cache()
        return Zones(version: version(), names: names) { name in
            guard known.contains(name) else { return nil }
            return cache.zone(name)
        }
    }

    /// The zone of the one who asks: `TZ`, else the machine's; `nil` where neither names one.
    package static func localName() -> String? {
        if let name = getenv("TZ").map({ String(cString: $0) }), !name.isEmpty {
            return name.hasPrefix(":") ? String(name.dropFirst()) : name
        }
        var target = [UInt8](repeating: 0, count: 512)
        let count = target.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { path in
                path.baseAddress.map { readlink("/etc/localtime", $0, path.count) } ?? 0
            }
        }
        guard count > 0 else { return nil }
        let path = String(decoding: target.prefix(count), as: UTF8.self)
        guard let range = path.firstRange(of: "zoneinfo/") else { return nil }
        return String(path[range.upperBound...])
    }

    private final class Cache: Sendable {
        private let zones = Mutex<[String: Zone]>([:])

        /// `nil` also where the file is no zone, such as a list of countries.
        func zone(_ name: String) -> Zone? {
            zones.withLock { zones in
                if let zone = zones[name] { return zone }
                guard
                    let bytes = try? SystemFile.bytes(of: "\(folder)/\(name)", upTo: bytesMax),
                    let zone = try? Zone(name: name, tzif: bytes)
                else { return nil }
                zones[name] = zone
                return zone
            }
        }
    }

    /// Zone names begin with a capital and have no dot; tables such as `zone.tab` do not.
    private static func collect(
        _ path: String,
        prefix: String,
        depth: Int
    ) throws(SystemFile.Fault) -> [String] {
        var names: [String] = []
        for entry in try SystemFile.entries(of: path) {
            let isCapital = entry.name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
            guard isCapital, !entry.name.contains("."), !twins.contains(entry.name) else {
                continue
            }
            if entry.isFolder, depth < depthMax {
                names += try collect(
                    "\(path)/\(entry.name)",
                    prefix: "\(prefix)\(entry.name)/",
                    depth: depth + 1
                )
            } else {
                names.append(prefix + entry.name)
            }
        }
        return names
    }

    /// The release that `tzdata.zi` or `+VERSION` tells; `unknown` where neither does.
    static func version() -> String {
        for name in ["tzdata.zi", "+VERSION"] {
            guard let bytes = try? SystemFile.bytes(of: "\(folder)/\(name)", upTo: 200) else {
                continue
            }
            let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            if let word = line.split(separator: " ").last { return String(word) }
        }
        return unknown
    }

    static let unknown = "unknown"
}

/// Whether another release of the zone data lies there, by looks at its name every few minutes.
struct ZoneRelease {
    private var last: String?

    /// A release counts from the second look on that finds it: a package is unpacked file by file,
    /// and the one that tells the release may come before the zones.
    mutating func isNew(_ found: String, inForce: String) -> Bool {
        defer { last = found }
        return found != inForce && found == last && found != SystemZones.unknown
    }
}
