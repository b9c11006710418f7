import CivilTime
import Clocks
import Testing

/// The decisions of clocks.md on starts, stops, pauses and cadences, by number.
@Suite struct DecisionTests {
    @Test("R-01, R-03: a due at closing time is the closing, the next opening stands beside it")
    func dueAtClosing() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 11:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-21 12:00"))
        #expect(clock.due == quik.at("2025-11-21 15:00"))
        #expect(clock.dueLatest == quik.at("2025-11-24 07:00"))
        #expect(clock.elapsedSeconds == hour)
        #expect(clock.targetSeconds == 4 * hour)
        #expect(clock.target == "4 business hours")
    }

    @Test(
        "R-04, R-33: answered exactly at due is met, a second later is breached, and both stay so"
    )
    func answeredAtDue() throws {
        let onTime = try QuikCase(
            "P1",
            opened: "2025-11-21 11:00",
            [("2025-11-21 12:00", .responded), ("2025-11-21 13:00", .priority("P3"))]
        )
        let met = try #require(onTime.clock(.response, at: "2025-11-25 12:00"))
        #expect(met.state == .met)
        #expect(met.due == onTime.at("2025-11-21 12:00"))
        #expect(met.elapsedSeconds == hour)
        #expect(met.isStopped)
        #expect(met.stoppedAt == met.due)

        let late = try QuikCase(
            "P1",
            opened: "2025-11-21 11:00",
            [("2025-11-21 12:00:01", .responded), ("2025-11-21 13:00", .priority("P3"))]
        )
        let breached = try #require(late.clock(.response, at: "2025-11-25 12:00"))
        #expect(breached.state == .breached)
        #expect(breached.isStopped)
        #expect(breached.elapsedSeconds == hour + 1)
    }

    @Test(
        "R-05: at its due a clock runs and is at 100 %; a second later it is breached"
    )
    func atDue() throws {
        let quik = try QuikCase("P1", opened: "2025-11-21 11:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-21 12:00"))
        #expect(clock.state == .running)
        #expect(quik.clocks.instant(of: clock, percent: 100) == clock.due)
        #expect(quik.clock(.response, at: "2025-11-21 12:00:01")?.state == .breached)
    }

    @Test("R-06: only open time and business days wait for the opening")
    func waitsForOpening() throws {
        let quik = try QuikCase("P2", opened: "2025-11-22 12:00")
        let response = try #require(quik.clock(.response, at: "2025-11-24 06:59:59"))
        #expect(response.state == .notStarted)
        #expect(response.due == quik.at("2025-11-24 11:00"))
        #expect(response.startsAt == quik.at("2025-11-24 07:00"))
        #expect(response.elapsedSeconds == 0)
        #expect(quik.clock(.response, at: "2025-11-24 07:00")?.state == .running)
        #expect(quik.clock(.resolution, at: "2025-11-22 12:00")?.state == .running)
        let night = try QuikCase("P1", opened: "2025-11-22 12:00")
        #expect(night.clock(.response, at: "2025-11-22 12:00")?.state == .running)
    }

    @Test("R-07, R-09: business hours are open time, hours are elapsed also on business calendars")
    func hours() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 14:30")
        let response = try #require(quik.clock(.response, at: "2025-11-22 00:00"))
        #expect(response.elapsedSeconds == hour / 2)
        let resolution = try #require(quik.clock(.resolution, at: "2025-11-22 00:00"))
        #expect(resolution.due == quik.at("2025-11-22 14:30"))
        #expect(resolution.elapsedSeconds == 19 * hour / 2)
        #expect(resolution.dueLatest == nil)
    }

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

    @Test("R-18: the response never pauses, the resolution does for the customer and not for a fix")
    func pauses() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .pending(.pendingCustomer)),
                ("2025-11-18 12:00", .inProgress),
                ("2025-11-18 12:30", .pending(.pendingFix)),
            ]
        )
        let paused = try #require(quik.clock(.resolution, at: "2025-11-18 11:00"))
        #expect(paused.state == .paused)
        #expect(paused.due == nil)
        #expect(paused.elapsedSeconds == hour)
        #expect(quik.clocks.instant(of: paused, percent: 50) == nil)
        #expect(quik.clock(.response, at: "2025-11-18 11:00")?.state == .running)
        #expect(quik.clock(.response, at: "2025-11-18 11:00")?.due == quik.at("2025-11-18 13:00"))
        #expect(quik.clock(.update, at: "2025-11-18 11:00")?.state == .running)

        let running = try #require(quik.clock(.resolution, at: "2025-11-18 13:00"))
        #expect(running.state == .running)
        #expect(running.due == quik.at("2025-11-19 11:00"))
        #expect(running.elapsedSeconds == 2 * hour)
        #expect(quik.clocks.instant(of: running, percent: 50) == quik.at("2025-11-18 23:00"))
    }

    @Test("R-18: a word from the customer ends the wait for them, and no other")
    func customerWrote() throws {
        let events: [(String, ClockEvent)] = [
            ("2025-11-18 10:00", .pending(.pendingCustomer)),
            ("2025-11-18 11:00", .customerWrote),
        ]
        let waiting = try QuikCase("P2", opened: "2025-11-18 09:00", events)
        #expect(waiting.clock(.resolution, at: "2025-11-18 11:00")?.state == .running)
        let held = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .onHold(until: waiting.at("2025-11-18 12:00"))),
                ("2025-11-18 11:00", .customerWrote),
            ]
        )
        #expect(held.clock(.resolution, at: "2025-11-18 11:00")?.state == .paused)
    }

    @Test("R-18: on hold the due is the one that holds at its end, and the hold ends by itself")
    func onHold() throws {
        let pacific = try zone("America/Los_Angeles")
        let until = at("2025-11-18 14:00", in: pacific)
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 10:00", .onHold(until: until))]
        )
        let held = try #require(quik.clock(.update, at: "2025-11-18 11:00"))
        #expect(held.state == .paused)
        #expect(held.due == quik.at("2025-11-18 15:00"))
        #expect(held.elapsedSeconds == hour)
        #expect(quik.clocks.instant(of: held, percent: 75) == quik.at("2025-11-18 14:30"))
        let resumed = try #require(quik.clock(.update, at: "2025-11-18 14:00"))
        #expect(resumed.state == .running)
        #expect(resumed.due == quik.at("2025-11-18 15:00"))
        // The response clock of a 24x7 priority knows no hold.
        #expect(quik.clock(.response, at: "2025-11-18 11:00")?.state == .breached)

        var early = quik
        early.clocks.records.append(record(at("2025-11-18 12:00", in: pacific), .inProgress))
        let ended = try #require(early.clock(.update, at: "2025-11-18 12:00"))
        #expect(ended.due == quik.at("2025-11-18 13:00"))
    }

    @Test(
        "R-18: a pause moves business days by the open time it covered, calendar days by all of it"
    )
    func pausesOfDays() throws {
        let pacific = try zone("America/Los_Angeles")
        let calendar = try Calendars.quik()
        let opened = at("2025-11-18 10:00", in: pacific)
        // Thursday 14:00 until Monday 08:00: 1 h, 8 h and 1 h are open.
        let records = [
            record(at("2025-11-20 14:00", in: pacific), .pending(.pendingCustomer)),
            record(at("2025-11-24 08:00", in: pacific), .inProgress),
        ]
        func due(_ target: Target) -> Instant? {
            let clocks = CaseClocks(
                priorities: Policies.resolution(target, calendar),
                priority: "only",
                openedAt: opened,
                records: records
            )
            return clocks.clock(.resolution, at: at("2025-11-24 09:00", in: pacific))?.due
        }
        let business = due(.businessDays(3, endOfDay: false))
        #expect(business == at("2025-11-24 12:00", in: pacific))
        #expect(due(.days(3)) == at("2025-11-25 04:00", in: pacific))
        #expect(due(.open(seconds: 24 * hour)) == at("2025-11-24 12:00", in: pacific))
        #expect(due(.elapsed(seconds: 72 * hour)) == at("2025-11-25 04:00", in: pacific))
    }

    @Test("R-18: a policy may say what else pauses, also the update clock")
    func ownPauses() throws {
        var clocks = try QuikCase("P2", opened: "2025-11-18 09:00").clocks
        let pacific = try zone("America/Los_Angeles")
        clocks.records = [record(at("2025-11-18 10:00", in: pacific), .pending(.pendingFix))]
        for index in clocks.priorities.indices {
            clocks.priorities[index].resolutionPauses = [.pendingFix]
            clocks.priorities[index].updatePauses = [.pendingFix]
        }
        let now = at("2025-11-18 11:00", in: pacific)
        #expect(clocks.clock(.resolution, at: now)?.state == .paused)
        #expect(clocks.clock(.update, at: now)?.state == .paused)
        #expect(clocks.clock(.update, at: now)?.due == nil)
    }

    @Test("R-19, R-20: neither an acknowledgement nor an update stops the response; answering does")
    func whatStopsResponse() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 09:05", .acknowledged),
                ("2025-11-18 09:10", .updated(next: nil)),
                ("2025-11-18 09:30", .responded),
            ]
        )
        #expect(quik.clock(.response, at: "2025-11-18 09:20")?.state == .running)
        #expect(quik.clock(.response, at: "2025-11-18 09:30")?.state == .met)
        #expect(quik.clock(.resolution, at: "2025-11-18 09:30") == nil)
    }

    @Test("R-19: resolving answers and stops the update clock with nothing owed")
    func resolving() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:05", .acknowledged), ("2025-11-18 09:40", .resolved)]
        )
        let clocks = quik.clocks.clocks(at: quik.at("2025-11-18 12:00"))
        #expect(clocks.map(\.name) == [.response, .update, .ownership])
        #expect(clocks.map(\.state) == [.met, .met, .met])
        #expect(clocks.map(\.due) == [quik.at("2025-11-18 10:00"), nil, nil])
        #expect(clocks.map(\.elapsedSeconds) == [2_400, 2_400, 2_100])
        #expect(clocks.map(\.isStopped) == [true, true, true])
        let late = try QuikCase("P1", opened: "2025-11-18 09:00", [("2025-11-18 11:00", .closed)])
        #expect(late.clock(.response, at: "2025-11-18 12:00")?.state == .breached)
    }

    @Test(
        "R-21: the first update counts from the opening, then from the response, then from updates"
    )
    func updateAnchors() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .updated(next: nil)),
                ("2025-11-18 10:30", .responded),
                ("2025-11-18 10:45", .responded),
                ("2025-11-18 12:00", .updated(next: nil)),
            ]
        )
        func due(_ now: String) -> Instant? { quik.clock(.update, at: now)?.due }
        #expect(due("2025-11-18 09:30") == quik.at("2025-11-18 11:00"))
        #expect(due("2025-11-18 10:00") == quik.at("2025-11-18 12:00"))
        #expect(due("2025-11-18 10:30") == quik.at("2025-11-18 12:30"))
        #expect(due("2025-11-18 11:00") == quik.at("2025-11-18 12:30"))
        #expect(due("2025-11-18 12:00") == quik.at("2025-11-18 14:00"))
        let runs = ["09:30", "10:00", "10:30", "12:00"].map { time in
            quik.clock(.update, at: "2025-11-18 \(time)")?.run
        }
        #expect(runs == [0, 1, 2, 3])
        let anchor = quik.clock(.update, at: "2025-11-18 13:00")?.anchor
        #expect(anchor == quik.at("2025-11-18 12:00"))
    }

    @Test("R-21: an update may name the time of the next")
    func namedUpdate() throws {
        let pacific = try zone("America/Los_Angeles")
        let next = at("2025-11-18 10:30", in: pacific)
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .updated(next: next)),
                ("2025-11-18 11:00", .updated(next: next)),
            ]
        )
        #expect(quik.clock(.update, at: "2025-11-18 10:15")?.due == next)
        #expect(quik.clock(.update, at: "2025-11-18 10:15")?.targetSeconds == hour / 2)
        // A time already past names nothing.
        #expect(quik.clock(.update, at: "2025-11-18 11:00")?.due == quik.at("2025-11-18 13:00"))
    }

    @Test("R-21: a weekly update due on a closed date is owed on the business day before")
    func weeklyUpdate() throws {
        // Thursday a week on is Thanksgiving; Saturday is never open.
        let holiday = try QuikCase("P3", opened: "2025-11-20 14:00")
        #expect(
            holiday.clock(.update, at: "2025-11-20 14:00")?.due == holiday.at("2025-11-26 14:00")
        )
        let late = try QuikCase("P3", opened: "2025-11-20 18:00")
        #expect(late.clock(.update, at: "2025-11-20 18:00")?.due == late.at("2025-11-26 15:00"))
        let open = try QuikCase("P3", opened: "2025-11-19 18:00")
        #expect(open.clock(.update, at: "2025-11-19 18:00")?.due == open.at("2025-11-26 18:00"))
        let calendar = try Calendars.quik()
        let daily = PriorityPromises(
            name: "daily",
            update: Cadence(every: .days(1), calendar: calendar, text: "every day")
        )
        let friday = holiday.at("2025-11-21 14:00")
        let clocks = CaseClocks(
            priorities: [daily],
            priority: "daily",
            openedAt: friday,
            records: []
        )
        // Pulled back it would be the anchor itself, so it stays on Saturday.
        #expect(clocks.clock(.update, at: friday)?.due == holiday.at("2025-11-22 14:00"))
    }

    @Test(
        "R-21: a daily update in business days waits for the opening and is owed a business day on"
    )
    func dailyUpdate() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-20 14:00",
            [("2025-11-21 18:00", .updated(next: nil))]
        )
        #expect(quik.clock(.update, at: "2025-11-21 09:00")?.due == quik.at("2025-11-21 14:00"))
        let clock = try #require(quik.clock(.update, at: "2025-11-22 09:00"))
        #expect(clock.due == quik.at("2025-11-25 07:00"))
        #expect(clock.state == .notStarted)
    }

    @Test("S3: updates when delayed count from the event until a word moves them")
    func onlyWhenDelayed() throws {
        let london = try zone("Europe/London")
        let promises = PriorityPromises(
            name: "High",
            update: Cadence(
                every: .elapsed(seconds: hour),
                calendar: try Calendars.userSupport(),
                onlyWhenDelayed: true,
                text: "every 1 h"
            )
        )
        func time(_ text: String) -> Instant { at("2025-11-18 " + text, in: london) }
        let clocks = CaseClocks(
            priorities: [promises],
            priority: "High",
            openedAt: time("09:00"),
            records: [
                record(time("09:30"), .responded),
                record(time("10:00"), .updated(next: nil)),
                record(time("11:00"), .delayed),
                record(time("11:30"), .delayed),
                record(time("11:45"), .updated(next: nil)),
                record(time("13:00"), .resolved),
                record(time("14:00"), .reopened),
            ]
        )
        let before = try #require(clocks.clock(.update, at: time("10:30")))
        #expect(before.state == .notStarted)
        #expect(before.due == nil)
        #expect(clocks.clock(.update, at: time("11:30"))?.due == time("12:00"))
        #expect(clocks.clock(.update, at: time("11:30"))?.anchor == time("11:00"))
        #expect(clocks.clock(.update, at: time("12:00"))?.due == time("12:45"))
        #expect(clocks.clock(.update, at: time("14:00"))?.state == .notStarted)
    }

    @Test("R-22: an update posted late starts a full interval from then, with a fresh state")
    func lateUpdate() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:10", .responded), ("2025-11-18 12:00", .updated(next: nil))]
        )
        #expect(quik.clock(.update, at: "2025-11-18 11:59")?.state == .breached)
        let clock = try #require(quik.clock(.update, at: "2025-11-18 12:00"))
        #expect(clock.state == .running)
        #expect(clock.due == quik.at("2025-11-18 14:00"))
    }

    @Test("R-11, R-26: leadership's one and a half intervals lie beyond the due")
    func beyondDue() throws {
        let quik = try QuikCase("P1", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.update, at: "2025-11-18 09:00"))
        #expect(quik.clocks.instant(of: clock, percent: 150) == quik.at("2025-11-18 12:00"))
        #expect(clock.instant(basisPoints: 250) == quik.at("2025-11-18 09:03"))
        #expect(quik.clocks.instant(of: clock, percent: 0) == quik.at("2025-11-18 09:00"))
    }
}
