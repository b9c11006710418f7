import CivilTime
import Clocks
import Testing

@Suite("R-21: Where the update clock counts from") struct R21Tests {
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
}

@Suite("R-22: Update overdue") struct R22Tests {
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
}

@Suite("R-23: What stops the resolution") struct R23Tests {
    @Test("R-23: closing ends a case that was never resolved; resolving it is what stops the clock")
    func whatStopsResolution() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [("2025-11-18 12:00", .resolved), ("2025-11-20 12:00", .closed)]
        )
        let clock = try #require(quik.clock(.resolution, at: "2025-11-21 12:00"))
        #expect(clock.state == .met)
        #expect(clock.stoppedAt == quik.at("2025-11-18 12:00"))
    }
}

@Suite("R-24: Starts on diagnosis") struct R24Tests {
    @Test("R-24: a clock that starts on diagnosis is not started and has no due until then")
    func diagnosed() throws {
        let eastern = try zone("America/New_York")
        func time(_ text: String) -> Instant { at("2025-11-18 " + text, in: eastern) }
        let promise = Promise(
            target: .elapsed(seconds: 48 * hour),
            kind: .goal,
            calendar: try Calendars.esq(),
            startsOn: .diagnosed,
            text: "48 h"
        )
        let clocks = CaseClocks(
            priorities: [PriorityPromises(name: "1", resolution: promise)],
            priority: "1",
            openedAt: time("09:00"),
            records: [record(time("11:00"), .diagnosed), record(time("12:00"), .diagnosed)]
        )
        let waiting = try #require(clocks.clock(.resolution, at: time("10:00")))
        #expect(waiting.state == .notStarted)
        #expect(waiting.due == nil)
        #expect(waiting.startsAt == nil)
        #expect(waiting.elapsedSeconds == 0)
        let started = try #require(clocks.clock(.resolution, at: time("13:00")))
        #expect(started.state == .running)
        #expect(started.due == time("11:00").adding(seconds: 48 * hour))
        #expect(started.anchor == time("11:00"))
        #expect(started.elapsedSeconds == 2 * hour)
    }

    @Test("R-24: a missing diagnosis is asked for after a day, in hours")
    func diagnosisReminder() throws {
        let eastern = try zone("America/New_York")
        func reminder(_ opened: String, _ records: [ClockRecord] = []) throws -> Instant? {
            let promise = Promise(
                target: .businessDays(7, endOfDay: false),
                kind: .goal,
                calendar: try Calendars.esq(),
                startsOn: .diagnosed,
                text: "7 business days"
            )
            let clocks = CaseClocks(
                priorities: [PriorityPromises(name: "2", resolution: promise)],
                priority: "2",
                openedAt: at(opened, in: eastern),
                records: records
            )
            let now = at(opened, in: eastern).adding(seconds: hour)
            return clocks.clock(.resolution, at: now)?.diagnosisReminderAt
        }
        #expect(try reminder("2025-11-18 10:00") == at("2025-11-19 10:00", in: eastern))
        #expect(try reminder("2025-11-21 18:00") == at("2025-11-24 09:00", in: eastern))
        let diagnosed = record(at("2025-11-18 10:30", in: eastern), .diagnosed)
        #expect(try reminder("2025-11-18 10:00", [diagnosed]) == nil)
        let quik = try QuikCase("P3", opened: "2025-11-18 09:00")
        #expect(quik.clock(.resolution, at: "2025-11-18 09:00")?.diagnosisReminderAt == nil)
    }
}

@Suite("R-25: Or next release") struct R25Tests {
    @Test("R-25: a linked release is the due of a promise that names one, and of no other")
    func linkedRelease() throws {
        let pacific = try zone("America/Los_Angeles")
        let release = at("2026-01-15 12:00", in: pacific)
        let events: [(String, ClockEvent)] = [("2025-11-19 09:00", .linkedRelease(at: release))]
        let moderate = try QuikCase("P3", opened: "2025-11-18 09:00", events)
        #expect(
            moderate.clock(.resolution, at: "2025-11-18 10:00")?.due
                == moderate.at("2025-11-25 09:00")
        )
        #expect(moderate.clock(.resolution, at: "2025-11-19 10:00")?.due == release)
        let form = try QuikCase("P4", opened: "2025-11-18 09:00", events)
        let unbound = try #require(form.clock(.resolution, at: "2025-11-18 10:00"))
        #expect(unbound.state == .running)
        #expect(unbound.due == nil)
        #expect(unbound.targetSeconds == nil)
        #expect(form.clock(.resolution, at: "2025-11-19 10:00")?.due == release)
        #expect(form.clock(.resolution, at: "2026-01-15 12:00:01")?.state == .breached)
        let major = try QuikCase("P2", opened: "2025-11-18 12:00", events)
        #expect(
            major.clock(.resolution, at: "2025-11-19 10:00")?.due == major.at("2025-11-19 12:00")
        )
    }
}
