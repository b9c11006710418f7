package import CivilTime

/// A due instant at which nobody is in, and when staff must hear of it.
package struct UnstaffedDeadline: Hashable, Sendable {
    /// The promise stands: nothing moves it.
    package var due: Instant
    /// The last instant at which staff are still in, counted from the clock's start.
    ///
    /// `nil` where nobody is in between the start and the due.
    package var lastClosing: Instant?
    /// When one open hour is left before the due; the clock's start where less is.
    package var announceAt: Instant
    /// When staff are in again; `nil` where that is ten years off.
    package var nextOpening: Instant?
}

extension Clock {
    /// The clock's due instant as one that falls when nobody is in.
    ///
    /// `staffed` is when people are in, such as a ladder's hours; the clock's own calendar where it
    /// is left out. `nil` where somebody is in at the due or just before it, where the clock has
    /// stopped or has no due, and for a calendar that is always open.
    package func unstaffedDeadline(
        staffed calendar: BusinessCalendar? = nil
    ) -> UnstaffedDeadline? {
        guard !isStopped, let due else { return nil }
        return (calendar ?? self.calendar).unstaffedDeadline(of: due, since: startsAt ?? anchor)
    }
}

extension BusinessCalendar {
    /// Open time that is left when an unstaffed deadline is announced, in seconds.
    package static let unstaffedLeadSeconds = 3_600

    /// What `Clock.unstaffedDeadline` says of a due instant; `start` is the start of its clock.
    package func unstaffedDeadline(of due: Instant, since start: Instant) -> UnstaffedDeadline? {
        guard !isAlwaysOpen, !isOpen(at: due), !isOpen(at: due.adding(seconds: -1)) else {
            return nil
        }
        let closing = lastClosing(atOrBefore: due).flatMap { $0 > start ? $0 : nil }
        return UnstaffedDeadline(
            due: due,
            lastClosing: closing,
            announceAt: closing.map { hourBefore($0, since: start) } ?? start,
            nextOpening: nextOpening(atOrAfter: due)
        )
    }

    private func hourBefore(_ closing: Instant, since start: Instant) -> Instant {
        var left = Self.unstaffedLeadSeconds
        var days = 4
        while true {
            let from = max(start, closing.adding(seconds: -days * LocalDays.secondsPerDay))
            left = Self.unstaffedLeadSeconds
            for window in windows(from: from, to: closing).reversed() {
                let length = window.end.seconds(since: window.start)
                if length >= left { return window.end.adding(seconds: -left) }
                left -= length
            }
            guard from > start, days < Self.searchDaysMax else { return from }
            days *= 8
        }
    }
}
