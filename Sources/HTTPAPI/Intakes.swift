import Synchronization

/// Senders that speak someone else's dialect, by the key or address they use; a reload replaces
/// them.
package final class Intakes: Sendable {
    /// One `intake:` entry.
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var policy: String
        package var customer: String?
        /// The sender's severities to the policy's priorities.
        package var priorities: [String: String]

        package init(name: String, policy: String, customer: String?, priorities: [String: String])
        {
            self.name = name
            self.policy = policy
            self.customer = customer
            self.priorities = priorities
        }
    }

    /// The entries of each dialect, by key; those of mail by address in lower case.
    package struct Senders: Sendable {
        package var pagerduty: [String: Entry] = [:]
        package var alertmanager: [String: Entry] = [:]
        package var alertmanagerAPI: [String: Entry] = [:]
        package var opsgenie: [String: Entry] = [:]
        package var mail: [String: Entry] = [:]

        package init() {}
    }

    private let senders: Mutex<Senders>

    package init(_ senders: Senders) {
        self.senders = Mutex(senders)
    }

    package convenience init(pagerduty: [String: Entry] = [:]) {
        var senders = Senders()
        senders.pagerduty = pagerduty
        self.init(senders)
    }

    package func replace(_ senders: Senders) {
        self.senders.withLock { $0 = senders }
    }

    /// The entry of that dialect whose key it is.
    func entry(_ dialect: any KeyPath<Senders, [String: Entry]> & Sendable, key: String) -> Entry? {
        senders.withLock { $0[keyPath: dialect][key] }
    }

    func pagerduty(routingKey: String) -> Entry? {
        senders.withLock { $0.pagerduty[routingKey] }
    }
}
