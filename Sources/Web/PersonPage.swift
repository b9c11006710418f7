package import CivilTime
import OnCall
package import Paging

/// One person: their shifts, their pages, their feed.
package struct PersonPage: Sendable {
    /// A page that went to them.
    package struct Paged: Sendable {
        package var number: Int
        package var title: String
        package var at: Instant
        package var channel: String
        package var state: String

        package init(number: Int, title: String, at: Instant, channel: String, state: String) {
            self.number = number
            self.title = title
            self.at = at
            self.channel = channel
            self.state = state
        }
    }

    struct ShiftRow: Sendable {
        var rotation: String
        var start: Moment
        var day: String
        var hours: String
        var by: String
        var isNow: Bool
    }

    struct PageRow: Sendable {
        var number: Int
        var title: String
        var at: Moment
        var channel: String
        var state: String
    }

    var frame: Frame
    var name: String
    var role: String?
    var zone: String
    var ways: [String]
    var shifts: [ShiftRow]
    var hasShifts: Bool
    var pages: [PageRow]
    var hasPages: Bool
    var feed: String?

    private static let aheadSeconds = 60 * 86_400
    private static let shiftsShown = 100

    package init(
        _ person: Person,
        frame: Frame,
        pages: [Paged],
        feed: String?,
        rulebook: Rulebook,
        at now: Instant
    ) {
        self.frame = frame
        self.feed = feed
        name = person.name
        role = person.role
        zone = person.zone.name
        ways = person.waits.map { contact, wait in
            wait == 0 ? "\(contact.name) at once" : "\(contact.name) after \(Moment.span(wait))"
        }
        let end = now.adding(seconds: Self.aheadSeconds)
        var rows: [(Instant, ShiftRow)] = []
        for rotation in rulebook.rotations.rotations.values {
            for shift in rulebook.rotations.shifts(rotation.id, from: now, to: end)
            where shift.answer.people.contains(person.id) {
                let row = ShiftRow(
                    rotation: rotation.title,
                    start: Moment(shift.start, in: person.zone, at: now),
                    day: person.zone.day(of: shift.start),
                    hours: person.zone.hours(from: shift.start, to: shift.end),
                    by: shift.answer.isOverride
                        ? "override" : shift.answer.layer ?? "stands in",
                    isNow: shift.start <= now
                )
                rows.append((shift.start, row))
            }
        }
        shifts = rows.sorted { ($0.0, $0.1.rotation) < ($1.0, $1.1.rotation) }
            .prefix(Self.shiftsShown).map(\.1)
        hasShifts = !shifts.isEmpty
        self.pages = pages.map {
            PageRow(
                number: $0.number,
                title: $0.title,
                at: Moment($0.at, in: person.zone, at: now),
                channel: $0.channel,
                state: $0.state
            )
        }
        hasPages = !pages.isEmpty
    }

    package var html: String { HTML.page("person", self) }
}
