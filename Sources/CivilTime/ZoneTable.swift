/// One kind of local time, such as Central European Summer Time.
struct LocalKind: Hashable, Sendable {
    /// Added to UTC; within -25 h and +26 h, as RFC 9636 has it.
    var offsetSeconds: Int
    var isDaylight: Bool
    var abbreviation: String

    static let offsetsAllowed = -89_999...93_599
}

/// A zone's changes as one sorted array, with an index of half-years into it.
///
/// An index, because a binary search over the whole array costs some ten mispredicted branches.
/// Where a footer rule goes on for ever, 400 years of it are written out: the Gregorian calendar
/// repeats after exactly 146,097 days, which are whole weeks, so a later instant has the answer of
/// the instant that many cycles before.
final class ZoneTable: Sendable {
    /// A stretch with one kind of local time, up to the next run's `start`.
    struct Run: Sendable {
        var start: Int
        var offset: Int32
        var kind: UInt16
    }

    /// Sorted; the first begins at `Int.min`, so there always is a run.
    private let runs: [Run]
    private let kinds: [LocalKind]
    /// From here on, time is folded back by whole cycles; `Int.max` where nothing repeats.
    private let foldAfter: Int

    private let pages: Pages

    /// A page is 194 days, so that hardly one has more than one change.
    private static let pageBits = 24
    private static let secondsInCycle = 146_097 * 86_400
    private static let yearsWritten = 404
    /// More than any two offsets differ by.
    private static let offsetSpread = 183_600

    /// `first` holds until the first change; `changes` are sorted; `footer` rules after the last.
    init(first: LocalKind, changes: [(at: Int, kind: LocalKind)], footer: FooterRule?) {
        var builder = Builder(first: footer != nil && changes.isEmpty ? nil : first)
        for change in changes { builder.append(change.kind, at: change.at) }
        var foldAfter = Int.max
        if let footer {
            let begin = changes.last?.at
            let year = begin.map { CivilDate(daysSinceEpoch: $0 / 86_400).year } ?? 1
            if builder.isEmpty { builder.append(footer.standard, at: .min) }
            for change in footer.changes(inYears: year - 1...year + Self.yearsWritten)
            where change.at > begin ?? .min {
                builder.append(change.kind, at: change.at)
                foldAfter = change.at - 86_400 * 366
            }
        }
        self.runs = builder.runs
        self.kinds = builder.kinds
        self.foldAfter = foldAfter
        self.pages = Pages(of: builder.runs)
    }

    func offset(at second: Int) -> Int {
        Int(runs[index(at: second - folding(of: second))].offset)
    }

    func kind(at second: Int) -> LocalKind {
        kinds[Int(runs[index(at: second - folding(of: second))].kind)]
    }

    /// What must be taken away from `second` to land among the runs written out.
    private func folding(of second: Int) -> Int {
        guard second >= foldAfter else { return 0 }
        return ((second - foldAfter) / Self.secondsInCycle + 1) * Self.secondsInCycle
    }

    /// The run that covers `second`.
    private func index(at second: Int) -> Int {
        guard second >= pages.base else { return 0 }
        let page = min((second - pages.base) >> Self.pageBits, pages.firstRuns.count - 2)
        var low = pages.firstRuns[page]
        var count = pages.firstRuns[page + 1] - low + 1
        while count > 1 {
            let half = count / 2
            if runs[low + half].start <= second { low += half }
            count -= half
        }
        return low
    }

    private func start(ofRun index: Int) -> Int {
        index < runs.count ? runs[index].start : .max
    }

    /// The instants of a local time given as if it were UTC.
    func instants(of local: Int) -> LocalInstants {
        let fold = folding(of: local)
        let folded = local - fold
        let guess = index(at: folded)
        let likely = folded - Int(runs[guess].offset)
        if runs[guess].start <= likely - Self.offsetSpread,
            likely + Self.offsetSpread < start(ofRun: guess + 1)
        {
            return .once(Instant(secondsSinceEpoch: likely + fold))
        }
        return instantsNearChange(of: folded, fold: fold)
    }

    private func instantsNearChange(of local: Int, fold: Int) -> LocalInstants {
        var first: Int?
        var last: Int?
        var gapEnd: Int?
        let low = index(at: local - Self.offsetSpread)
        let high = index(at: local + Self.offsetSpread)
        for index in low...high {
            let run = runs[index]
            let second = local - Int(run.offset)
            if run.start <= second, second < start(ofRun: index + 1) {
                first = first ?? second
                last = second
            }
            if second < run.start, gapEnd == nil { gapEnd = run.start }
        }
        switch (first, last) {
        case (let first?, let last?) where first < last:
            return .twice(
                first: Instant(secondsSinceEpoch: first + fold),
                second: Instant(secondsSinceEpoch: last + fold)
            )
        case (let first?, _):
            return .once(Instant(secondsSinceEpoch: first + fold))
        default:
            let end = gapEnd ?? local - Int(runs[high].offset)
            return .missing(end: Instant(secondsSinceEpoch: end + fold))
        }
    }

    func transitions(from start: Instant, to end: Instant) -> [ZoneTransition] {
        var found: [ZoneTransition] = []
        var second = start.secondsSinceEpoch
        while second < end.secondsSinceEpoch {
            let fold = folding(of: second)
            // Runs that begin in `second ..< limit` all lie in this fold.
            let limit = min(end.secondsSinceEpoch - fold, foldAfter)
            var index = index(at: second - fold - 1) + 1
            while index < runs.count, runs[index].start < limit {
                let (before, after) = (Int(runs[index - 1].offset), Int(runs[index].offset))
                if before != after {
                    let at = Instant(secondsSinceEpoch: runs[index].start + fold)
                    found.append(
                        ZoneTransition(
                            at: at,
                            offsetBeforeSeconds: before,
                            offsetAfterSeconds: after
                        )
                    )
                }
                index += 1
            }
            second = limit + fold
        }
        return found
    }
}

extension ZoneTable {
    /// For each page of time since the first change, the run that covers its first second.
    private struct Pages: Sendable {
        /// Where the first page begins; `Int.max` where there is no change.
        var base = Int.max
        /// One more than there are pages, so that each has an end.
        var firstRuns: [Int] = []

        init(of runs: [Run]) {
            guard runs.count > 1, let last = runs.last else { return }
            base = runs[1].start
            let count = (last.start - base) >> ZoneTable.pageBits + 1
            firstRuns.reserveCapacity(count + 1)
            var index = 1
            for page in 0...count {
                let start = base + page << ZoneTable.pageBits
                while index + 1 < runs.count, runs[index + 1].start <= start { index += 1 }
                firstRuns.append(index)
            }
        }
    }

    /// The runs and kinds of a table while it is read.
    private struct Builder {
        private(set) var runs: [Run] = []
        private(set) var kinds: [LocalKind] = []
        private var indices: [LocalKind: UInt16] = [:]

        var isEmpty: Bool { runs.isEmpty }

        init(first: LocalKind?) {
            if let first { append(first, at: .min) }
        }

        /// Begins a run, unless its kind holds already.
        mutating func append(_ kind: LocalKind, at start: Int) {
            let index: UInt16
            if let known = indices[kind] {
                index = known
            } else {
                // A TZif file has at most 256 kinds, and a footer adds two.
                index = UInt16(truncatingIfNeeded: kinds.count)
                indices[kind] = index
                kinds.append(kind)
            }
            // A kind that held for no time never held.
            if runs.last?.start == start { runs.removeLast() }
            if runs.last?.kind == index { return }
            runs.append(
                Run(
                    start: start,
                    offset: Int32(truncatingIfNeeded: kind.offsetSeconds),
                    kind: index
                )
            )
        }
    }
}
