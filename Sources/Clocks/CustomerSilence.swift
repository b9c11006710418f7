package import CivilTime

/// How long a customer has owed an answer, and what falls due of it.
package struct CustomerSilence: Hashable, Sendable {
    /// The last query: when the case last became pending for the customer.
    package var since: Instant
    /// A day before the end in the policy's own days, for the owner's reminder; never before
    /// `since`.
    package var remindAt: Instant
    /// When the silence has lasted long enough to resolve the case, or to say it may be closed.
    package var endsAt: Instant
}

extension CaseClocks {
    /// The silence of a case that is pending for its customer at `now`.
    ///
    /// `nil` for any other status: a word from the customer, another status, a hold, resolving and
    /// closing end it. `calendar` is the priority's: its zone counts the days, its windows the
    /// business days. `nil` also where `after` never comes.
    package func silence(
        after target: Target,
        calendar: BusinessCalendar,
        at now: Instant
    ) -> CustomerSilence? {
        guard let since = history(at: now)?.pendingForCustomerSince,
            let end = calendar.due(target, from: since)
        else { return nil }
        let eve: Instant? =
            switch target {
            case .days(let count) where count > 0: calendar.due(.days(count - 1), from: since)
            case .businessDays(let count, let endOfDay) where count > 1:
                calendar.due(.businessDays(count - 1, endOfDay: endOfDay), from: since)
            default: end.adding(seconds: -LocalDays.secondsPerDay)
            }
        return CustomerSilence(
            since: since,
            remindAt: min(max(eve ?? since, since), end),
            endsAt: end
        )
    }
}
