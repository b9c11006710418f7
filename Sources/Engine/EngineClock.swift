package import Store

/// The engine's time: what it is now, and how long to really wait for an instant of it.
package struct EngineClock: Sendable {
    package var now: @Sendable () -> Milliseconds
    /// Milliseconds of this clock in one real millisecond; 1 but in a rehearsal.
    package var speed: Int
    /// What `now` is read from where it can step; `nil` in a rehearsal and in tests.
    package var steady: SteadyClock?

    package init(
        speed: Int = 1,
        steady: SteadyClock? = nil,
        now: @escaping @Sendable () -> Milliseconds
    ) {
        self.steady = steady
        self.speed = max(1, speed)
        self.now = now
    }

    /// Real milliseconds until `instant`, rounded up; 0 where it has come.
    func wait(until instant: Milliseconds) -> Int {
        let left = instant - now()
        guard left > 0 else { return 0 }
        return Int(clamping: (left + Int64(speed) - 1) / Int64(speed))
    }
}
