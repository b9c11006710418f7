import CivilTime
import Clocks
import Testing

/// What a calendar answers about single instants and stretches.
@Suite struct CalendarTests {
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
}
