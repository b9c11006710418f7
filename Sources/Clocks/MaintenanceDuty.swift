package import CivilTime

/// When customers must be told of planned maintenance (S0 line 73), in elapsed time before it.
package struct MaintenanceDuty: Hashable, Sendable {
    /// The usual time to tell them.
    package var remindAt: Instant
    /// Twice the notice before the start: 48 h where 24 h are promised.
    package var warnAt: Instant
    /// A notice recorded at this instant is still in time; without one the promise is broken.
    package var dueAt: Instant

    /// `nil` for emergency maintenance, of which no notice is promised (S0 line 75).
    ///
    /// None of the three comes before `plannedAt`, when the window was entered.
    package init?(
        startsAt: Instant,
        plannedAt: Instant,
        isEmergency: Bool,
        noticeSeconds: Int,
        usualSeconds: Int
    ) {
        if isEmergency { return nil }
        let (warning, overflow) = noticeSeconds.multipliedReportingOverflow(by: -2)
        dueAt = startsAt.adding(seconds: -noticeSeconds)
        warnAt = max(overflow ? plannedAt : startsAt.adding(seconds: warning), plannedAt)
        remindAt = min(max(startsAt.adding(seconds: -usualSeconds), plannedAt), warnAt)
    }

    /// Whether the notice came too late, or has not come though it is past due at `now`.
    package func isBreached(noticedAt: Instant?, at now: Instant) -> Bool {
        min(noticedAt ?? now, now) > dueAt
    }
}
