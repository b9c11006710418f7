import CivilTime
import RuleFiles

/// A load in which one file is the fuzzer's and the rest is a small set that stands.
struct RuleInput: Sendable {
    var path: String
    var others: [(path: String, text: String)]

    static let rotation = RuleInput(path: "rotations/fuzz.yaml", others: [people])
    static let policy = RuleInput(path: "config/policies/fuzz.yaml", others: [house])
    static let settings = RuleInput(path: "config/tocsin.yaml", others: [house])

    /// How an input is treated, its bytes say.
    ///
    /// Most stand alone: the names in them lead nowhere, and no time goes into reading the other
    /// files, which takes ten times what such an input does. One in 32 stands beside them; one in
    /// 256 is also followed through the days of its horizon, which costs a thousand times as much.
    func load(_ bytes: [UInt8]) {
        let sum = bytes.reduce(0 as UInt8, &+)
        let isFollowed = sum == 0
        let files = sum & 31 == 0 ? others.map { SourceText(path: $0.path, text: $0.text) } : []
        let file = SourceText(path: path, bytes: bytes)
        let load = Loader(
            zones: SmallZone.zones,
            files: files + [file],
            now: isFollowed ? Parsers.now : nil,
            horizonSeconds: 3 * 86_400
        ).load()
        let hasErrors = load.diagnostics.contains { $0.severity == .error }
        precondition((load.rulebook == nil) == hasErrors, "all files or none")
        let source = String(decoding: bytes, as: UTF8.self)
        for diagnostic in load.diagnostics.prefix(3) { _ = diagnostic.rendered(over: source) }
    }

    /// Read anew beside every input, so no larger than what a file may name.
    private static let people = (
        path: "config/people.yaml",
        text: """
        {format: 1, timezone: Europe/Berlin, people: {
          anna: {name: Anna Keller, contacts: {terminal: anna}, page: [{use: terminal}]},
          ben: {name: Ben Ortiz, contacts: {terminal: ben}, page: [{use: terminal}]}}}

        """
    )
    private static let house = (
        path: "rotations/house.yaml",
        text: """
        {format: 1, timezone: UTC, people: {
          anna: {name: Anna Keller, contacts: {terminal: anna}, page: [{use: terminal}]}},
        rotations: {support-primary: {if_nobody: [anna], layers: [{name: week,
          handoff: {every: 1 week, day: monday, at: "09:00"},
          members: [{from: 2025-01-06, order: [anna], first: anna}]}]}},
        calendars: {always: 24x7, berlin: {timezone: UTC,
          hours: [{days: weekdays, from: "09:00", to: "17:00"}]}}}

        """
    )
}

/// Two zones that need no disk: UTC, and one with the European Union's summer time.
enum SmallZone {
    static let summer: Zone = {
        let rule = "CET-1CEST,M3.5.0,M10.5.0/3"
        var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        let counts: [UInt8] = [0, 0, 0, 0, 1, 4]
        let type: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("CET".utf8) + [0]
        for count in counts { bytes += [0, 0, 0, count] }
        bytes += type
        bytes += Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        for count in counts { bytes += [0, 0, 0, count] }
        bytes += type + Array("\n\(rule)\n".utf8)
        guard let zone = try? Zone(name: "Europe/Berlin", tzif: bytes) else {
            preconditionFailure("a zone of one rule")
        }
        return zone
    }()

    static let zones = Zones(version: "fuzz", names: ["Europe/Berlin", "UTC"]) { name in
        switch name {
        case "Europe/Berlin": summer
        case "UTC": .utc
        default: nil
        }
    }
}
