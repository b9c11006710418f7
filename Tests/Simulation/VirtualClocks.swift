import Store
import Synchronization

/// The clocks of the one simulated machine.
///
/// A continuous one that only goes on, and a wall clock that may be stepped. Both stand still
/// unless the world moves them.
final class VirtualClocks: Sendable {
    private struct Reading {
        var continuous: Milliseconds
        var offset: Milliseconds
    }

    private let reading: Mutex<Reading>

    init(wall: Milliseconds) {
        reading = Mutex(Reading(continuous: 0, offset: wall))
    }

    /// Milliseconds since the world began.
    var continuous: Milliseconds { reading.withLock { $0.continuous } }

    var wall: Milliseconds { reading.withLock { $0.continuous + $0.offset } }

    func advance(to continuous: Milliseconds) {
        reading.withLock { $0.continuous = max($0.continuous, continuous) }
    }

    func step(by milliseconds: Milliseconds) {
        reading.withLock { $0.offset += milliseconds }
    }
}
