import CivilTime
import Clocks
import Testing

@Suite("R-14: Priority raised") struct R14Tests {
    @Test("R-14: a raise takes the earlier of the old due and the new target from the change")
    func raise() throws {
        let early = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [("2025-11-18 10:00", .priority("P1"))]
        )
        let sooner = try #require(early.clock(.response, at: "2025-11-18 10:00"))
        #expect(sooner.due == early.at("2025-11-18 11:00"))
        #expect(sooner.target == "1 h")
        #expect(sooner.anchor == early.at("2025-11-18 09:00"))
        #expect(sooner.startsAt == early.at("2025-11-18 10:00"))
        // Shares count from the change, so that a ladder fits in what is left.
        #expect(sooner.targetSeconds == hour)
        #expect(sooner.elapsedSeconds == hour)
        #expect(early.clocks.instant(of: sooner, percent: 50) == early.at("2025-11-18 10:30"))
        #expect(early.clock(.update, at: "2025-11-18 10:00")?.due == early.at("2025-11-18 12:00"))
        // P1 promises no resolution: the old due instant stands.
        let resolution = early.clock(.resolution, at: "2025-11-18 10:00")
        #expect(resolution?.due == early.at("2025-11-19 09:00"))
        #expect(early.clock(.ownership, at: "2025-11-18 10:00")?.state == .notStarted)

        let late = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [("2025-11-18 12:30", .priority("P1"))]
        )
        let left = try #require(late.clock(.response, at: "2025-11-18 12:30"))
        #expect(left.due == late.at("2025-11-18 13:00"))
        #expect(left.targetSeconds == hour / 2)
        #expect(late.clocks.instant(of: left, percent: 50) == late.at("2025-11-18 12:45"))
    }

    @Test(
        "R-14, R-24: raised to a promise that waits for diagnosis, the old one runs on"
    )
    func raiseToWaiting() throws {
        func promise(_ hours: Int, _ start: Promise.Start) -> Promise {
            let target = Target.elapsed(seconds: hours * hour)
            return Promise(target: target, calendar: .always, startsOn: start, text: "\(hours) h")
        }
        let opened = at("2025-11-18 09:00 Z")
        let clocks = CaseClocks(
            priorities: [
                PriorityPromises(name: "1", resolution: promise(2, .diagnosed)),
                PriorityPromises(name: "2", resolution: promise(8, .opened)),
            ],
            priority: "2",
            openedAt: opened,
            records: [
                record(at("2025-11-18 10:00 Z"), .priority("1")),
                record(at("2025-11-18 12:00 Z"), .diagnosed),
            ]
        )
        let before = try #require(clocks.clock(.resolution, at: at("2025-11-18 11:00 Z")))
        #expect(before.state == .running)
        #expect(before.due == at("2025-11-18 17:00 Z"))
        #expect(before.target == "8 h")
        let after = try #require(clocks.clock(.resolution, at: at("2025-11-18 12:00 Z")))
        #expect(after.due == at("2025-11-18 14:00 Z"))
        #expect(after.target == "2 h")
    }

    @Test("R-14: a raise never breaches in the past and never forgives")
    func raiseOfLate() throws {
        let night = try QuikCase(
            "P3",
            opened: "2025-11-21 14:00",
            [("2025-11-22 03:00", .priority("P1"))]
        )
        let raised = try #require(night.clock(.response, at: "2025-11-22 03:00"))
        #expect(raised.state == .running)
        #expect(raised.due == night.at("2025-11-22 04:00"))
        let late = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [("2025-11-18 14:00", .priority("P1"))]
        )
        let breached = try #require(late.clock(.response, at: "2025-11-18 14:30"))
        #expect(breached.state == .breached)
        #expect(breached.due == late.at("2025-11-18 13:00"))
    }

    @Test("R-14: the pauses of each promise are cut out of it")
    func raiseAndPause() throws {
        let calendar = BusinessCalendar.always
        func promise(_ hours: Int) -> Promise {
            Promise(target: .elapsed(seconds: hours * hour), calendar: calendar, text: "\(hours) h")
        }
        let clocks = CaseClocks(
            priorities: [
                PriorityPromises(name: "A", resolution: promise(8), resolutionPauses: [.onHold]),
                PriorityPromises(name: "B", resolution: promise(10)),
            ],
            priority: "B",
            openedAt: at("2025-11-18 00:00 Z"),
            records: [
                record(at("2025-11-18 01:00 Z"), .pending(.pendingCustomer)),
                record(at("2025-11-18 06:00 Z"), .priority("A")),
                record(at("2025-11-18 07:00 Z"), .inProgress),
            ]
        )
        // B: 10 h and 6 h of pause; A: 8 h from 06:00, which knows no such pause.
        let paused = clocks.clock(.resolution, at: at("2025-11-18 06:30 Z"))
        #expect(paused?.state == .running)
        #expect(paused?.due == at("2025-11-18 14:00 Z"))
    }
}

@Suite("R-15: Priority lowered") struct R15Tests {
    @Test("R-15: a lowered priority counts from the original start, a breach stays")
    func lower() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:30", .priority("P2"))]
        )
        let clock = try #require(quik.clock(.response, at: "2025-11-18 09:30"))
        #expect(clock.due == quik.at("2025-11-18 13:00"))
        #expect(quik.clock(.update, at: "2025-11-18 09:30")?.due == quik.at("2025-11-19 09:00"))
        #expect(quik.clock(.resolution, at: "2025-11-18 09:30")?.due == quik.at("2025-11-19 09:00"))
        #expect(quik.clock(.ownership, at: "2025-11-18 09:30") == nil)

        let late = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 10:30", .priority("P2")), ("2025-11-18 11:00", .responded)]
        )
        let breached = try #require(late.clock(.response, at: "2025-11-18 10:45"))
        #expect(breached.state == .breached)
        #expect(breached.due == late.at("2025-11-18 13:00"))
        #expect(late.clock(.response, at: "2025-11-18 11:00")?.state == .breached)
    }

    @Test(
        "R-15: the update clock keeps its last update as the start, and goes where none is promised"
    )
    func lowerUpdate() throws {
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 09:10", .responded),
                ("2025-11-18 10:00", .updated(next: nil)),
                ("2025-11-18 10:30", .priority("P3")),
                ("2025-11-18 11:00", .priority("P4")),
                ("2025-11-18 12:00", .priority("P1")),
            ]
        )
        #expect(quik.clock(.update, at: "2025-11-18 10:30")?.due == quik.at("2025-11-25 10:00"))
        #expect(quik.clock(.update, at: "2025-11-18 11:00") == nil)
        // Raised again, it counts from the change.
        #expect(quik.clock(.update, at: "2025-11-18 12:00")?.due == quik.at("2025-11-18 14:00"))
    }
}

@Suite("R-16: Rules edited") struct R16Tests {
    @Test("R-16: an edited calendar moves what is to come, on the same events")
    func editedCalendar() throws {
        var quik = try QuikCase("P2", opened: "2025-11-26 14:00")
        #expect(quik.clock(.response, at: "2025-11-26 14:00")?.due == quik.at("2025-11-28 10:00"))
        let calendar = BusinessCalendar(
            id: "quik-business",
            zone: quik.zone,
            hours: [window(weekdays, "07:00", "15:00")],
            holidays: [date("2025-11-27"), date("2025-11-28")]
        )
        quik.clocks.priorities[1].response?.calendar = calendar
        #expect(quik.clock(.response, at: "2025-11-26 14:00")?.due == quik.at("2025-12-01 10:00"))
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

    @Test("R-16: an edit forgives no breach that was written down, and a stop told late does")
    func recordedBreach() throws {
        var quik = try QuikCase("P2", opened: "2025-11-18 09:00")
        quik.clocks.breaches = [
            RecordedBreach(name: .response, run: 0, at: quik.at("2025-11-18 13:00:01"))
        ]
        for index in quik.clocks.priorities.indices {
            quik.clocks.priorities[index].response?.target = .open(seconds: 20 * hour)
        }
        #expect(quik.clock(.response, at: "2025-11-18 12:00")?.state == .running)
        let edited = try #require(quik.clock(.response, at: "2025-11-18 14:00"))
        #expect(edited.state == .breached)
        #expect(edited.due == quik.at("2025-11-20 13:00"))
        quik.clocks.records = [record(quik.at("2025-11-18 15:00"), .responded)]
        #expect(quik.clock(.response, at: "2025-11-18 16:00")?.state == .breached)
        quik.clocks.records = [record(quik.at("2025-11-18 12:59"), .responded)]
        #expect(quik.clock(.response, at: "2025-11-18 16:00")?.state == .met)
        // Another run of the clock is another promise.
        quik.clocks.breaches[0].run = 1
        quik.clocks.records = []
        #expect(quik.clock(.response, at: "2025-11-18 14:00")?.state == .running)
    }

    @Test("R-16: each due that an edit moves is listed once, and no stopped clock")
    func movedDues() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-26 14:00",
            [("2025-11-26 14:30", .responded)]
        )
        var edited = quik
        for index in edited.clocks.priorities.indices {
            edited.clocks.priorities[index].response?.target = .open(seconds: 8 * hour)
            edited.clocks.priorities[index].resolution?.target = .elapsed(seconds: 48 * hour)
        }
        let now = quik.at("2025-11-26 15:00")
        let moved = MovedDue.between(quik.clocks.clocks(at: now), edited.clocks.clocks(at: now))
        #expect(moved.map(\.name) == [.resolution])
        #expect(moved.first?.old == quik.at("2025-11-27 14:00"))
        #expect(moved.first?.new == quik.at("2025-11-28 14:00"))
        let same = quik.clocks.clocks(at: now)
        #expect(MovedDue.between(same, same).isEmpty)
        let gone = MovedDue.between(same, [])
        #expect(gone.map(\.name) == [.update, .resolution])
        #expect(gone.allSatisfy { $0.new == nil })
    }
}

@Suite("R-17: Reopened") struct R17Tests {
    @Test("R-17: a reopening starts response and update anew and cuts the closed time out")
    func reopen() throws {
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .responded),
                ("2025-11-18 11:00", .resolved),
                ("2025-11-18 12:00", .updated(next: nil)),
                ("2025-11-19 08:00", .reopened),
            ]
        )
        let response = try #require(quik.clock(.response, at: "2025-11-19 09:00"))
        #expect(response.state == .running)
        #expect(response.due == quik.at("2025-11-19 12:00"))
        #expect(response.run == 1)
        #expect(response.anchor == quik.at("2025-11-19 08:00"))
        #expect(quik.clock(.update, at: "2025-11-19 09:00")?.due == quik.at("2025-11-20 08:00"))
        let resolution = try #require(quik.clock(.resolution, at: "2025-11-19 09:00"))
        #expect(resolution.state == .running)
        #expect(resolution.due == quik.at("2025-11-20 06:00"))
        #expect(resolution.elapsedSeconds == 3 * hour)
        #expect(resolution.run == 0)
        // Resolved: met, and frozen.
        let stopped = try #require(quik.clock(.resolution, at: "2025-11-19 07:00"))
        #expect(stopped.state == .met)
        #expect(stopped.elapsedSeconds == 2 * hour)
    }

    @Test(
        "R-17: a raise while resolved counts from the reopening; ownership waits for a person"
    )
    func raiseWhileResolved() throws {
        let quik = try QuikCase(
            "P3",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 09:30", .acknowledged),
                ("2025-11-18 11:00", .resolved),
                ("2025-11-18 12:00", .priority("P1")),
                ("2025-11-18 13:00", .reopened),
                ("2025-11-18 13:10", .acknowledged),
            ]
        )
        #expect(quik.clock(.response, at: "2025-11-18 12:30")?.target == "1 business day")
        #expect(quik.clock(.response, at: "2025-11-18 13:00")?.due == quik.at("2025-11-18 14:00"))
        #expect(quik.clock(.ownership, at: "2025-11-18 13:00")?.state == .notStarted)
        let owned = try #require(quik.clock(.ownership, at: "2025-11-18 13:40"))
        #expect(owned.state == .running)
        #expect(owned.elapsedSeconds == hour / 2)
        // P3's five business days run on, two open hours later.
        let resolution = quik.clock(.resolution, at: "2025-11-18 13:40")
        #expect(resolution?.due == quik.at("2025-11-25 11:00"))
    }
}
