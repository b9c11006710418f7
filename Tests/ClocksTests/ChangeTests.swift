import CivilTime
import Clocks
import Testing

/// The decisions of clocks.md on what moves a clock, by number.
@Suite struct ChangeTests {
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

    @Test("R-27: a threshold that passed before the clock attached has an instant in the past")
    func passedThreshold() throws {
        let quik = try QuikCase("P1", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.response, at: "2025-11-18 09:50"))
        #expect(quik.clocks.instant(of: clock, percent: 50) == quik.at("2025-11-18 09:30"))
        #expect(quik.clocks.instant(of: clock, percent: 75) == quik.at("2025-11-18 09:45"))
    }

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

    @Test("R-33: what was stopped is not moved by what comes later")
    func frozen() throws {
        let pacific = try zone("America/Los_Angeles")
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 10:00", .responded),
                (
                    "2025-11-18 11:00",
                    .dueOverridden(.response, at: at("2025-11-18 09:30", in: pacific))
                ),
                ("2025-11-18 12:00", .priority("P1")),
            ]
        )
        let before = try #require(quik.clock(.response, at: "2025-11-18 10:00"))
        let after = try #require(quik.clock(.response, at: "2025-11-19 10:00"))
        #expect(before == after)
    }

    @Test("R-35: a goal is breached too, and says that it is a goal")
    func goals() throws {
        let quik = try QuikCase("P2", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-19 09:00:01"))
        #expect(clock.state == .breached)
        #expect(clock.kind == .goal)
    }

    @Test("R-38: of the manual and the computed due the earlier holds, and a breach stays")
    func manualDue() throws {
        let pacific = try zone("America/Los_Angeles")
        func time(_ text: String) -> Instant { at("2025-11-18 " + text, in: pacific) }
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [
                ("2025-11-18 09:30", .dueOverridden(.response, at: time("14:00"))),
                ("2025-11-18 10:00", .dueOverridden(.response, at: time("11:00"))),
                ("2025-11-18 12:00", .dueOverridden(.response, at: time("14:00"))),
            ]
        )
        #expect(quik.clock(.response, at: "2025-11-18 09:30")?.due == time("13:00"))
        let earlier = try #require(quik.clock(.response, at: "2025-11-18 10:30"))
        #expect(earlier.due == time("11:00"))
        #expect(quik.clocks.instant(of: earlier, percent: 50) == time("10:00"))
        let moved = try #require(quik.clock(.response, at: "2025-11-18 12:30"))
        #expect(moved.due == time("13:00"))
        #expect(moved.state == .breached)
    }

    @Test("S3: of the priority's response and the channel's the stricter holds")
    func channels() throws {
        let calendar = try Calendars.userSupport()
        let quarter = Promise(target: .elapsed(seconds: 900), calendar: .always, text: "15 min")
        let day = Policies.dayPromise(1, calendar)
        let promises = [
            PriorityPromises(name: "Critical", response: quarter, channelResponses: ["mail": day]),
            PriorityPromises(
                name: "Low",
                response: Policies.dayPromise(3, calendar),
                channelResponses: ["mail": day]
            ),
        ]
        func clock(_ priority: String, _ channel: String?) -> Clock? {
            let opened = at("2025-11-18 10:00 Z")
            let clocks = CaseClocks(
                priorities: promises,
                priority: priority,
                openedAt: opened,
                channel: channel,
                records: []
            )
            return clocks.clock(.response, at: opened)
        }
        #expect(clock("Critical", "mail")?.target == "15 min")
        #expect(clock("Low", "mail")?.target == "1 business day")
        #expect(clock("Low", "mail")?.due == at("2025-11-19 10:00 Z"))
        #expect(clock("Low", "web")?.target == "3 business days")
        #expect(clock("Low", nil)?.due == at("2025-11-21 10:00 Z"))
    }

    @Test(
        "A priority that the policy does not have has no clocks, and changing to it changes nothing"
    )
    func unknownPriority() throws {
        let unknown = try QuikCase("P9", opened: "2025-11-18 09:00")
        #expect(unknown.clocks.clocks(at: .distantFuture).isEmpty)
        let quik = try QuikCase(
            "P1",
            opened: "2025-11-18 09:00",
            [("2025-11-18 09:10", .priority("P9"))]
        )
        #expect(quik.clock(.response, at: "2025-11-18 09:20")?.due == quik.at("2025-11-18 10:00"))
    }
}
