import CivilTime
import Clocks
import Testing

/// Random calendars, targets and events against the slow evaluator.
@Suite struct PropertyTests {
    static let zoneNames = [
        "Europe/London", "America/Los_Angeles", "Australia/Lord_Howe", "America/Havana",
        "Asia/Kolkata", "UTC",
    ]
    static let days = 40

    struct World {
        var calendar: BusinessCalendar
        var zone: Zone
        var slow: SlowCalendar
    }

    static func world(using random: inout SplitMix64) throws -> World {
        let zone = try zone(zoneNames[Int.random(in: 0..<zoneNames.count, using: &random)])
        // Most spans hold a change of the clocks; all in 2025 and 2026.
        let starts = ["2025-03-01", "2025-10-15", "2026-03-01", "2026-10-10", "2025-06-01"]
        let firstDay = date(starts[Int.random(in: 0..<starts.count, using: &random)])
            .daysSinceEpoch
        let calendar = randomCalendar(zone, firstDay: firstDay, using: &random)
        let slow = SlowCalendar(calendar, zone: zone, firstDay: firstDay, days: days)
        return World(calendar: calendar, zone: zone, slow: slow)
    }

    static func randomCalendar(
        _ zone: Zone,
        firstDay: Int,
        using random: inout SplitMix64
    ) -> BusinessCalendar {
        var hours: [BusinessCalendar.Window]?
        if Int.random(in: 0..<12, using: &random) > 0 {
            hours = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let days = Set(everyDay.filter { _ in Int.random(in: 0..<3, using: &random) > 0 })
                return randomWindow(days: days, mayPass: true, using: &random)
            }
        }
        var dates: [CivilDate: [BusinessCalendar.Window]] = [:]
        var holidays: Set<CivilDate> = []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let day = firstDay + Int.random(in: 0..<Self.days, using: &random)
            if Bool.random(using: &random) {
                holidays.insert(CivilDate(daysSinceEpoch: day))
            } else {
                dates[CivilDate(daysSinceEpoch: day)] = (0..<Int.random(in: 0...2, using: &random))
                    .map { _ in randomWindow(days: [], mayPass: false, using: &random) }
            }
        }
        return BusinessCalendar(
            id: "random",
            zone: zone,
            hours: hours,
            dates: dates,
            holidays: holidays
        )
    }

    /// Often near midnight and the hours in which clocks change.
    static func randomWindow(
        days: Set<Weekday>,
        mayPass: Bool,
        using random: inout SplitMix64
    ) -> BusinessCalendar.Window {
        func minutes(upTo last: Int) -> Int {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: [0, 60, 90, 120, 150, 1_380, 1_439].randomElement(using: &random) ?? 0
            case 1: Int.random(in: 0...180, using: &random)
            default: Int.random(in: 0...last, using: &random)
            }
        }
        let from = minutes(upTo: 1_439)
        var to = Bool.random(using: &random) ? minutes(upTo: 1_440) : 1_440
        if !mayPass, to <= from { to = from + 1 + (1_439 - from) / 2 }
        return BusinessCalendar.Window(
            days: days,
            from: WallTime(secondsSinceMidnight: from * 60) ?? .midnight,
            to: WallTime(secondsSinceMidnight: to * 60) ?? .endOfDay
        )
    }

    static func randomTarget(using random: inout SplitMix64) -> Target {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .elapsed(seconds: Int.random(in: 1...3_000, using: &random) * 60)
        case 1, 2: .open(seconds: Int.random(in: 1...2_400, using: &random) * 60)
        case 3, 4:
            .businessDays(Int.random(in: 1...5, using: &random), endOfDay: .random(using: &random))
        default: .days(Int.random(in: 1...10, using: &random))
        }
    }

    @Test("Calendars and dues agree with the slow evaluator", arguments: Seed.all)
    func agreement(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        for round in 0..<12 {
            let world = try Self.world(using: &random)
            let slow = world.slow
            for step in 0..<60 {
                let start = Int.random(in: 2_880..<(20 * 1_440), using: &random)
                let opened = slow.instant(at: start)
                let label: Comment =
                    "round \(round) step \(step), \(seed): \(world.calendar.zone?.name ?? "")"
                #expect(world.calendar.isOpen(at: opened) == slow.open[start], label)
                let target = Self.randomTarget(using: &random)
                guard let expected = slow.due(target, from: start),
                    expected < slow.open.count - 2_880
                else { continue }
                let due = world.calendar.due(target, from: opened)
                #expect(due == slow.instant(at: expected), "\(label) \(target) \(start)")
                let open = slow.open[min(start, expected)..<expected].count { $0 } * 60
                let end = slow.instant(at: expected)
                #expect(world.calendar.openSeconds(from: opened, to: end) == open, label)
                checkEdges(of: world, at: start, label)
            }
        }
    }

    private func checkEdges(of world: World, at start: Int, _ label: Comment) {
        let open = world.slow.open
        guard !world.calendar.isAlwaysOpen else { return }
        let instant = world.slow.instant(at: start)
        let opening = (start + 1..<open.count).first { open[$0] && !open[$0 - 1] }
        if let opening {
            let found = world.calendar.nextOpening(after: instant)
            #expect(found == world.slow.instant(at: opening), label)
        }
        // Before this the evaluator does not look.
        let closing = (1_440...start).last { !open[$0] && open[$0 - 1] }
        if let closing, closing > 2_880 {
            let found = world.calendar.lastClosing(atOrBefore: instant)
            #expect(found == world.slow.instant(at: closing), label)
        }
        #expect(world.calendar.isClosing(at: instant) == (!open[start] && open[start - 1]), label)
    }

    @Test(
        "The due is the earliest instant at which the elapsed time is the target",
        arguments: Seed.all
    )
    func earliest(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        let zone = try zone("Europe/London")
        for round in 0..<400 {
            let firstDay = date("2025-10-15").daysSinceEpoch
            let calendar = Self.randomCalendar(zone, firstDay: firstDay, using: &random)
            let minutes = Int.random(in: 0..<20 * 1_440, using: &random)
            let opened = Instant(secondsSinceEpoch: firstDay * 86_400 + minutes * 60)
            let seconds = Int.random(in: 1...400_000, using: &random)
            let target =
                Bool.random(using: &random)
                ? Target.open(seconds: seconds) : .elapsed(seconds: seconds)
            let clocks = CaseClocks(
                priorities: Policies.resolution(target, calendar),
                priority: "only",
                openedAt: opened,
                records: []
            )
            guard let due = clocks.clock(.resolution, at: opened)?.due else { continue }
            let atDue = clocks.clock(.resolution, at: due)
            let before = clocks.clock(.resolution, at: due.adding(seconds: -1))
            #expect(atDue?.elapsedSeconds == seconds, "round \(round), \(seed)")
            #expect((before?.elapsedSeconds ?? seconds) < seconds, "round \(round), \(seed)")
        }
    }

    @Test("Elapsed time never goes back, whatever pauses and resumes", arguments: Seed.all)
    func monotone(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        for round in 0..<12 {
            let story = try Story(using: &random)
            var last = 0
            for minute in stride(from: 0, through: Story.minutes, by: 173) {
                let now = story.opened.adding(seconds: minute * 60)
                let clock = try #require(story.clocks.clock(.resolution, at: now))
                #expect(clock.elapsedSeconds >= last, "round \(round) minute \(minute), \(seed)")
                last = clock.elapsedSeconds
            }
        }
    }

    @Test("A resolution clock with pauses agrees with one that is stepped", arguments: Seed.all)
    func stepped(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        for round in 0..<40 {
            let story = try Story(using: &random)
            for step in 0..<4 {
                let minute = Int.random(in: 0...Story.minutes, using: &random)
                let now = story.opened.adding(seconds: minute * 60)
                let clock = try #require(story.clocks.clock(.resolution, at: now))
                let expected = story.stepped(to: minute)
                let label: Comment = "round \(round) step \(step) minute \(minute), \(seed)"
                #expect(clock.elapsedSeconds == expected.elapsed * 60, label)
                #expect(clock.state == expected.state, label)
                let due = clock.due.flatMap { $0 <= story.horizon ? $0 : nil }
                #expect(due == expected.due, label)
            }
        }
    }

    @Test("Whatever happens, the clocks of a case agree with themselves", arguments: Seed.all)
    func consistent(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        var quik = try QuikCase("P3", opened: "2025-10-30 10:00")
        for round in 0..<300 {
            quik.clocks.priority = ["P1", "P2", "P3", "P4"].randomElement(using: &random) ?? "P1"
            quik.clocks.records = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                let seconds = Int.random(in: 0..<3_000_000, using: &random)
                let now = quik.clocks.openedAt.adding(seconds: seconds)
                return record(now, Self.randomEvent(at: now, using: &random))
            }
            var shuffled = quik.clocks
            shuffled.records.shuffle(using: &random)
            for _ in 0..<6 {
                let seconds = Int.random(in: 0..<4_000_000, using: &random)
                let now = quik.clocks.openedAt.adding(seconds: seconds)
                let clocks = quik.clocks.clocks(at: now)
                #expect(shuffled.clocks(at: now) == clocks, "round \(round), \(seed)")
                for clock in clocks { check(clock, at: now, "round \(round) \(now), \(seed)") }
            }
        }
    }

    private func check(_ clock: Clock, at now: Instant, _ label: Comment) {
        #expect(clock.elapsedSeconds >= 0, label)
        #expect(clock.isStopped == (clock.stoppedAt != nil), label)
        if clock.isStopped { #expect([.met, .breached].contains(clock.state), label) }
        guard let due = clock.due else {
            if clock.state == .paused { #expect(clock.instant(basisPoints: 5_000) == nil, label) }
            return
        }
        if !clock.isStopped, clock.state != .breached { #expect(now <= due, label) }
        if let latest = clock.dueLatest { #expect(latest > due, label) }
        guard !clock.isStopped else { return }
        #expect(clock.instant(basisPoints: 10_000) == due, label)
        let half = clock.instant(basisPoints: 5_000) ?? due
        let most = clock.instant(basisPoints: 9_000) ?? due
        let past = clock.instant(basisPoints: 15_000) ?? due
        #expect(half <= most && most <= due && due <= past, label)
    }

    static func randomEvent(at now: Instant, using random: inout SplitMix64) -> ClockEvent {
        let later = now.adding(seconds: Int.random(in: -10_000...400_000, using: &random))
        let name = ClockName.allCases.randomElement(using: &random) ?? .response
        let events: [ClockEvent] = [
            .acknowledged, .responded, .updated(next: nil), .updated(next: later),
            .pending(.pendingCustomer), .pending(.pendingFix), .pending(.pendingOther),
            .onHold(until: later), .inProgress, .priority("P1"), .priority("P2"), .priority("P3"),
            .priority("P4"), .diagnosed, .delayed, .linkedRelease(at: later), .customerWrote,
            .resolved, .reopened, .reopened, .closed, .dueOverridden(name, at: later),
        ]
        return events.randomElement(using: &random) ?? .acknowledged
    }
}
