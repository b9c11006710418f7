import CivilTime
import Clocks
import OnCall

/// Warnings at shares of the response and resolution targets (R-26, R-27), and the breach record
/// (R-05).
///
/// Where the ladder keeps hours so do warnings: what passes while nobody is in is said once, for
/// the highest share, when somebody is. The record of a breach waits for nobody.
extension CaseTurn {
    /// Percentages of a target at which its people hear of it.
    static let shares = [50, 75, 90, 100]

    func warningItem(_ clock: Clock) -> Item? {
        guard !clock.isStopped, clock.state != .paused,
            let next = Self.shares.first(where: { $0 > warned(clock) }),
            let at = instant(of: clock, percent: next)
        else { return nil }
        return Item(at: held(at), action: .warning(clock.name, percent: next))
    }

    private func warned(_ clock: Clock) -> Int {
        guard let mark = value.progress.warned[clock.name], mark.run == clock.run else { return 0 }
        return mark.count
    }

    /// At 100 % the due instant itself counts, which a person may have set by hand (R-38).
    private func instant(of clock: Clock, percent: Int) -> Instant? {
        percent >= 100 ? clock.due : caseClocks.instant(of: clock, percent: percent)
    }

    /// Warns once for everything passed; the lower shares are collapsed into the highest (R-27).
    mutating func warn(_ name: ClockName, percent: Int, dueAt: Instant) {
        guard let clock = clock(name) else { return }
        var highest = percent
        var at = dueAt
        for share in Self.shares where share > percent {
            guard let instant = instant(of: clock, percent: share), instant <= now else { break }
            highest = share
            at = instant
        }
        let occasion = Occasion.warning(name, run: clock.run, percent: highest).text
        let summary = warningSummary(clock, percent: highest)
        let collapsed = Self.shares.filter { $0 > warned(clock) && $0 < highest }
        let note =
            collapsed.isEmpty
            ? "" : " (collapsed: \(collapsed.map { "\($0)" }.joined(separator: ", ")) %)"
        record(CaseEvent(.warned, at: now, text: summary + note, occasion: occasion))
        let isBreach = highest >= 100 && clock.kind == .commitment
        var to =
            people(of: value.owner.map { [$0] } ?? [])
            + people(of: value.progress.currentPeople)
        if to.isEmpty { to = ownerOrOnCall }
        if isBreach { to += people(of: ladder?.leadership ?? []) }
        send(
            to,
            kind: isBreach ? .breach : .warning,
            event: isBreach ? .breached : .warned,
            occasion: occasion,
            summary: { $0.warningSummary(clock, percent: highest) },
            why: "\(policy.id) \(priority.name) \(name.rawValue) \(clock.target): \(highest) %",
            dueAt: at
        )
    }

    /// The record that a clock ran out, written at the first tick after its due instant (R-05).
    func breachItem(_ clock: Clock) -> Item? {
        guard !clock.isStopped, clock.state != .paused, let due = clock.due,
            value.progress.breached[clock.name] != clock.run
        else { return nil }
        return Item(at: due.adding(seconds: 1), action: .breachRecord(clock.name))
    }

    mutating func recordBreach(_ name: ClockName) {
        guard let clock = clock(name) else { return }
        record(
            CaseEvent(
                .breached,
                at: now,
                text: warningSummary(clock, percent: 100),
                occasion: Occasion.warning(name, run: clock.run, percent: 100).text
            )
        )
    }
}
