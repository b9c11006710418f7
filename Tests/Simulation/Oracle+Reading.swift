/// One case, read from its first word to its last.
extension Oracle {
    /// One run of the ladder, from the opening, or from where it began again, until it was stopped.
    struct Cycle {
        var number: Int
        /// From where offsets count.
        var start: Int
        /// When the first page of it may leave.
        var from: Int
        /// `nil` while it runs.
        var to: Int?
        /// Whom it starts at, in the place of its first step.
        var owner: String?
        /// Stretches in which the ladder rests: it is the customer's turn.
        var rests: [(from: Int, to: Int)] = []
        /// No page before, where someone snoozed it.
        var snoozedUntil = 0
        /// Whether it waited for a fix at any time, so that repeats come four times as slowly.
        var isSlowed = false
    }

    struct Reading {
        let oracle: Oracle
        let story: Story
        var faults: [String] = []
        private var cycles: [Cycle] = []
        private var priority: PlainRules.Priority
        private var owner: String?
        private var held: (by: String, at: Int, since: Int)?
        /// Whether the customer was answered since the ladder began.
        private var isAnswered = false
        private var lastWord = 0
        private var slowness = 1
        private var isResting = false
        private var snoozedUntil = 0
        private var responseDue: Int?
        private var updateDue: Int?
        private var isOpen = true
        /// From here on the texts are not read.
        private var end: Int
        private var expiriesSeen = 0

        init(oracle: Oracle, story: Story) {
            self.oracle = oracle
            self.story = story
            let rules = oracle.rules[0].rules
            priority =
                rules.priorities.first { $0.name == story.told.first?.priority }
                ?? rules.priorities[0]
            end = story.end
        }

        mutating func read() {
            guard let opened = story.told.first else { return }
            lastWord = opened.at
            responseDue = due(after: priority.responseSeconds, from: opened.at)
            updateDue = priority.updateSeconds.map { opened.at + $0 }
            begin(at: opened.at, owner: nil, isFirst: true)
            var last = opened.at
            for told in story.told.dropFirst() {
                passTime(until: told.at)
                guard told.at >= last, end == story.end else {
                    end = min(end, told.at)
                    break
                }
                last = told.at
                take(told)
                if end < story.end { break }
            }
            passTime(until: end)
            checkExpiries()
            for cycle in cycles { check(cycle) }
            checkStrangers()
        }

        private func due(after seconds: Int, from instant: Int) -> Int {
            priority.isInBusinessHours
                ? Oracle.after(openSeconds: seconds, from: instant) : instant + seconds
        }

        private func inHours(_ seconds: Int, from instant: Int) -> Int {
            priority.isInBusinessHours
                ? Oracle.opening(Oracle.after(openSeconds: seconds, from: instant))
                : instant + seconds
        }

        // MARK: What people say

        private mutating func begin(at instant: Int, owner: String?, isFirst: Bool = false) {
            stop(at: instant)
            held = nil
            isAnswered = false
            snoozedUntil = 0
            cycles.append(
                Cycle(
                    number: (cycles.last?.number ?? 0) + 1,
                    start: isFirst && priority.isInBusinessHours
                        ? Oracle.opening(instant) : instant,
                    from: instant,
                    owner: owner,
                    rests: isResting ? [(instant, Int.max)] : [],
                    isSlowed: slowness > 1
                )
            )
        }

        private mutating func stop(at instant: Int) {
            guard let index = cycles.indices.last, cycles[index].to == nil else { return }
            cycles[index].to = instant
        }

        /// V19: what is taken back within ten minutes was a rest of the same run of the ladder.
        private mutating func giveBack(at instant: Int) {
            guard let held, !isAnswered, instant - held.since <= 600,
                let index = cycles.indices.last, let stopped = cycles[index].to
            else { return begin(at: instant, owner: nil) }
            (self.held, snoozedUntil, cycles[index].to) = (nil, 0, nil)
            let place = cycles[index].rests.count - (isResting ? 1 : 0)
            cycles[index].rests.insert((stopped, instant), at: max(0, place))
            cycles[index].snoozedUntil = min(cycles[index].snoozedUntil, instant)
            // Whoever gave it back is not the one to ask first.
            let number = cycles[index].number
            let hasBegun = story.pages.contains {
                $0.cycle == number && $0.decidedAt < instant
            }
            if !hasBegun { cycles[index].owner = nil }
        }

        private mutating func rest(_ rests: Bool, at instant: Int) {
            guard rests != isResting else { return }
            isResting = rests
            guard let index = cycles.indices.last else { return }
            if rests {
                cycles[index].rests.append((instant, Int.max))
            } else if let last = cycles[index].rests.indices.last {
                cycles[index].rests[last].to = instant
            }
        }

        private mutating func take(_ told: Told) {
            lastWord = max(lastWord, told.at)
            switch told.name {
            case "acknowledged":
                stop(at: told.at)
                held = told.by.map { ($0, told.at, held?.since ?? told.at) }
                owner = told.by
            case "unacknowledged": giveBack(at: told.at)
            case "reassigned":
                owner = told.person ?? owner
                begin(at: told.at, owner: owner)
            case "responded":
                isAnswered = true
                if held == nil { stop(at: told.at) }
                if let due = responseDue { checkBreach(due: due, stoppedAt: told.at) }
                if responseDue != nil { restartUpdates(at: told.at) }
                responseDue = nil
            case "updated": restartUpdates(at: told.at)
            case "resolved", "closed":
                stop(at: told.at)
                rest(false, at: told.at)
                if let due = responseDue { checkBreach(due: due, stoppedAt: told.at) }
                if let due = updateDue { checkReminder(due: due, until: told.at) }
                (held, responseDue, updateDue, isOpen) = (nil, nil, nil, false)
            case "reopened":
                // Its clocks begin anew; what was owed before is not looked at again.
                (slowness, isOpen) = (1, true)
                responseDue = due(after: priority.responseSeconds, from: told.at)
                updateDue = priority.updateSeconds.map { told.at + $0 }
                begin(at: told.at, owner: nil)
            case "status_changed":
                slowness = told.status == "pending" && told.reason != "customer" ? 4 : 1
                if slowness > 1, let index = cycles.indices.last { cycles[index].isSlowed = true }
                rest(told.status == "pending" && told.reason == "customer", at: told.at)
            case "customer_wrote":
                slowness = 1
                rest(false, at: told.at)
            case "snoozed":
                snoozedUntil = told.until ?? 0
                if let index = cycles.indices.last { cycles[index].snoozedUntil = snoozedUntil }
            case "priority_changed" where told.priority == priority.name: break
            case "priority_changed": end = told.at
            case "escalated": checkEscalation(told)
            default: break
            }
        }

        private mutating func restartUpdates(at instant: Int) {
            if let due = updateDue { checkReminder(due: due, until: instant) }
            updateDue = priority.updateSeconds.map { instant + $0 }
        }

        // MARK: What time does

        /// An acknowledgement is a lease.
        private var leaseEnd: Int? {
            guard let held, !isResting else { return nil }
            var ends = inHours(3_600 * slowness, from: max(lastWord, held.at))
            for due in [responseDue, updateDue] {
                if let due, due > held.at { ends = min(ends, due) }
            }
            return max(ends, held.at + 600, snoozedUntil)
        }

        private mutating func passTime(until instant: Int) {
            while let ends = leaseEnd, ends <= instant + 1, end == story.end {
                // In one second with a word: either may come first.
                guard ends < instant - 1, let by = oracle.deadline(ends), by < instant else {
                    end = min(end, ends - 1)
                    return
                }
                expiriesSeen += 1
                if !story.expiries.contains(ends) {
                    faults.append(
                        "the acknowledgement of \(held?.by ?? "-") did not end at \(ends)"
                    )
                    end = ends - 1
                    return
                }
                begin(at: ends, owner: owner)
            }
        }

        private mutating func checkExpiries() {
            let known = story.expiries.filter { $0 < end - 1 }
            if known.count > expiriesSeen {
                faults.append("\(known.count) leases ended, \(expiriesSeen) were to: \(known)")
            }
        }

        private mutating func checkBreach(due: Int, stoppedAt: Int) {
            guard abs(stoppedAt - due) > 1, cycles.allSatisfy({ $0.snoozedUntil == 0 }) else {
                return
            }
            let records = story.responseBreaches.filter { $0 >= due && $0 <= stoppedAt + 1 }
            if stoppedAt < due {
                if !records.isEmpty { faults.append("a response in time counts as breached") }
            } else if let by = oracle.deadline(due + 1), by < stoppedAt, records.isEmpty {
                faults.append("the response ran out at \(due) and no breach is on record")
            }
        }

        private mutating func checkReminder(due: Int, until instant: Int) {
            let at = max(due, snoozedUntil)
            guard let by = oracle.deadline(at), by < instant, by < end else { return }
            let isSaid = story.reminders.contains { $0 >= due && $0 <= by }
            if !isSaid { faults.append("the update owed at \(due) was not reminded of by \(by)") }
        }

        private mutating func checkEscalation(_ told: Told) {
            guard let by = oracle.deadline(told.at), by < end else { return }
            let rules = oracle.rules(at: told.at)
            var people = Oracle.people(priority.ladder.leadership, rules, at: told.at)
            if people.isEmpty {
                people = Oracle.people(priority.ladder.lastResort, rules, at: told.at)
            }
            let isDone = story.escalations.contains {
                $0.at >= told.at - 1 && $0.at <= by && $0.people == people
            }
            if !isDone {
                faults.append("the escalation at \(told.at) did not page \(people.sorted())")
            }
        }

        // MARK: The ladder

        /// A step never falls due after one that is listed later (decision 0006).
        private func instant(ofStep index: Int, _ cycle: Cycle) -> Int {
            var earliest = ownInstant(ofStep: index, cycle)
            for later in (index + 1)..<max(index + 1, priority.ladder.steps.count) {
                earliest = min(earliest, ownInstant(ofStep: later, cycle))
            }
            return earliest
        }

        private func ownInstant(ofStep index: Int, _ cycle: Cycle) -> Int {
            let seconds =
                switch priority.ladder.steps[index].at {
                case .share(let share): (priority.responseSeconds * share + 9_999) / 10_000
                case .seconds(let seconds): seconds
                }
            return inHours(seconds, from: cycle.start)
        }

        private func instant(ofRound round: Int, _ cycle: Cycle) -> Int {
            let last = ownInstant(ofStep: priority.ladder.steps.count - 1, cycle)
            return inHours(priority.ladder.repeatSeconds * round, from: last)
        }

        private func targets(of page: Paged, _ cycle: Cycle, before: [Paged]) -> [String] {
            let steps = priority.ladder.steps
            if page.round > 0 { return steps.flatMap(\.page) + priority.ladder.leadership }
            let at = instant(ofStep: page.step - 1, cycle)
            let done = before.map(\.step).max() ?? 0
            let together =
                page.decidedAt < at
                ? [page.step - 1]
                : (done..<page.step).filter { instant(ofStep: $0, cycle) == at }
            if together.contains(0), let owner = cycle.owner {
                return [owner] + together.filter { $0 > 0 }.flatMap { steps[$0].page }
            }
            return together.flatMap { steps[$0].page }
        }

        private mutating func check(_ cycle: Cycle) {
            let stop = min(cycle.to ?? end, end)
            let pages = story.pages.filter { $0.cycle == cycle.number && $0.decidedAt < end }
            for (index, page) in pages.enumerated() {
                checkPage(page, cycle, before: Array(pages[..<index]))
            }
            checkOwed(cycle, pages, until: stop)
            checkForward(cycle, pages, until: stop)
        }

        /// Nobody is paged who should not be, nor when they should not.
        private mutating func checkPage(_ page: Paged, _ cycle: Cycle, before: [Paged]) {
            let name = "step \(page.step) round \(page.round) of cycle \(cycle.number)"
            if let to = cycle.to, page.decidedAt > to + 1 {
                faults.append("\(name) was paged at \(page.decidedAt), after the end at \(to)")
            }
            if page.decidedAt < cycle.from {
                faults.append("\(name) was paged before its cycle began")
            }
            for rest in cycle.rests where page.decidedAt > rest.from + 1 && page.decidedAt < rest.to
            {
                faults.append("\(name) was paged while it was the customer's turn")
            }
            guard page.step <= priority.ladder.steps.count else {
                return faults.append("\(name) does not exist")
            }
            if page.decidedAt < cycle.snoozedUntil { return }
            let targets = targets(of: page, cycle, before: before)
            let readings = oracle.rulesAround(page.decidedAt).map { rules in
                let wanted = Oracle.people(targets, rules, at: page.decidedAt)
                return wanted.isEmpty && page.step == priority.ladder.steps.count
                    ? Oracle.people(priority.ladder.lastResort, rules, at: page.decidedAt) : wanted
            }
            if let wanted = readings.last, !readings.contains(page.people) {
                faults.append(
                    "\(name) at \(page.decidedAt) paged \(page.people.sorted()),"
                        + " wanted \(wanted.sorted())"
                )
            }
            let at =
                page.round > 0
                ? instant(ofRound: page.round, cycle) : instant(ofStep: page.step - 1, cycle)
            guard page.decidedAt < at else { return }
            if page.round > 0 || !isForwarded(page, cycle, before: before) {
                faults.append("\(name) was paged at \(page.decidedAt), due only at \(at)")
            }
        }

        /// Whether nobody stood behind the step before, or nobody of it was reached.
        private func isForwarded(_ page: Paged, _ cycle: Cycle, before: [Paged]) -> Bool {
            let last = before.last
            if let last, last.step + 1 == page.step || last.decidedAt <= page.decidedAt {
                if last.reachedAt.map({ $0 >= page.decidedAt - 1 }) ?? true { return true }
            }
            let from = last?.step ?? 0
            guard page.step > from + 1 else { return false }
            // After an absence the latest step that is due stands for those before it.
            let present = (from..<page.step - 1).map { instant(ofStep: $0, cycle) }
                .filter { $0 <= page.decidedAt }.max()
            return (from..<page.step - 1).allSatisfy { index in
                instant(ofStep: index, cycle) < present ?? 0
                    || isNobody(index, cycle, at: page.decidedAt)
                    || isPassed(index, cycle, before, at: page.decidedAt)
            }
        }

        private func isNobody(_ index: Int, _ cycle: Cycle, at instant: Int) -> Bool {
            if index == 0, cycle.owner != nil { return false }
            let targets = priority.ladder.steps[index].page
            return Oracle.people(targets, oracle.rules(at: instant), at: instant).isEmpty
        }

        /// Every step and round that fell due while the cycle ran was paged in time, or one above
        /// it was.
        private mutating func checkOwed(_ cycle: Cycle, _ pages: [Paged], until stop: Int) {
            for index in priority.ladder.steps.indices {
                let due = instant(ofStep: index, cycle)
                guard due < stop else { break }
                guard let (at, by) = owed(due, cycle, until: stop) else { continue }
                if index + 1 < priority.ladder.steps.count, isNobody(index, cycle, at: at) {
                    continue
                }
                let isDone = pages.contains {
                    ($0.step > index || $0.round > 0) && ($0.leftAt ?? Int.max) <= by
                }
                if !isDone, !isPassed(index, cycle, pages, at: at) {
                    faults.append("step \(index + 1) of cycle \(cycle.number) due \(at) by \(by)")
                }
            }
            guard !cycle.isSlowed else { return }
            var round = 1
            while priority.isInBusinessHours ? round <= priority.ladder.repeatTimes : true {
                let due = instant(ofRound: round, cycle)
                guard due < stop else { break }
                if let (_, by) = owed(due, cycle, until: stop) {
                    let isDone = pages.contains {
                        $0.round >= round && ($0.leftAt ?? Int.max) <= by
                    }
                    if !isDone {
                        faults.append("round \(round) of cycle \(cycle.number) due \(due) by \(by)")
                    }
                }
                round += 1
            }
            if priority.isInBusinessHours,
                let extra = pages.first(where: { $0.round > priority.ladder.repeatTimes })
            {
                faults.append("round \(extra.round) is one too many")
            }
        }

        /// Whom a step names may have been paged in vain a moment before: then it is passed over.
        private func isPassed(_ index: Int, _ cycle: Cycle, _ pages: [Paged], at: Int) -> Bool {
            guard index + 1 < priority.ladder.steps.count, !(index == 0 && cycle.owner != nil)
            else { return false }
            // Repeats of a page go on for five minutes; later it is paged anew.
            let early = pages.filter {
                $0.decidedAt <= at && $0.decidedAt + 300 >= at && $0.reachedAt == nil
            }
            let tried = early.reduce(into: Set<String>()) { $0.formUnion($1.people) }
            let rules = oracle.rules(at: at)
            let named = Oracle.people(priority.ladder.steps[index].page, rules, at: at)
            return !early.isEmpty && named.isSubset(of: tried)
        }

        /// When what is due must leave, and by when; `nil` where it need not.
        private func owed(_ due: Int, _ cycle: Cycle, until stop: Int) -> (at: Int, by: Int)? {
            var at = max(due, cycle.from, cycle.snoozedUntil)
            for rest in cycle.rests where at >= rest.from - 1 && at <= rest.to {
                guard rest.to < Int.max else { return nil }
                at = rest.to
            }
            guard let by = oracle.deadline(at, hold: oracle.hold), by < stop else { return nil }
            // A rest that begins meanwhile takes the page back.
            if cycle.rests.contains(where: { $0.from <= by && $0.to >= at && $0.from >= at }) {
                return nil
            }
            return (at, by)
        }

        /// V4: where nobody of a step was reached, the next comes within 65 s.
        private mutating func checkForward(_ cycle: Cycle, _ pages: [Paged], until stop: Int) {
            for (index, page) in pages.enumerated() where page.round == 0 {
                let by = page.decidedAt + 65 + oracle.hold
                guard page.step < priority.ladder.steps.count, by < stop,
                    (page.reachedAt ?? Int.max) > by,
                    oracle.watches.contains(where: {
                        $0.from + Oracle.wakingPatience <= page.decidedAt && $0.to >= by
                    }),
                    cycle.snoozedUntil < page.decidedAt,
                    !cycle.rests.contains(where: { $0.from <= by && $0.to >= page.decidedAt })
                else { continue }
                let isDone = pages[(index + 1)...].contains { ($0.leftAt ?? Int.max) <= by }
                let arePassed = (page.step..<priority.ladder.steps.count).allSatisfy {
                    isPassed($0, cycle, Array(pages[...index]), at: by)
                        || isNobody($0, cycle, at: by)
                }
                if !isDone, !arePassed {
                    faults.append(
                        "nobody of step \(page.step) was reached at \(page.decidedAt)"
                            + " and no other step came by \(by)"
                    )
                }
            }
        }

        /// Pages of cycles that never were.
        private mutating func checkStrangers() {
            let known = Set(cycles.map(\.number))
            for page in story.pages where page.decidedAt < end && !known.contains(page.cycle) {
                faults.append("a page of cycle \(page.cycle), which never was")
            }
        }
    }
}
