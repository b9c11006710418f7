import HTTPAPI
import RuleFiles

extension Limits {
    /// What the file does not say stays as the doors have it.
    init(_ settings: DaemonSettings.Limits) {
        self.init()
        connections = settings.connections ?? connections
        connectionsPerAddress = settings.connectionsPerAddress ?? connectionsPerAddress
        requestsPerMinute = settings.requestsPerMinute ?? requestsPerMinute
        enqueuePerMinute = settings.enqueuePerMinute ?? enqueuePerMinute
    }
}
