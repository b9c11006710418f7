package import CivilTime
package import Clocks
import OnCall
import Paging

/// What a reading's other meaning would promise for one priority, so that both can be compared.
package struct Alternative: Sendable {
    package var priority: String
    /// The promises of that priority with the alternative in their place.
    package var promises: PriorityPromises
    /// An opening that shows the difference; `nil` where any does.
    package var openedAt: Instant?
}

/// `alternative:` of a reading.
struct AlternativeReader {
    let calendars: CalendarNames
    let calendarReader: CalendarReader
    let holidays: [String: HolidayList]
    let findings: Findings

    func alternative(
        _ value: Value,
        policy: String,
        priorities: [Policy.Priority]
    ) -> Alternative? {
        guard let fields = Fields(value, as: .alternative),
            let name = fields.required("priority", "P1")?.text("a priority")
        else { return nil }
        guard let priority = priorities.first(where: { $0.name == name }) else {
            let known = priorities.map(\.name)
            fields["priority"]?.error(
                .priorityUnknown,
                "`\(name)` is no priority of \(policy)",
                fix: nearest(to: name, among: known).map { "Did you mean `\($0)`?" }
                    ?? "Write one of: \(known.joined(separator: ", "))"
            )
            return nil
        }
        var promises = priority.promises
        let calendar = replaceCalendar(fields, in: &promises)
        let reader = PromiseReader(calendars: calendars, findings: findings, calendar: calendar)
        if let value = fields["response"] { promises.response = reader.promise(value) }
        if let value = fields["update"] { promises.update = reader.cadence(value) }
        if let value = fields["resolution"] { promises.resolution = reader.promise(value) }
        let zone = calendar?.zone ?? .utc
        return Alternative(
            priority: name,
            promises: promises,
            openedAt: fields["opened"].flatMap { $0.instant(in: zone, zonePlace: nil) }
        )
    }

    /// Puts another zone, other hours or other holidays under every promise on the response's
    /// calendar; the calendar of promises that name none.
    private func replaceCalendar(
        _ fields: Fields,
        in promises: inout PriorityPromises
    ) -> BusinessCalendar? {
        guard let own = promises.response?.calendar ?? promises.resolution?.calendar else {
            return nil
        }
        let zone = fields["timezone"].flatMap { calendarReader.zones.zone($0, isMeant: true) }
        let closed = fields["holidays"].map {
            calendarReader.closedDates($0, holidays, calendars.names.holidays)
        }
        var hours = own.hours
        if let value = fields["hours"] {
            hours = value.plain == "24x7" ? nil : calendarReader.windows(value)
        }
        guard zone != nil || closed != nil || fields["hours"] != nil else { return own }
        let calendar = BusinessCalendar(
            id: own.id,
            zone: zone ?? own.zone,
            hours: hours,
            dates: own.dates,
            holidays: closed ?? own.holidays
        )
        if promises.response?.calendar == own { promises.response?.calendar = calendar }
        if promises.update?.calendar == own { promises.update?.calendar = calendar }
        if promises.resolution?.calendar == own { promises.resolution?.calendar = calendar }
        return calendar
    }
}
