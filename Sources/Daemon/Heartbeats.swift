import CivilTime
import Delivery
import Engine
import Logging
import RuleFiles
import Shapes
import Store
import Synchronization

/// Signs of life to the outside, each to its own address and at its own pace, by a courier of
/// their own: what holds up pages must not hold up these, nor they the pages.
final class Heartbeats: Sendable {
    private struct Target {
        var url: String
        var everyMilliseconds: Int64
        var nextAt: Int64 = 0
        var count: Int64 = 0
        var isFailing = false
    }

    private let courier: Courier?
    private let targets: Mutex<[Target]>
    private let logger: Logger

    init(_ settings: [DaemonSettings.Heartbeat], allowed: [Network], logger: Logger) {
        self.logger = logger
        var kept: [Target] = []
        var endpoints: [Endpoint] = []
        for heartbeat in settings {
            guard let webhook = try? Webhook(url: heartbeat.url) else {
                logger.error("heartbeat cannot be called", metadata: ["url": "\(heartbeat.url)"])
                continue
            }
            endpoints.append(Endpoint(name: "\(kept.count)", transport: .webhook(webhook)))
            kept.append(
                Target(
                    url: heartbeat.url,
                    everyMilliseconds: Int64(heartbeat.everySeconds) * 1_000
                )
            )
        }
        targets = Mutex(kept)
        let reports = Reports()
        courier =
            kept.isEmpty
            ? nil
            : Courier(
                Courier.Settings(endpoints: endpoints, allowNetworks: allowed),
                outlets: Courier.Outlets(
                    clock: { WallClock.milliseconds() },
                    showLocally: { _, _ in },
                    onOutcomes: { reports.take($0) }
                )
            )
        reports.owner.withLock { $0 = Weak(self) }
    }

    /// Breaks the circle between the courier and who hears of it.
    private final class Reports: Sendable {
        let owner = Mutex(Weak(nil))

        func take(_ reports: [AttemptReport]) {
            guard let owner = owner.withLock({ $0.value }) else { return }
            for report in reports { owner.take(report) }
        }
    }

    // Unchecked: a weak reference to what is itself Sendable.
    private struct Weak: @unchecked Sendable {
        weak var value: Heartbeats?
        init(_ value: Heartbeats?) { self.value = value }
    }

    /// To be called once a second while all is well, and only then; `monotonic` in milliseconds.
    func beat(monotonic: Int64, now: Instant, nextDue: Instant?) {
        guard let courier else { return }
        let due = targets.withLock { targets in
            var due: [(index: Int, count: Int64)] = []
            for index in targets.indices where targets[index].nextAt <= monotonic {
                targets[index].nextAt = monotonic + targets[index].everyMilliseconds
                targets[index].count += 1
                due.append((index, targets[index].count))
            }
            return due
        }
        guard !due.isEmpty else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("at", now)
        writer.field("next_due_at", nextDue)
        writer.endObject()
        courier.send(
            due.map { target in
                Parcel(
                    id: target.count << 8 | Int64(target.index),
                    attempt: 1,
                    endpoint: "\(target.index)",
                    key: "heartbeat-\(target.index)-\(target.count)",
                    urgency: .page,
                    address: "",
                    body: writer.bytes
                )
            }
        )
    }

    /// A change from well to failing and back is told once.
    private func take(_ report: AttemptReport) {
        let isWell = report.outcome == .delivered
        let index = Int(report.id & 0xff)
        let changed: String? = targets.withLock { targets in
            guard targets.indices.contains(index), targets[index].isFailing == isWell else {
                return nil
            }
            targets[index].isFailing = !isWell
            return "\(index + 1)"
        }
        guard let changed else { return }
        if isWell {
            logger.info("heartbeat is taken again", metadata: ["number": "\(changed)"])
        } else {
            logger.warning(
                "heartbeat is not taken",
                metadata: ["number": "\(changed)", "reason": "\(report.error ?? "")"]
            )
        }
    }

    func stop() { _ = courier?.stop(graceMillis: 0) }
}
