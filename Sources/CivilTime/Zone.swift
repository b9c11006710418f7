/// A time zone: what the clocks on the wall show at every instant, by one TZif file.
///
/// Copying is cheap: the rules are one immutable object. Two zones are equal when their names are.
package struct Zone: Hashable, Sendable {
    /// The IANA name, such as `Europe/Berlin`.
    package let name: String
    let table: ZoneTable

    package static let utc = Zone(name: "UTC", offsetSeconds: 0, abbreviation: "UTC")

    /// The zone that a TZif file (RFC 9636, versions 1 to 4) describes; damaged bytes are a fault.
    package init(name: String, tzif bytes: [UInt8]) throws(ZoneFault) {
        self.name = name
        self.table = try ZoneTable(tzif: bytes)
    }

    init(name: String, table: ZoneTable) {
        self.name = name
        self.table = table
    }

    /// A zone that never changes its clocks; `offsetSeconds` is what is added to UTC.
    init(name: String, offsetSeconds: Int, abbreviation: String) {
        let kind = LocalKind(
            offsetSeconds: offsetSeconds,
            isDaylight: false,
            abbreviation: abbreviation
        )
        self.name = name
        self.table = ZoneTable(first: kind, changes: [], footer: nil)
    }

    /// Seconds to add to UTC for local time at `instant`.
    package func offsetSeconds(at instant: Instant) -> Int {
        table.offset(at: Self.bounded(instant))
    }

    /// The zone's abbreviation in force at `instant`, such as `CEST`; `+03` where it has no word.
    package func abbreviation(at instant: Instant) -> String {
        table.kind(at: Self.bounded(instant)).abbreviation
    }

    /// Whether the zone's rules call the time at `instant` daylight saving time.
    ///
    /// For show only: Ireland's law, and so the data, saves daylight in winter.
    package func isDaylight(at instant: Instant) -> Bool {
        table.kind(at: Self.bounded(instant)).isDaylight
    }

    /// What the clocks on the wall show at `instant`; never 24:00.
    package func civil(at instant: Instant) -> CivilDateTime {
        let bounded = Self.bounded(instant)
        return CivilDateTime(localSeconds: bounded + table.offset(at: bounded))
    }

    /// The instants at which the clocks on the wall show `civil`.
    package func instants(of civil: CivilDateTime) -> LocalInstants {
        table.instants(of: civil.localSeconds)
    }

    /// The first instant at or after `civil`: the first occurrence where it repeats, the first
    /// instant after the gap where it is missing (R-29: openings, handoffs, due instants).
    package func first(of civil: CivilDateTime) -> Instant {
        switch instants(of: civil) {
        case .once(let instant), .missing(end: let instant), .twice(let instant, _): instant
        }
    }

    /// The last occurrence of `civil`; the first instant after the gap where it is missing
    /// closings).
    package func last(of civil: CivilDateTime) -> Instant {
        switch instants(of: civil) {
        case .once(let instant), .missing(end: let instant), .twice(_, let instant): instant
        }
    }

    /// Changes of offset with `start <= at < end`, in order.
    package func transitions(from start: Instant, to end: Instant) -> [ZoneTransition] {
        table.transitions(from: max(start, .distantPast), to: min(end, .distantFuture))
    }

    private static func bounded(_ instant: Instant) -> Int {
        min(
            max(instant.secondsSinceEpoch, Instant.distantPast.secondsSinceEpoch),
            Instant.distantFuture.secondsSinceEpoch
        )
    }

    package static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Where a time on the wall stands on the line of instants.
package enum LocalInstants: Hashable, Sendable {
    case once(Instant)
    /// The clocks skip it; `end` is the first instant after the gap.
    case missing(end: Instant)
    /// The clocks show it twice.
    case twice(first: Instant, second: Instant)
}

/// A change of a zone's offset: from `at` on, `after` holds.
package struct ZoneTransition: Hashable, Sendable {
    package var at: Instant
    package var offsetBeforeSeconds: Int
    package var offsetAfterSeconds: Int

    package init(at: Instant, offsetBeforeSeconds: Int, offsetAfterSeconds: Int) {
        self.at = at
        self.offsetBeforeSeconds = offsetBeforeSeconds
        self.offsetAfterSeconds = offsetAfterSeconds
    }
}
