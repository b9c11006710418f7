import HTTPAPI
import RuleFiles

extension Intakes.Senders {
    /// The senders of `intake:`, their keys read from their files.
    init(_ intakes: [DaemonSettings.Intake], secrets: SecretFile) throws(StartFault) {
        self.init()
        for intake in intakes {
            let entry = Intakes.Entry(
                name: intake.name,
                policy: intake.policy,
                customer: intake.customer,
                priorities: intake.priorities,
                expectSeconds: intake.expectSeconds
            )
            let key = try intake.keyFile.map { (file) throws(StartFault) in
                try secrets.text(file)
            }
            switch intake.dialect {
            case .pagerduty: try Self.add(entry, key, to: &pagerduty)
            case .alertmanager: try Self.add(entry, key, to: &alertmanager)
            case .alertmanagerAPI: try Self.add(entry, key, to: &alertmanagerAPI)
            case .opsgenie: try Self.add(entry, key, to: &opsgenie)
            case .mail: try Self.add(entry, intake.address?.lowercased(), to: &mail)
            case .json: break
            }
        }
    }

    private static func add(
        _ entry: Intakes.Entry,
        _ key: String?,
        to entries: inout [String: Intakes.Entry]
    ) throws(StartFault) {
        guard let key else { return }
        if let other = entries[key] {
            throw StartFault(
                "intake-ambiguous",
                "intake `\(entry.name)` and intake `\(other.name)` have the same key or address",
                fix: "give each sender a key of its own"
            )
        }
        entries[key] = entry
    }
}
