package import Store
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
        /// How often its sender comes at least; `nil` where it comes only when something is wrong.
        package var expectSeconds: Int?

        package init(
            name: String,
            policy: String,
            customer: String?,
            priorities: [String: String],
            expectSeconds: Int? = nil
        ) {
            self.name = name
            self.policy = policy
            self.customer = customer
            self.priorities = priorities
            self.expectSeconds = expectSeconds
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

        /// Those whose silence is told.
        fileprivate var expected: [Entry] {
            [pagerduty, alertmanager, alertmanagerAPI, opsgenie, mail]
                .flatMap(\.values)
                .filter { $0.expectSeconds != nil }
        }
    }

    private struct State {
        var senders: Senders
        /// When each whose silence is told came last, or was named first.
        var heard: [String: Milliseconds] = [:]
    }

    private let state: Mutex<State>
    private let monotonic: @Sendable () -> Milliseconds

    /// `monotonic` is a clock that never steps.
    package init(_ senders: Senders, monotonic: @escaping @Sendable () -> Milliseconds) {
        state = Mutex(State(senders: Senders()))
        self.monotonic = monotonic
        replace(senders)
    }

    package convenience init(pagerduty: [String: Entry] = [:]) {
        var senders = Senders()
        senders.pagerduty = pagerduty
        self.init(senders, monotonic: { 0 })
    }

    /// Those that stay were heard of when they were; what is awaited of others begins now.
    package func replace(_ senders: Senders) {
        let now = monotonic()
        state.withLock { state in
            let heard = state.heard
            state.senders = senders
            state.heard = [:]
            for entry in senders.expected { state.heard[entry.name] = heard[entry.name] ?? now }
        }
    }

    /// The entry of that dialect whose key it is, which is heard of by that.
    func entry(_ dialect: any KeyPath<Senders, [String: Entry]> & Sendable, key: String) -> Entry? {
        state.withLock { state in
            guard let entry = state.senders[keyPath: dialect][key] else { return nil }
            if entry.expectSeconds != nil { state.heard[entry.name] = monotonic() }
            return entry
        }
    }

    func pagerduty(routingKey: String) -> Entry? { entry(\.pagerduty, key: routingKey) }

    /// The names of those that have not come for more than twice as long as they were to.
    package func silent(at instant: Milliseconds) -> [String] {
        state.withLock { state in
            state.senders.expected.filter { entry in
                guard let heard = state.heard[entry.name], let seconds = entry.expectSeconds else {
                    return false
                }
                return instant - heard > 2 * Milliseconds(seconds) * 1_000
            }.map(\.name).sorted()
        }
    }
}
