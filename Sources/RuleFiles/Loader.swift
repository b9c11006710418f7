package import CivilTime
import Clocks
package import OnCall
package import Paging

/// What one load made of the files.
package struct Load: Sendable {
    /// `nil` when there is any error: a load takes all files or none.
    package var rulebook: Rulebook?
    /// `nil` when there is any error, or no tocsin.yaml.
    package var settings: DaemonSettings?
    /// What readings would promise in their other meaning, by the lines that they stand on.
    package var alternatives: [SourceLine: Alternative] = [:]
    /// What stands under `overrides:` and `away:`, as read; empty when there is any error.
    package var overrides: [Override] = []
    package var away: [Away] = []
    /// Sorted by place.
    package var diagnostics: [Diagnostic]
}

/// All rule files at once, as text, to a rulebook or to what is wrong with them.
package struct Loader {
    package static let filesMax = 2_000

    package var zones: Zones
    /// YAML files in any order, and the CSV files that holidays name.
    package var files: [SourceText]
    /// Where the horizon of checks begins; `nil` leaves out whatever depends on it.
    package var now: Instant?
    package var horizonSeconds: Int
    /// The folder of tocsin.yaml, which `holidays: {file:}` is relative to.
    package var configDirectory: String

    package init(
        zones: Zones,
        files: [SourceText],
        now: Instant?,
        horizonSeconds: Int = 400 * 86_400,
        configDirectory: String = "config"
    ) {
        self.zones = zones
        self.files = files.sorted { $0.path < $1.path }
        self.now = now
        self.horizonSeconds = horizonSeconds
        self.configDirectory = configDirectory
    }

    package func load() -> Load {
        let findings = Findings()
        guard files.count <= Self.filesMax else {
            findings.error(
                .limit,
                at: Place(file: configDirectory, line: 1, column: 1, endColumn: 2),
                "\(files.count) files; at most \(Self.filesMax) are read",
                fix: "Join some"
            )
            return Load(diagnostics: findings.all)
        }
        let zoneNames = ZoneNames(zones: zones, findings: findings)
        let sections = Sections(files, zones: zoneNames, findings: findings)
        let settings = sections.settings.map {
            SettingsReader(findings: findings).settings($0.fields)
        }
        let compiled = Compilation(
            sections: sections,
            files: files,
            configDirectory: configDirectory,
            zones: zoneNames,
            findings: findings
        )
        RuleChecks(
            compiled: compiled,
            zones: zones,
            now: now,
            horizonSeconds: horizonSeconds,
            findings: findings
        ).run()
        let diagnostics = findings.all.sorted()
        guard !findings.hasErrors else {
            return Load(diagnostics: diagnostics)
        }
        return Load(
            rulebook: compiled.rulebook(hash: hash, zoneDataVersion: zones.version),
            settings: settings,
            alternatives: compiled.policies.reduce(into: [:]) { all, draft in
                all.merge(draft.alternatives) { first, _ in first }
            },
            overrides: compiled.overrides.map(\.override),
            away: compiled.away,
            diagnostics: diagnostics
        )
    }

    /// A digest over path and text of every file, in order of path.
    private var hash: String {
        var digest = SHA256()
        for file in files {
            digest.update(Array("\(file.path)\u{0}\(file.bytes.count)\u{0}".utf8))
            digest.update(file.bytes)
        }
        return digest.hexDigest()
    }
}
