import CivilTime

/// What a file says about every local time in it.
struct FileScope {
    var path: String
    var zone: Zone?
    var zonePlace: Place?
}

/// One entry of a section: a name (or none, in the lists) and what stands under it.
struct Definition {
    var name: String
    var place: Place
    var value: Value
    var scope: FileScope
}

/// The sections of all files, put together: any file may hold any section.
struct Sections {
    static let named = ["people", "rotations", "calendars", "holidays", "ladders", "policies"]
    static let listed = ["overrides", "away"]
    /// The most entries of one section.
    static let entriesMax = 10_000

    private(set) var settings: (fields: Fields, place: Place)?
    /// Whether every YAML file could be read; where not, names may be missing that are not unknown.
    private(set) var isWhole = true
    private var definitions: [String: [Definition]] = [:]

    private let zones: ZoneNames
    private let findings: Findings

    init(_ files: [SourceText], zones: ZoneNames, findings: Findings) {
        self.zones = zones
        self.findings = findings
        for file in files where file.isYAML { add(file) }
    }

    subscript(section: String) -> [Definition] {
        definitions[section] ?? []
    }

    func names(_ section: String) -> Set<String> {
        Set(self[section].map(\.name))
    }

    private mutating func add(_ file: SourceText) {
        let document = Document(file, findings: findings)
        isWhole = isWhole && document.isReadable
        guard let root = document.root, !root.isEmpty else {
            if document.isReadable { reportEmpty(file) }
            return
        }
        guard let entries = root.entries("a mapping with `format: 1`") else {
            isWhole = false
            return
        }
        let isSettings = file.fileName == "tocsin.yaml"
        let fields = Fields(
            entries,
            at: root.place,
            as: isSettings ? .settings : .file,
            findings: findings
        )
        guard isFormatKnown(fields, entries.first?.keyPlace ?? root.place) else {
            isWhole = false
            return
        }
        if isSettings { settings = (fields, root.place) }
        var scope = FileScope(path: file.path)
        if let value = fields["timezone"] {
            scope.zone = zones.zone(value)
            scope.zonePlace = value.place
        }
        for section in Self.named { addNamed(section, fields[section], scope) }
        for section in Self.listed { addListed(section, fields[section], scope) }
    }

    private func reportEmpty(_ file: SourceText) {
        findings.error(
            .format,
            at: Place(file: file.path, line: 1, column: 1, endColumn: 2),
            "the file says nothing",
            fix: "Write `format: 1` and what belongs into it, or remove the file"
        )
    }

    private func isFormatKnown(_ fields: Fields, _ start: Place) -> Bool {
        guard let value = fields["format"] else {
            findings.error(
                .format,
                at: start,
                "the file does not begin with `format: 1`",
                fix: "Write `format: 1` as the first line"
            )
            return true
        }
        if value.plain == "1" { return true }
        let written = value.plain.map { "`\($0)`" } ?? "of that kind"
        value.error(
            .format,
            "format \(written) is unknown; this version reads 1",
            fix: "Write `format: 1`, or install the version that the file was written for"
        )
        return false
    }

    private mutating func addNamed(_ section: String, _ value: Value?, _ scope: FileScope) {
        guard let entries = value?.entries("a mapping by name") else { return }
        var known = definitions[section] ?? []
        var firsts = Dictionary(known.map { ($0.name, $0.place) }) { first, _ in first }
        for entry in entries {
            guard !entry.key.hasPrefix("x-") else { continue }
            guard isName(entry.key) else {
                findings.error(
                    .value,
                    at: entry.keyPlace,
                    "`\(entry.key.prefix(80))` is no name",
                    fix: "Use letters, digits, `-`, `_` and `.`, 64 at most"
                )
                continue
            }
            if let first = firsts[entry.key] {
                findings.duplicate(entry.key, at: entry.keyPlace, first: first)
                continue
            }
            firsts[entry.key] = entry.keyPlace
            known.append(
                Definition(
                    name: entry.key,
                    place: entry.keyPlace,
                    value: entry.value,
                    scope: scope
                )
            )
        }
        definitions[section] = limited(known, section)
    }

    private mutating func addListed(_ section: String, _ value: Value?, _ scope: FileScope) {
        guard let values = value?.list("a list") else { return }
        let known = definitions[section] ?? []
        let added = values.map { Definition(name: "", place: $0.place, value: $0, scope: scope) }
        definitions[section] = limited(known + added, section)
    }

    private func limited(_ entries: [Definition], _ section: String) -> [Definition] {
        if entries.count > Self.entriesMax {
            findings.error(
                .limit,
                at: entries[Self.entriesMax].place,
                "more than \(Self.entriesMax) entries in `\(section)`",
                fix: "Remove what is over"
            )
        }
        return Array(entries.prefix(Self.entriesMax))
    }

    private func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.first?.isWhitespace == false
            && name.allSatisfy { $0.isLetter || $0.isNumber || "-_. ".contains($0) }
    }
}

/// The zones a file may name.
struct ZoneNames {
    let zones: Zones
    let findings: Findings
    private let known = KnownZones()

    init(zones: Zones, findings: Findings) {
        self.zones = zones
        self.findings = findings
    }

    /// Each zone is compiled once a load.
    private final class KnownZones {
        var zones: [String: Zone] = [:]
    }

    /// Zones that never change their clocks, with what their author may have meant.
    private static let fixed = [
        "EST": "If you mean New York, write America/New_York",
        "MST": "If you mean Denver, write America/Denver; for Arizona, America/Phoenix",
        "HST": "Write Pacific/Honolulu",
    ]

    /// The zone, or `nil` with a finding where there is none of this name.
    ///
    /// One that never changes its clocks is a warning, save where it `isMeant`.
    func zone(_ value: Value, isMeant: Bool = false) -> Zone? {
        guard let name = value.text("a zone such as Europe/Berlin") else { return nil }
        guard let zone = known.zones[name] ?? zones.zone(named: name) else {
            let suggestion = likely(name)
            value.error(
                .zoneUnknown,
                "`\(name)`: no such zone in /usr/share/zoneinfo (\(zones.version))",
                fix: suggestion.map { "Did you mean \($0)?" }
                    ?? "Write a name such as Europe/Berlin or America/New_York"
            )
            return nil
        }
        known.zones[name] = zone
        if !isMeant, let fix = Self.fixed[name] ?? fixWhereOffset(name) {
            value.warn(.zoneFixed, "`\(name)` never changes its clocks", fix: fix)
        }
        return zone
    }

    private func fixWhereOffset(_ name: String) -> String? {
        guard name.hasPrefix("Etc/"), !["Etc/UTC", "Etc/UCT", "Etc/Zulu"].contains(name) else {
            return nil
        }
        return "Write the zone of a place, such as Europe/Berlin"
    }

    /// What people write instead of a zone's name.
    private func likely(_ name: String) -> String? {
        let known = [
            "mountain": "America/Denver", "mountain time": "America/Denver", "mt": "America/Denver",
            "mst7mdt": "America/Denver", "pacific": "America/Los_Angeles",
            "pacific time": "America/Los_Angeles", "pt": "America/Los_Angeles",
            "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
            "eastern": "America/New_York", "et": "America/New_York", "edt": "America/New_York",
            "central": "America/Chicago", "ct": "America/Chicago", "cst": "America/Chicago",
            "cdt": "America/Chicago", "mdt": "America/Denver", "ist": "Asia/Kolkata",
            "bst": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
        ]
        if let place = known[name.lowercased()] { return place }
        if let near = nearest(to: name, among: zones.names) { return near }
        let lowered = name.lowercased().map { $0 == " " ? "_" : $0 }
        return zones.names.first { $0.lowercased().hasSuffix("/" + String(lowered)) }
    }
}
