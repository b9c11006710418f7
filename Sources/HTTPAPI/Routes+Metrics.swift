import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OnCall
import Paging
import Shapes
package import Store
import Synchronization

/// How the last reload of the files went; the files of the start count as one.
package final class ReloadRecord: Sendable {
    private struct State {
        var isSuccessful = true
        var loadedAt: Milliseconds
    }

    private let state: Mutex<State>

    package init(startedAt: Milliseconds) {
        state = Mutex(State(loadedAt: startedAt))
    }

    package func note(isLoaded: Bool, at instant: Milliseconds) {
        state.withLock { state in
            state.isSuccessful = isLoaded
            if isLoaded { state.loadedAt = instant }
        }
    }

    var last: (isSuccessful: Bool, loadedAt: Milliseconds) {
        state.withLock { ($0.isSuccessful, $0.loadedAt) }
    }
}

extension Routes {
    /// How far ahead gaps of the rotations are counted.
    static let uncoveredSecondsAhead = 7 * 86_400

    func metrics(_ request: Request, _ visit: Visit) async throws -> Response {
        let counts = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.counts()
        }
        let now = engine.setting.clock.now()
        let health = engine.health
        var metrics = Metrics()
        let version = Metrics.label("version", Product.version)
        metrics.add("tocsin_build_info", .gauge, "The version that runs.", [(version, "1")])
        metrics.add("tocsin_cases_open", "Cases that are not resolved.", counts.openCases)
        metrics.add(
            "tocsin_notifications",
            .gauge,
            "Notifications in the outbox that are not done with.",
            [
                (Metrics.label("state", "pending"), "\(counts.pending)"),
                (Metrics.label("state", "sending"), "\(counts.sending)"),
                (Metrics.label("state", "failing"), "\(counts.failing)"),
            ]
        )
        metrics.add(
            "tocsin_deadline_left_seconds",
            "Until the next instant at which something is due; negative where it is late.",
            milliseconds: health.nextDue.map { $0 - now }
        )
        metrics.add(
            "tocsin_engine_lag_seconds",
            "Since the last good turn of the engine.",
            milliseconds: health.lastTurn.map { now - $0 }
        )
        metrics.add(
            "tocsin_uncovered_seconds",
            .gauge,
            "Seconds of the next seven days in which nobody answers for the rotation.",
            uncovered()
        )
        metrics.add(
            "tocsin_delivery_latency_seconds",
            "From the instant a notification was due to its delivery.",
            engine.latencies.current
        )
        metrics.add(
            "tocsin_connections",
            "Connections from the network that are open.",
            doors.connections.count
        )
        if let last = doors.reloads?.last {
            metrics.add(
                "tocsin_config_last_reload_successful",
                "Whether the last reload put its files in force.",
                last.isSuccessful ? 1 : 0
            )
            metrics.add(
                "tocsin_config_last_reload_success_timestamp_seconds",
                "When the files in force were loaded.",
                milliseconds: last.loadedAt
            )
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text))
        )
    }

    private func uncovered() -> [(labels: String, value: String)] {
        let rotations = engine.rulebook.rotations
        let from = engine.now()
        let to = from.adding(seconds: Self.uncoveredSecondsAhead)
        return rotations.rotations.keys.sorted().map { name in
            let gaps = rotations.shifts(name, from: from, to: to).filter { $0.answer.isGap }
            let seconds = gaps.reduce(0) { sum, gap in
                sum + min(gap.end, to).seconds(since: max(gap.start, from))
            }
            return (Metrics.label("rotation", name), "\(seconds)")
        }
    }

    /// The operations that are served, described (OpenAPI 3.1); the dialects of senders are other
    /// products' contracts and stand in docs/intake.md.
    func openAPI(_ request: Request, _ visit: Visit) async throws -> Response {
        let described = operations.filter { !$0.isPage }
        return Response(json: OpenAPI(operations: described).bytes(), status: .ok)
    }
}
