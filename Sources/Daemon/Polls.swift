import Delivery
import Engine
import HTTPAPI
import Logging
import RuleFiles
import Synchronization

/// The `json` intakes: each address in a task of its own, so that a slow one holds up no other.
final class Polls: Sendable {
    private let tasks = Mutex<[PolledSource.Settings: Task<Void, Never>]>([:])
    private let engine: CaseEngine
    private let logger: Logger

    init(engine: CaseEngine, logger: Logger) {
        self.engine = engine
        self.logger = logger
    }

    /// Those that stay go on as they are; the rest end or begin.
    func replace(_ sources: [PolledSource.Settings], allowed: [Network]) {
        let wanted = Set(sources)
        tasks.withLock { tasks in
            for (settings, task) in tasks where !wanted.contains(settings) {
                task.cancel()
                tasks[settings] = nil
            }
            for settings in wanted where tasks[settings] == nil {
                let source = PolledSource(settings, engine: engine, logger: logger)
                tasks[settings] = Task { await Self.poll(source, settings, allowed) }
            }
        }
    }

    func stop() {
        tasks.withLock { tasks in
            for task in tasks.values { task.cancel() }
            tasks = [:]
        }
    }

    private static func poll(
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
            await source.take(answer, fault: fault)
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
