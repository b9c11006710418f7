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

    private let feeds = Mutex<[PolledSource.Settings: Feed]>([:])
    private let engine: CaseEngine
    private let logger: Logger

    init(engine: CaseEngine, logger: Logger) {
        self.engine = engine
        self.logger = logger
    }

    /// Those that stay go on as they are; the rest end or begin.
    func replace(_ sources: [PolledSource.Settings], allowed: [Network]) {
        let wanted = Set(sources)
        feeds.withLock { feeds in
            for (settings, feed) in feeds where !wanted.contains(settings) {
                feed.task.cancel()
                feeds[settings] = nil
            }
            for settings in wanted where feeds[settings] == nil {
                let source = PolledSource(settings, engine: engine, logger: logger)
                feeds[settings] = Feed(
                    task: Task { await poll(source, settings, allowed) },
                    hearing: Hearing(
                        name: settings.entry.name,
                        everySeconds: settings.everySeconds,
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

    private func hear(_ settings: PolledSource.Settings) {
        feeds.withLock { feeds in
            guard let index = feeds.index(forKey: settings) else { return }
            feeds.values[index].hearing.at = WallClock.monotonic()
        }
    }

    private func poll(
        _ source: PolledSource,
        _ settings: PolledSource.Settings,
        _ allowed: [Network]
    ) async {
        while !Task.isCancelled {
            let etag = await source.lastETag
            let (answer, fault) = await withCheckedContinuation { continuation in
                SystemThread.start {
                    continuation.resume(
                        returning: Fetch.answer(
                            of: settings.url,
                            etag: etag,
                            bearer: settings.bearer,
                            allowed: allowed
                        )
                    )
                }
            }
            guard !Task.isCancelled else { return }
            if await source.take(answer, fault: fault) { hear(settings) }
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
