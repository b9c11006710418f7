import CivilTime
import Clocks
import Testing

/// What a calendar answers about single instants and stretches.
@Suite struct CalendarTests {
    @Test("R-02: an opening is open, a closing is closed")
    func windowEdges() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let opening = at("2025-11-21 07:00", in: pacific)
        let closing = at("2025-11-21 15:00", in: pacific)
        #expect(calendar.isOpen(at: opening))
        #expect(!calendar.isOpen(at: opening.adding(seconds: -1)))
        #expect(!calendar.isOpen(at: closing))
        #expect(calendar.isOpen(at: closing.adding(seconds: -1)))
        #expect(calendar.isClosing(at: closing))
        #expect(!calendar.isClosing(at: opening))
    }

    @Test("An opening after an instant is a later one; at or after it may be the instant itself")
    func openings() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let friday = at("2025-11-21 07:00", in: pacific)
        let monday = at("2025-11-24 07:00", in: pacific)
        #expect(calendar.nextOpening(atOrAfter: friday) == friday)
        #expect(calendar.nextOpening(after: friday) == monday)
        #expect(calendar.nextOpening(after: friday.adding(seconds: -1)) == friday)
        #expect(calendar.nextOpening(atOrAfter: friday.adding(seconds: 8 * hour)) == monday)
    }

    @Test("R-12: the last closing at or before a due instant is when staff were last in")
    func lastClosing() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let friday = at("2025-11-21 15:00", in: pacific)
        let due = at("2025-11-22 14:30", in: pacific)
        #expect(!calendar.isOpen(at: due))
        #expect(calendar.lastClosing(atOrBefore: due) == friday)
        #expect(calendar.lastClosing(atOrBefore: friday) == friday)
        let thursday = at("2025-11-20 15:00", in: pacific)
        #expect(calendar.lastClosing(atOrBefore: friday.adding(seconds: -1)) == thursday)
        #expect(BusinessCalendar.always.lastClosing(atOrBefore: due) == nil)
    }

    @Test("A calendar that never opens answers nil, and one that never closes has no opening")
    func never() {
        let shut = BusinessCalendar(id: "shut", zone: .utc, hours: [])
        let now = at("2025-11-21 12:00 Z")
        #expect(shut.nextOpening(atOrAfter: now) == nil)
        #expect(shut.nextOpening(after: now) == nil)
        #expect(shut.instant(afterOpenSeconds: 1, from: now) == nil)
        #expect(shut.due(.businessDays(1, endOfDay: false), from: now) == nil)
        #expect(shut.lastClosing(atOrBefore: now) == nil)
        #expect(shut.openSeconds(from: now, to: .distantFuture) == 0)
        let open = BusinessCalendar(
            id: "open",
            zone: .utc,
            hours: [window(everyDay, "00:00", "24:00")]
        )
        #expect(open.nextOpening(after: now) == nil)
        #expect(open.lastClosing(atOrBefore: now) == nil)
        #expect(open.windows(from: now, to: now.adding(seconds: 400 * hour)).count == 1)
        #expect(
            open.instant(afterOpenSeconds: 100 * hour, from: now) == now.adding(seconds: 100 * hour)
        )
    }

    @Test("Windows that meet at midnight are one, and midnight is no closing")
    func midnight() {
        let night = Calendars.nightDesk()
        let windows = night.windows(from: at("2025-11-17 00:00 Z"), to: at("2025-11-19 00:00 Z"))
        #expect(windows.map(\.start) == [at("2025-11-17 22:00 Z"), at("2025-11-18 22:00 Z")])
        #expect(windows.map(\.end) == [at("2025-11-18 06:00 Z"), at("2025-11-19 00:00 Z")])
        #expect(!night.isClosing(at: at("2025-11-18 00:00 Z")))
        #expect(night.isClosing(at: at("2025-11-18 06:00 Z")))
        #expect(night.nextOpening(after: at("2025-11-17 22:00 Z")) == at("2025-11-18 22:00 Z"))
    }

    @Test("R-30: the part of a night on a holiday is closed, the part after it stays open")
    func nightsAndHolidays() {
        let calendar = BusinessCalendar(
            id: "night",
            zone: .utc,
            hours: [window(weekdays, "22:00", "06:00")],
            holidays: [date("2025-11-19")]
        )
        #expect(calendar.isOpen(at: at("2025-11-18 23:59 Z")))
        #expect(!calendar.isOpen(at: at("2025-11-19 00:00 Z")))
        #expect(!calendar.isOpen(at: at("2025-11-19 23:00 Z")))
        #expect(calendar.isOpen(at: at("2025-11-20 00:00 Z")))
        #expect(calendar.nextOpening(after: at("2025-11-19 12:00 Z")) == at("2025-11-20 00:00 Z"))
    }

    @Test("R-30: a date beats a holiday and replaces the weekly hours, also a night's morning")
    func datesBeatHolidays() {
        let calendar = BusinessCalendar(
            id: "night",
            zone: .utc,
            hours: [window(weekdays, "22:00", "06:00")],
            dates: [date("2025-11-19"): [window([], "10:00", "24:00")]],
            holidays: [date("2025-11-19")]
        )
        let windows = calendar.windows(from: at("2025-11-19 00:00 Z"), to: at("2025-11-20 12:00 Z"))
        #expect(windows.map(\.start) == [at("2025-11-19 10:00 Z")])
        #expect(windows.map(\.end) == [at("2025-11-20 06:00 Z")])
    }

    @Test("R-30: a 24x7 calendar knows no holidays")
    func alwaysOpen() {
        let calendar = BusinessCalendar(
            id: "always",
            zone: .utc,
            hours: nil,
            holidays: [date("2025-12-25")]
        )
        let christmas = at("2025-12-25 12:00 Z")
        #expect(calendar.isOpen(at: christmas))
        #expect(
            calendar.due(.businessDays(1, endOfDay: false), from: at("2025-12-24 12:00 Z"))
                == christmas
        )
    }

    struct Turn: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var from: String
        var to: String
        var day: String
        var windows: [(String, String)]
    }

    static let turns = [
        Turn(
            testDescription: "an opening in the gap moves to its end",
            from: "01:30",
            to: "05:00",
            day: "2026-03-29",
            windows: [("2026-03-29 02:00 +0100", "2026-03-29 05:00 +0100")]
        ),
        Turn(
            testDescription: "a closing in the gap moves to its end",
            from: "00:15",
            to: "01:30",
            day: "2026-03-29",
            windows: [("2026-03-29 00:15 Z", "2026-03-29 02:00 +0100")]
        ),
        Turn(
            testDescription: "a window inside the gap is gone",
            from: "01:10",
            to: "01:50",
            day: "2026-03-29",
            windows: []
        ),
        Turn(
            testDescription: "in the repeated hour the first opening and the last closing count",
            from: "01:15",
            to: "01:45",
            day: "2025-10-26",
            windows: [("2025-10-26 01:15 +0100", "2025-10-26 01:45 Z")]
        ),
    ]

    @Test("R-29: windows are wall time when the clocks change", arguments: turns)
    func clocksChange(turn: Turn) throws {
        let calendar = BusinessCalendar(
            id: "desk",
            zone: try zone("Europe/London"),
            hours: [window(everyDay, turn.from, turn.to)]
        )
        let midnight = at(turn.day + " 00:00", in: try zone("Europe/London"))
        let noon = at(turn.day + " 12:00", in: try zone("Europe/London"))
        let windows = calendar.windows(from: midnight, to: noon)
        #expect(windows.map(\.start) == turn.windows.map { at($0.0) })
        #expect(windows.map(\.end) == turn.windows.map { at($0.1) })
        let open = windows.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
        #expect(calendar.openSeconds(from: midnight, to: noon) == open)
    }

    @Test("R-29: 24:00 is the next date's first instant, also where midnight comes twice")
    func repeatedMidnight() throws {
        // Cuba goes from 01:00 back to 00:00.
        let calendar = BusinessCalendar(
            id: "desk",
            zone: try zone("America/Havana"),
            hours: [window([.saturday], "20:00", "24:00")]
        )
        let windows = calendar.windows(
            from: at("2025-11-01 12:00 -0400"),
            to: at("2025-11-02 12:00 -0500")
        )
        #expect(windows.map(\.end) == [at("2025-11-02 00:00 -0400")])
    }

    @Test("A date that the zone skips is not a business day")
    func skippedDate() throws {
        // Samoa went from Thursday 2011-12-29 straight to Saturday.
        let apia = try zone("Pacific/Apia")
        let calendar = BusinessCalendar(
            id: "desk",
            zone: apia,
            hours: [window(weekdays, "09:00", "17:00")]
        )
        let opened = at("2011-12-29 10:00", in: apia)
        let due = calendar.due(.businessDays(1, endOfDay: false), from: opened)
        #expect(due == at("2012-01-02 10:00", in: apia))
        #expect(
            calendar.openSeconds(from: opened, to: at("2012-01-02 10:00", in: apia)) == 8 * hour
        )
    }

    @Test("Long spans count every week, holiday and change of the clocks")
    func longSpans() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let start = at("2025-01-06 07:00", in: pacific)
        let end = at("2035-01-08 07:00", in: pacific)
        // 522 weeks of 40 h, less the Thanksgiving Thursday and half the Friday.
        #expect(calendar.openSeconds(from: start, to: end) == (522 * 40 - 12) * hour)
        let all = calendar.instant(afterOpenSeconds: (522 * 40 - 12) * hour, from: start)
        #expect(all == at("2035-01-05 15:00", in: pacific))
    }

    @Test("Faulty windows are told by place and kind")
    func faults() {
        let monday: Set<Weekday> = [.monday]
        let calendar = BusinessCalendar(
            id: "faulty",
            zone: .utc,
            hours: [
                window(weekdays, "08:00", "12:00"),
                window(monday, "11:00", "13:00"),
                window([.sunday], "22:00", "08:30"),
                window([], "08:00", "09:00"),
                window(monday, "12:00", "08:00"),
            ],
            dates: [
                date("2025-12-24"): [window([], "09:00", "09:00"), window([], "20:00", "02:00")],
                date("2025-12-25"): [],
                date("2025-12-26"): [window([], "08:00", "12:00"), window([], "09:00", "10:00")],
            ]
        )
        let told = calendar.faults.map { fault in
            "\(fault.kind) \(fault.date?.day ?? 0) \(fault.index) \(fault.other ?? -1)"
        }
        #expect(
            told == [
                "overlapping 0 1 0", "overlapping 0 2 0", "empty 0 3 -1", "overlapping 0 4 1",
                "empty 24 0 -1", "passesMidnight 24 1 -1", "overlapping 26 1 0",
            ]
        )
        #expect(calendar.faults.first?.weekday == .monday)
        #expect(Calendars.nightDesk().faults.isEmpty)
    }

    @Test("Days on a calendar without a zone are told")
    func zones() {
        let days = Promise(target: .days(3), calendar: .always, text: "3 days")
        #expect(days.lacksZone)
        let hours = Promise(target: .elapsed(seconds: 60), calendar: .always, text: "1 min")
        #expect(!hours.lacksZone)
        let berlin = BusinessCalendar(id: "utc", zone: .utc, hours: nil)
        #expect(!Promise(target: .days(3), calendar: berlin, text: "3 days").lacksZone)
        let cadence = Cadence(every: .days(7), calendar: .always, text: "1 week")
        #expect(cadence.lacksZone)
    }

    @Test("R-16: an edited calendar is another calendar, and equal sources are equal")
    func equality() throws {
        #expect(try Calendars.quik() == Calendars.quik())
        #expect(try Calendars.quik().hashValue == Calendars.quik().hashValue)
        let edited = BusinessCalendar(
            id: "quik-business",
            zone: try zone("America/Los_Angeles"),
            hours: [window(weekdays, "07:00", "16:00")]
        )
        #expect(try Calendars.quik() != edited)
    }
}
