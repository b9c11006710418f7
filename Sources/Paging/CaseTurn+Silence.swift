import CivilTime
import Clocks
import OnCall

/// A customer who does not answer: asking again, and what becomes of the case.
extension CaseTurn {
    func addSilence(to all: inout [Series]) {
        let asked = value.attempts
        guard let last = asked.last else { return }
        let calendar = priority.promises.response?.calendar ?? .always
        let isAskedEnough = daysAsked(asked, calendar) >= priority.silence?.attempts ?? 1
        if priority.promises.ownership {
            let first = last.adding(seconds: DutySeconds.chase)
            let each = Series.Instants.every(seconds: DutySeconds.chase, from: first)
            all.append(Series(duty: .chase, anchor: last, instants: each))
        } else if !isAskedEnough || priority.silence == nil {
            addChase(from: last, calendar, to: &all)
        }
        guard isAskedEnough, let silence = priority.silence else { return }
        guard
            let owed = caseClocks.silence(after: silence.after, calendar: calendar, at: now)
        else { return }
        if silence.attempts > 1 {
            // Counted from the last of them, which may have been an update.
            let end = max(calendar.due(silence.after, from: last) ?? owed.endsAt, owed.endsAt)
            all.append(Series(duty: .silence, anchor: last, instants: .once(end)))
            return addChase(from: end, calendar, to: &all)
        }
        let instants = owed.remindAt > owed.since ? [owed.remindAt, owed.endsAt] : [owed.endsAt]
        all.append(Series(duty: .silence, anchor: owed.since, instants: .listed(instants)))
        addChase(from: owed.endsAt, calendar, to: &all)
    }

    /// Each business day until the customer has answered, so that no case waits unseen for ever.
    private func addChase(
        from last: Instant,
        _ calendar: BusinessCalendar,
        to all: inout [Series]
    ) {
        let day = Target.businessDays(1, endOfDay: false)
        let first = calendar.due(day, from: last) ?? last.adding(seconds: 86_400)
        let each = Series.Instants.daily(from: first, hours: calendar)
        all.append(Series(duty: .chase, anchor: last, instants: each))
    }

    /// On how many business days the customer was asked.
    private func daysAsked(_ asked: [Instant], _ calendar: BusinessCalendar) -> Int {
        let zone = calendar.zone ?? .utc
        return Set(asked.map { zone.civil(at: $0).date }).count
    }

    private func isEnd(_ due: Due) -> Bool {
        due.series.instant(at: due.index + 1, after: 0) == nil
    }

    /// A case that a policy resolves for silence may be reopened; a 24x7 priority never resolves.
    private var resolvesForSilence: Bool {
        priority.silence?.resolves == true
            && priority.promises.response?.calendar.isAlwaysOpen != true
    }

    func silenceWords(_ due: Due) -> String {
        let since = spoken(due.series.anchor)
        guard isEnd(due) else {
            return "The customer of case \(value.number) has not answered since \(since)."
                + (resolvesForSilence ? " It is resolved" : " It may be closed")
                + " a day from now; ask once more."
        }
        return "The customer of case \(value.number) has not answered since \(since):"
            + (resolvesForSilence
                ? " it is resolved, and may be reopened: tocsin reopen \(value.number)"
                : " it may be closed: tocsin resolve \(value.number)")
    }

    mutating func actOnSilence(_ due: Due) {
        guard isEnd(due) else {
            return tell(due, ownerOrOnCall, kind: .reminder, event: .reminded) {
                $0.silenceWords(due)
            }
        }
        tell(due, ownerOrOnCall, kind: .notice, event: .noticed) { $0.silenceWords(due) }
        guard resolvesForSilence else { return }
        let since = spoken(due.series.anchor)
        let text = "the customer has not answered since \(since)"
        take(CaseEvent(.resolved, at: now, text: text, reason: "silence"))
    }
}

extension Case {
    var isPendingForCustomer: Bool { status == .pending && statusReason == "customer" }

    /// When the customer was asked since the case became pending for them, in order: each time the
    /// status was set, and each update since.
    var attempts: [Instant] {
        var asked: [Instant] = []
        var isWaiting = false
        for record in records {
            switch record.event {
            case .pending(.pendingCustomer):
                isWaiting = true
                asked.append(record.at)
            case .updated where isWaiting: asked.append(record.at)
            case .pending, .onHold, .inProgress, .customerWrote, .resolved, .reopened, .closed:
                isWaiting = false
                asked = []
            default: break
            }
        }
        return asked
    }
}
