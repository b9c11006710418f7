package import CivilTime

/// The files in force, when they were loaded, and what there is to say of them.
package struct FilesPage: Sendable {
    /// What the daemon knows of its files.
    package struct Loaded: Sendable {
        package var at: Instant
        package var rulebook: String
        package var zones: String
        package var files: [File]
        /// Of the files in force: warnings.
        package var findings: [Finding]
        /// The last reload that was refused since, in words; `nil` where none was.
        package var refusal: Refused?

        package init(
            at: Instant,
            rulebook: String,
            zones: String,
            files: [File],
            findings: [Finding]
        ) {
            self.at = at
            self.rulebook = rulebook
            self.zones = zones
            self.files = files
            self.findings = findings
        }
    }

    package struct File: Sendable {
        package var path: String
        package var bytes: Int

        package init(path: String, bytes: Int) {
            self.path = path
            self.bytes = bytes
        }
    }

    package struct Finding: Sendable {
        package var place: String
        package var file: String
        package var severity: String
        package var code: String
        package var message: String
        package var fix: String

        package init(
            place: String,
            file: String,
            severity: String,
            code: String,
            message: String,
            fix: String
        ) {
            self.place = place
            self.file = file
            self.severity = severity
            self.code = code
            self.message = message
            self.fix = fix
        }
    }

    package struct Refused: Sendable {
        package var at: Instant
        package var text: String

        package init(at: Instant, text: String) {
            self.at = at
            self.text = text
        }
    }

    struct Row: Sendable {
        var path: String
        var size: String
        var count: String?
    }

    struct RefusedRow: Sendable {
        var at: Moment
        var text: String
    }

    var frame: Frame
    var loaded: Moment
    var rulebook: String
    var zones: String
    var rows: [Row]
    var findings: [Finding]
    var hasFindings: Bool
    var refusal: RefusedRow?
    var mayReload: Bool

    package init(frame: Frame, loaded: Loaded, mayReload: Bool, zone: Zone, at now: Instant) {
        self.frame = frame
        self.mayReload = mayReload
        self.loaded = Moment(loaded.at, in: zone, at: now)
        rulebook = String(loaded.rulebook.prefix(12))
        zones = loaded.zones
        let counts = loaded.findings.reduce(into: [:]) { $0[$1.file, default: 0] += 1 }
        rows = loaded.files.map { file in
            Row(
                path: file.path,
                size: "\((file.bytes + 1_023) / 1_024) KB",
                count: counts[file.path].map { "\($0) \($0 == 1 ? "warning" : "warnings")" }
            )
        }
        findings = loaded.findings
        hasFindings = !findings.isEmpty
        refusal = loaded.refusal.map {
            RefusedRow(at: Moment($0.at, in: zone, at: now), text: $0.text)
        }
    }

    package var html: String { HTML.page("files", self) }
}
