package import CivilTime

/// What a stopped clock came to, to be kept with the case.
///
/// Given back to `CaseClocks.verdicts` it holds against every later edit of policies, calendars and
/// zone rules.
package struct Verdict: Hashable, Sendable {
    package var name: ClockName
    /// `met` or `breached`.
    package var state: ClockState
    package var kind: Promise.Kind
    package var target: String
    /// When the clock stopped; tells this stop from that after a reopening.
    package var stoppedAt: Instant
    package var due: Instant?
    package var dueLatest: Instant?
    package var objective: Instant?
    package var elapsedSeconds: Int

    package init(
        name: ClockName,
        state: ClockState,
        kind: Promise.Kind,
        target: String,
        stoppedAt: Instant,
        due: Instant? = nil,
        dueLatest: Instant? = nil,
        objective: Instant? = nil,
        elapsedSeconds: Int
    ) {
        self.name = name
        self.state = state
        self.kind = kind
        self.target = target
        self.stoppedAt = stoppedAt
        self.due = due
        self.dueLatest = dueLatest
        self.objective = objective
        self.elapsedSeconds = elapsedSeconds
    }
}

extension Clock {
    /// What it came to; `nil` while it has not stopped.
    package var verdict: Verdict? {
        guard isStopped, let stoppedAt else { return nil }
        return Verdict(
            name: name,
            state: state,
            kind: kind,
            target: target,
            stoppedAt: stoppedAt,
            due: due,
            dueLatest: dueLatest,
            objective: objective,
            elapsedSeconds: elapsedSeconds
        )
    }

    /// The clock as the verdict of this very stop keeps it; itself where the verdict is of another.
    func frozen(by verdict: Verdict) -> Clock {
        guard verdict.name == name, isStopped, verdict.stoppedAt == stoppedAt else { return self }
        var clock = self
        clock.state = verdict.state
        clock.kind = verdict.kind
        clock.target = verdict.target
        clock.due = verdict.due
        clock.dueLatest = verdict.dueLatest
        clock.objective = verdict.objective
        clock.elapsedSeconds = verdict.elapsedSeconds
        return clock
    }
}

/// The record that a clock ran out.
package struct RecordedBreach: Hashable, Sendable {
    package var name: ClockName
    /// The run of the clock that was breached: `Clock.run`.
    package var run: Int
    /// When it was written down, at the first tick after the due.
    package var at: Instant

    package init(name: ClockName, run: Int, at: Instant) {
        self.name = name
        self.run = run
        self.at = at
    }
}

/// A due instant that an edit of policies, calendars or zone rules moved.
package struct MovedDue: Hashable, Sendable {
    package var name: ClockName
    /// `nil` where the clock had, or has, no due instant or is not there at all.
    package var old: Instant?
    package var new: Instant?

    /// Each unstopped clock whose due differs between the two readings of one case at one instant.
    ///
    /// In the order response, update, resolution, ownership; one line each in the admins' notice.
    package static func between(_ old: [Clock], _ new: [Clock]) -> [MovedDue] {
        ClockName.allCases.compactMap { name in
            let before = old.first { $0.name == name }
            let after = new.first { $0.name == name }
            let isStopped = before?.isStopped ?? true && after?.isStopped ?? true
            guard !isStopped, before?.due != after?.due else { return nil }
            return MovedDue(name: name, old: before?.due, new: after?.due)
        }
    }
}
