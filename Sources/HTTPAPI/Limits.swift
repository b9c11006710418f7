import Store
import Synchronization

/// How much the doors take from whom, as `limits:` of tocsin.yaml says.
package struct Limits: Hashable, Sendable {
    /// Connections from the network at one time, and those from one address that is not this
    /// machine's own.
    package var connections = 1_024
    package var connectionsPerAddress = 32
    /// Requests of one token, or of one address without one.
    package var requestsPerMinute = 600
    /// Events of one routing key by `POST /v2/enqueue`.
    package var enqueuePerMinute = 120

    package init() {}
}

/// Counts what somebody does in a minute and says when it was too much.
final class Turnstile: Sendable {
    private struct Window {
        var start: Milliseconds
        var count: Int
    }

    static let windowMilliseconds: Milliseconds = 60_000
    /// Names kept before those of past windows are swept out.
    static let namesMax = 20_000

    private let windows = Mutex<[String: Window]>([:])

    /// Seconds to wait where `name` has already come `limit` times in its window; `nil` where it
    /// may pass.
    func pause(_ name: String, limit: Int, at now: Milliseconds) -> Int? {
        windows.withLock { windows in
            var window = windows[name] ?? Window(start: now, count: 0)
            // A clock that went back begins a window as well.
            if now < window.start || now - window.start >= Self.windowMilliseconds {
                window = Window(start: now, count: 0)
            }
            guard window.count < limit else {
                let left = window.start + Self.windowMilliseconds - now
                return Int(clamping: max(1, (left + 999) / 1_000))
            }
            window.count += 1
            if windows.count >= Self.namesMax, windows[name] == nil {
                windows = windows.filter { now - $0.value.start < Self.windowMilliseconds }
                guard windows.count < Self.namesMax else { return 1 }
            }
            windows[name] = window
            return nil
        }
    }
}
