import CivilTime
import RuleFiles

/// What tocsin.yaml says, read by itself: alarms must leave when the rules cannot be read.
struct SettingsAlone: Sendable {
    var settings: DaemonSettings
    private let config: String

    /// Takes what can be read of the file where it `isForgiving`; else any fault of it is thrown.
    init(in config: String, isForgiving: Bool = false) throws(StartFault) {
        let folder = RuleTree.trimmed(config)
        let path = "\(folder)/tocsin.yaml"
        let bytes: [UInt8]
        do throws(SystemFile.Fault) {
            bytes = try SystemFile.bytes(of: path, upTo: SourceText.bytesMax + 1)
        } catch {
            guard !error.isMissing else { throw StartFault.settingsMissing(in: folder) }
            throw StartFault(
                "file-unreadable",
                "cannot read `\(path)`: \(error.reason)",
                fix: "check its owner and its mode"
            )
        }
        let file = SourceText(path: path, bytes: bytes)
        let zones = try? SystemZones.zones()
        let loader = Loader(
            zones: zones ?? Zones(version: SystemZones.unknown, names: []) { _ in nil },
            files: [file],
            now: nil,
            configDirectory: folder
        )
        let read = loader.loadSettings()
        let isFaulty = read.diagnostics.contains { $0.severity == .error }
        guard let settings = read.settings, isForgiving || !isFaulty else {
            throw StartFault(
                "files-faulty",
                "`\(path)` cannot be read",
                fix: "mend it; tocsin check shows what is wrong with it",
                findings: read.diagnostics.rendered(over: [file]),
                findingsJSON: read.diagnostics.json
            )
        }
        self.settings = settings
        self.config = folder
    }

    /// The wiring of the emergency channel and of nothing else, so that no fault of another one
    /// keeps an alarm back.
    func emergencyWiring() throws(StartFault) -> Wiring {
        let channel = settings.emergency?.channel
        var own = settings
        own.channels = settings.channels.filter { $0.name == channel }
        own.mail = channel == "email" ? settings.mail : nil
        own.intake = []
        return try Wiring(
            own,
            secrets: SecretFile.inFolder(config),
            templates: Templates(config: config)
        )
    }
}
