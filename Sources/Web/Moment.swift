package import CivilTime

/// An instant as a page shows it: how far off, and in words with its zone.
package struct Moment: Sendable {
    var iso: String
    /// `Sat 2026-11-21 08:38 UTC`.
    var words: String
    /// `in 42 min`, `12 min ago`.
    var left: String
    var isPast: Bool
    /// Less than a quarter of an hour ahead, or past.
    var isSoon: Bool

    package init(_ instant: Instant, in zone: Zone, at now: Instant) {
        let seconds = instant.seconds(since: now)
        iso = instant.rfc3339
        words = zone.spoken(instant)
        left = seconds >= 0 ? "in \(Self.span(seconds))" : "\(Self.span(-seconds)) ago"
        isPast = seconds < 0
        isSoon = seconds < 900
    }

    /// The two largest units: `3 d 4 h`, `1 h 05 min`, `42 min`, `12 s`; never negative.
    package static func span(_ seconds: Int) -> String {
        let seconds = max(0, seconds)
        let (minutes, hours) = (seconds / 60, seconds / 3_600)
        if seconds < 60 { return "\(seconds) s" }
        if minutes < 10 { return "\(minutes) min \(two(seconds % 60)) s" }
        if hours < 1 { return "\(minutes) min" }
        if hours < 24 { return "\(hours) h \(two(minutes % 60)) min" }
        return hours / 24 < 60 ? "\(hours / 24) d \(hours % 24) h" : "\(hours / 24) d"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
