import CivilTime

/// Instants as people and mail headers read them.
enum TimeText {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Mon 2027-01-04 09:30 CET (Europe/Berlin)`: wall time, its abbreviation and its zone.
    static func local(_ instant: Instant, in zone: Zone) -> String {
        let civil = zone.civil(at: instant)
        let date = civil.date.components
        let second = civil.time.secondsSinceMidnight
        var text = "\(weekdays[civil.date.weekday.rawValue - 1]) \(date.year)-\(two(date.month))"
        text += "-\(two(date.day)) \(two(second / 3600)):\(two(second / 60 % 60))"
        if second % 60 != 0 { text += ":\(two(second % 60))" }
        text += " \(zone.abbreviation(at: instant))"
        return zone == .utc ? text : text + " (\(zone.name))"
    }

    /// The `Date` of a mail, in UTC.
    static func mailDate(_ instant: Instant) -> String {
        let civil = Zone.utc.civil(at: instant)
        let date = civil.date.components
        let second = civil.time.secondsSinceMidnight
        let day = weekdays[civil.date.weekday.rawValue - 1]
        return "\(day), \(two(date.day)) \(months[date.month - 1]) \(four(date.year))"
            + " \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) +0000"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func four(_ value: Int) -> String {
        String(repeating: "0", count: max(0, 4 - "\(value)".utf8.count)) + "\(value)"
    }
}
