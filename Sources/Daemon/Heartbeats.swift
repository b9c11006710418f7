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
    private struct Target: Sendable {
        var setting: DaemonSettings.Heartbeat
        /// Its name or number alone: the path may be a secret.
        var host: String
        var nextAt: Int64 = 0
        var count: Int64 = 0
        var calledAt: Instant?
        var takenAt: Instant?
        var failingSince: Instant?

        /// Whether it was otherwise before.
        mutating func note(isTaken: Bool) -> Bool {
            let wasFailing = failingSince != nil
            if isTaken {
                (takenAt, failingSince) = (calledAt, nil)
            } else if !wasFailing {
                failingSince = calledAt
            }
            return wasFailing == isTaken
        }
    }

    private struct State: Sendable {
        var settings: [DaemonSettings.Heartbeat] = []
        var allowed: [Network] = []
        var courier: Courier?
        var targets: [Target] = []
        /// Counts the couriers: what an older one reports is of other addresses.
        var round = 0
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(_ files: FilesInForce, logger: Logger) {
        self.logger = logger
        replace(files)
    }

    /// Puts other addresses in force; of those that stay it is known how they stood.
    ///
    /// By a courier anew: an open connection of the old one would pass by `allow_networks:`.
    func replace(_ files: FilesInForce) {
        let settings = files.settings.heartbeats
        let allowed = files.wiring.courier.allowNetworks
        let before = state.withLock { $0 }
        guard settings != before.settings || allowed != before.allowed else { return }
        var next = State(settings: settings, allowed: allowed, round: before.round + 1)
        var endpoints: [Endpoint] = []
        for heartbeat in settings {
            guard let webhook = try? Webhook(url: heartbeat.url) else {
                logger.error("heartbeat cannot be called", metadata: ["url": "\(heartbeat.url)"])
                continue
            }
            endpoints.append(Endpoint(name: "\(endpoints.count)", transport: .webhook(webhook)))
            let known = before.targets.first { $0.setting.url == heartbeat.url }
            var target = known ?? Target(setting: heartbeat, host: webhook.host)
            target.setting = heartbeat
            target.nextAt = 0
            next.targets.append(target)
        }
        if !endpoints.isEmpty { next.courier = courier(to: endpoints, allowed, next.round) }
        state.withLock { [next] in $0 = next }
        if settings.count == 1 {
            logger.warning("one heartbeat alone: name another that does not share its fate")
        }
        _ = before.courier?.stop(graceMillis: 0)
    }

    private func courier(
        to endpoints: [Endpoint],
        _ allowed: [Network],
        _ round: Int
    ) -> Courier? {
        Courier(
            Courier.Settings(endpoints: endpoints, allowNetworks: allowed),
            outlets: Courier.Outlets(
                clock: { WallClock.milliseconds() },
                showLocally: { _, _ in false },
                onOutcomes: { [weak self] reports in self?.take(reports, of: round) }
            )
        )
    }

    /// To be called once a second while all is well, and only then; `monotonic` in milliseconds.
    func beat(monotonic: Int64, now: Instant, nextDue: Instant?) {
        let (courier, due) = state.withLock { state in
            var due: [(index: Int, count: Int64)] = []
            for index in state.targets.indices where state.targets[index].nextAt <= monotonic {
                let every = Int64(state.targets[index].setting.everySeconds) * 1_000
                state.targets[index].nextAt = monotonic + every
                state.targets[index].count += 1
                state.targets[index].calledAt = now
                due.append((index, state.targets[index].count))
            }
            return (state.courier, due)
        }
        guard let courier, !due.isEmpty else { return }
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
    private func take(_ reports: [AttemptReport], of round: Int) {
        for report in reports {
            let isWell = report.outcome == .delivered
            let index = Int(report.id & 0xff)
            let isChanged = state.withLock { state in
                guard state.round == round, state.targets.indices.contains(index) else {
                    return false
                }
                return state.targets[index].note(isTaken: isWell)
            }
            guard isChanged else { continue }
            if isWell {
                logger.info("heartbeat is taken again", metadata: ["number": "\(index + 1)"])
            } else {
                logger.warning(
                    "heartbeat is not taken",
                    metadata: ["number": "\(index + 1)", "reason": "\(report.error ?? "")"]
                )
            }
        }
    }

    /// How each address stands, for the daily notices.
    var standings: [HeartbeatStanding] {
        state.withLock(\.targets).enumerated().map { index, target in
            HeartbeatStanding(
                name: "heartbeat \(index + 1) (\(target.host))",
                takenAt: target.takenAt,
                failingSince: target.failingSince
            )
        }
    }

    func stop() { _ = state.withLock(\.courier)?.stop(graceMillis: 0) }
}
