import CivilTime
import Clocks
import Testing

@Suite("R-08: Business days") struct R08Tests {
    @Test("R-08: a night desk has five business days")
    func nightDesk() {
        let night = Calendars.nightDesk()
        let day = Target.businessDays(1, endOfDay: false)
        // Friday 23:00, and Saturday 02:00 in Friday's window.
        #expect(night.due(day, from: at("2025-11-21 23:00 Z")) == at("2025-11-24 23:00 Z"))
        #expect(night.due(day, from: at("2025-11-22 02:00 Z")) == at("2025-11-24 02:00 Z"))
        let endOfDay = Target.businessDays(1, endOfDay: true)
        #expect(night.due(endOfDay, from: at("2025-11-21 23:00 Z")) == at("2025-11-25 06:00 Z"))
    }

    @Test("R-08: the end of the day is its close, early on a half day")
    func endOfDay() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let opened = at("2025-11-26 09:00", in: pacific)
        let due = calendar.due(.businessDays(1, endOfDay: true), from: opened)
        #expect(due == at("2025-11-28 11:00", in: pacific))
    }

    @Test("R-08: a wall time before the day's opening, or between two windows, stays as it is")
    func wallTimeStays() {
        let calendar = BusinessCalendar(
            id: "desk",
            zone: .utc,
            hours: [
                window([.monday], "07:00", "17:00"),
                window([.tuesday], "09:00", "12:00"),
                window([.tuesday], "13:00", "17:00"),
            ]
        )
        let day = Target.businessDays(1, endOfDay: false)
        #expect(calendar.due(day, from: at("2025-11-17 07:30 Z")) == at("2025-11-18 07:30 Z"))
        #expect(calendar.due(day, from: at("2025-11-17 12:30 Z")) == at("2025-11-18 12:30 Z"))
    }
}

@Suite("R-09: Hours without a word are elapsed") struct R09Tests {
    @Test("R-09: 24 hours on a business calendar are 24 hours of the clock, also over a weekend")
    func elapsed() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 14:30")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-21 14:30"))
        #expect(clock.due == quik.at("2025-11-22 14:30"))
        #expect(!clock.countsOpenTime)
        // The night the clocks go back is an hour longer on the wall.
        let autumn = try QuikCase("P2", opened: "2025-11-01 14:30")
        let due = autumn.clock(.resolution, at: "2025-11-01 14:30")?.due
        #expect(due == at("2025-11-02 13:30 -0800"))
    }
}

@Suite("R-10: Days and weeks") struct R10Tests {
    @Test(
        "R-10, R-29: calendar days keep the wall time; one that comes twice is due the first time"
    )
    func calendarDays() throws {
        let denver = try Calendars.supportGuidelines()
        let gap = denver.due(.days(1), from: at("2026-03-07 02:30 -0700"))
        #expect(gap == at("2026-03-08 03:00 -0600"))
        let twice = denver.due(.days(1), from: at("2025-11-01 01:30 -0600"))
        #expect(twice == at("2025-11-02 01:30 -0600"))
    }

    @Test("R-10: three days over the change of the clocks are 73 hours, not 72")
    func threeDays() throws {
        let denver = try Calendars.supportGuidelines()
        let opened = at("2025-10-31 10:00 -0600")
        let due = try #require(denver.due(.days(3), from: opened))
        #expect(due == at("2025-11-03 10:00 -0700"))
        #expect(due.seconds(since: opened) == 73 * hour)
        #expect(
            denver.due(.elapsed(seconds: 72 * hour), from: opened) == at("2025-11-03 09:00 -0700")
        )
        #expect(denver.due(.days(14), from: opened) == at("2025-11-14 10:00 -0700"))
    }
}

@Suite("R-11: Ranges") struct R11Tests {
    @Test("R-11: pauses move the lower bound of a range as they move the upper")
    func pausedRange() throws {
        let london = try zone("Europe/London")
        func time(_ text: String) -> Instant { at("2025-11-" + text, in: london) }
        let promise = Promise(
            target: .businessDays(3, endOfDay: false),
            bestBy: .businessDays(2, endOfDay: false),
            kind: .goal,
            calendar: try Calendars.userSupport(),
            text: "2-3 business days"
        )
        let clocks = CaseClocks(
            priorities: [PriorityPromises(name: "Low", resolution: promise)],
            priority: "Low",
            openedAt: time("17 10:00"),
            records: [
                record(time("17 11:00"), .pending(.pendingCustomer)),
                record(time("17 13:00"), .inProgress),
            ]
        )
        let clock = try #require(clocks.clock(.resolution, at: time("17 14:00")))
        #expect(clock.bestBy == time("19 12:00"))
        #expect(clock.due == time("20 12:00"))
    }
}

@Suite("R-12: Due when nobody is staffed") struct R12Tests {
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

    @Test("R-12: an unstaffed deadline is announced with an open hour left, and stays what it is")
    func announced() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 13:30")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-21 13:30"))
        let deadline = try #require(clock.unstaffedDeadline())
        #expect(deadline.due == quik.at("2025-11-22 13:30"))
        #expect(deadline.due == clock.due)
        #expect(deadline.lastClosing == quik.at("2025-11-21 15:00"))
        #expect(deadline.announceAt == quik.at("2025-11-21 14:00"))
        #expect(deadline.nextOpening == quik.at("2025-11-24 07:00"))
    }

    @Test("R-12: opened in the last hour it is announced at once, by Friday 15:00")
    func announcedAtOnce() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 14:30")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-21 14:30"))
        let deadline = try #require(clock.unstaffedDeadline())
        #expect(deadline.due == quik.at("2025-11-22 14:30"))
        #expect(deadline.announceAt == quik.at("2025-11-21 14:30"))
        // Critical of S2: due on Saturday at 16:55, when the desk is closed.
        let denver = try Calendars.supportGuidelines()
        let opened = at("2025-11-21 16:55 -0700")
        let critical = CaseClocks(
            priorities: Policies.resolution(.elapsed(seconds: 24 * hour), denver),
            priority: "only",
            openedAt: opened,
            records: []
        )
        let saturday = try #require(critical.clock(.resolution, at: opened)?.unstaffedDeadline())
        #expect(saturday.due == at("2025-11-22 16:55 -0700"))
        #expect(saturday.announceAt == opened)
        #expect(saturday.lastClosing == at("2025-11-21 17:00 -0700"))
    }

    @Test("R-12: where nobody is in between start and due it is announced at the start")
    func nobodyInBetween() throws {
        let quik = try QuikCase("P2", opened: "2025-11-22 09:00")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-22 09:00"))
        let deadline = try #require(clock.unstaffedDeadline())
        #expect(deadline.lastClosing == nil)
        #expect(deadline.announceAt == quik.at("2025-11-22 09:00"))
    }

    @Test("R-12: the hour left is open time, over short windows and long weekends")
    func openHourLeft() {
        let calendar = BusinessCalendar(
            id: "short",
            zone: .utc,
            hours: [window([.monday], "09:00", "09:40"), window([.friday], "09:00", "09:40")]
        )
        func announceAt(_ opened: String, hours: Int) -> Instant? {
            CaseClocks(
                priorities: Policies.resolution(.elapsed(seconds: hours * hour), calendar),
                priority: "only",
                openedAt: at(opened),
                records: []
            ).clock(.resolution, at: at(opened))?.unstaffedDeadline()?.announceAt
        }
        // 40 min on Friday, 20 min on Monday.
        #expect(announceAt("2025-11-16 00:00 Z", hours: 150) == at("2025-11-17 09:20 Z"))
        #expect(announceAt("2025-11-18 00:00 Z", hours: 100) == at("2025-11-18 00:00 Z"))
    }

    @Test("R-12: a due in hours, at a closing, or of a stopped clock is no unstaffed deadline")
    func staffed() throws {
        let quik = try QuikCase("P2", opened: "2025-11-18 09:00", [("2025-11-18 10:00", .resolved)])
        #expect(quik.clock(.resolution, at: "2025-11-18 09:30")?.unstaffedDeadline() == nil)
        let closing = try QuikCase("P2", opened: "2025-11-21 11:00")
        #expect(closing.clock(.response, at: "2025-11-21 11:00")?.unstaffedDeadline() == nil)
        let stopped = try QuikCase(
            "P2",
            opened: "2025-11-21 14:30",
            [("2025-11-21 14:45", .resolved)]
        )
        #expect(stopped.clock(.resolution, at: "2025-11-21 14:50")?.unstaffedDeadline() == nil)
        let always = try QuikCase("P1", opened: "2025-11-22 09:00")
        let response = try #require(always.clock(.response, at: "2025-11-22 09:00"))
        #expect(response.unstaffedDeadline() == nil)
        // Asked of the hours in which people are really in, a 24x7 promise has one.
        let deadline = response.unstaffedDeadline(staffed: try Calendars.quik())
        #expect(deadline?.announceAt == always.at("2025-11-22 09:00"))
    }
}

@Suite("R-13: Split targets") struct R13Tests {
    @Test("R-13: a split target keeps the side of its receipt through a raise; a reopening is new")
    func split() throws {
        let london = try zone("Europe/London")
        let calendar = try Calendars.userSupport()
        func time(_ text: String) -> Instant { at("2025-11-18 " + text, in: london) }
        let split = Promise(
            target: .split(inHoursSeconds: hour, outsideSeconds: 4 * hour),
            calendar: calendar,
            text: "1 h or 4 h"
        )
        let low = Promise(target: .elapsed(seconds: 48 * hour), calendar: calendar, text: "48 h")
        let clocks = CaseClocks(
            priorities: [
                PriorityPromises(name: "High", response: split),
                PriorityPromises(name: "Low", response: low),
            ],
            priority: "Low",
            openedAt: time("08:30"),
            records: [
                record(time("09:30"), .priority("High")),
                record(time("11:00"), .resolved),
                record(time("12:00"), .reopened),
            ]
        )
        let raised = try #require(clocks.clock(.response, at: time("10:00")))
        #expect(raised.due == time("13:30"))
        #expect(raised.objective == time("10:30"))
        let reopened = try #require(clocks.clock(.response, at: time("12:00")))
        #expect(reopened.due == time("13:00"))
        #expect(reopened.objective == time("13:00"))
    }
}
