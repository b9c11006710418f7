import Delivery
import TestSupport

/// One channel as it reaches one person: what it really takes, and what it answers.
struct Receiver {
    /// How it behaves for a while.
    enum Mood: CaseIterable {
        case well
        /// Takes it after seconds.
        case slow
        /// Says nothing until the attempt is given up.
        case hanging
        /// Answers 503.
        case overloaded
        /// Answers 429 and asks to wait for half an hour.
        case throttling
        /// Answers 400.
        case refusing
        /// Answers 410.
        case gone
        /// Its certificate is bad: nothing is sent.
        case untrusted
        /// Breaks the connection before it took anything.
        case resettingBefore
        /// Takes it, then breaks the connection without an answer.
        case resettingAfter
        /// Answers 200 and drops it.
        case swallowing
    }

    /// What becomes of one attempt.
    struct Fate {
        var outcome: AttemptOutcome
        var millis: Int
        var status: Int?
        var retryAfterSeconds: Int?
        /// Whether the receiver has it, whatever the sender hears.
        var isTaken: Bool
        /// Whether its person gets to see it.
        var isSeen: Bool
    }

    var mood = Mood.well
    private var failures = 0
    /// Whether it answered again after it had been given up for a while.
    private(set) var hasClosed = false
    /// By the continuous clock: attempts before it are refused without being tried.
    private var closedUntil: Int64 = 0

    /// The courier's breaker, simplified: five failures in a row close it for half a minute.
    func isBehindBreaker(at instant: Int64) -> Bool { instant < closedUntil }

    mutating func fate(at instant: Int64, using random: inout SplitMix64) -> Fate {
        let fate = fate(using: &random)
        if fate.outcome == .delivered {
            hasClosed = hasClosed || failures >= 5
            failures = 0
        } else {
            failures += 1
            if failures >= 5 { closedUntil = instant + 30 * second }
        }
        return fate
    }

    private func fate(using random: inout SplitMix64) -> Fate {
        let quick = Int.random(in: 5...400, using: &random)
        switch mood {
        case .well: return taken(after: quick)
        case .slow: return taken(after: Int.random(in: 2_000...14_000, using: &random))
        case .hanging: return lost(.transient, after: 15_000)
        case .overloaded: return lost(.transient, after: quick, status: 503)
        case .throttling:
            var fate = lost(.transient, after: quick, status: 429)
            fate.retryAfterSeconds = 1_800
            return fate
        case .refusing: return lost(.permanent, after: quick, status: 400)
        case .gone: return lost(.permanent, after: quick, status: 410)
        case .untrusted: return lost(.configuration, after: quick)
        case .resettingBefore: return lost(.transient, after: quick)
        case .resettingAfter:
            var fate = lost(.unknown, after: quick)
            (fate.isTaken, fate.isSeen) = (true, true)
            return fate
        case .swallowing:
            var fate = taken(after: quick)
            fate.isSeen = false
            return fate
        }
    }

    private func taken(after millis: Int) -> Fate {
        Fate(outcome: .delivered, millis: millis, status: 200, isTaken: true, isSeen: true)
    }

    private func lost(_ outcome: AttemptOutcome, after millis: Int, status: Int? = nil) -> Fate {
        Fate(outcome: outcome, millis: millis, status: status, isTaken: false, isSeen: false)
    }
}
