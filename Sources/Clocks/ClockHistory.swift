import CivilTime

/// One clock of a case as its events leave it: which promises it counts, and from when.
struct ClockHistory {
    /// A promise of one priority, counted from an instant.
    struct Run {
        /// Its place in the policy.
        var priority: Int
        /// Whether it is the intake channel's promise (S3 f).
        var isChannel = false
        /// `nil` while it waits for `diagnosed` or `delayed`.
        var start: Instant?
        /// The next update's time, where the last one named it.
        var named: Instant?
    }

    /// Those carried over raises first, then what the priority in force promises.
    ///
    /// The earliest due of all holds. Empty where the case has no such clock.
    var runs: [Run]
    /// The clock's original start, whether or not a promise counted from it.
    ///
    /// The opening, last public update, first response or reopening; also a split's receipt.
    var base: Instant
    /// The priority whose promises were last taken up.
    var priority: Int
    var run = 0
    var stoppedAt: Instant?
    /// A breach that a later change of the due must not forgive.
    var hasBreached = false
    var manualDue: Instant?

    init(runs: [Run], base: Instant, priority: Int) {
        self.runs = runs
        self.base = base
        self.priority = priority
    }

    /// A new run of the clock: nothing of the last one goes on.
    mutating func restart(_ runs: [Run], at instant: Instant, priority: Int) {
        let run = self.run + 1
        self = ClockHistory(runs: runs, base: instant, priority: priority)
        self.run = run
    }

    mutating func stop(at instant: Instant) {
        stoppedAt = stoppedAt ?? instant
    }

    /// Starts the runs that waited for an event.
    mutating func startWaiting(at instant: Instant) {
        for index in runs.indices where runs[index].start == nil {
            runs[index].start = instant
        }
    }
}
