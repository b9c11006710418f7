package import CivilTime

/// When a promise's time runs: always, or in weekly windows of a zone with dates that differ.
///
/// Compiled once, when made; copying is cheap.
package struct BusinessCalendar: Sendable {
    package var id: String { source.id }
    /// `nil` only for plain `24x7`, which no promise in days may use.
    package var zone: Zone? { source.zone }
    /// `nil` means 24x7; then `dates` and `holidays` do not matter.
    package var hours: [Window]? { source.hours }
    /// A date replaces that date's windows; empty means closed.
    package var dates: [CivilDate: [Window]] { source.dates }
    /// Closed dates; `dates` beats them.
    package var holidays: Set<CivilDate> { source.holidays }

    private let source: Source

    /// Windows with faults are taken as far as they go: see `faults`.
    package init(
        id: String,
        zone: Zone?,
        hours: [Window]?,
        dates: [CivilDate: [Window]] = [:],
        holidays: Set<CivilDate> = []
    ) {
        source = Source(id: id, zone: zone, hours: hours, dates: dates, holidays: holidays)
    }

    /// A stretch of wall time on certain weekdays; `to` at or before `from` passes midnight.
    package struct Window: Hashable, Sendable {
        /// Weekdays on which it starts; ignored inside `dates`.
        package var days: Set<Weekday>
        package var from: WallTime
        package var to: WallTime

        package init(days: Set<Weekday>, from: WallTime, to: WallTime) {
            self.days = days
            self.from = from
            self.to = to
        }
    }

    package static let always = BusinessCalendar(id: "24x7", zone: nil, hours: nil)

    /// How many days in a row may be closed before a search gives up: ten years.
    package static let searchDaysMax = 3_653

    package var isAlwaysOpen: Bool { source.compiled == nil }

    /// `nil` where the calendar is always open.
    var compiled: OpenHours? { source.compiled }
    /// In UTC where the calendar names no zone.
    var days: LocalDays { source.days }

    private final class Source: Sendable {
        let id: String
        let zone: Zone?
        let hours: [Window]?
        let dates: [CivilDate: [Window]]
        let holidays: Set<CivilDate>
        let days: LocalDays
        let compiled: OpenHours?

        init(
            id: String,
            zone: Zone?,
            hours: [Window]?,
            dates: [CivilDate: [Window]],
            holidays: Set<CivilDate>
        ) {
            self.id = id
            self.zone = zone
            self.hours = hours
            self.dates = dates
            self.holidays = holidays
            let days = LocalDays(zone: zone ?? .utc)
            self.days = days
            compiled = hours.map {
                OpenHours(days: days, hours: $0, dates: dates, holidays: holidays)
            }
        }
    }
}

extension BusinessCalendar: Hashable {
    package static func == (left: BusinessCalendar, right: BusinessCalendar) -> Bool {
        if left.source === right.source { return true }
        return left.id == right.id && left.zone == right.zone && left.hours == right.hours
            && left.dates == right.dates && left.holidays == right.holidays
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(zone)
    }
}
