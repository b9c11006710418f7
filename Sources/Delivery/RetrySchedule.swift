package import Paging

/// When a message that did not leave is tried again, and when it is given up; instants are
/// milliseconds since 1970-01-01T00:00:00Z.
package struct RetrySchedule: Hashable, Sendable {
    /// What becomes of a message after an attempt that did not deliver it.
    package enum Next: Hashable, Sendable {
        case attempt(at: Int64)
        /// No further attempt: the notification is dead and its failure an event.
        case dead
    }

    /// Offsets of the attempts from the first due instant, in milliseconds; the first is 0.
    private var offsets: [Int64]
    /// Between further attempts after the last offset; `nil` means there are none.
    private var everyMilliseconds: Int64?
    private var deadlineMilliseconds: Int64
    private var isPage: Bool
    private var isMail: Bool

    package init(kind: Notification.Kind, isMail: Bool) {
        let minute: Int64 = 60_000
        let hour = 60 * minute
        self.isMail = isMail
        isPage = kind == .page
        everyMilliseconds = nil
        switch kind {
        case .page:
            offsets =
                isMail
                ? [0, 30_000, minute, 2 * minute, 4 * minute]
                : [0, 2_000, 5_000, 10_000, 20_000, 40_000, minute]
            if !isMail { everyMilliseconds = minute }
            deadlineMilliseconds = 5 * minute
        case .reminder, .warning, .breach:
            offsets = [
                0, 5_000, 30_000, 2 * minute, 5 * minute, 15 * minute, 30 * minute,
            ]
            deadlineMilliseconds = 40 * minute
        case .notice:
            offsets = [0, 5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour]
            deadlineMilliseconds = 24 * hour
        }
    }

    /// The instant after which no attempt is begun.
    package func deadline(dueAt: Int64) -> Int64 { dueAt + deadlineMilliseconds }

    /// What follows attempt number `report.attempt`, which ended at `now`.
    ///
    /// Instead of scattered, attempts come together at the next multiple of `sharing` milliseconds.
    package func next(
        after report: AttemptReport,
        key: String,
        dueAt: Int64,
        now: Int64,
        sharing span: Int64? = nil
    ) -> Next {
        if let span {
            guard let own = planned(after: report.attempt, key: nil, dueAt: dueAt, now: now) else {
                return .dead
            }
            let shared = (own + span - 1) / span * span
            return bounded(max(own, min(shared, deadline(dueAt: dueAt))), dueAt: dueAt)
        }
        return switch report.outcome {
        case .delivered, .configuration, .withdrawn: .dead
        case .permanent: retryOfRefusal(report, dueAt: dueAt, now: now)
        case .transient, .unknown: retry(of: report, key: key, dueAt: dueAt, now: now)
        }
    }

    /// Two more tries, 10 s apart, of what may be a receiver in the middle of a deployment.
    private func retryOfRefusal(_ report: AttemptReport, dueAt: Int64, now: Int64) -> Next {
        guard !isMail, report.attempt < 3, let status = report.status, status != 410,
            (400..<500).contains(status)
        else { return .dead }
        return bounded(now + 10_000, dueAt: dueAt)
    }

    private func retry(of report: AttemptReport, key: String, dueAt: Int64, now: Int64) -> Next {
        guard let planned = planned(after: report.attempt, key: key, dueAt: dueAt, now: now) else {
            return .dead
        }
        guard let wait = report.retryAfterSeconds else { return bounded(planned, dueAt: dueAt) }
        let asked = now + Int64(min(max(wait, 0), 86_400)) * 1_000
        return bounded(max(planned, asked), dueAt: dueAt)
    }

    private func bounded(_ instant: Int64, dueAt: Int64) -> Next {
        instant <= deadline(dueAt: dueAt) ? .attempt(at: instant) : .dead
    }

    /// The next planned instant after `now`; those that a slow attempt overran are left out.
    ///
    /// Without a key they are not scattered.
    private func planned(after attempt: Int, key: String?, dueAt: Int64, now: Int64) -> Int64? {
        let last = offsets.last ?? 0
        for (index, offset) in offsets.enumerated() where index >= attempt {
            let instant = dueAt + jittered(offset, key: key, attempt: index)
            if instant > now { return instant }
        }
        guard let every = everyMilliseconds else { return nil }
        // The attempt's own minute, or the first that is still ahead.
        let own = Int64(attempt - offsets.count + 1)
        let rounds = max(own, (now - dueAt - last) / every)
        let jitter = jittered(every, key: key, attempt: attempt) - every
        let instant = dueAt + last + rounds * every + jitter
        return instant > now ? instant : instant + every
    }

    /// Within ±20 %, the same for every replay of the same message and attempt.
    private func jittered(_ offset: Int64, key: String?, attempt: Int) -> Int64 {
        guard let key else { return offset }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ UInt64(truncatingIfNeeded: attempt)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        let permille = Int64(hash % 401) - 200
        return offset + offset / 1_000 * permille
    }
}
