import CivilTime
import Clocks
import Testing

@Suite("R-31: Where holidays come from") struct R31Tests {
    @Test("R-31: only dates that are written down are closed")
    func writtenDates() throws {
        let pacific = try zone("America/Los_Angeles")
        let hours = [window(weekdays, "07:00", "15:00")]
        let plain = BusinessCalendar(id: "plain", zone: pacific, hours: hours)
        let independenceDay = at("2025-07-04 12:00", in: pacific)
        #expect(plain.isOpen(at: independenceDay))
        let dated = BusinessCalendar(
            id: "dated",
            zone: pacific,
            hours: hours,
            holidays: [date("2025-07-04")]
        )
        #expect(!dated.isOpen(at: independenceDay))
        #expect(dated.isOpen(at: at("2028-07-04 12:00", in: pacific)))
    }
}

@Suite("R-32: Zones are named") struct R32Tests {
    @Test("R-32: two zones that share an offset in winter are two calendars in summer")
    func mountainTime() throws {
        func due(_ name: String, _ opened: String) throws -> Instant? {
            let calendar = BusinessCalendar(
                id: "mountain",
                zone: try zone(name),
                hours: [window(weekdays, "08:00", "17:00")]
            )
            return calendar.due(.open(seconds: hour), from: at(opened))
        }
        #expect(try due("America/Denver", "2026-01-05 12:00 Z") == at("2026-01-05 16:00 Z"))
        #expect(try due("America/Phoenix", "2026-01-05 12:00 Z") == at("2026-01-05 16:00 Z"))
        #expect(try due("America/Denver", "2026-07-06 12:00 Z") == at("2026-07-06 15:00 Z"))
        #expect(try due("America/Phoenix", "2026-07-06 12:00 Z") == at("2026-07-06 16:00 Z"))
    }
}

@Suite("R-33: Verdicts are frozen") struct R33Tests {
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

    @Test("R-33: a kept verdict holds against an edit of the rules; a later stop has its own")
    func keptVerdict() throws {
        var quik = try QuikCase(
            "P2",
            opened: "2025-11-18 09:00",
            [("2025-11-18 14:00", .responded)]
        )
        let verdict = try #require(quik.clock(.response, at: "2025-11-18 14:00")?.verdict)
        #expect(verdict.state == .breached)
        #expect(verdict.due == quik.at("2025-11-18 13:00"))
        for index in quik.clocks.priorities.indices {
            quik.clocks.priorities[index].response?.target = .open(seconds: 8 * hour)
            quik.clocks.priorities[index].response?.text = "8 business hours"
        }
        #expect(quik.clock(.response, at: "2025-11-20 09:00")?.state == .met)
        quik.clocks.verdicts = [verdict]
        let kept = try #require(quik.clock(.response, at: "2025-11-20 09:00"))
        #expect(kept.state == .breached)
        #expect(kept.target == "4 business hours")
        #expect(kept.due == quik.at("2025-11-18 13:00"))
        #expect(kept.elapsedSeconds == 5 * hour)
        #expect(kept.verdict == verdict)
        #expect(quik.clock(.update, at: "2025-11-20 09:00")?.verdict == nil)
        quik.clocks.records += [
            record(quik.at("2025-11-19 09:00"), .resolved),
            record(quik.at("2025-11-20 09:00"), .reopened),
            record(quik.at("2025-11-20 10:00"), .responded),
        ]
        let second = try #require(quik.clock(.response, at: "2025-11-21 09:00"))
        #expect(second.state == .met)
        #expect(second.target == "8 business hours")
    }
}

@Suite("R-34: Restart") struct R34Tests {
    @Test("R-34: clocks asked for after any absence are those that were never asked for before")
    func restart() throws {
        let events: [(String, ClockEvent)] = [
            ("2025-11-18 09:30", .responded), ("2025-11-18 10:00", .pending(.pendingCustomer)),
            ("2025-11-19 10:00", .customerWrote), ("2025-11-20 08:00", .priority("P1")),
        ]
        let quik = try QuikCase("P2", opened: "2025-11-18 09:00", events)
        let asked = ["2025-11-18 09:45", "2025-11-19 09:00", "2025-11-20 09:00"].map { now in
            quik.clocks.clocks(at: quik.at(now))
        }
        let late = try QuikCase("P2", opened: "2025-11-18 09:00", events)
        #expect(late.clocks.clocks(at: late.at("2025-11-20 09:00")) == asked[2])
        #expect(late.clocks.clocks(at: late.at("2025-11-18 09:45")) == asked[0])
    }
}

@Suite("R-35: Goals and commitments") struct R35Tests {
    @Test("R-35: a goal is breached too, and says that it is a goal")
    func goals() throws {
        let quik = try QuikCase("P2", opened: "2025-11-18 09:00")
        let clock = try #require(quik.clock(.resolution, at: "2025-11-19 09:00:01"))
        #expect(clock.state == .breached)
        #expect(clock.kind == .goal)
    }
}
