package import CivilTime

/// A holiday on which a rotation is covered less than on the same weekday around it.
package struct HolidayGap: Hashable, Sendable {
    package var rotation: RotationID
    package var date: CivilDate
    /// The first uncovered stretch `[start, end)` of that day, gaps that touch joined.
    package var start: Instant
    package var end: Instant
    /// Uncovered on that day, and on the better covered of the days a week before and after.
    package var uncoveredSeconds: Int
    package var usualSeconds: Int
}

extension Rotations {
    /// Holidays in `[start, end)` that leave a rotation with less cover than the same weekday.
    ///
    /// Those of its own layers and `dates` besides, in the rotation's zone. A neighbouring week
    /// that is a holiday too is no measure; where both are, whole cover is asked for.
    package func holidayGaps(
        on dates: Set<CivilDate>,
        from start: Instant,
        to end: Instant
    ) -> [HolidayGap] {
        rotations.values.sorted { $0.id < $1.id }.flatMap { rotation in
            let own = rotation.layers.compactMap(\.onDates).reduce(dates) { $0.union($1) }
            let first = rotation.zone.civil(at: start).date
            let last = rotation.zone.civil(at: end).date
            return own.sorted().filter { first <= $0 && $0 < last }.compactMap {
                holidayGap(of: rotation, on: $0, holidays: own)
            }
        }
    }

    private func holidayGap(
        of rotation: Rotation,
        on date: CivilDate,
        holidays: Set<CivilDate>
    ) -> HolidayGap? {
        func gaps(on date: CivilDate) -> [Shift] {
            func midnight(_ date: CivilDate) -> Instant {
                rotation.zone.first(of: CivilDateTime(date: date, time: .midnight))
            }
            return self.gaps(
                rotation.id,
                from: midnight(date),
                to: midnight(date.adding(days: 1))
            )
        }
        func seconds(_ gaps: [Shift]) -> Int {
            gaps.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
        }
        let found = gaps(on: date)
        let usual =
            [-7, 7].map { date.adding(days: $0) }.filter { !holidays.contains($0) }
            .map { seconds(gaps(on: $0)) }.min() ?? 0
        guard var gap = found.first, seconds(found) > usual else { return nil }
        for next in found.dropFirst() where next.start == gap.end { gap.end = next.end }
        return HolidayGap(
            rotation: rotation.id,
            date: date,
            start: gap.start,
            end: gap.end,
            uncoveredSeconds: seconds(found),
            usualSeconds: usual
        )
    }
}
