import CivilTime
import Engine
import Glibc
import Paging
import RuleFiles
import Store

/// One reading of all files: the rulebook, the settings and the wiring that they make together.
struct FilesInForce: Sendable {
    var rulebook: Rulebook
    var settings: DaemonSettings
    var wiring: Wiring
    /// Warnings only.
    var findings: [Diagnostic]

    /// Whatever is wrong is thrown with every finding; then nothing of the files is in force.
    init(_ options: DaemonProcess.Options, at now: Instant) throws(StartFault) {
        let files = try RuleTree.read(config: options.config, rotations: options.rotations)
        let config = RuleTree.trimmed(options.config)
        let load = Loader(
            zones: try SystemZones.zones(),
            files: files,
            now: now,
            configDirectory: config
        ).load()
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
        guard let settings = load.settings else {
            throw StartFault(
                "settings-missing",
                "there is no tocsin.yaml in `\(config)`",
                fix: "write one; `format: 1` alone is enough to begin with"
            )
        }
        self.rulebook = rulebook
        self.settings = settings
        findings = load.diagnostics
        let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
        let secrets = SecretFile(folder: config, credentialsFolder: credentials)
        wiring = try Wiring(settings, secrets: secrets)
        try Self.admit(settings)
    }

    /// What the files may say and this version does not do is refused, not passed over.
    private static func admit(_ settings: DaemonSettings) throws(StartFault) {
        guard settings.listen.isLoopback else {
            throw StartFault(
                "listen-open",
                "listen: \(settings.listen.host) can be reached from other machines, and there are"
                    + " no tokens",
                fix: "listen on 127.0.0.1, and put a proxy that asks who calls in front of it"
            )
        }
        guard settings.tls == nil else {
            throw StartFault(
                "tls-unsupported",
                "tls: is not served by this version yet",
                fix: "take it out of tocsin.yaml; put a proxy in front of listen:"
            )
        }
        if case .postgres = settings.store {
            throw StartFault(
                "store-unsupported",
                "store: postgres_file is not served by this version yet",
                fix: "write store: {sqlite: var/tocsin.db}"
            )
        }
    }
}
