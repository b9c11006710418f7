import CivilTime
import Clocks

/// What the four documents beside Quik! promise, by the tables of the published texts.
extension Policies {
    /// S1: everything is a goal in business days.
    static func quadrotech() throws -> [PriorityPromises] {
        let calendar = BusinessCalendar(
            id: "quadrotech",
            zone: try zone("Europe/Zurich"),
            hours: [window(weekdays, "09:00", "17:00")]
        )
        return [("High", 1, 5), ("Medium", 2, 10), ("Low", 3, 15)].map { name, response, days in
            PriorityPromises(
                name: name,
                response: goal(.businessDays(response, endOfDay: false), calendar),
                resolution: goal(.businessDays(days, endOfDay: false), calendar)
            )
        }
    }

    /// S2: a first answer on the clock or in days, and nothing else.
    static func supportGuidelines() throws -> [PriorityPromises] {
        let calendar = try Calendars.supportGuidelines()
        let targets: [(String, Target)] = [
            ("Critical", .elapsed(seconds: 24 * hour)), ("Urgent", .elapsed(seconds: 48 * hour)),
            ("High", .days(3)), ("Normal", .days(7)), ("Low", .days(14)),
        ]
        return targets.map { PriorityPromises(name: $0, response: goal($1, calendar)) }
    }

    /// S3: hourly updates for Critical, for the others once they are delayed.
    static func userSupport() throws -> [PriorityPromises] {
        let calendar = try Calendars.userSupport()
        func promise(_ target: Target, _ calendar: BusinessCalendar) -> Promise {
            Promise(target: target, calendar: calendar, text: "target")
        }
        func hourly(_ calendar: BusinessCalendar, whenDelayed: Bool) -> Cadence {
            Cadence(
                every: .elapsed(seconds: hour),
                calendar: calendar,
                onlyWhenDelayed: whenDelayed,
                text: "every 1 h"
            )
        }
        let day = Target.businessDays(1, endOfDay: false)
        var range = goal(.businessDays(3, endOfDay: false), calendar)
        range.bestBy = .businessDays(2, endOfDay: false)
        let split = Target.split(inHoursSeconds: hour, outsideSeconds: 4 * hour)
        return [
            PriorityPromises(
                name: "Critical",
                response: promise(.elapsed(seconds: 900), .always),
                update: hourly(.always, whenDelayed: false),
                resolution: goal(.elapsed(seconds: 4 * hour), .always)
            ),
            PriorityPromises(
                name: "High",
                response: promise(split, calendar),
                update: hourly(calendar, whenDelayed: true),
                resolution: goal(.elapsed(seconds: 8 * hour), calendar)
            ),
            PriorityPromises(
                name: "Medium",
                response: promise(.open(seconds: 4 * hour), calendar),
                update: hourly(calendar, whenDelayed: true),
                resolution: goal(day, calendar)
            ),
            PriorityPromises(
                name: "Low",
                response: promise(day, calendar),
                update: hourly(calendar, whenDelayed: true),
                resolution: range
            ),
        ]
    }

    /// S4: solutions count from the diagnosis, but for level 4, whose answers do from the opening.
    static func esq() throws -> [PriorityPromises] {
        let calendar = try Calendars.esq()
        func diagnosed(_ target: Target, _ calendar: BusinessCalendar) -> Promise {
            var promise = goal(target, calendar)
            promise.startsOn = .diagnosed
            return promise
        }
        return [
            PriorityPromises(
                name: "1",
                response: Promise(target: .elapsed(seconds: hour), calendar: .always, text: "1 h"),
                update: Cadence(
                    every: .elapsed(seconds: 2 * hour),
                    kind: .internal,
                    calendar: .always,
                    text: "every 2 h"
                ),
                resolution: diagnosed(.elapsed(seconds: 48 * hour), .always),
                ownership: true
            ),
            PriorityPromises(
                name: "2",
                response: openPromise(hours: 4, calendar),
                resolution: diagnosed(.businessDays(7, endOfDay: false), calendar)
            ),
            PriorityPromises(
                name: "3",
                response: openPromise(hours: 8, calendar),
                resolution: diagnosed(.businessDays(14, endOfDay: false), calendar)
            ),
            PriorityPromises(
                name: "4",
                response: openPromise(hours: 24, calendar),
                resolution: goal(.open(seconds: 48 * hour), calendar)
            ),
        ]
    }

    private static func goal(_ target: Target, _ calendar: BusinessCalendar) -> Promise {
        Promise(target: target, kind: .goal, calendar: calendar, text: "target")
    }
}
