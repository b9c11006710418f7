import CivilTime
import Clocks
import OnCall

/// The ladder: whom to page when, until someone acknowledges, answers the customer or resolves.
extension CaseTurn {
    /// Whether the ladder rests: the customer agreed to wait, or it is their turn.
    ///
    /// Under continuous effort a customer who cannot be reached silences nobody.
    var isQuiet: Bool {
        switch value.status {
        case .onHold: true
        case .pending: value.statusReason == "customer" && !priority.promises.ownership
        default: false
        }
    }

    /// How much slower repeats, reminders and leases come: a case that waits for a fix or another
    /// event stays active at a quarter of the rate.
    var slowness: Int { value.status == .pending && value.statusReason != "customer" ? 4 : 1 }

    /// When an entry of a series comes whose entries come at `full` while the case does not wait:
    /// each fourth of them alone, counted from when the case began to wait.
    ///
    /// Counted from the first entry instead, a case that has been reminded for a day would fall
    /// silent for three.
    func paced(_ index: Int, at full: (Int) -> Instant?) -> Instant? {
        guard slowness > 1, let since = waitingSince else { return full(index) }
        let before = latestIndex(from: 0, until: since, at: full)
        guard index > before else { return full(index) }
        let (steps, overflow) = (index - before).multipliedReportingOverflow(by: slowness)
        let (slow, isTooFar) = before.addingReportingOverflow(steps)
        return overflow || isTooFar ? nil : full(slow)
    }

    private var waitingSince: Instant? {
        value.records.last { if case .pending = $0.event { true } else { false } }?.at
    }

    /// The hours in which steps fall due; `nil` means any time.
    ///
    /// A priority of urgency `notice` keeps its promise's hours even where its ladder names none.
    var ladderHours: BusinessCalendar? {
        if let hours = ladder?.hours { return hours.isAlwaysOpen ? nil : hours }
        guard priority.urgency == .notice, let response = priority.promises.response,
            !response.calendar.isAlwaysOpen
        else { return nil }
        return response.calendar
    }

    /// When a message that can wait leaves: at its instant, else at the next opening of the
    /// ladder's hours, so that nobody hears at night of what nobody is asked to do at night.
    func held(_ instant: Instant) -> Instant {
        ladderHours.map { held(instant, to: $0) } ?? instant
    }

    /// The same in other hours; one that an absence made late waits for the next opening too.
    func held(_ instant: Instant, to hours: BusinessCalendar) -> Instant {
        let opening = hours.nextOpening(atOrAfter: instant) ?? instant
        if opening >= now || hours.isOpen(at: now) { return opening }
        return hours.nextOpening(atOrAfter: now) ?? opening
    }

    var ladderItem: Item? {
        guard let ladder, value.acknowledgement == nil, !isQuiet, !value.progress.isExhausted,
            !value.progress.isAnswered, let scheduled = nextLadderInstant(ladder)
        else { return nil }
        var at = scheduled
        if value.progress.stepsDone < ladder.steps.count,
            let forward = value.progress.broughtForwardAt
        {
            at = min(at, forward)
        }
        return Item(at: max(at, value.snoozedUntil ?? at), action: .ladder)
    }

    private func nextLadderInstant(_ ladder: Ladder) -> Instant? {
        let done = value.progress.stepsDone
        if done < ladder.steps.count { return instant(ofStep: done, ladder) }
        return instant(ofRound: value.progress.rounds + 1, ladder)
    }

    // MARK: Instants

    /// From where offsets count: the start of the response clock, or of this cycle.
    private var ladderStart: Instant {
        if let anchor = value.progress.anchor { return anchor }
        guard let response = priority.promises.response, response.isOpenTime else {
            return value.openedAt
        }
        return response.calendar.nextOpening(atOrAfter: value.openedAt) ?? value.openedAt
    }

    /// When a step falls due, by its place in the list: never after one that is listed later.
    ///
    /// Shares of an elapsed promise and minutes of the ladder's hours can change places over a
    /// weekend, a share that is rounded up and seconds at any time; the step listed first comes
    /// along with the other then.
    func instant(ofStep index: Int, _ ladder: Ladder) -> Instant? {
        guard let own = instant(of: ladder.steps[index]) else { return nil }
        return ladder.steps[(index + 1)...].reduce(own) { earliest, step in
            instant(of: step).map { min($0, earliest) } ?? earliest
        }
    }

    func instant(of step: Ladder.Step) -> Instant? {
        switch step.at {
        case .seconds(let seconds):
            return inLadderHours(seconds: seconds, from: ladderStart)
        case .share(let basisPoints):
            // Rounded up, so that a step never comes before its share is reached.
            let seconds = (responseSeconds * basisPoints + 9_999) / 10_000
            let response = priority.promises.response
            let at =
                if let response, response.isOpenTime {
                    response.calendar.instant(afterOpenSeconds: seconds, from: ladderStart)
                } else {
                    ladderStart.adding(seconds: seconds)
                }
            guard let at else { return nil }
            guard let hours = ladderHours else { return at }
            return hours.nextOpening(atOrAfter: at)
        }
    }

    /// The instant `seconds` later; where the ladder keeps hours, counted in them and inside them.
    func inLadderHours(seconds: Int, from start: Instant) -> Instant? {
        guard let hours = ladderHours else { return start.adding(seconds: seconds) }
        return hours.instant(afterOpenSeconds: seconds, from: start)
            .flatMap { hours.nextOpening(atOrAfter: $0) }
    }

    func repeatSeconds(_ ladder: Ladder) -> Int {
        ladder.repeatEverySeconds ?? max(300, responseSeconds / 4)
    }

    private func instant(ofRound round: Int, _ ladder: Ladder) -> Instant? {
        guard let last = ladder.steps.last.flatMap({ instant(of: $0) }) else { return nil }
        return paced(round) { round in
            let (seconds, overflow) = repeatSeconds(ladder).multipliedReportingOverflow(by: round)
            return overflow ? nil : inLadderHours(seconds: seconds, from: last)
        }
    }

    /// Rounds before the ladder is exhausted; `nil` means without end, which 24x7 promises always
    /// are.
    private func roundsMax(_ ladder: Ladder) -> Int? {
        if priority.promises.response?.calendar.isAlwaysOpen == true { return nil }
        return ladder.repeatTimes ?? 3
    }

    // MARK: Climbing

    /// Pages what the ladder owes now: the step that is due, or after an absence the present one
    /// alone.
    mutating func climb(dueAt: Instant) {
        guard let ladder else { return }
        if value.progress.stepsDone >= ladder.steps.count {
            return climbRound(ladder)
        }
        let first = value.progress.stepsDone
        if let forward = value.progress.broughtForwardAt, forward <= now,
            let scheduled = instant(ofStep: first, ladder), scheduled > now
        {
            if isUnreachable(step: first, of: ladder) { return pass(over: first) }
            return page(steps: [first], of: ladder, round: 0, dueAt: forward)
        }
        let due = (first..<ladder.steps.count).prefix { index in
            instant(ofStep: index, ladder).map { $0 <= now } ?? false
        }
        guard let last = due.last, let present = instant(ofStep: last, ladder) else {
            // Only a snooze or a hold that has just ended leads here: the next step comes now.
            return page(steps: [first], of: ladder, round: 0, dueAt: dueAt)
        }
        if last + 1 == ladder.steps.count, roundsMax(ladder) != 0,
            let repeated = instant(ofRound: 1, ladder), repeated <= now
        {
            // The round names everybody: it stands for the steps as well.
            for index in due { catchUp(step: index + 1, round: 0, standsIn: last + 1) }
            return climbRound(ladder)
        }
        let together = due.filter { instant(ofStep: $0, ladder) == present }
        for index in due where !together.contains(index) {
            catchUp(step: index + 1, round: 0, standsIn: last + 1)
        }
        page(steps: Array(together), of: ladder, round: 0, dueAt: present, standsFor: Array(due))
    }

    private mutating func climbRound(_ ladder: Ladder) {
        let next = value.progress.rounds + 1
        if let limit = roundsMax(ladder), next > limit { return exhaust(ladder) }
        let round = latestIndex(from: next, limit: roundsMax(ladder) ?? .max) {
            instant(ofRound: $0, ladder)
        }
        let last = ladder.steps.count
        if round > next { catchUp(step: last, round: round - 1, standsIn: last) }
        guard let dueAt = instant(ofRound: round, ladder) else { return }
        page(steps: Array(ladder.steps.indices), of: ladder, round: round, dueAt: dueAt)
    }

    private mutating func catchUp(step: Int, round: Int, standsIn: Int) {
        let cycle = value.progress.cycle
        let text =
            "not paged by itself: it fell due while nothing was paged;"
            + " step \(standsIn) stands for it"
        record(
            CaseEvent(
                .caughtUp,
                at: now,
                text: text,
                occasion: Occasion.page(cycle: cycle, step: step, round: round).text
            )
        )
    }

    private mutating func exhaust(_ ladder: Ladder) {
        let text =
            "the ladder \(ladder.id) has been repeated \(value.progress.rounds) times"
            + " and nobody answered"
        record(CaseEvent(.exhausted, at: now, text: text))
        let why = "ladder \(ladder.id) is exhausted (\(ladder.source))"
        var to = people(of: ladder.leadership)
        if to.isEmpty { to = people(of: ladder.lastResort) }
        tell(to, event: .exhausted, why: why, dueAt: now) { _ in text }
    }

    /// Pages everyone the steps resolve to, once each.
    mutating func page(
        steps: [Int],
        of ladder: Ladder,
        round: Int,
        dueAt: Instant,
        standsFor: [Int]? = nil
    ) {
        guard let highest = steps.last else { return }
        let occasion = Occasion.page(
            cycle: value.progress.cycle,
            step: highest + 1,
            round: round
        ).text
        var found: [Reached] = []
        // A round names the same rotations again and again; each is asked once.
        var answers: [(target: String, fault: String?, first: PersonID?)] = []
        for target in targets(steps: steps, of: ladder, round: round) {
            if let known = answers.first(where: { $0.target == target }) {
                if let fault = known.fault { skip(occasion, fault, instead: known.first) }
                continue
            }
            let resolved = resolve(target)
            let first = resolved.people.first?.person.id
            answers.append((target, resolved.fault, first))
            if let fault = resolved.fault { skip(occasion, fault, instead: first) }
            found += resolved.people
        }
        if found.isEmpty, highest + 1 == ladder.steps.count {
            for target in people(of: ladder.lastResort) {
                found.append(Reached(person: target.person, why: "last resort: \(target.why)"))
            }
        }
        guard !found.isEmpty else {
            return skip(occasion, "the step resolves to nobody", instead: nil)
        }
        let place = Notification.Page(
            id: "",
            step: highest + 1,
            steps: (standsFor ?? steps).map { $0 + 1 },
            cycle: value.progress.cycle,
            round: round,
            isDrill: false
        )
        let leadership = reachesLeadership(steps: steps, of: ladder, round: round)
        let tried = value.progress.tried
        for reached in Reached.unique(found) {
            readerZone = reached.person.zone
            let summary = pageSummary(place, ladder: ladder, tried: tried, dueAt: dueAt)
            readerZone = nil
            page(reached, place, occasion: occasion, dueAt: dueAt, summary: summary, ladder: ladder)
        }
        if leadership { tellCustomers(occasion: occasion) }
    }

    /// For so long a page is tried again and again; whom it did not reach is then paged anew.
    private static let triedSeconds = 300

    /// Whether everyone a step names is being paged in vain: no channel of theirs took a page whose
    /// repeats still go on.
    private func isUnreachable(step: Int, of ladder: Ladder) -> Bool {
        guard step + 1 < ladder.steps.count else { return false }
        let named = targets(steps: [step], of: ladder, round: 0).flatMap { resolve($0).people }
        return !named.isEmpty
            && named.allSatisfy { reached in
                let pages = value.progress.tried.filter { $0.person == reached.person.id }
                guard let last = pages.last, pages.allSatisfy(\.isUnreached) else { return false }
                return last.at.adding(seconds: Self.triedSeconds) > now
            }
    }

    private mutating func pass(over step: Int) {
        let cycle = value.progress.cycle
        skip(
            Occasion.page(cycle: cycle, step: step + 1, round: 0).text,
            "whom it names could not be reached a moment ago",
            instead: nil
        )
    }

    private func targets(steps: [Int], of ladder: Ladder, round: Int) -> [String] {
        if round == 0, steps.contains(0), value.progress.startsAtOwner, let owner = value.owner,
            rulebook.people[owner] != nil
        {
            // Under continuous effort an owner whose shift has ended is not asked alone.
            let first = priority.promises.ownership && !isOnShift(owner) ? 0 : 1
            return [owner] + steps.filter { $0 >= first }.flatMap { ladder.steps[$0].page }
        }
        let named = steps.flatMap { ladder.steps[$0].page }
        return round == 0 ? named : named + ladder.leadership
    }

    private func reachesLeadership(steps: [Int], of ladder: Ladder, round: Int) -> Bool {
        round > 0
            || steps.contains { step in
                ladder.steps[step].page.contains { ladder.leadership.contains($0) }
            }
    }

    private mutating func skip(_ occasion: String, _ reason: String, instead: PersonID?) {
        record(
            CaseEvent(.stepSkipped, at: now, reason: reason, person: instead, occasion: occasion)
        )
    }

    private mutating func page(
        _ reached: Reached,
        _ place: Notification.Page,
        occasion: String,
        dueAt: Instant,
        summary: String,
        ladder: Ladder
    ) {
        let person = reached.person
        var page = place
        if isWorded { page.id = "\(value.id).\(occasion).\(person.id)" }
        let why = pageReason(reached, place, ladder: ladder)
        record(CaseEvent(.paged, at: now, text: why, person: person.id, occasion: occasion))
        if isPagesOnly { return note(pageTo: person.id, step: place.step) }
        for (contact, wait) in contacts(of: person) {
            enqueue(
                Notification(
                    occasion: occasion,
                    kind: .page,
                    event: .paged,
                    person: person.id,
                    contact: contact,
                    dueAt: dueAt,
                    notBefore: max(dueAt, now).adding(seconds: wait),
                    summary: summary,
                    why: why,
                    page: page
                )
            )
        }
    }
}

extension Promise {
    /// Whether its time is counted in open time, so that it starts at the next opening.
    var isOpenTime: Bool {
        switch target {
        case .open, .businessDays: true
        case .elapsed, .days, .split, nil: false
        }
    }
}
