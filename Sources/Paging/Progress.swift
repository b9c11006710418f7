package import CivilTime
package import Clocks
package import OnCall

/// What the engine has done for a case so far.
///
/// Every entry is an index, a count or an instant that follows from the log and the files, never
/// the engine's own now, so that a restart repeats nothing and a stepped clock cannot mint a second
/// page.
package struct Progress: Hashable, Sendable {
    /// Ladder starts, from 1: the opening is the first, each restart the next.
    package var cycle = 1
    /// From where this cycle's offsets count; `nil` means the start of the response clock.
    package var anchor: Instant?
    /// Whether this cycle's first step pages the owner in place of its own targets.
    package var startsAtOwner = false
    /// Steps of this cycle that are done: paged, skipped or caught up.
    package var stepsDone = 0
    /// Repeats after the last step that are done.
    package var rounds = 0
    package var isExhausted = false
    /// Whether the customer was answered in this cycle: an answer ends the ladder as an
    /// acknowledgement does.
    package var isAnswered = false
    /// When the next step was brought forward because nobody of the last one could be reached.
    package var broughtForwardAt: Instant?
    /// The occasion paged last, and its people; warnings go to them.
    package var currentOccasion = ""
    package var currentPeople: [PersonID] = []
    /// Everyone paged in this cycle.
    package var tried: [Tried] = []
    /// Escalations outside the ladder so far: by hand, and for want of a resolution.
    package var escalations = 0
    /// The last cycle in which leadership was reached and customers were told.
    package var escalatedCycle = 0
    package var warned: [ClockName: Mark] = [:]
    package var breached: [ClockName: Int] = [:]
    /// The run of the update clock and how many of its reminders are done.
    package var reminded = Mark(run: -1, count: 0)
    /// The run of the update clock in which leadership was told that an update is late.
    package var leadershipRemindedRun = -1
    /// The acknowledgement whose end its owner was warned of.
    package var leaseWarnedFor: Instant?
    /// Notices so far, so that each has an identity of its own.
    package var notices = 0
    /// How far each duty's series has come; `run` is what it is about, in seconds since the epoch.
    package var duties: [Duty: Mark] = [:]
    /// Those paged while someone else has the case: each may take it over by acknowledging.
    package var offered: [PersonID] = []
    /// When the last tier was paged: the next one gets its wait too.
    package var tierPagedAt: Instant?
    /// Addresses of the customer that did not take a notice.
    package var staleContacts: [String] = []

    /// How far a series has come within one run of a clock.
    package struct Mark: Hashable, Sendable {
        package var run: Int
        /// The highest percentage warned of, or the number of reminders done.
        package var count: Int
    }

    /// A person paged in this cycle.
    package struct Tried: Hashable, Sendable {
        package var person: PersonID
        package var at: Instant
        package var step: Int
        /// Whether every channel failed or none was confirmed in time.
        package var isUnreached: Bool
    }

    /// Room for the people of any sane ladder; beyond it the oldest entries go.
    static let triedMax = 64
}
