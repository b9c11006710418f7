package import CivilTime
package import OnCall
package import Paging
import Pictures

/// A rotation over some weeks, as a picture and as a table.
package struct CalendarPage: Sendable {
    var frame: Frame
    var title: String
    var rotations: [RotationLink]
    var picture: String?
    var shifts: [ShiftRow]
    var isEmpty: Bool
    var earlier: String
    var later: String
    var zone: String
    var feed: String?

    struct RotationLink: Sendable {
        var name: String
        var address: String
        var isHere: Bool
    }

    struct ShiftRow: Sendable {
        /// `Mon 2026-11-16`, and from when to when on it or beyond.
        var day: String
        var hours: String
        var people: String
        var by: String
        var isGap: Bool
        var isNow: Bool
    }

    package static let weeks = 5
    private static let weekSeconds = 7 * 86_400

    /// `week` counts from the present one; `feed` is the address of its iCal feed.
    package init(
        frame: Frame,
        rotation: RotationID?,
        week: Int,
        rulebook: Rulebook,
        feed: String?,
        at now: Instant
    ) {
        self.frame = frame
        self.feed = feed
        let all = rulebook.rotations.rotations
        let chosen = rotation.flatMap { all[$0] } ?? all.values.min { $0.id < $1.id }
        rotations = all.values.sorted { $0.title < $1.title }.map {
            RotationLink(
                name: $0.title,
                address: "/calendar?rotation=\($0.id.addressPart)",
                isHere: $0.id == chosen?.id
            )
        }
        title = chosen?.title ?? "No rotation"
        isEmpty = chosen == nil
        let id = chosen?.id ?? ""
        let zone = chosen?.zone ?? .utc
        self.zone = zone.name
        let here = "/calendar?rotation=\(id.addressPart)&week="
        earlier = here + "\(week - Self.weeks)"
        later = here + "\(week + Self.weeks)"
        let today = zone.civil(at: now).date
        let monday = today.adding(days: 1 - today.weekday.rawValue + week * 7)
        let start = zone.first(of: CivilDateTime(date: monday, time: .midnight))
        let last = monday.adding(days: Self.weeks * 7)
        let end = zone.first(of: CivilDateTime(date: last, time: .midnight))
        picture = RotationPicture(
            id,
            in: rulebook.rotations,
            names: rulebook.people.mapValues(\.name),
            from: start,
            to: end,
            now: now
        )?.svg(withStyle: false)
        shifts = rulebook.rotations.shifts(id, from: start, to: end).map { shift in
            ShiftRow(
                day: zone.day(of: shift.start),
                hours: zone.hours(from: shift.start, to: shift.end),
                people: shift.answer.people.isEmpty
                    ? "nobody" : rulebook.names(shift.answer.people),
                by: shift.answer.isOverride
                    ? "override" : shift.answer.layer ?? (shift.answer.isGap ? "gap" : "stands in"),
                isGap: shift.answer.isGap,
                isNow: !shift.answer.isGap && shift.start <= now && now < shift.end
            )
        }
    }

    package var html: String { HTML.page("calendar", self) }
}
