/// A date with a time on the wall, in no zone.
package struct CivilDateTime: Hashable, Comparable, Sendable {
    package var date: CivilDate
    package var time: WallTime

    package init(date: CivilDate, time: WallTime) {
        self.date = date
        self.time = time
    }

    package static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }

    /// Seconds from 1970-01-01T00:00 on the same wall; 24:00 counts as the next date's 00:00.
    var localSeconds: Int { date.daysSinceEpoch * 86_400 + time.secondsSinceMidnight }

    /// Never 24:00.
    init(localSeconds: Int) {
        let second = localSeconds % 86_400
        let day = (localSeconds - second) / 86_400
        let isBeforeMidnight = second < 0
        date = CivilDate(daysSinceEpoch: isBeforeMidnight ? day - 1 : day)
        time =
            WallTime(secondsSinceMidnight: isBeforeMidnight ? second + 86_400 : second) ?? .midnight
    }
}
