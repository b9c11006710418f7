package import CivilTime
import Engine
import Glibc
package import Store

/// The machine's clocks.
package enum WallClock {
    package static func milliseconds() -> Milliseconds { milliseconds(of: CLOCK_REALTIME) }

    package static func instant() -> Instant { Instant(milliseconds: milliseconds()) }

    /// Never steps, and counts time asleep as well.
    static func monotonic() -> Milliseconds { milliseconds(of: CLOCK_BOOTTIME) }

    /// The clock that systemd compares a reload with.
    static func monotonicForSystemd() -> Milliseconds { milliseconds(of: CLOCK_MONOTONIC) }

    /// The engine's clock: the wall clock but never back, or in a rehearsal one that starts with it
    /// and runs `speed` times as fast.
    static func engineClock(speed: Int) -> EngineClock {
        guard speed > 1 else {
            let steady = SteadyClock(
                wall: { milliseconds() },
                continuous: { milliseconds(of: CLOCK_BOOTTIME) }
            )
            return EngineClock(steady: steady) { steady.now() }
        }
        let start = milliseconds()
        let origin = milliseconds(of: CLOCK_BOOTTIME)
        return EngineClock(speed: speed) {
            start + (milliseconds(of: CLOCK_BOOTTIME) - origin) * Milliseconds(speed)
        }
    }

    private static func milliseconds(of clock: clockid_t) -> Milliseconds {
        var time = timespec()
        clock_gettime(clock, &time)
        return Milliseconds(time.tv_sec) * 1_000 + Milliseconds(time.tv_nsec / 1_000_000)
    }
}
