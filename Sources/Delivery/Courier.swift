import Synchronization

/// Carries parcels to their endpoints on threads of its own and reports how each attempt ended.
///
/// It keeps nothing: what is not reported when the process dies is still in the outbox. It bounds
/// what is in flight for each endpoint, so that a slow or dead one holds up only itself. Mail has
/// a thread for itself, as libcurl waits for a relay's last word without doing anything else.
package final class Courier: Sendable {
    /// What the courier needs of the world.
    package struct Outlets: Sendable {
        /// Wall clock in milliseconds since 1970-01-01T00:00:00Z.
        package var clock: @Sendable () -> Int64
        /// Shows a local channel's text, given its address and the text, on the first thread;
        /// `false` where nobody reads it.
        package var showLocally: @Sendable (String, String) -> Bool
        /// Takes the attempts that ended in one pass, on any of its threads: be quick.
        package var onOutcomes: @Sendable ([AttemptReport]) -> Void
        /// How many connections each of its threads may hold, over every endpoint.
        package var connectionsMax = 1_024

        package init(
            clock: @escaping @Sendable () -> Int64,
            showLocally: @escaping @Sendable (String, String) -> Bool,
            onOutcomes: @escaping @Sendable ([AttemptReport]) -> Void
        ) {
            self.clock = clock
            self.showLocally = showLocally
            self.onOutcomes = onOutcomes
        }
    }

    package struct Settings: Hashable, Sendable {
        package var endpoints: [Endpoint]
        /// Ranges that may be called although they are private, loopback or reserved.
        package var allowNetworks: [Network]

        package init(endpoints: [Endpoint] = [], allowNetworks: [Network] = []) {
            self.endpoints = endpoints
            self.allowNetworks = allowNetworks
        }
    }

    private let outlets: Outlets
    private let acknowledgeKey: AcknowledgeKey?
    private let main: CourierThread
    private let mail = Mutex(Mail())

    private struct Mail {
        /// Started with the first endpoint that needs it.
        var thread: CourierThread?
        var names: Set<String> = []
    }

    /// A relay may hold mail's thread for as long as an attempt lasts.
    private static let mailHoldMillis: Int64 = 60_000

    /// Starts the thread; `nil` where the machine has no memory or thread for it.
    ///
    /// `acknowledgeKey` opens the seals of pages as they leave; without it they leave as they are.
    package init?(_ settings: Settings, outlets: Outlets, acknowledgeKey: AcknowledgeKey? = nil) {
        guard let main = CourierThread(outlets, acknowledgeKey: acknowledgeKey) else { return nil }
        self.main = main
        self.outlets = outlets
        self.acknowledgeKey = acknowledgeKey
        configure(settings)
    }

    deinit { _ = stop(graceMillis: 0) }

    /// Puts other endpoints in force; attempts in flight end under the old ones.
    package func configure(_ settings: Settings) {
        let mails = settings.endpoints.filter(\.isMail)
        let thread = mail.withLock { mail in
            if mail.thread == nil, !mails.isEmpty {
                mail.thread = CourierThread(outlets, acknowledgeKey: acknowledgeKey)
            }
            mail.names = mail.thread == nil ? [] : Set(mails.map(\.name))
            return mail.thread
        }
        guard let thread else { return main.configure(settings) }
        var (ofMail, ofMain) = (settings, settings)
        ofMail.endpoints = mails
        ofMain.endpoints.removeAll(where: \.isMail)
        thread.configure(ofMail)
        main.configure(ofMain)
    }

    /// Takes parcels to be begun as soon as their endpoints have room, pages first.
    package func send(_ parcels: [Parcel]) {
        let (thread, names) = mail.withLock { ($0.thread, $0.names) }
        guard let thread else { return main.send(parcels) }
        thread.send(parcels.filter { names.contains($0.endpoint) })
        main.send(parcels.filter { !names.contains($0.endpoint) })
    }

    /// Takes back parcels not begun, to be reported as `withdrawn` at once.
    ///
    /// When this returns none of them will begin; those in flight go on and are reported as they
    /// end.
    package func withdraw(ids: [Int64]) {
        guard !ids.isEmpty else { return }
        for thread in threads { thread.withdraw(ids: ids) }
    }

    /// Begins nothing more, lets attempts in flight end within the grace and ends the threads.
    ///
    /// Blocks for as long. Returns the parcels that never began; a second call returns none.
    package func stop(graceMillis: Int) -> [Parcel] {
        for thread in threads { thread.beginStop(graceMillis: graceMillis) }
        return threads.flatMap { $0.endStop(graceMillis: graceMillis) }
    }

    /// Milliseconds since one of its threads last began a pass, beyond what a relay may hold it
    /// up; `nil` before the first.
    package var passAge: Int64? {
        let ofMail = mail.withLock(\.thread)?.passAge ?? 0
        return main.passAge.map { max($0, ofMail - Self.mailHoldMillis) }
    }

    private var threads: [CourierThread] { [main] + (mail.withLock(\.thread).map { [$0] } ?? []) }
}

extension Endpoint {
    fileprivate var isMail: Bool {
        if case .mail = transport { true } else { false }
    }
}
