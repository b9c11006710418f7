package import CivilTime

/// What a clock asks of people beside its due instant.
extension Clock {
    /// Elapsed time after which a missing diagnosis is asked for, in seconds (S4 d).
    package static let diagnosisReminderSeconds = 86_400

    /// When the owner is reminded to record the event that a clock waits for.
    ///
    /// A day after the opening, in the calendar's hours; `nil` for a clock that waits for none.
    package var diagnosisReminderAt: Instant? {
        guard name == .response || name == .resolution, !isStopped, startsAt == nil else {
            return nil
        }
        return calendar.nextOpening(
            atOrAfter: anchor.adding(seconds: Self.diagnosisReminderSeconds)
        )
    }

    /// The first instant at or after `instant` at which the owner is no longer on shift.
    ///
    /// For a running ownership clock; `nil` for every other. `shifts` are the owner's, in order of
    /// start and `end` exclusive; those that meet or overlap are one. `instant` itself where none
    /// covers it.
    package func ownershipLapse(
        shifts: [(start: Instant, end: Instant)],
        from instant: Instant
    ) -> Instant? {
        guard name == .ownership, state == .running, let startsAt else { return nil }
        var covered = max(instant, startsAt)
        for shift in shifts where shift.start <= covered { covered = max(covered, shift.end) }
        return covered
    }
}
