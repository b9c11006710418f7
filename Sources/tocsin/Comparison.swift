import CivilTime
import Clocks
import Paging
import RuleFiles
import Shapes

/// What a case of one priority would owe by a reading and by its alternative.
struct Comparison {
    /// One clock; `nil` where it has no due instant.
    struct Line {
        var clock: ClockName
        var due: Instant?
        var insteadDue: Instant?
        var zone: Zone?
        var insteadZone: Zone?
    }

    let priority: String
    let openedAt: Instant
    let zone: Zone
    /// The clocks that differ; empty where this opening shows no difference.
    let lines: [Line]

    /// For a case opened at `given`, else where the file says, else next Friday at 16:00 in the
    /// zone of the promise.
    init?(of policy: Policy, with alternative: Alternative, openedAt given: Instant?, now: Instant)
    {
        guard let chosen = policy.priority(named: alternative.priority)?.promises else {
            return nil
        }
        zone = chosen.response?.calendar.zone ?? chosen.resolution?.calendar.zone ?? .utc
        openedAt = given ?? alternative.openedAt ?? Self.nextFriday(after: now, in: zone)
        priority = alternative.priority
        let left = Self.clocks(chosen, openedAt)
        let right = Self.clocks(alternative.promises, openedAt)
        lines = ClockName.allCases.compactMap { name in
            let (first, second) = (left[name], right[name])
            guard first?.due != second?.due else { return nil }
            return Line(
                clock: name,
                due: first?.due,
                insteadDue: second?.due,
                zone: first?.calendar.zone,
                insteadZone: second?.calendar.zone
            )
        }
    }

    private static func clocks(
        _ promises: PriorityPromises,
        _ openedAt: Instant
    ) -> [ClockName: Clock] {
        let clocks = CaseClocks(
            priorities: [promises],
            priority: promises.name,
            openedAt: openedAt,
            records: []
        ).clocks(at: openedAt)
        return Dictionary(clocks.map { ($0.name, $0) }) { first, _ in first }
    }

    private static func nextFriday(after now: Instant, in zone: Zone) -> Instant {
        let today = zone.civil(at: now).date
        let days = (Weekday.friday.rawValue - today.weekday.rawValue + 7) % 7
        let time = WallTime(secondsSinceMidnight: 16 * 3_600) ?? .midnight
        func friday(_ days: Int) -> Instant {
            zone.first(of: CivilDateTime(date: today.adding(days: days), time: time))
        }
        return friday(days) > now ? friday(days) : friday(days + 7)
    }

    func text(_ times: Times) -> String {
        let opening = "    \(priority) opened \(times.shown(openedAt, in: zone)): "
        guard !lines.isEmpty else { return opening + "the same instants either way\n" }
        return lines.map { line in
            let due = line.due.map { times.shown($0, in: line.zone ?? zone) } ?? "no time"
            let instead =
                line.insteadDue.map { times.shown($0, in: line.insteadZone ?? zone) } ?? "no time"
            return opening + "\(line.clock.rawValue) due \(due), instead of \(instead)\n"
        }.joined()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("priority", priority)
        writer.field("opened", openedAt)
        writer.key("clocks")
        writer.beginArray()
        for line in lines {
            writer.beginObject()
            writer.field("clock", line.clock.rawValue)
            writer.field("due", line.due)
            writer.field("instead_due", line.insteadDue)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
