/// A time on the wall, 00:00:00 to 24:00:00; 24:00 is the next date's first instant.
package struct WallTime: Hashable, Comparable, Sendable {
    /// 0 to 86,400.
    package let secondsSinceMidnight: Int

    /// `nil` outside 0 to 86,400.
    package init?(secondsSinceMidnight: Int) {
        guard (0...86_400).contains(secondsSinceMidnight) else { return nil }
        self.secondsSinceMidnight = secondsSinceMidnight
    }

    package init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second) else {
            return nil
        }
        self.init(secondsSinceMidnight: hour * 3600 + minute * 60 + second)
    }

    private init(unchecked seconds: Int) { secondsSinceMidnight = seconds }

    package static let midnight = WallTime(unchecked: 0)
    package static let endOfDay = WallTime(unchecked: 86_400)

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.secondsSinceMidnight < right.secondsSinceMidnight
    }
}
