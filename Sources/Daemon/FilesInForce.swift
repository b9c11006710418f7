import CivilTime
import Engine
import Glibc
import Paging
import RuleFiles
import Store
import Web

/// One reading of all files: the rulebook, the settings and the wiring that they make together.
struct FilesInForce: Sendable {
    var rulebook: Rulebook
    var settings: DaemonSettings
    var wiring: Wiring
    let secrets: SecretFile
    /// Warnings only.
    var findings: [Diagnostic]
    /// Each file with its size.
    private let sizes: [FilesPage.File]

    /// The files as they were read.
    let texts: [SourceText]

    /// Whatever is wrong is thrown with every finding; then nothing of the files is in force.
    ///
    /// `files` are read from disk where they are not given. Files that two processes died of are
    /// refused, unread where it was their reading.
    init(
        _ options: DaemonProcess.Options,
        at now: Instant,
        marks: FilesMarks = .none,
        files given: [SourceText]? = nil
    ) throws(StartFault) {
        let files =
            if let given {
                given
            } else {
                try RuleTree.read(config: options.config, rotations: options.rotations)
            }
        texts = files
        let config = RuleTree.trimmed(options.config)
        let unit = Self.unit(files)
        guard unit != marks.reading.poison else {
            throw StartFault(
                "files-poison",
                "the daemon stopped twice while it read these files",
                fix: "take back the last edit; report it with the log"
            )
        }
        let zones = try SystemZones.zones()
        marks.reading.begin(unit)
        defer { marks.reading.end(unit) }
        let load = Loader(zones: zones, files: files, now: now, configDirectory: config).load()
        guard let rulebook = load.rulebook else {
            let errors = load.diagnostics.filter { $0.severity == .error }.count
            throw StartFault(
                "files-faulty",
                "\(errors) error\(errors == 1 ? "" : "s") in the files",
                fix: "mend them; tocsin check shows them again",
                findings: load.diagnostics.rendered(over: files),
                findingsJSON: load.diagnostics.json
            )
        }
        guard !marks.isPoison(rulebook) else {
            throw StartFault(
                "files-poison",
                "the daemon stopped twice while it worked by these files",
                fix: "take back the last edit; report it with the log"
            )
        }
        guard let settings = load.settings else {
            throw StartFault.settingsMissing(in: config)
        }
        self.rulebook = rulebook
        self.settings = settings
        findings = load.diagnostics
        sizes = files.map { FilesPage.File(path: $0.path, bytes: $0.bytes.count) }
        secrets = SecretFile.inFolder(config)
        wiring = try Wiring(
            settings,
            secrets: secrets,
            templates: Templates(config: config)
        )
        try Self.admit(settings)
    }

    /// Tells the engine of the channels, at the start and with each reload.
    func putChannels(into setting: inout CaseEngine.Setting) {
        setting.channels = wiring.channels
        setting.mailChannels = wiring.mailChannels
        setting.localChannels = wiring.localChannels
        setting.bodyForms = wiring.bodyForms
        setting.bundlingChannels = wiring.bundlingChannels
        setting.confirmSeconds = wiring.confirmSeconds
        setting.emergency = settings.emergency?.contact
    }

    /// The same for the page of files.
    func loaded(at instant: Instant) -> FilesPage.Loaded {
        FilesPage.Loaded(
            at: instant,
            rulebook: rulebook.hash,
            zones: rulebook.zoneDataVersion,
            files: sizes,
            findings: findings.map { finding in
                FilesPage.Finding(
                    place: "\(finding.file):\(finding.line):\(finding.column)",
                    file: finding.file,
                    severity: finding.severity.rawValue,
                    code: finding.code.rawValue,
                    message: finding.message,
                    fix: finding.fix
                )
            }
        )
    }

    /// What the files may say and this version does not do is refused, not passed over.
    private static func admit(_ settings: DaemonSettings) throws(StartFault) {
        if case .postgres = settings.store {
            throw StartFault(
                "store-unsupported",
                "store: postgres_file is not served by this version yet",
                fix: "write store: {sqlite: var/tocsin.db}"
            )
        }
    }
}

extension SecretFile {
    /// Beside the tocsin.yaml of `folder`, or where systemd puts credentials.
    static func inFolder(_ folder: String) -> SecretFile {
        let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
        return SecretFile(folder: folder, credentialsFolder: credentials)
    }
}

extension StartFault {
    static func settingsMissing(in config: String) -> StartFault {
        StartFault(
            "settings-missing",
            "there is no tocsin.yaml in `\(config)`",
            fix: "write one; `format: 1` alone is enough to begin with"
        )
    }
}
