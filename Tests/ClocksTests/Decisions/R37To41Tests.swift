import CivilTime
import Clocks
import Testing

@Suite("R-37: A silent customer") struct R37Tests {
    @Test(
        "R-37: silence counts from the last query while pending for the customer, in calendar days"
    )
    func silence() throws {
        let denver = try Calendars.supportGuidelines()
        let mountain = try zone("America/Denver")
        func time(_ text: String) -> Instant { at(text, in: mountain) }
        func silence(_ records: [ClockRecord], _ now: String) -> CustomerSilence? {
            CaseClocks(
                priorities: Policies.resolution(.elapsed(seconds: 24 * hour), denver),
                priority: "only",
                openedAt: time("2025-10-30 09:00"),
                records: records
            ).silence(after: .days(4), calendar: denver, at: time(now))
        }
        let asked = record(time("2025-10-30 10:00"), .pending(.pendingCustomer))
        let found = try #require(silence([asked], "2025-10-30 12:00"))
        #expect(found.since == time("2025-10-30 10:00"))
        // Day three and day four at the same wall time, over the change of the clocks.
        #expect(found.remindAt == time("2025-11-02 10:00"))
        #expect(found.endsAt == time("2025-11-03 10:00"))
        #expect(silence([asked], "2025-10-30 09:30") == nil)
        let again = record(time("2025-10-31 11:00"), .pending(.pendingCustomer))
        #expect(silence([asked, again], "2025-11-01 00:00")?.endsAt == time("2025-11-04 11:00"))
        let update = record(time("2025-10-31 11:00"), .updated(next: nil))
        #expect(silence([asked, update], "2025-11-01 00:00")?.since == asked.at)
        let others: [ClockEvent] = [
            .customerWrote, .inProgress, .resolved, .closed, .pending(.pendingFix),
            .onHold(until: time("2025-12-01 00:00")),
        ]
        for event in others {
            let records = [asked, record(time("2025-10-31 11:00"), event)]
            #expect(silence(records, "2025-11-01 00:00") == nil, "\(event)")
        }
    }

    @Test("R-37: the reminder comes a business day before, or a day, and never before the query")
    func reminder() throws {
        let calendar = try Calendars.quik()
        let quik = try QuikCase(
            "P2",
            opened: "2025-11-26 09:00",
            [("2025-11-26 14:00", .pending(.pendingCustomer))]
        )
        func silence(_ target: Target) -> CustomerSilence? {
            quik.clocks.silence(after: target, calendar: calendar, at: quik.at("2025-11-26 14:00"))
        }
        let days = silence(.businessDays(3, endOfDay: false))
        #expect(days?.endsAt == quik.at("2025-12-02 14:00"))
        #expect(days?.remindAt == quik.at("2025-12-01 14:00"))
        #expect(silence(.elapsed(seconds: 48 * hour))?.remindAt == quik.at("2025-11-27 14:00"))
        #expect(silence(.elapsed(seconds: hour))?.remindAt == quik.at("2025-11-26 14:00"))
    }
}

@Suite("R-38: A due set by hand") struct R38Tests {
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
}

@Suite("R-39: The next instant and the sweep") struct R39Tests {
    @Test(
        "R-39: a sweep of every second sees a state change exactly where the instants say",
        arguments: [
            "P1", "P2",
        ]
    )
    func sweep(priority: String) throws {
        let quik = try QuikCase(priority, opened: "2025-11-21 14:58")
        let opened = quik.at("2025-11-21 14:58")
        let first = try #require(quik.clocks.clock(.response, at: opened))
        let half = try #require(first.instant(basisPoints: 5_000))
        let due = try #require(first.due)
        let target = try #require(first.targetSeconds)
        for around in [half, due] {
            for second in -60...60 {
                let now = around.adding(seconds: second)
                let clock = try #require(quik.clocks.clock(.response, at: now))
                #expect((clock.elapsedSeconds * 10_000 >= 5_000 * target) == (now >= half))
                #expect((clock.state == .breached) == (now > due))
                #expect(clock.due == due)
            }
        }
    }
}

@Suite("R-40: Before a policy is in force") struct R40Tests {
    @Test("R-40: a policy begins at midnight of its first priority's zone, of UTC for 24x7")
    func inForce() throws {
        let policy = try Policies.quik()
        let day = date("2025-11-01")
        #expect(policy.start(of: day) == at("2025-11-01 00:00 Z"))
        let business = Array(policy.dropFirst())
        #expect(business.start(of: day) == at("2025-11-01 00:00 -0700"))
        // Midnight does not exist where the clocks go forward at it.
        let cairo = BusinessCalendar(id: "cairo", zone: try zone("Africa/Cairo"), hours: nil)
        let promise = Promise(target: .elapsed(seconds: hour), calendar: cairo, text: "1 h")
        let moved = [PriorityPromises(name: "P", response: promise)]
        #expect(moved.start(of: date("2026-04-24")) == at("2026-04-24 01:00 +0300"))
        #expect([PriorityPromises(name: "P")].start(of: day) == at("2025-11-01 00:00 Z"))
    }

    @Test("R-40: a planned maintenance is told of a week, two days and a day ahead")
    func maintenance() throws {
        let starts = at("2025-12-14 06:00 Z")
        func duty(_ planned: String, _ isEmergency: Bool = false) -> MaintenanceDuty? {
            MaintenanceDuty(
                startsAt: starts,
                plannedAt: at(planned),
                isEmergency: isEmergency,
                noticeSeconds: 24 * hour,
                usualSeconds: 168 * hour
            )
        }
        let early = try #require(duty("2025-12-01 00:00 Z"))
        #expect(early.remindAt == at("2025-12-07 06:00 Z"))
        #expect(early.warnAt == at("2025-12-12 06:00 Z"))
        #expect(early.dueAt == at("2025-12-13 06:00 Z"))
        #expect(!early.isBreached(noticedAt: nil, at: early.dueAt))
        #expect(early.isBreached(noticedAt: nil, at: early.dueAt.adding(seconds: 1)))
        #expect(!early.isBreached(noticedAt: early.dueAt, at: starts))
        #expect(early.isBreached(noticedAt: early.dueAt.adding(seconds: 1), at: starts))
        let late = try #require(duty("2025-12-13 00:00 Z"))
        #expect(late.remindAt == at("2025-12-13 00:00 Z"))
        #expect(late.warnAt == at("2025-12-13 00:00 Z"))
        #expect(duty("2025-12-01 00:00 Z", true) == nil)
    }
}

@Suite("R-41: Zone data") struct R41Tests {
    @Test("R-41: the zone's rules are a value of the calendar; other rules give other dues")
    func rulesAreValues() throws {
        // Kampala under Nairobi's rules before and New York's after: one name, two files.
        let opened = at("2026-07-03 20:00 Z")
        func due(_ zone: Zone) -> Instant? {
            BusinessCalendar(id: "desk", zone: zone, hours: [window(weekdays, "08:00", "17:00")])
                .due(.open(seconds: 4 * hour), from: opened)
        }
        #expect(try due(zone("America/New_York")) == at("2026-07-06 15:00 Z"))
        #expect(try due(zone("Africa/Nairobi")) == at("2026-07-06 09:00 Z"))
        #expect(try due(zone("America/New_York")) == at("2026-07-06 15:00 Z"))
    }
}
