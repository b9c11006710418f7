package import CivilTime
package import Clocks

/// Deadlines of one promise that fall when nobody is in, for cases opened while somebody is.
package struct UnstaffedPromise: Hashable, Sendable {
    /// Instants `[start, end)` of opening.
    package struct Stretch: Hashable, Sendable {
        package var start: Instant
        package var end: Instant
    }

    package var policy: String
    package var priority: String
    /// Response or resolution.
    package var clock: ClockName
    /// The way of intake that the promise is for, such as `mail`; `nil` for any.
    package var channel: String?
    /// The promise as it is written: `24 h`.
    package var text: String
    /// The calendar in whose hours somebody is in, and its zone.
    package var hours: String
    package var zone: Zone
    /// In order; never empty.
    package var stretches: [Stretch]
    /// When a case opened at the start of the first stretch is due, and when staff hear of it.
    package var firstDue: Instant
    package var announceAt: Instant
}

extension Policy.Priority {
    /// The hours in which steps of `ladder` fall due; `nil` means any time.
    ///
    /// A priority of urgency `notice` keeps its promise's hours even where its ladder names none.
    package func hours(of ladder: Ladder) -> BusinessCalendar? {
        let hours = ladder.hours ?? (urgency == .notice ? promises.response?.calendar : nil)
        return hours.flatMap { $0.isAlwaysOpen ? nil : $0 }
    }
}

extension Rulebook {
    /// The promises that can fall due while nobody is in, for cases opened from `start` to `end`.
    ///
    /// By policy, then from the highest priority down. A promise that runs from its diagnosis, or
    /// whose ladder keeps no hours, has none.
    package func unstaffedPromises(from start: Instant, to end: Instant) -> [UnstaffedPromise] {
        policies.values.sorted { $0.id < $1.id }.flatMap { policy in
            policy.priorities.flatMap { priority -> [UnstaffedPromise] in
                guard let ladder = ladders[priority.ladder],
                    let hours = priority.hours(of: ladder), hours.zone != nil
                else { return [] }
                let windows = hours.windows(from: start, to: end)
                return priority.promises.owed.compactMap { owed in
                    Deadlines(promise: owed.promise, hours: hours).unstaffed(
                        openedIn: windows,
                        UnstaffedPromise.Owner(
                            policy: policy.id,
                            priority: priority.name,
                            clock: owed.clock,
                            channel: owed.channel
                        )
                    )
                }
            }
        }
    }

    /// The clock changes of every calendar that a promise or a ladder uses, in order of time.
    package func calendarClockChanges(
        from start: Instant,
        to end: Instant
    ) -> [CalendarClockChange] {
        var used: [String: BusinessCalendar] = [:]
        for priority in policies.values.flatMap(\.priorities) {
            let promises = priority.promises
            let own = [promises.response?.calendar, promises.resolution?.calendar]
            let all =
                own + [promises.update?.calendar, ladders[priority.ladder]?.hours]
                + promises.channelResponses.values.map(\.calendar)
            for calendar in all.compactMap(\.self) { used[calendar.id] = calendar }
        }
        return used.values.flatMap { $0.clockChanges(from: start, to: end) }
            .sorted { ($0.at, $0.zone.name, $0.calendar) < ($1.at, $1.zone.name, $1.calendar) }
    }
}

extension UnstaffedPromise {
    fileprivate struct Owner {
        var policy: String
        var priority: String
        var clock: ClockName
        var channel: String?
    }

    fileprivate init(
        _ owner: Owner,
        _ promise: Promise,
        _ stretches: [Stretch],
        hours: BusinessCalendar,
        deadline: UnstaffedDeadline
    ) {
        self.init(
            policy: owner.policy,
            priority: owner.priority,
            clock: owner.clock,
            channel: owner.channel,
            text: promise.text,
            hours: hours.id,
            zone: hours.zone ?? .utc,
            stretches: stretches,
            firstDue: deadline.due,
            announceAt: deadline.announceAt
        )
    }
}

extension PriorityPromises {
    /// The promises that fall due once, from the opening on.
    fileprivate var owed: [(clock: ClockName, channel: String?, promise: Promise)] {
        var owed: [(clock: ClockName, channel: String?, promise: Promise)] = []
        if let response { owed.append((.response, nil, response)) }
        for (channel, promise) in channelResponses.sorted(by: { $0.key < $1.key }) {
            owed.append((.response, channel, promise))
        }
        if let resolution, resolution.startsOn == .opened {
            owed.append((.resolution, nil, resolution))
        }
        return owed
    }
}

/// Where the due instants of one promise fall, as its openings go on.
private struct Deadlines {
    typealias Stretch = UnstaffedPromise.Stretch

    let promise: Promise
    let hours: BusinessCalendar

    /// Where due instants do not simply move along with openings, this often is looked.
    private static let sampleSeconds = 900

    func unstaffed(
        openedIn windows: [(start: Instant, end: Instant)],
        _ owner: UnstaffedPromise.Owner
    ) -> UnstaffedPromise? {
        guard let target = promise.target,
            !(target.countsOpenTime && promise.calendar == hours)
        else { return nil }
        var stretches: [Stretch] = []
        for window in windows {
            for piece in pieces(of: window, target) {
                for found in unstaffed(openedIn: piece, target) {
                    if let last = stretches.last, last.end == found.start {
                        stretches[stretches.count - 1].end = found.end
                    } else {
                        stretches.append(found)
                    }
                }
            }
        }
        guard let first = stretches.first?.start,
            let due = promise.calendar.due(target, from: first),
            let deadline = hours.unstaffedDeadline(of: due, since: first)
        else { return nil }
        return UnstaffedPromise(owner, promise, stretches, hours: hours, deadline: deadline)
    }

    /// Parts of a window in which a later opening means a due as much later.
    private func pieces(of window: (start: Instant, end: Instant), _ target: Target) -> [Stretch] {
        var cuts: Set<Instant> = []
        switch target {
        case .elapsed:
            break
        case .split:
            for open in promise.calendar.windows(from: window.start, to: window.end) {
                cuts.formUnion([open.start, open.end])
            }
        case .days(let days):
            let length = days * 86_400
            let zone = promise.calendar.zone ?? .utc
            let end = window.end.adding(seconds: length + 86_400)
            for change in zone.transitions(from: window.start, to: end) {
                cuts.formUnion([change.at, change.at.adding(seconds: -length)])
            }
        case .open, .businessDays:
            let length = window.end.seconds(since: window.start)
            for offset in stride(from: 0, to: length, by: Self.sampleSeconds) {
                cuts.insert(window.start.adding(seconds: offset))
            }
        }
        let inside = cuts.filter { window.start < $0 && $0 < window.end }.sorted()
        let edges = [window.start] + inside + [window.end]
        return zip(edges, edges.dropFirst()).map { Stretch(start: $0, end: $1) }
    }

    private func unstaffed(openedIn piece: Stretch, _ target: Target) -> [Stretch] {
        guard let due = promise.calendar.due(target, from: piece.start) else { return [] }
        if target.countsOpenTime {
            return hours.unstaffedDeadline(of: due, since: piece.start) == nil ? [] : [piece]
        }
        let shift = due.seconds(since: piece.start)
        return closed(from: due, to: piece.end.adding(seconds: shift)).map {
            Stretch(start: $0.start.adding(seconds: -shift), end: $0.end.adding(seconds: -shift))
        }
    }

    /// The instants in a range at which nobody is in, nor just before: a closing itself is staffed.
    private func closed(from start: Instant, to end: Instant) -> [Stretch] {
        var closed: [Stretch] = []
        var from = hours.isOpen(at: start.adding(seconds: -1)) ? start.adding(seconds: 1) : start
        for open in hours.windows(from: start, to: end) {
            if from < open.start { closed.append(Stretch(start: from, end: open.start)) }
            from = open.end.adding(seconds: 1)
        }
        if from < end { closed.append(Stretch(start: from, end: end)) }
        return closed
    }
}
