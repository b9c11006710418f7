import Delivery
import Engine
import HTTPAPI
import Logging
import RuleFiles
import Store
import Synchronization

/// The `json` intakes: each address in a task of its own, so that a slow one holds up no other.
final class Polls: Sendable {
    private struct Feed {
        var task: Task<Void, Never>
        var hearing: Hearing
    }

    /// When a feed was heard of last, by milliseconds of the monotonic clock.
    struct Hearing: Hashable, Sendable {
        var name: String
        var everySeconds: Int
        /// The last document; before the first, when it was asked for.
        var at: Milliseconds

        /// Whether three looks in a row came to nothing, and at least five minutes have passed.
        func isStale(at monotonic: Milliseconds) -> Bool {
            monotonic - at > Milliseconds(max(3 * everySeconds, 300)) * 1_000
        }
    }

    /// What is asked, and which networks may be for it.
    private struct Source: Hashable {
        var settings: PolledSource.Settings
        var allowed: [Network]
    }

    private let feeds = Mutex<[Source: Feed]>([:])
    private let engine: CaseEngine
    private let logger: Logger

    init(engine: CaseEngine, logger: Logger) {
        self.engine = engine
        self.logger = logger
    }

    /// Those that stay go on as they are; the rest end or begin.
    func replace(_ sources: [PolledSource.Settings], allowed: [Network]) {
        let wanted = Set(sources.map { Source(settings: $0, allowed: allowed) })
        feeds.withLock { feeds in
            for (source, feed) in feeds where !wanted.contains(source) {
                feed.task.cancel()
                feeds[source] = nil
            }
            for source in wanted where feeds[source] == nil {
                let polled = PolledSource(source.settings, engine: engine, logger: logger)
                feeds[source] = Feed(
                    task: Task { await poll(polled, source) },
                    hearing: Hearing(
                        name: source.settings.entry.name,
                        everySeconds: source.settings.everySeconds,
                        at: WallClock.monotonic()
                    )
                )
            }
        }
    }

    func stop() {
        feeds.withLock { feeds in
            for feed in feeds.values { feed.task.cancel() }
            feeds = [:]
        }
    }

    /// The names of the feeds that nothing has come from for too long.
    func stale(at monotonic: Milliseconds) -> [String] {
        feeds.withLock { feeds in
            feeds.values.map(\.hearing).filter { $0.isStale(at: monotonic) }.map(\.name).sorted()
        }
    }

    private func hear(_ source: Source) {
        feeds.withLock { feeds in
            guard let index = feeds.index(forKey: source) else { return }
            feeds.values[index].hearing.at = WallClock.monotonic()
        }
    }

    private func poll(_ polled: PolledSource, _ source: Source) async {
        let settings = source.settings
        while !Task.isCancelled {
            let etag = await polled.lastETag
            let (answer, fault) = await withCheckedContinuation { continuation in
                SystemThread.start {
                    continuation.resume(
                        returning: Fetch.answer(
                            of: settings.url,
                            etag: etag,
                            bearer: settings.bearer,
                            allowed: source.allowed
                        )
                    )
                }
            }
            guard !Task.isCancelled else { return }
            if await polled.take(answer, fault: fault) { hear(source) }
            try? await Task.sleep(for: .seconds(settings.everySeconds))
        }
    }
}

extension PolledSource.Settings {
    static let everySecondsDefault = 60
    static let everySecondsMin = 5

    /// The `json` intakes, with the tokens they send.
    static func all(
        _ intakes: [DaemonSettings.Intake],
        secrets: SecretFile
    ) throws(StartFault) -> [PolledSource.Settings] {
        var all: [PolledSource.Settings] = []
        for intake in intakes where intake.dialect == .json {
            guard let url = intake.url else { continue }
            all.append(
                PolledSource.Settings(
                    entry: Intakes.Entry(
                        name: intake.name,
                        policy: intake.policy,
                        customer: intake.customer,
                        priorities: intake.priorities
                    ),
                    url: url,
                    everySeconds: max(
                        everySecondsMin,
                        intake.everySeconds ?? everySecondsDefault
                    ),
                    map: intake.map,
                    bearer: try intake.keyFile.map { (file) throws(StartFault) in
                        try secrets.text(file)
                    }
                )
            )
        }
        return all
    }
}
