package import CivilTime
package import Paging
package import Store
import Synchronization

/// What has been committed to the logs of cases since somebody first listened, for live readers.
///
/// Kept in memory up to a limit: a reader that comes back too late, or after a restart, is told so
/// and reads the cases again.
package final class Feed: Sendable {
    package struct Entry: Sendable {
        /// From 1 within this daemon's life.
        package var sequence: Int
        package var caseNumber: Int
        package var event: CaseEvent
        package var recordedAt: Instant
    }

    package static let entriesMax = 20_000

    private struct State {
        var entries: [Entry] = []
        var last = 0
        var isArmed = false
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextListener = 0
    }

    /// Distinguishes this daemon's life from others, in the ids that readers send back.
    package let life: Milliseconds
    private let state = Mutex(State())

    init(life: Milliseconds) {
        self.life = life
    }

    /// Nothing is gathered before somebody has asked: it would cost a storm something.
    var isArmed: Bool { state.withLock(\.isArmed) }

    /// The sequence of the newest entry.
    package var last: Int { state.withLock(\.last) }

    /// Entries after `sequence`, in order; `isWhole` is false where older ones are gone.
    package func entries(after sequence: Int) -> (entries: [Entry], isWhole: Bool) {
        state.withLock { state in
            let first = state.entries.first?.sequence ?? state.last + 1
            let fresh = state.entries.drop { $0.sequence <= sequence }
            return (Array(fresh), sequence + 1 >= first && sequence <= state.last)
        }
    }

    /// One element whenever there may be something new, until the caller stops listening.
    package func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let listener = state.withLock { state in
                state.isArmed = true
                state.nextListener += 1
                state.listeners[state.nextListener] = continuation
                return state.nextListener
            }
            continuation.onTermination = { [self] _ in
                state.withLock { _ = $0.listeners.removeValue(forKey: listener) }
            }
        }
    }

    func append(_ committed: [(number: Int, event: CaseEvent)], at instant: Instant) {
        guard !committed.isEmpty else { return }
        let listeners = state.withLock { state in
            for (number, event) in committed {
                state.last += 1
                state.entries.append(
                    Entry(
                        sequence: state.last,
                        caseNumber: number,
                        event: event,
                        recordedAt: instant
                    )
                )
            }
            if state.entries.count > Self.entriesMax {
                // Half at once, so that this is rare.
                state.entries.removeFirst(state.entries.count - Self.entriesMax / 2)
            }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }
}

/// How long deliveries took from the instant they were due, counted since the daemon started.
package final class Latencies: Sendable {
    /// Upper bounds in milliseconds, each included.
    package static let bounds: [Milliseconds] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
    ]

    package struct Counts: Sendable {
        /// One for each bound, and one for all beyond; not cumulative.
        package var buckets = [Int](repeating: 0, count: bounds.count + 1)
        package var sumMilliseconds: Milliseconds = 0
    }

    private let counts = Mutex(Counts())

    package var current: Counts { counts.withLock { $0 } }

    func note(_ milliseconds: Milliseconds) {
        let time = max(0, milliseconds)
        let index = Self.bounds.firstIndex { time <= $0 } ?? Self.bounds.count
        counts.withLock { counts in
            counts.buckets[index] += 1
            counts.sumMilliseconds += time
        }
    }
}
