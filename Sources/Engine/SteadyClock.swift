package import Store
import Synchronization

/// The engine's time: the wall clock, followed forward at once and never back (cases.md, "after
/// being away").
///
/// After a step back it goes on from the highest instant that it has shown, at the pace of a clock
/// that never steps, until the wall clock has caught up or `accept` says that the lower time is
/// right. So no ladder stalls and nothing is sent twice.
package final class SteadyClock: Sendable {
    private struct State {
        /// What was shown last of the wall clock, and the continuous clock's reading then.
        var shown: Milliseconds
        var at: Milliseconds
        var isBehind = false
        /// How far the wall clock stepped, ahead or back; `nil` once told.
        var step: Milliseconds?
    }

    /// A wall clock that differs by less from the continuous one is only corrected.
    static let stepMillisecondsMin: Milliseconds = 2_000

    private let wall: @Sendable () -> Milliseconds
    private let continuous: @Sendable () -> Milliseconds
    private let state: Mutex<State>

    /// `continuous` never steps and counts time asleep as well.
    package init(
        wall: @escaping @Sendable () -> Milliseconds,
        continuous: @escaping @Sendable () -> Milliseconds
    ) {
        self.wall = wall
        self.continuous = continuous
        state = Mutex(State(shown: wall(), at: continuous()))
    }

    package func now() -> Milliseconds {
        let (wall, continuous) = (wall(), continuous())
        return state.withLock { state in
            let steady = state.shown + max(0, continuous - state.at)
            let ahead = wall - steady
            if ahead >= 0 {
                if ahead > Self.stepMillisecondsMin, !state.isBehind { state.step = ahead }
                (state.shown, state.at, state.isBehind) = (wall, continuous, false)
                return wall
            }
            if ahead < -Self.stepMillisecondsMin, !state.isBehind {
                state.step = ahead
                state.isBehind = true
            }
            return steady
        }
    }

    /// Not earlier than `instant` from now on: the highest that an earlier process acted at.
    package func raise(to instant: Milliseconds) {
        _ = now()
        let continuous = continuous()
        state.withLock { state in
            guard instant > state.shown + max(0, continuous - state.at) else { return }
            let step = state.shown - instant
            if step < -Self.stepMillisecondsMin { state.step = step }
            (state.shown, state.at, state.isBehind) = (instant, continuous, true)
        }
    }

    /// The wall clock is right, although it shows less than was shown; answers the time by it.
    package func accept() -> Milliseconds {
        let (wall, continuous) = (wall(), continuous())
        state.withLock { state in
            (state.shown, state.at, state.isBehind, state.step) = (wall, continuous, false, nil)
        }
        return wall
    }

    /// A step of the wall clock since the last call, in milliseconds, negative where it went back.
    package func takeStep() -> Milliseconds? {
        state.withLock { state in
            defer { state.step = nil }
            return state.step
        }
    }
}
