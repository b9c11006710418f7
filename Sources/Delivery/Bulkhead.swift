/// How much of one endpoint's work may be in flight: adaptive concurrency with a breaker.
///
/// Times are milliseconds of a clock that never steps.
struct Bulkhead {
    private(set) var limit: Int
    private(set) var inFlight = 0
    private let ceiling: Int
    private var goodSinceChange = 0
    private var millisSinceChange = 0
    private var failuresInRow = 0
    private var lastGoodAt: Int64 = .min / 2
    private var breaker = Breaker.closed
    private var tally = Tally()

    private enum Breaker {
        case closed
        /// Until then only a page may try, one every 5 s; afterwards any message may.
        case open(until: Int64, probeAt: Int64, spanMillis: Int64)
    }

    static let slowMillis = 2_000
    /// Beyond this many libcurl itself gets slower: go on only where the receiver is what waits.
    private static let fastEnough = 64
    private static let waitingMillis = 10
    private static let failuresMax = 5
    private static let spanMillis: Int64 = 30_000
    private static let spanMillisMax: Int64 = 300_000
    private static let probeMillis: Int64 = 5_000
    private static let goodMemoryMillis: Int64 = 1_000
    private static let provenMillis: Int64 = 60_000

    init(initial: Int, ceiling: Int) {
        limit = min(initial, ceiling)
        self.ceiling = ceiling
    }

    var isOpen: Bool {
        if case .open = breaker { true } else { false }
    }

    /// Whether its last answer was good, and within the last minute.
    func isProven(now: Int64) -> Bool {
        failuresInRow == 0 && now - lastGoodAt <= Self.provenMillis
    }

    /// How many more messages may begin now.
    func room(isPage: Bool, now: Int64) -> Int {
        guard case .open(let until, let probeAt, _) = breaker else {
            return max(0, limit - inFlight)
        }
        guard inFlight == 0 else { return 0 }
        return now >= until || (isPage && now >= probeAt) ? 1 : 0
    }

    mutating func begin() { inFlight += 1 }

    /// What an answer says of the endpoint, not of the message.
    enum Answer {
        /// It works, whatever it thought of this message.
        case good
        case overloaded
        case failed
    }

    mutating func end(_ answer: Answer, millis: Int, now: Int64) {
        inFlight -= 1
        switch answer {
        case .good: recordGood(millis: millis, now: now)
        case .overloaded: shrink()
        case .failed: recordFailure(now: now)
        }
    }

    private mutating func recordGood(millis: Int, now: Int64) {
        failuresInRow = 0
        lastGoodAt = now
        if isOpen { tally = Tally() }
        breaker = .closed
        tally.note(isFailure: false, now: now)
        goodSinceChange += 1
        millisSinceChange += millis
        guard goodSinceChange >= limit, limit < ceiling else { return }
        let average = millisSinceChange / goodSinceChange
        let isHelpful = limit < Self.fastEnough || average >= Self.waitingMillis
        if isHelpful, average < Self.slowMillis { limit = min(ceiling, limit * 2) }
        (goodSinceChange, millisSinceChange) = (0, 0)
    }

    private mutating func shrink() {
        limit = max(1, limit / 2)
        (goodSinceChange, millisSinceChange) = (0, 0)
    }

    private mutating func recordFailure(now: Int64) {
        failuresInRow += 1
        if case .open(_, _, let spanMillis) = breaker {
            return open(spanMillis: min(spanMillis * 2, Self.spanMillisMax), now: now)
        }
        // A few failures among good answers are no reason to slow down; a row of them is.
        if failuresInRow >= 3 { shrink() }
        tally.note(isFailure: true, now: now)
        let isDark = now - lastGoodAt > Self.goodMemoryMillis
        if failuresInRow >= Self.failuresMax && isDark || tally.isBad(at: now) {
            open(spanMillis: Self.spanMillis, now: now)
        }
    }

    private mutating func open(spanMillis: Int64, now: Int64) {
        limit = 1
        breaker = .open(
            until: now + spanMillis,
            probeAt: now + Self.probeMillis,
            spanMillis: spanMillis
        )
    }
}

/// Good and failed answers of the last minute, in steps of ten seconds.
private struct Tally {
    private struct Step {
        var number: Int64
        var answers = 0
        var failures = 0
    }

    private var steps: [Step] = []
    private static let stepMillis: Int64 = 10_000
    private static let stepsKept = 6
    /// Fewer answers say nothing of a share.
    private static let answersMin = 20

    mutating func note(isFailure: Bool, now: Int64) {
        let number = now / Self.stepMillis
        if steps.last?.number != number {
            steps.append(Step(number: number))
            steps.removeAll { $0.number <= number - Int64(Self.stepsKept) }
        }
        let last = steps.count - 1
        steps[last].answers += 1
        if isFailure { steps[last].failures += 1 }
    }

    /// Whether at least half of at least twenty failed.
    func isBad(at now: Int64) -> Bool {
        let oldest = now / Self.stepMillis - Int64(Self.stepsKept)
        var (answers, failures) = (0, 0)
        for step in steps where step.number > oldest {
            answers += step.answers
            failures += step.failures
        }
        return answers >= Self.answersMin && failures * 2 >= answers
    }
}
