import HTTPAPI
import RuleFiles

extension Limits {
    /// What the file does not say stays as the doors have it; no more connections than there are
    /// files for.
    init(_ settings: DaemonSettings.Limits, files: OpenFiles) {
        self.init()
        connections = min(settings.connections ?? connections, files.forVisitors)
        connectionsPerAddress = settings.connectionsPerAddress ?? connectionsPerAddress
        requestsPerMinute = settings.requestsPerMinute ?? requestsPerMinute
        enqueuePerMinute = settings.enqueuePerMinute ?? enqueuePerMinute
    }
}
