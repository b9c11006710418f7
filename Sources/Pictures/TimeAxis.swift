import CivilTime

/// Time from left to right, with marks at round lengths of time from its start.
struct TimeAxis {
    var start: Instant
    /// Later than `start`.
    var end: Instant
    var left: Double
    var right: Double

    /// The axis' own ends for what lies before or after it.
    func x(of instant: Instant) -> Double {
        let share = Double(instant.seconds(since: start)) / Double(end.seconds(since: start))
        return left + min(max(share, 0), 1) * (right - left)
    }

    /// One more than `count` at most, the first at the start.
    func ticks(atMost count: Int) -> [(x: Double, text: String)] {
        let length = end.seconds(since: start)
        let steps = [
            1, 5, 15, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
            172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
        ]
        let step = steps.first { length / $0 <= count } ?? max(1, length / count / 86_400 * 86_400)
        return (0...min(count, length / step)).map { index in
            let elapsed = index * step
            let text = elapsed == 0 ? "opened" : "+\(Self.elapsed(elapsed))"
            return (x(of: start.adding(seconds: elapsed)), text)
        }
    }

    /// Short: `15 min`, `2 h 30 min`, `3 d`.
    static func elapsed(_ seconds: Int) -> String {
        seconds > 0 && seconds % 86_400 == 0 ? "\(seconds / 86_400) d" : Span.text(seconds: seconds)
    }
}
