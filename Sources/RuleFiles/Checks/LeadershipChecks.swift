import CivilTime
import Clocks
import OnCall
import Paging

/// Whether leadership is reached before each response is due, in the worst case.
///
/// A step that finds nobody, or whose pages all fail, brings the next one forward: the latest that
/// leadership's step can come is its own instant. The worst that can happen from there on is that
/// every contact but the last one of a leader fails.
struct LeadershipChecks {
    let compiled: Compilation
    let reach: Reach
    /// `nil` leaves out what depends on dates.
    let horizon: Horizon?
    let findings: Findings

    /// How long a contact may stay unconfirmed before the person's next one starts.
    private static let confirmSeconds = 20

    func run() {
        let ladders = Dictionary(compiled.ladders.map { ($0.ladder.id, $0) }) { first, _ in first }
        var search = LateOpenings(horizon: horizon)
        for draft in compiled.policies {
            for priority in draft.policy.priorities {
                guard let ladder = ladders[priority.ladder], ladder.isWhole,
                    let response = priority.promises.response, !ladder.ladder.steps.isEmpty,
                    !ladder.ladder.leadership.isEmpty
                else { continue }
                let name = "\(draft.policy.id) \(priority.name)"
                guard check(ladder, priority, response, name, &search) else { continue }
                // The stricter of the two holds for a case that came that way.
                let channels = priority.promises.channelResponses.sorted { $0.key < $1.key }
                for (channel, promise) in channels {
                    let name = "\(name) by \(channel)"
                    guard check(ladder, priority, promise, name, channel: channel, &search) else {
                        break
                    }
                }
            }
        }
    }

    /// Whether it is in time; a finding says where not.
    private func check(
        _ draft: LadderReader.Draft,
        _ priority: Policy.Priority,
        _ response: Promise,
        _ name: String,
        channel: String? = nil,
        _ search: inout LateOpenings
    ) -> Bool {
        let ladder = draft.ladder
        guard let step = ladder.leadershipSteps.first else {
            findings.error(
                .ladderLate,
                at: draft.place,
                "ladder \(ladder.id) never pages leadership before the response of \(name) is due",
                fix: "Add a step such as {at: 75%, page: [\(ladder.leadership[0])]}"
            )
            return false
        }
        guard let target = response.shortestSeconds,
            let offset = ladder.steps[step].at.value(ofTarget: target)
        else { return true }
        guard offset < target else {
            findings.error(
                .ladderLate,
                at: draft.stepPlaces[step],
                "ladder \(ladder.id) pages leadership at \(ladder.steps[step].at.written), "
                    + "not before the response of \(name) is due (\(response.text))",
                fix: "Page leadership at 75% or earlier"
            )
            return false
        }
        guard checkWaits(draft, step, left: target - offset, response, name) else { return false }
        let found = search.first(ladder, step: step, priority, response, channel: channel)
        if let found { report(found, draft, step, response, name) }
        return found == nil
    }

    /// Whether the leaders' own waits leave them time.
    private func checkWaits(
        _ draft: LadderReader.Draft,
        _ step: Int,
        left: Int,
        _ response: Promise,
        _ name: String
    ) -> Bool {
        let ladder = draft.ladder
        let targets = ladder.steps[step].page.filter { ladder.leadership.contains($0) }
        let leaders = reach.people(targets)
        let slow = compiled.people.map(\.person)
            .filter { leaders.contains($0.id) }
            .map { (person: $0, seconds: worstWait(of: $0)) }
            .filter { $0.seconds >= left }
        guard let worst = slow.max(by: { $0.seconds < $1.seconds }) else { return true }
        findings.error(
            .ladderLate,
            at: draft.stepPlaces[step],
            "\(worst.person.id) may be reached only \(span(worst.seconds)) after the step at "
                + "\(ladder.steps[step].at.written), where the response of \(name) is due "
                + "\(span(left)) after it (\(response.text))",
            fix: "Page leadership earlier, or shorten the waits of their `page` list"
        )
        return false
    }

    /// Until the last contact is tried where each one before it fails.
    private func worstWait(of person: Person) -> Int {
        let waits = person.waits.map(\.1)
        guard let first = waits.first, let last = waits.max() else { return 0 }
        return min(last, first + Self.confirmSeconds * (waits.count - 1))
    }

    private func report(
        _ late: LateOpenings.Late,
        _ draft: LadderReader.Draft,
        _ step: Int,
        _ response: Promise,
        _ name: String
    ) {
        let zone = response.calendar.zone ?? late.hours.zone ?? .utc
        findings.error(
            .ladderLate,
            at: draft.stepPlaces[step],
            "ladder \(draft.ladder.id) keeps the hours of \(late.hours.id): \(name) opened "
                + "\(spoken(late.openedAt, zone)) is due \(spoken(late.dueAt, zone)), "
                + "leadership is paged \(late.pagedAt.map { spoken($0, zone) } ?? "never") "
                + "\(zone.name) (\(response.text) on \(response.calendar.id))",
            fix: "Use a ladder without `hours`, or with the calendar of the response"
        )
    }
}

extension Ladder {
    /// The indices of steps that page leadership.
    var leadershipSteps: [Int] {
        steps.indices.filter { steps[$0].page.contains { leadership.contains($0) } }
    }
}

/// The search for a case whose leadership is paged only once its response is due.
///
/// Where steps keep the hours of the promise itself nothing has to be searched: a share or a time
/// below the target comes before it on any calendar.
struct LateOpenings {
    let horizon: Horizon?
    /// Searches of one load; past them the sample would cost more than it tells.
    private var searchesLeft = 50

    /// Two weeks by the half hour.
    private static let samples = 14 * 48

    struct Late {
        var openedAt: Instant
        var dueAt: Instant
        /// `nil` where the ladder's hours never come.
        var pagedAt: Instant?
        var hours: BusinessCalendar
    }

    init(horizon: Horizon?) {
        self.horizon = horizon
    }

    /// A goal is not searched: its unstaffed deadlines are announced ahead.
    mutating func first(
        _ ladder: Ladder,
        step: Int,
        _ priority: Policy.Priority,
        _ response: Promise,
        channel: String?
    ) -> Late? {
        guard let horizon, response.kind == .commitment, searchesLeft > 0,
            let hours = priority.hours(of: ladder),
            !(response.target?.countsOpenTime == true && hours.isSame(as: response.calendar))
        else { return nil }
        searchesLeft -= 1
        for sample in 0..<Self.samples {
            let openedAt = horizon.start.adding(seconds: sample * 1_800)
            let clock = CaseClocks(
                priorities: [priority.promises],
                priority: priority.name,
                openedAt: openedAt,
                channel: channel,
                records: []
            ).clocks(at: openedAt).first { $0.name == .response }
            guard let clock, let dueAt = clock.due else { continue }
            let pagedAt = instant(of: ladder.steps[step].at, clock, openedAt, hours)
            if let pagedAt, pagedAt < dueAt { continue }
            return Late(openedAt: openedAt, dueAt: dueAt, pagedAt: pagedAt, hours: hours)
        }
        return nil
    }

    private func instant(
        of offset: Ladder.Offset,
        _ clock: Clock,
        _ openedAt: Instant,
        _ hours: BusinessCalendar
    ) -> Instant? {
        let start = clock.startsAt ?? openedAt
        switch offset {
        case .seconds(let seconds):
            return hours.instant(afterOpenSeconds: seconds, from: start)
                .flatMap { hours.nextOpening(atOrAfter: $0) }
        case .share(let points):
            return clock.instant(basisPoints: points)
                .flatMap { hours.nextOpening(atOrAfter: $0) }
        }
    }
}

extension BusinessCalendar {
    /// Whether both are open at the same times, whatever they are called.
    func isSame(as other: BusinessCalendar) -> Bool {
        zone == other.zone && hours == other.hours && dates == other.dates
            && holidays == other.holidays
    }
}
