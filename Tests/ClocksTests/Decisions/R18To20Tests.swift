import CivilTime
import Clocks
import Testing

@Suite("R-18: Which clock pauses") struct R18Tests {
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
}

@Suite("R-19: What stops the response") struct R19Tests {
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
}

@Suite("R-20: Acknowledged, answered, updated") struct R20Tests {
    @Test("R-20: acknowledging starts ownership and touches no other clock")
    func acknowledgement() throws {
        let silent = try QuikCase("P1", opened: "2025-11-18 09:00")
        let taken = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:05", .acknowledged)]
        )
        for name in [ClockName.response, .update] {
            #expect(
                taken.clock(name, at: "2025-11-18 09:30")
                    == silent.clock(name, at: "2025-11-18 09:30")
            )
        }
        #expect(silent.clock(.ownership, at: "2025-11-18 09:30")?.state == .notStarted)
        #expect(taken.clock(.ownership, at: "2025-11-18 09:30")?.state == .running)
    }

    @Test("R-20: continuous effort lapses when the owner's shifts end, and never while they go on")
    func ownershipLapse() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:05", .acknowledged)]
        )
        let clock = try #require(quik.clock(.ownership, at: "2025-11-18 09:30"))
        let shifts = [
            (start: quik.at("2025-11-18 08:00"), end: quik.at("2025-11-18 12:00")),
            (start: quik.at("2025-11-18 12:00"), end: quik.at("2025-11-18 16:00")),
            (start: quik.at("2025-11-18 20:00"), end: quik.at("2025-11-19 08:00")),
        ]
        func lapse(_ from: String) -> Instant? {
            clock.ownershipLapse(shifts: shifts, from: quik.at(from))
        }
        #expect(lapse("2025-11-18 09:30") == quik.at("2025-11-18 16:00"))
        #expect(lapse("2025-11-18 17:00") == quik.at("2025-11-18 17:00"))
        #expect(lapse("2025-11-18 21:00") == quik.at("2025-11-19 08:00"))
        let response = try #require(quik.clock(.response, at: "2025-11-18 09:30"))
        #expect(response.ownershipLapse(shifts: shifts, from: quik.at("2025-11-18 09:30")) == nil)
        let waiting = try QuikCase("P1", opened: "2025-11-18 09:00")
            .clock(.ownership, at: "2025-11-18 09:30")
        #expect(waiting?.ownershipLapse(shifts: [], from: quik.at("2025-11-18 09:30")) == nil)
    }

    @Test("R-20: an estimate is owed from the first response, and a follow-up at its time")
    func estimates() {
        let answered = at("2025-11-18 09:00 Z")
        let named = at("2025-11-19 09:00 Z")
        func owed(_ responded: Instant?, _ estimate: Instant?, _ stopped: Instant?) -> EstimateDuty?
        {
            EstimateDuty.owed(respondedAt: responded, estimate: estimate, stoppedAt: stopped)
        }
        #expect(owed(nil, nil, nil) == nil)
        #expect(owed(answered, nil, nil) == .give(since: answered))
        #expect(owed(answered, named, nil) == .followUp(at: named))
        #expect(owed(nil, named, nil) == .followUp(at: named))
        #expect(owed(answered, named, named) == nil)
    }
}
