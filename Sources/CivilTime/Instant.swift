/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct Instant: Hashable, Comparable, Sendable {
    package var secondsSinceEpoch: Int

    package init(secondsSinceEpoch: Int) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// 0001-01-01T00:00:00Z; arithmetic stops here rather than overflow.
    package static let distantPast = Instant(secondsSinceEpoch: -62_135_596_800)
    /// 9999-12-31T23:59:59Z; arithmetic stops here rather than overflow.
    package static let distantFuture = Instant(secondsSinceEpoch: 253_402_300_799)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// The instant that many seconds later (earlier where negative), kept within years 1 to 9999.
    package func adding(seconds: Int) -> Instant {
        let (sum, overflow) = secondsSinceEpoch.addingReportingOverflow(seconds)
        if overflow { return seconds < 0 ? .distantPast : .distantFuture }
        let bounded = min(
            max(sum, Self.distantPast.secondsSinceEpoch),
            Self.distantFuture.secondsSinceEpoch
        )
        return Instant(secondsSinceEpoch: bounded)
    }

    /// Whole seconds from `earlier` to this instant; negative where `earlier` is later.
    package func seconds(since earlier: Instant) -> Int {
        let (difference, overflow) =
            secondsSinceEpoch.subtractingReportingOverflow(earlier.secondsSinceEpoch)
        guard overflow else { return difference }
        return self < earlier ? .min : .max
    }
}
