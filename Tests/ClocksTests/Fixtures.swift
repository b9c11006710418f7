import CivilTime
import Clocks
import Foundation

/// A zone by the system's own file.
func zone(_ name: String) throws -> Zone {
    let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
    return try Zone(name: name, tzif: [UInt8](bytes))
}

/// An instant such as `2025-11-02 00:30 -0700` or `2025-11-02 00:30:15 Z`.
func at(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    let date = parts[0].split(separator: "-").compactMap { Int($0) }
    let time = parts[1].split(separator: ":").compactMap { Int($0) }
    guard let day = CivilDate(year: date[0], month: date[1], day: date[2]) else {
        return .distantPast
    }
    var seconds = day.daysSinceEpoch * 86_400 + time[0] * 3_600 + time[1] * 60
    seconds += time.count > 2 ? time[2] : 0
    let offset = parts[2] == "Z" ? 0 : Int(parts[2]) ?? 0
    return Instant(secondsSinceEpoch: seconds - (offset / 100 * 3_600 + offset % 100 * 60))
}

/// The first instant at which a zone's clocks show `2025-11-21 11:00`.
func at(_ text: String, in zone: Zone) -> Instant {
    let local = at(text + " Z").secondsSinceEpoch
    let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let time = WallTime(secondsSinceMidnight: local - day * 86_400) ?? .midnight
    return zone.first(of: CivilDateTime(date: CivilDate(daysSinceEpoch: day), time: time))
}

func date(_ text: String) -> CivilDate {
    CivilDate(daysSinceEpoch: at(text + " 00:00 Z").secondsSinceEpoch / 86_400)
}

func wall(_ text: String) -> WallTime {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    return WallTime(hour: parts[0], minute: parts[1]) ?? .midnight
}

let weekdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
let everyDay = Set(Weekday.allCases)

func window(_ days: Set<Weekday>, _ from: String, _ to: String) -> BusinessCalendar.Window {
    BusinessCalendar.Window(days: days, from: wall(from), to: wall(to))
}

let hour = 3_600

/// The calendars of the golden instants in clocks.md.
enum Calendars {
    static func quik() throws -> BusinessCalendar {
        BusinessCalendar(
            id: "quik-business",
            zone: try zone("America/Los_Angeles"),
            hours: [window(weekdays, "07:00", "15:00")],
            dates: [
                date("2025-11-27"): [],
                date("2025-11-28"): [window([], "07:00", "11:00")],
            ]
        )
    }

    static func supportGuidelines() throws -> BusinessCalendar {
        let hours = [window(weekdays, "08:00", "17:00")]
        return BusinessCalendar(id: "support", zone: try zone("America/Denver"), hours: hours)
    }

    static func userSupport() throws -> BusinessCalendar {
        let hours = [window(weekdays, "09:00", "18:00")]
        return BusinessCalendar(id: "user", zone: try zone("Europe/London"), hours: hours)
    }

    static func esq() throws -> BusinessCalendar {
        let hours = [window(weekdays, "09:00", "17:00")]
        return BusinessCalendar(id: "esq", zone: try zone("America/New_York"), hours: hours)
    }

    /// Monday to Friday 22:00 to 06:00 in UTC.
    static func nightDesk() -> BusinessCalendar {
        BusinessCalendar(id: "night", zone: .utc, hours: [window(weekdays, "22:00", "06:00")])
    }
}

/// Policies as the five documents promise, where a decision needs one.
enum Policies {
    static func quik() throws -> [PriorityPromises] {
        let business = try Calendars.quik()
        return [
            PriorityPromises(
                name: "P1",
                response: Promise(target: .elapsed(seconds: hour), calendar: .always, text: "1 h"),
                update: Cadence(
                    every: .elapsed(seconds: 2 * hour),
                    calendar: .always,
                    text: "every 2 h"
                ),
                ownership: true
            ),
            PriorityPromises(
                name: "P2",
                response: openPromise(hours: 4, business),
                update: Cadence(
                    every: .businessDays(1, endOfDay: false),
                    calendar: business,
                    text: "every 1 business day"
                ),
                resolution: Promise(
                    target: .elapsed(seconds: 24 * hour),
                    kind: .goal,
                    calendar: business,
                    text: "24 h"
                )
            ),
            PriorityPromises(
                name: "P3",
                response: dayPromise(1, business),
                update: Cadence(every: .days(7), calendar: business, text: "every 1 week"),
                resolution: Promise(
                    target: .businessDays(5, endOfDay: false),
                    kind: .goal,
                    calendar: business,
                    orEvent: "next release",
                    text: "5 business days"
                )
            ),
            PriorityPromises(
                name: "P4",
                response: dayPromise(2, business),
                resolution: Promise(
                    target: nil,
                    kind: .goal,
                    calendar: business,
                    orEvent: "next maintenance window",
                    text: "next maintenance window"
                )
            ),
        ]
    }

    static func openPromise(hours: Int, _ calendar: BusinessCalendar) -> Promise {
        Promise(
            target: .open(seconds: hours * hour),
            calendar: calendar,
            text: "\(hours) business hours"
        )
    }

    static func dayPromise(_ count: Int, _ calendar: BusinessCalendar) -> Promise {
        Promise(
            target: .businessDays(count, endOfDay: false),
            calendar: calendar,
            text: count == 1 ? "1 business day" : "\(count) business days"
        )
    }

    /// One priority with nothing but this resolution promise.
    static func resolution(_ target: Target, _ calendar: BusinessCalendar) -> [PriorityPromises] {
        let promise = Promise(target: target, kind: .goal, calendar: calendar, text: "target")
        return [PriorityPromises(name: "only", resolution: promise)]
    }
}

extension CaseClocks {
    /// The clock of that name at `now`.
    func clock(_ name: ClockName, at now: Instant) -> Clock? {
        clocks(at: now).first { $0.name == name }
    }
}

func record(_ instant: Instant, _ event: ClockEvent) -> ClockRecord {
    ClockRecord(at: instant, event: event)
}

/// A case of the Quik! policy, its records and instants in Los Angeles time.
struct QuikCase {
    let zone: Zone
    var clocks: CaseClocks

    init(
        _ priority: String,
        opened: String,
        _ events: [(String, ClockEvent)] = [],
        channel: String? = nil
    ) throws {
        let zone = try ClocksTests.zone("America/Los_Angeles")
        self.zone = zone
        clocks = CaseClocks(
            priorities: try Policies.quik(),
            priority: priority,
            openedAt: ClocksTests.at(opened, in: zone),
            channel: channel,
            records: events.map { record(ClocksTests.at($0.0, in: zone), $0.1) }
        )
    }

    func at(_ text: String) -> Instant { ClocksTests.at(text, in: zone) }

    func clock(_ name: ClockName, at now: String) -> Clock? {
        clocks.clock(name, at: at(now))
    }
}

/// A deterministic generator: the same seed, the same rounds.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One seed of a property test.
struct Seed: Sendable, CustomStringConvertible {
    var value: UInt64
    var description: String { "replay with SEED=0x\(String(value, radix: 16))" }

    /// Only the one in `SEED` where it is set.
    static var all: [Seed] {
        if let text = ProcessInfo.processInfo.environment["SEED"],
            let value = UInt64(text.replacing("0x", with: ""), radix: 16)
        {
            return [Seed(value: value)]
        }
        return [1, 0x2a, 0xbeef, 0x5eed_0004].map(Seed.init)
    }
}
