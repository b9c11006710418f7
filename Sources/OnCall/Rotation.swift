package import CivilTime

/// The key of a person in people.yaml, such as `anna`.
package typealias PersonID = String
/// The key of a rotation, such as `support-primary`.
package typealias RotationID = String

/// The line of a file that something was read from.
package struct SourceLine: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}

/// People who take turns to answer; rotations.md is its contract.
package struct Rotation: Sendable {
    package var id: RotationID
    package var title: String
    /// The file's zone: of overrides, `away` dates and layers without one of their own.
    package var zone: Zone
    /// Read downwards: a later layer covers an earlier one while it is active.
    package var layers: [Layer]
    /// People or rotations that answer where no layer does; empty where none are named.
    package var ifNobody: [String]
    package var distinctFrom: RotationID?
    /// Seconds ahead that must have no gap (`require`), or `nil` where none is required.
    package var requiredCoverageSeconds: Int?
    package var source: SourceLine

    package init(
        id: RotationID,
        title: String,
        zone: Zone,
        layers: [Layer],
        ifNobody: [String],
        distinctFrom: RotationID?,
        requiredCoverageSeconds: Int?,
        source: SourceLine
    ) {
        self.id = id
        self.title = title
        self.zone = zone
        self.layers = layers
        self.ifNobody = ifNobody
        self.distinctFrom = distinctFrom
        self.requiredCoverageSeconds = requiredCoverageSeconds
        self.source = source
    }
}

/// One ranked line of a rotation.
package struct Layer: Sendable {
    package var name: String
    package var zone: Zone
    /// Wall-time windows inside which the layer answers; `nil` means always.
    package var hours: [HoursWindow]?
    /// Local dates (holidays) on which alone the layer is active; `nil` means every day.
    package var onDates: Set<CivilDate>?
    package var handoff: Handoff
    /// Sorted by `from`, which are distinct.
    package var versions: [MemberVersion]
    package var source: SourceLine

    package init(
        name: String,
        zone: Zone,
        hours: [HoursWindow]?,
        onDates: Set<CivilDate>?,
        handoff: Handoff,
        versions: [MemberVersion],
        source: SourceLine
    ) {
        self.name = name
        self.zone = zone
        self.hours = hours
        self.onDates = onDates
        self.handoff = handoff
        self.versions = versions
        self.source = source
    }
}

/// A daily stretch of wall time on certain weekdays; `to` at or before `from` passes midnight.
package struct HoursWindow: Hashable, Sendable {
    /// Weekdays on which the window starts.
    package var days: Set<Weekday>
    package var from: WallTime
    /// The first instant not covered; 24:00 is allowed.
    package var to: WallTime

    package init(days: Set<Weekday>, from: WallTime, to: WallTime) {
        self.days = days
        self.from = from
        self.to = to
    }
}

/// When turns pass, rules 3, 10 and 11 of rotations.md.
package struct Handoff: Hashable, Sendable {
    package enum Interval: Hashable, Sendable {
        case hours(Int)
        case days(Int)
        case weeks(Int, on: Weekday)
        /// On this day of the month, or the last day where the month is shorter.
        case months(Int, day: Int)
    }

    package var every: Interval
    /// Wall time of the layer's zone.
    package var at: WallTime
    /// Whether only turns with covered time count (`turns: covered`).
    package var countsCoveredTurnsOnly: Bool

    package init(every: Interval, at: WallTime, countsCoveredTurnsOnly: Bool) {
        self.every = every
        self.at = at
        self.countsCoveredTurnsOnly = countsCoveredTurnsOnly
    }
}

/// A line-up that holds from `from` until the next version begins.
package struct MemberVersion: Hashable, Sendable {
    package var from: CivilDate
    /// Each entry is the people who share a turn; never empty.
    package var order: [[PersonID]]
    /// Index into `order` of the entry that takes turn 0.
    package var first: Int
    package var source: SourceLine

    package init(from: CivilDate, order: [[PersonID]], first: Int, source: SourceLine) {
        self.from = from
        self.order = order
        self.first = first
        self.source = source
    }
}

/// A one-off change of who answers, `[start, end)`.
package struct Override: Hashable, Sendable {
    package var rotation: RotationID
    package var start: Instant
    package var end: Instant
    package var people: [PersonID]
    package var insteadOf: PersonID?
    package var reason: String?
    package var source: SourceLine

    package init(
        rotation: RotationID,
        start: Instant,
        end: Instant,
        people: [PersonID],
        insteadOf: PersonID?,
        reason: String?,
        source: SourceLine
    ) {
        self.rotation = rotation
        self.start = start
        self.end = end
        self.people = people
        self.insteadOf = insteadOf
        self.reason = reason
        self.source = source
    }
}

/// A person's absence, from local midnight to local midnight (`[start, end)`).
package struct Away: Hashable, Sendable {
    package var person: PersonID
    package var start: Instant
    package var end: Instant
    package var source: SourceLine

    package init(person: PersonID, start: Instant, end: Instant, source: SourceLine) {
        self.person = person
        self.start = start
        self.end = end
        self.source = source
    }
}
