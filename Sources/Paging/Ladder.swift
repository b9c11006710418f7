package import Clocks
package import OnCall

/// Whom we wake, and when, until someone acknowledges.
package struct Ladder: Hashable, Sendable {
    /// From the start of the response clock, never from the previous step.
    package enum Offset: Hashable, Sendable {
        /// Hundredths of a percent of the response target: `2.5%` is 250.
        case share(basisPoints: Int)
        case seconds(Int)
    }

    package struct Step: Hashable, Sendable {
        package var at: Offset
        /// Rotations or people, looked up in that order.
        package var page: [String]
        package var source: SourceLine

        package init(at: Offset, page: [String], source: SourceLine) {
            self.at = at
            self.page = page
            self.source = source
        }
    }

    package var id: String
    /// Steps fall due in its open time only; `nil` means at any time.
    package var hours: BusinessCalendar?
    /// In order of their offsets.
    package var steps: [Step]
    /// Rotations or people that count as leadership for this ladder; never empty.
    package var leadership: [String]
    /// People or rotations when a whole pass of the ladder resolves to nobody; never empty.
    package var lastResort: [String]
    /// Seconds between rounds after the last step; `nil` means max(5 min, target / 4).
    package var repeatEverySeconds: Int?
    /// Rounds after the last step; `nil` means without end for 24x7 response clocks, 3 for others.
    package var repeatTimes: Int?
    package var source: SourceLine

    package init(
        id: String,
        hours: BusinessCalendar?,
        steps: [Step],
        leadership: [String],
        lastResort: [String],
        repeatEverySeconds: Int?,
        repeatTimes: Int?,
        source: SourceLine
    ) {
        self.id = id
        self.hours = hours
        self.steps = steps
        self.leadership = leadership
        self.lastResort = lastResort
        self.repeatEverySeconds = repeatEverySeconds
        self.repeatTimes = repeatTimes
        self.source = source
    }
}
