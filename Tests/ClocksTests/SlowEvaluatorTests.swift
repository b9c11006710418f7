import CivilTime
import Clocks
import Foundation
import Testing

/// Every zone of the machine, through both changes of its clocks, against minutes counted one by
/// one.
@Suite struct SlowEvaluatorTests {
    private static let rounds = 10_000

    @Test(
        "Ten thousand calendars and ten thousand histories agree with the slow evaluator",
        arguments: Seed.all.prefix(1)
    )
    func everyZone(seed: Seed) throws {
        let spots = Spot.all
        let each = (Self.rounds + spots.count - 1) / spots.count
        let found = Findings()
        DispatchQueue.concurrentPerform(iterations: spots.count) { index in
            found.add(Self.findings(at: spots[index], rounds: each, seed, index))
        }
        #expect(found.all.prefix(20) == [])
        #expect(spots.count > 300, "a whole tzdata has more zones")
    }

    private static func findings(at spot: Spot, rounds: Int, _ seed: Seed, _ index: Int) -> [String]
    {
        guard let wall = try? spot.wall(days: PropertyTests.days) else {
            return ["\(spot.zoneName) cannot be read"]
        }
        var random = SplitMix64(seed: seed.value &+ UInt64(index))
        var found: [String] = []
        for round in 0..<rounds {
            let label = "\(spot.zoneName) from day \(spot.firstDay), round \(round), \(seed)"
            let calendar = PropertyTests.randomCalendar(
                wall.zone,
                firstDay: wall.firstDay,
                using: &random
            )
            let slow = SlowCalendar(calendar, wall)
            for _ in 0..<3 {
                found += differences(calendar, slow, using: &random).map { "\(label): \($0)" }
            }
            found += edges(of: calendar, slow, using: &random).map { "\(label): \($0)" }
            let story = Story(on: wall, using: &random)
            for _ in 0..<2 {
                found += differences(story, using: &random).map { "\(label): \($0)" }
            }
        }
        return found
    }

    /// Of a target from a random minute: its due, the open time until then, and the promise that
    /// it is the earliest such instant.
    private static func differences(
        _ calendar: BusinessCalendar,
        _ slow: SlowCalendar,
        using random: inout SplitMix64
    ) -> [String] {
        let start = Int.random(in: 2_880..<(12 * 1_440), using: &random)
        let opened = slow.instant(at: start)
        let target = PropertyTests.randomTarget(using: &random)
        var found: [String] = []
        if calendar.isOpen(at: opened) != slow.open[start] { found.append("open at \(opened)") }
        guard let expected = slow.due(target, from: start), expected < slow.open.count - 2_880
        else { return found }
        let end = slow.instant(at: expected)
        if calendar.due(target, from: opened) != end {
            found.append("\(target) from \(opened) is due \(end)")
        }
        guard start < expected else { return found }
        var open = 0
        for minute in start..<expected where slow.open[minute] { open += 60 }
        if calendar.openSeconds(from: opened, to: end) != open {
            found.append("\(open) s are open from \(opened) to \(end)")
        }
        if case .open(let seconds) = target {
            let before = calendar.openSeconds(from: opened, to: end.adding(seconds: -1))
            if open != seconds || before != seconds - 1 {
                found.append("\(end) is not the earliest")
            }
        }
        return found
    }

    /// The next opening, the last closing, and whether the minute itself is one.
    private static func edges(
        of calendar: BusinessCalendar,
        _ slow: SlowCalendar,
        using random: inout SplitMix64
    ) -> [String] {
        guard !calendar.isAlwaysOpen else { return [] }
        let open = slow.open
        let start = Int.random(in: 4_320..<(12 * 1_440), using: &random)
        let instant = slow.instant(at: start)
        var found: [String] = []
        var next = start + 1
        while next < open.count, !open[next] || open[next - 1] { next += 1 }
        if next < open.count - 1_440,
            calendar.nextOpening(after: instant) != slow.instant(at: next)
        {
            found.append("the next opening after \(instant) is \(slow.instant(at: next))")
        }
        var last = start
        while last > 2_880, open[last] || !open[last - 1] { last -= 1 }
        // Before this the evaluator does not look.
        if last > 2_880, calendar.lastClosing(atOrBefore: instant) != slow.instant(at: last) {
            found.append("the last closing before \(instant) is \(slow.instant(at: last))")
        }
        if calendar.isClosing(at: instant) != (!open[start] && open[start - 1]) {
            found.append("closing at \(instant)")
        }
        return found
    }

    /// Of a case with pauses, holds and reopenings, at a random minute.
    private static func differences(
        _ story: Story,
        using random: inout SplitMix64
    ) -> [String] {
        let minute = Int.random(in: 0...Story.minutes, using: &random)
        let now = story.opened.adding(seconds: minute * 60)
        guard let clock = story.clocks.clock(.resolution, at: now) else { return ["no clock"] }
        let expected = story.stepped(to: minute)
        let due = clock.due.flatMap { $0 <= story.horizon ? $0 : nil }
        if clock.elapsedSeconds == expected.elapsed * 60, clock.state == expected.state,
            due == expected.due
        {
            return []
        }
        return ["minute \(minute): \(clock) is not \(expected)"]
    }
}

/// A zone and the days around one change of its clocks, or any days where it has none.
struct Spot: Sendable {
    var zoneName: String
    var firstDay: Int

    func wall(days: Int) throws -> WallMinutes {
        WallMinutes(try zone(zoneName), firstDay: firstDay, days: days)
    }

    /// Both changes of each zone of zone1970.tab from 2025 to 2027 where there are two.
    static let all: [Spot] = {
        let table =
            (try? String(contentsOfFile: "/usr/share/zoneinfo/zone1970.tab", encoding: .utf8))
        let names = (table ?? "").split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { String($0.split(separator: "\t")[2]) }
        return names.flatMap { name -> [Spot] in
            guard let zone = try? ClocksTests.zone(name) else { return [] }
            let changes = zone.transitions(
                from: at("2025-09-01 00:00 Z"),
                to: at("2027-09-01 00:00 Z")
            )
            let forward = changes.first { $0.offsetAfterSeconds > $0.offsetBeforeSeconds }
            let back = changes.first { $0.offsetAfterSeconds < $0.offsetBeforeSeconds }
            let spots = [forward, back].compactMap { change in
                change.map { Spot(zoneName: name, firstDay: $0.at.secondsSinceEpoch / 86_400 - 8) }
            }
            return spots.isEmpty
                ? [Spot(zoneName: name, firstDay: date("2026-05-01").daysSinceEpoch)] : spots
        }
    }()
}

/// What differs, gathered from several threads.
private final class Findings: @unchecked Sendable {
    // `lock` guards `found`.
    private let lock = NSLock()
    private var found: [String] = []

    var all: [String] { lock.withLock { found } }

    func add(_ more: [String]) {
        lock.withLock { found += more }
    }
}
