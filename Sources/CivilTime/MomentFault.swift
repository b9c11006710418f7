/// Why a text names no instant.
package enum MomentFault: Error, Hashable, Sendable {
    case unreadable(text: String)
    /// The clocks skip that time; `end` is the first instant after the gap.
    case missing(CivilDateTime, zone: Zone, end: Instant)
    /// The clocks show that time twice.
    case twice(CivilDateTime, zone: Zone, first: Instant, second: Instant)

    /// The fault as a sentence that says what to write instead.
    package var reason: String {
        switch self {
        case .unreadable(let text):
            """
            `\(text)` is not a time. Write `now`, `+2h`, `-30m`, `tomorrow 09:00`, \
            `2026-12-24T09:00` or `2026-12-24T09:00:00+01:00`
            """
        case .missing(let civil, let zone, let end):
            """
            \(civil) does not exist in \(zone.name): the clocks go forward over it. \
            Write \(end.rfc3339(in: zone)), the first instant after
            """
        case .twice(let civil, let zone, let first, let second):
            """
            \(civil) happens twice in \(zone.name), when the clocks go back. \
            Write \(first.rfc3339(in: zone)) or \(second.rfc3339(in: zone))
            """
        }
    }
}
