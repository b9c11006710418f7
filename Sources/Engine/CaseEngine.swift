package import CivilTime
package import Delivery
package import OnCall
package import Paging
package import Store
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// One daemon's engine: a thread of its own that takes requests, due work and delivery outcomes in
/// turns, each turn one transaction, and only then lets anything leave or answers anyone.
package final class CaseEngine: Sendable {
    /// What the engine is told at start; what it says of channels, a reload may change.
    package struct Setting: Sendable {
        package var clock: EngineClock
        /// A new case id: sortable by the milliseconds given, unique across nodes.
        package var newID: @Sendable (Milliseconds) -> String
        /// What links in messages begin with; `nil` leaves links out.
        package var baseURL: String?
        /// Makes the links by which pages are acknowledged; `nil` leaves them out.
        package var acknowledgeLinks: AcknowledgeLinks?
        /// Names of channels that exist, `email` among them where mail is configured.
        package var channels: Set<String>
        /// The channels whose messages are mails, and those shown as text where the daemon runs.
        package var mailChannels: [String: Relay]
        package var localChannels: Set<String>
        /// The forms of all other channels' bodies; a plain webhook where none is given.
        package var bodyForms: [String: BodyForm]
        /// Where the product's own alarms go; `nil` leaves them to the log.
        package var emergency: Contact?
        /// One sentence for the operator's log: a store that fails, a channel that is
        /// misconfigured.
        package var log: @Sendable (_ level: LogLevel, _ message: String) -> Void
        /// Where the engine leaves word of what it is at.
        package var marker = WorkMarker.none
        /// The same for its work by the files that is about no one case.
        package var filesMarker = WorkMarker.none
        /// Called on the engine's thread at the end of every good turn, and of one that could not
        /// be kept because the disk is full: be quick.
        package var onTurn: @Sendable () -> Void = {}
        /// Whether the daily notices are sent and an idle engine commits now and then, to show
        /// that it can.
        package var isWatched = false
        /// Channels on which the third page to a person within a minute waits for others to come.
        package var bundlingChannels: Set<String> = []
        /// Channels of which somebody is to confirm so often, in seconds, that messages arrive.
        package var confirmSeconds: [String: Int] = [:]
        /// How the addresses stand that signs of life go to.
        package var heartbeats: @Sendable () -> [HeartbeatStanding] = { [] }
        #if DEBUG
        /// Traps for the cases that a test has chosen.
        package var plantedTrap: (@Sendable (Case) -> Void)?
        #endif

        package init(
            clock: EngineClock,
            newID: @escaping @Sendable (Milliseconds) -> String,
            baseURL: String?,
            acknowledgeLinks: AcknowledgeLinks? = nil,
            channels: Set<String>,
            mailChannels: [String: Relay],
            localChannels: Set<String>,
            bodyForms: [String: BodyForm] = [:],
            emergency: Contact? = nil,
            log: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void
        ) {
            self.clock = clock
            self.newID = newID
            self.baseURL = baseURL
            self.acknowledgeLinks = acknowledgeLinks
            self.channels = channels
            self.mailChannels = mailChannels
            self.localChannels = localChannels
            self.bodyForms = bodyForms
            self.emergency = emergency
            self.log = log
        }
    }

    package enum LogLevel: String, Sendable {
        case info, warning, error
    }

    /// How the engine does, for readiness and health.
    package struct Health: Hashable, Sendable {
        /// The last good turn, by the engine's clock; `nil` before the first.
        package var lastTurn: Milliseconds?
        /// Notifications handed to the courier and not yet reported.
        package var inFlight = 0
        /// The last transaction that changed something, by the engine's clock.
        package var lastCommit: Milliseconds?
        /// The next instant at which something is due; `nil` where nothing is.
        package var nextDue: Milliseconds?
        /// Why a new case is refused for the time being, in one clause; `nil` where none is.
        package var shortage: String?
        /// The disk was full at the last turn.
        package var isFull = false
        /// The store failed for good: the daemon must stop and recover by starting again.
        package var fatal: StoreError?
    }

    /// Reads for doors; never the writing connection.
    package let reader: CaseStore
    /// Where it reads the time; never another one.
    private let clock: EngineClock
    /// What is committed from now on, for whoever listens.
    package let feed: Feed
    package let latencies = Latencies()
    let inbox = Inbox<Work>()
    private let shared: Mutex<Shared>
    private let finished = DoneFlag()

    private struct Shared {
        var rulebook: Rulebook
        var setting: Setting
        var setAside: Set<Int>
        var health = Health()
    }

    package init(store: CaseStore, rulebook: Rulebook, setting: Setting) {
        reader = store
        clock = setting.clock
        feed = Feed(life: setting.clock.now())
        // Doors may be asked before the engine's thread has begun.
        let known = try? store.read { (snapshot) throws(StoreError) in try snapshot.quarantined() }
        var setAside = Set(known ?? [])
        if case .watched(let number) = setting.marker.poison { setAside.insert(number) }
        shared = Mutex(Shared(rulebook: rulebook, setting: setting, setAside: setAside))
    }

    /// The files that decide now.
    package var rulebook: Rulebook { shared.withLock { $0.rulebook } }

    /// What it was told at start, with the channels of the files that decide now.
    package var setting: Setting { shared.withLock { $0.setting } }

    /// The cases that nothing decides about.
    ///
    /// Whoever shows one works out no clock and no plan of it, as the daemon may have died of that.
    package var setAside: Set<Int> { shared.withLock { $0.setAside } }

    package var health: Health { shared.withLock { $0.health } }

    /// The engine's clock in whole seconds, rounded down.
    package func now() -> Instant { Instant(milliseconds: clock.now()) }

    /// Starts the thread; `courier` must report to `take(reports:)`.
    package func start(courier: Courier) {
        let loop = EngineLoop(
            engine: self,
            store: reader,
            send: { courier.send($0) },
            withdraw: { courier.withdraw(ids: $0) }
        )
        SystemThread.start { [finished] in
            loop.run()
            finished.set()
        }
    }

    /// Stops claiming, finishes the turn at hand and returns once the thread has ended.
    package func stop() {
        inbox.close()
        finished.wait()
    }

    /// The courier's door.
    package func take(reports: [AttemptReport]) {
        _ = inbox.add(.reports(reports))
    }

    /// Opens a case, or joins the open one with the same key; answers once it is committed.
    package func open(_ request: OpenRequest) async throws(Refusal) -> Outcome {
        try await ask { .open(request, reply: $0) }
    }

    /// The same without waiting: `reply` is called once, after the commit, on the engine's thread,
    /// where it must be quick.
    package func open(
        _ request: OpenRequest,
        then reply: @escaping @Sendable (Result<Outcome, Refusal>) -> Void
    ) {
        if !inbox.add(.open(request, reply: reply)) { reply(.failure(Self.stopping)) }
    }

    /// Appends a verb to a case; answers once it is committed.
    package func act(_ request: VerbRequest) async throws(Refusal) -> Outcome {
        try await ask { .act(request, reply: $0) }
    }

    /// Puts a new rulebook in force, looks at every open case again and tells those whose duty
    /// it changes.
    package func replace(
        rulebook: Rulebook,
        changes: [PersonChange],
        channels: Work.NewChannels
    ) async throws(Refusal) {
        try await ask { .replace(rulebook, changes: changes, channels: channels, reply: $0) }
    }

    /// Tells the product's own admins; returns at once.
    package func alarm(_ title: String, _ text: String) {
        _ = inbox.add(.alarm(title, text))
    }

    /// Sends a drill page to a person; answers with the delivery keys.
    package func test(person: PersonID) async throws(Refusal) -> [String] {
        try await ask { .drill(.person(person), reply: $0) }
    }

    /// Sends a drill page to one address of a channel; answers with the delivery keys.
    package func test(channel: String, address: String) async throws(Refusal) -> [String] {
        try await ask { .drill(.channel(channel, address: address), reply: $0) }
    }

    /// Makes a dead or pending delivery due now.
    package func retry(delivery: Int64) async throws(Refusal) {
        try await ask { .retry(delivery, reply: $0) }
    }

    /// Writes rows that are nobody's case in the transaction of a turn.
    ///
    /// Answers once it is committed. `body` may run twice, where a turn is done again.
    package func change(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> Result<Void, Refusal>
    ) async throws(Refusal) {
        try await ask { .change(body, reply: $0) }
    }

    /// The same for what may be lost: nobody waits, and a failure is only logged by the turn.
    package func note(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> Void
    ) {
        let change: @Sendable (Transaction) throws(StoreError) -> Result<Void, Refusal> = {
            (tx) throws(StoreError) in
            try body(tx)
            return .success(())
        }
        _ = inbox.add(.change(change, reply: { _ in }))
    }

    /// Keeps that a message by `channel` has reached a person, where that is asked for.
    package func confirm(_ channel: String) async throws(Refusal) {
        guard setting.confirmSeconds[channel] != nil else { return }
        let now = clock.now()
        try await change { (tx) throws(StoreError) in
            try tx.set("\(now)", for: Meta.confirmed(channel))
            return .success(())
        }
    }

    /// Sends a page again, under a new link, because somebody guessed at the number of its old one.
    package func sendAgain(_ key: String) async throws(Refusal) {
        try await ask { .again(key, reply: $0) }
    }

    private func ask<Answer: Sendable>(
        _ work: (@escaping @Sendable (Result<Answer, Refusal>) -> Void) -> Work
    ) async throws(Refusal) -> Answer {
        let result: Result<Answer, Refusal> = await withCheckedContinuation { continuation in
            let item = work { continuation.resume(returning: $0) }
            if !inbox.add(item) {
                continuation.resume(returning: .failure(Self.stopping))
            }
        }
        return try result.get()
    }

    private static let stopping = Refusal(
        .unavailable,
        "the daemon is stopping",
        fix: "try again once it runs; nothing was recorded"
    )

    // MARK: For the loop

    func put(rulebook: Rulebook) { shared.withLock { $0.rulebook = rulebook } }

    func put(setting: Setting) { shared.withLock { $0.setting = setting } }

    func put(setAside: Set<Int>) { shared.withLock { $0.setAside = setAside } }

    func note(_ change: (inout Health) -> Void) { shared.withLock { change(&$0.health) } }

    /// Refuses new cases from now on, or takes them again where `reason` is `nil`.
    package func refuseCases(because reason: String?) { note { $0.shortage = reason } }

    /// The store is lost by what others saw of it: nothing is decided any more.
    package func condemnStore(_ fault: StoreError) { note { $0.fatal = fault } }
}

extension Instant {
    /// Rounded down to the whole second.
    package init(milliseconds: Milliseconds) {
        let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
        self.init(secondsSinceEpoch: Int(seconds))
    }

    package var milliseconds: Milliseconds { Milliseconds(secondsSinceEpoch) * 1_000 }
}
