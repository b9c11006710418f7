import CivilTime
import Clocks
import Testing

/// What holds of random calendars, targets and events.
@Suite struct PropertyTests {
    static let days = 24

    static func randomCalendar(
        _ zone: Zone,
        firstDay: Int,
        using random: inout SplitMix64
    ) -> BusinessCalendar {
        var hours: [BusinessCalendar.Window]?
        if Int.random(in: 0..<12, using: &random) > 0 {
            hours = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let days = Set(
                    everyDayInOrder.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
                )
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

    @Test(
        "The due is the earliest instant at which the elapsed time is the target",
        arguments: Seed.all
    )
    func earliest(seed: Seed) throws {
        var random = SplitMix64(seed: seed.value)
        for round in 0..<400 {
            let spot = try #require(Spot.all.randomElement(using: &random))
            let zone = try zone(spot.zoneName)
            let firstDay = spot.firstDay
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
            let spot = try #require(Spot.all.randomElement(using: &random))
            let story = Story(on: try spot.wall(days: Self.days), using: &random)
            var last = 0
            for minute in stride(from: 0, through: Story.minutes, by: 173) {
                let now = story.opened.adding(seconds: minute * 60)
                let clock = try #require(story.clocks.clock(.resolution, at: now))
                #expect(clock.elapsedSeconds >= last, "round \(round) minute \(minute), \(seed)")
                last = clock.elapsedSeconds
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
