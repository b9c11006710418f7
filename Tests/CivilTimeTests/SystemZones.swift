import CivilTime
import Foundation
import Testing

/// The machine's own zone files, which these tests read as the shell does.
enum SystemZones {
    static let folder = "/usr/share/zoneinfo"

    static func bytes(_ name: String) throws -> [UInt8] {
        let content = FileManager.default.contents(atPath: "\(folder)/\(name)")
        return Array(try #require(content, "no zone file \(name); install tzdata"))
    }

    static func zone(_ name: String) throws -> Zone {
        try Zone(name: name, tzif: bytes(name))
    }

    /// Zones that between them do all that zones do: both halves of the year, half an hour, a
    /// changing standard time, a skipped day, offsets without words, no change at all.
    static let varied = [
        "Africa/Casablanca", "America/Los_Angeles", "America/Vancouver", "Asia/Kathmandu",
        "Australia/Lord_Howe", "Europe/Dublin", "Europe/London", "Pacific/Apia",
        "America/Nuuk", "Antarctica/Troll", "Asia/Gaza", "Etc/GMT+12",
    ]
}

/// One seed of a property test.
struct Seed: Sendable, CustomStringConvertible {
    var value: UInt64
    var description: String { "replay with SEED=0x\(String(value, radix: 16))" }

    /// The fixed ones, or the one that `SEED` names.
    static var all: [Seed] {
        let text = ProcessInfo.processInfo.environment["SEED"] ?? ""
        if let one = UInt64(text.replacing("0x", with: ""), radix: 16) { return [Seed(value: one)] }
        return [Seed(value: 0x2a), Seed(value: 0xc0ffee), Seed(value: 0x7e57)]
    }
}

/// Vigna's generator: the same numbers for the same seed, everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Seed) { state = seed.value }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
