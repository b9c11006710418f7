import CivilTime
import Clocks

/// The messages that one duty makes as long as it is owed: when each is due.
struct Series {
    var duty: Duty
    /// What it is about, and what names it in the log: a due, an estimate, the end of a shift.
    var anchor: Instant
    var instants: Instants

    enum Instants {
        /// One message, then no more.
        case once(Instant)
        case listed([Instant])
        /// Without end, so many seconds apart.
        case every(seconds: Int, from: Instant)
        /// Without end, a business day apart; a day where there are no hours to keep.
        case daily(from: Instant, hours: BusinessCalendar?)
        /// Whatever message comes next is due then.
        case next(Instant)
    }

    /// Of the message after `done` others; `nil` after the last.
    func instant(at index: Int, after done: Int) -> Instant? {
        switch instants {
        case .once(let instant): index == 0 ? instant : nil
        case .listed(let list): list.indices.contains(index) ? list[index] : nil
        case .every(let seconds, let first):
            seconds.multipliedReportingOverflow(by: index).overflow
                ? nil : first.adding(seconds: seconds * index)
        case .daily(let first, let hours):
            if index == 0 {
                first
            } else if let hours, hours.zone != nil {
                hours.due(.businessDays(index, endOfDay: false), from: first)
            } else {
                first.adding(seconds: 86_400 * min(index, 100_000))
            }
        case .next(let instant): index == done ? instant : nil
        }
    }
}

extension CaseTurn {
    /// The highest index from `first` to `limit` whose instant has come by `until`, which is now
    /// where it is not said; `first` where only it has.
    ///
    /// Instants must not decrease with the index. However long the absence, a few look-ups do.
    func latestIndex(
        from first: Int,
        limit: Int = .max,
        until: Instant? = nil,
        at instant: (Int) -> Instant?
    ) -> Int {
        func hasCome(_ index: Int, by step: Int) -> Bool {
            let (next, overflow) = index.addingReportingOverflow(step)
            guard !overflow, next <= limit, let at = instant(next) else { return false }
            return at <= until ?? now
        }
        var (latest, step) = (first, 1)
        while hasCome(latest, by: step) {
            latest += step
            step = min(step * 2, 1 << 40)
        }
        while step > 1 {
            step /= 2
            if hasCome(latest, by: step) { latest += step }
        }
        return latest
    }
}
