import CivilTime
import Clocks
import Testing

@Suite("R-01: Precision") struct R01Tests {
    @Test("R-01: fractions of a second are cut off, and every answer is a whole second")
    func wholeSeconds() throws {
        let opened = try #require(Instant(rfc3339: "2025-11-21T11:00:00.999-08:00"))
        #expect(opened == at("2025-11-21 11:00 -0800"))
        let clocks = CaseClocks(
            priorities: Policies.resolution(.elapsed(seconds: 1), .always),
            priority: "only",
            openedAt: opened,
            records: []
        )
        let clock = try #require(clocks.clock(.resolution, at: opened))
        #expect(clock.due == at("2025-11-21 11:00:01 -0800"))
        // A third of a second does not exist: the next whole one is the first that has reached it.
        #expect(clock.instant(basisPoints: 3_333) == clock.due)
    }
}

@Suite("R-02: Window edges") struct R02Tests {
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

    @Test("R-02: opened at the opening the clock runs, opened at the closing it waits")
    func openedAtEdges() throws {
        let opening = try QuikCase("P2", opened: "2025-11-21 07:00")
        #expect(opening.clock(.response, at: "2025-11-21 07:00")?.state == .running)
        #expect(
            opening.clock(.response, at: "2025-11-21 07:00")?.due == opening.at("2025-11-21 11:00")
        )
        let closing = try QuikCase("P2", opened: "2025-11-21 15:00")
        #expect(closing.clock(.response, at: "2025-11-21 15:00")?.state == .notStarted)
        #expect(
            closing.clock(.response, at: "2025-11-21 15:00")?.due == closing.at("2025-11-24 11:00")
        )
    }
}

@Suite("R-03: Due exactly at closing") struct R03Tests {
    @Test("R-03: a due at closing time is the closing, the next opening stands beside it")
    func dueAtClosing() throws {
        let quik = try QuikCase("P2", opened: "2025-11-21 11:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-21 12:00"))
        #expect(clock.due == quik.at("2025-11-21 15:00"))
        #expect(clock.dueLatest == quik.at("2025-11-24 07:00"))
        #expect(clock.elapsedSeconds == hour)
        #expect(clock.targetSeconds == 4 * hour)
        #expect(clock.target == "4 business hours")
    }

    @Test("R-03: a second less or more than the closing is no closing, and has no later reading")
    func besideClosing() throws {
        let calendar = try Calendars.quik()
        let opened = at("2025-11-21 11:00 -0800")
        func clock(_ seconds: Int) -> Clock? {
            CaseClocks(
                priorities: Policies.resolution(.open(seconds: seconds), calendar),
                priority: "only",
                openedAt: opened,
                records: []
            ).clock(.resolution, at: opened)
        }
        #expect(clock(4 * hour - 1)?.due == at("2025-11-21 14:59:59 -0800"))
        #expect(clock(4 * hour - 1)?.dueLatest == nil)
        #expect(clock(4 * hour + 1)?.due == at("2025-11-24 07:00:01 -0800"))
        #expect(clock(4 * hour + 1)?.dueLatest == nil)
    }
}

@Suite("R-04: Answered exactly at due") struct R04Tests {
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

    @Test("R-04: resolved exactly at due is met, a second later is breached")
    func resolvedAtDue() throws {
        func state(_ resolved: String) throws -> ClockState? {
            let quik = try QuikCase("P2", opened: "2025-11-18 09:00", [(resolved, .resolved)])
            return quik.clock(.resolution, at: "2025-11-20 09:00")?.state
        }
        #expect(try state("2025-11-19 09:00") == .met)
        #expect(try state("2025-11-19 09:00:01") == .breached)
    }
}

@Suite("R-05: When 100 % fires") struct R05Tests {
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
}

@Suite("R-06: Opened outside hours") struct R06Tests {
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
}

@Suite("R-07: Business hours") struct R07Tests {
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
}
