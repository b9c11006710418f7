package import CivilTime

/// How the sender of a case has ended it and raised it again (docs/decisions/0017).
package struct Flapping: Hashable, Sendable {
    /// How long after its own end a sender's raise opens the same case again.
    package static let windowSeconds = 900
    /// Raises within an hour, the opening among them, of which each is told; one more is told as
    /// flapping, and then none until an hour has passed without any.
    package static let raisesMax = 5
    package static let hourSeconds = 3_600

    /// When the sender itself ended the case; `nil` while it is open and where a person ended it.
    package var endedAt: Instant?
    /// Who had the case then.
    package var holder: Case.Acknowledgement?
    /// Those of the hour before the latest, ascending; empty for a case that was raised once.
    package var raises: [Instant] = []
    /// Raises after the opening, so that each page for one has an identity of its own.
    package var count = 0
    /// Whether raises are no longer told one by one.
    package var isFlapping = false

    /// `begun` is when this life of the case began, its first raise.
    mutating func raise(at instant: Instant, begun: Instant) {
        let before = raises.isEmpty ? [begun] : raises
        raises = before.filter { instant.seconds(since: $0) < Self.hourSeconds } + [instant]
        isFlapping = raises.count > Self.raisesMax || (isFlapping && raises.count > 1)
        // The last one says all that is left to know.
        if isFlapping { raises = [instant] }
        count += 1
        endedAt = nil
        holder = nil
    }
}

extension Case {
    /// Whether its sender said so itself: nobody is named, and it came as the case came.
    func isOfSender(_ event: CaseEvent) -> Bool { event.by == nil && event.way == intake }

    /// The event by which a raise of its sender opens this case again, at `instant`; `nil` where it
    /// is for another case, because a person ended this one or its end is too long ago.
    package func raisedAgain(at instant: Instant) -> CaseEvent? {
        guard !isOpen, let ended = flapping.endedAt, instant >= ended,
            instant.seconds(since: ended) <= Flapping.windowSeconds
        else { return nil }
        return CaseEvent(.raisedAgain, at: instant, way: intake)
    }

    /// Whether its sender says `name` now where it opened the case under something milder, as the
    /// case still is: what a person has lowered stays so while the sender repeats itself.
    package func isWorse(_ name: String, under rulebook: Rulebook) -> Bool {
        let policy = rulebook.policy(for: self)
        guard let rank = policy.rank(of: name), let opened = policy.rank(of: openedPriority),
            let current = policy.rank(of: priority)
        else { return false }
        return rank < opened && rank < current
    }
}

extension CaseTurn {
    /// The case is open again as if its sender had not ended it, and whoever was told of the end
    /// hears of it: who has it by one notice; while nobody has, those paged last are paged again.
    mutating func tellRaise(wasFlapping: Bool) {
        let hasLapsed = leaseEnd.map { $0 <= now } ?? false
        // The ladder starts again at the owner now, not in the past.
        if hasLapsed { endLease(at: now) }
        let number = value.number
        let hasNobody = value.acknowledgement == nil && !value.progress.isAnswered
        if value.flapping.isFlapping {
            guard !wasFlapping else { return }
            return pageRaise(why: "it flaps") { _ in
                "Case \(number) flaps: its sender has raised it more than"
                    + " \(Flapping.raisesMax) times within an hour. It stays as it is, and you hear"
                    + " of no further end or raise until an hour has passed without one."
            }
        }
        if hasLapsed { return }
        let words = { (turn: CaseTurn) in
            "Case \(number) is open again: its sender ended it and has raised it again"
                + " (\(turn.value.title))."
        }
        if hasNobody { return pageRaise(why: "raised again", summary: words) }
        tell(
            ownerOrOnCall,
            event: .raisedAgain,
            why: "raised again by its sender",
            dueAt: held(now),
            summary: words
        )
    }

    /// Those whom the ladder paged last; none where its first step is still to come.
    private mutating func pageRaise(why: String, summary: (CaseTurn) -> String) {
        let owner = value.acknowledgement?.by
        let to = people(of: owner.map { [$0] } ?? value.progress.currentPeople)
        guard !to.isEmpty || owner != nil || value.progress.stepsDone > 0 else { return }
        demand(
            to,
            occasion: Occasion.raise(value.flapping.count).text,
            event: .raisedAgain,
            dueAt: held(now),
            why: "\(policy.id) \(priority.name), \(why)",
            summary: summary
        )
    }
}
