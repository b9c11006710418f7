import CivilTime
import Clocks
import Testing

@Suite("R-26: Warnings") struct R26Tests {
    @Test(
        "R-26: warnings are shares of the target in the clock's own time",
        arguments: [50, 75, 90]
    )
    func warnings(percent: Int) throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 13:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-21 13:00"))
        let instant = try #require(quik.clocks.instant(of: clock, percent: percent))
        let expected = [50: "2025-11-21 15:00", 75: "2025-11-24 08:00", 90: "2025-11-24 08:36"]
        #expect(instant == expected[percent].map(quik.at))
        let reached = try #require(quik.clocks.clock(.response, at: instant))
        #expect(reached.elapsedSeconds * 100 >= percent * 4 * hour)
        let before = try #require(quik.clocks.clock(.response, at: instant.adding(seconds: -1)))
        #expect(before.elapsedSeconds * 100 < percent * 4 * hour)
    }

    @Test("R-26: a clock's own time stops at the stop, not at the breach")
    func elapsedAfterBreach() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 12:00", .responded)]
        )
        #expect(quik.clock(.response, at: "2025-11-18 11:00")?.elapsedSeconds == 2 * hour)
        #expect(quik.clock(.response, at: "2025-11-18 15:00")?.elapsedSeconds == 3 * hour)
    }

    @Test("R-26: leadership's one and a half intervals lie beyond the due")
    func beyondDue() throws {
        let quik = try QuikCase("P1", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.update, at: "2025-11-18 09:00"))
        #expect(quik.clocks.instant(of: clock, percent: 150) == quik.at("2025-11-18 12:00"))
        #expect(clock.instant(basisPoints: 250) == quik.at("2025-11-18 09:03"))
        #expect(quik.clocks.instant(of: clock, percent: 0) == quik.at("2025-11-18 09:00"))
    }
}

@Suite("R-27: Thresholds passed already") struct R27Tests {
    @Test("R-27: a threshold that passed before the clock attached has an instant in the past")
    func passedThreshold() throws {
        let quik = try QuikCase("P1", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-18 09:50"))
        #expect(quik.clocks.instant(of: clock, percent: 50) == quik.at("2025-11-18 09:30"))
        #expect(quik.clocks.instant(of: clock, percent: 75) == quik.at("2025-11-18 09:45"))
    }
}

@Suite("R-28: Several changes at once") struct R28Tests {
    @Test("R-28: events count by time, then by their place in the list")
    func order() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 12:00", .inProgress),
                ("2025-11-18 10:00", .pending(.pendingCustomer)),
                ("2025-11-18 10:00", .responded),
            ]
        )
        #expect(quik.clock(.resolution, at: "2025-11-18 11:00")?.state == .paused)
        #expect(quik.clock(.resolution, at: "2025-11-18 12:00")?.state == .running)
        #expect(quik.clock(.response, at: "2025-11-18 10:00")?.state == .met)
        let reversed = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .inProgress),
                ("2025-11-18 10:00", .pending(.pendingCustomer)),
            ]
        )
        #expect(reversed.clock(.resolution, at: "2025-11-18 11:00")?.state == .paused)
    }
}

@Suite("R-29: Changes of the clocks") struct R29Tests {
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

    @Test("R-29: a window that a change of the clocks swallows closes no day")
    func swallowedWindow() throws {
        // The clocks of this zone skip the hour from 23:00 to 24:00.
        let greenland = try zone("America/Scoresbysund")
        let calendar = BusinessCalendar(
            id: "desk",
            zone: greenland,
            hours: [window(everyDay, "08:00", "16:00"), window(everyDay, "23:00", "24:00")]
        )
        let opened = at("2026-03-27 15:00", in: greenland)
        let due = calendar.due(.businessDays(1, endOfDay: true), from: opened)
        #expect(due == at("2026-03-28 16:00", in: greenland))
        let usual = calendar.due(.businessDays(2, endOfDay: true), from: opened)
        #expect(usual == at("2026-03-30 00:00", in: greenland))
    }

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

    @Test("R-29: an hour of open time is an hour, also through a change of the clocks")
    func openTimeThroughChange() throws {
        let calendar = BusinessCalendar(
            id: "night",
            zone: try zone("America/Los_Angeles"),
            hours: [window(everyDay, "22:00", "06:00")]
        )
        // Nine open hours in the autumn night, seven in the spring one.
        let autumn = at("2025-11-01 22:00 -0700")
        #expect(
            calendar.due(.open(seconds: 9 * hour), from: autumn) == at("2025-11-02 06:00 -0800")
        )
        let spring = at("2026-03-07 22:00 -0800")
        #expect(
            calendar.due(.open(seconds: 7 * hour), from: spring) == at("2026-03-08 06:00 -0700")
        )
        #expect(
            calendar.due(.open(seconds: 8 * hour), from: spring) == at("2026-03-08 23:00 -0700")
        )
    }
}

@Suite("R-30: Holidays, half days, nights") struct R30Tests {
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

    @Test("R-30: a half day closes early, and a closed date has no business hours at all")
    func halfDay() throws {
        let calendar = try Calendars.quik()
        let pacific = try zone("America/Los_Angeles")
        let thursday = at("2025-11-27 00:00", in: pacific)
        let saturday = at("2025-11-29 00:00", in: pacific)
        #expect(calendar.openSeconds(from: thursday, to: saturday) == 4 * hour)
        #expect(calendar.nextOpening(atOrAfter: thursday) == at("2025-11-28 07:00", in: pacific))
        #expect(calendar.isClosing(at: at("2025-11-28 11:00", in: pacific)))
        #expect(!calendar.isOpen(at: at("2025-11-28 11:00", in: pacific)))
    }
}
