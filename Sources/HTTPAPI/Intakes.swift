import Synchronization

/// Senders that speak someone else's dialect, by the key they carry; a reload replaces them.
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

    private let pagerduty: Mutex<[String: Entry]>

    package init(pagerduty: [String: Entry] = [:]) {
        self.pagerduty = Mutex(pagerduty)
    }

    /// Entries of the PagerDuty dialect by routing key.
    package func replace(pagerduty entries: [String: Entry]) {
        pagerduty.withLock { $0 = entries }
    }

    func pagerduty(routingKey: String) -> Entry? {
        pagerduty.withLock { $0[routingKey] }
    }
}
