import CivilTime
import Clocks
import Paging
import Shapes

/// What lies ahead for promises: deadlines while nobody is in, and days on which the clocks change
/// the hours that they count.
struct PromisesAhead {
    var deadlines: [UnstaffedPromise]
    var changes: [CalendarClockChange]

    init(_ rulebook: Rulebook, from start: Instant, to end: Instant) {
        deadlines = rulebook.unstaffedPromises(from: start, to: end)
        changes = rulebook.calendarClockChanges(from: start, to: end)
    }

    func text(_ times: Times) -> String { changesText(times) + "\n" + deadlinesText(times) }

    private func changesText(_ times: Times) -> String {
        guard !changes.isEmpty else { return "No calendar's clocks change.\n" }
        var table = Table(header: ["CLOCKS CHANGE", "DAY HAS", "CALENDAR", "OPEN THAT DAY"])
        for change in changes {
            var open = change.openSeconds == 0 ? "closed" : Span.text(seconds: change.openSeconds)
            if change.openSeconds != change.usualSeconds {
                open += " instead of \(Span.text(seconds: change.usualSeconds))"
            }
            let moved = change.moved.map { moved in
                "\(moved.isOpening ? "opening" : "closing") at \(moved.local) "
                    + "\(moved.isMissing ? "is skipped" : "comes twice"), happens at "
                    + times.shown(moved.at, in: change.zone)
            }
            table.rows.append([
                times.shown(change.at, in: change.zone), Span.text(seconds: change.daySeconds),
                change.calendar, ([open] + moved).joined(separator: "; "),
            ])
        }
        return table.text
    }

    private func deadlinesText(_ times: Times) -> String {
        guard !deadlines.isEmpty else { return "No promise falls due while nobody is in (R-12).\n" }
        var table = Table(
            header: ["DUE WHILE NOBODY IS IN", "PROMISE", "TIMES", "FIRST OPENED", "DUE", "TOLD"]
        )
        for promise in deadlines {
            guard let first = promise.stretches.first else { continue }
            let channel = promise.channel.map { " by \($0)" } ?? ""
            table.rows.append([
                "\(promise.policy) \(promise.priority)\(channel)",
                "\(promise.clock.rawValue) \(promise.text)", "\(promise.stretches.count)",
                "\(times.shown(first.start, in: promise.zone)) – "
                    + times.shown(first.end, in: promise.zone),
                times.shown(promise.firstDue, in: promise.zone),
                times.shown(promise.announceAt, in: promise.zone),
            ])
        }
        return table.text
    }
}

extension JSONWriter {
    /// The members `calendar_changes` and `deadlines` of what `rehearse` answers.
    mutating func fields(_ ahead: PromisesAhead) {
        key("calendar_changes")
        beginArray()
        for change in ahead.changes { value(change) }
        endArray()
        key("deadlines")
        beginArray()
        for promise in ahead.deadlines { value(promise) }
        endArray()
    }

    private mutating func value(_ change: CalendarClockChange) {
        beginObject()
        field("calendar", change.calendar)
        field("zone", change.zone.name)
        field("at", change.at)
        field("date", change.date.description)
        field("day_seconds", change.daySeconds)
        field("open_seconds", change.openSeconds)
        field("usual_seconds", change.usualSeconds)
        key("moved")
        beginArray()
        for moved in change.moved {
            beginObject()
            field("kind", moved.isOpening ? "opening" : "closing")
            field("local", moved.local.description)
            field("missing", moved.isMissing)
            field("at", moved.at)
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func value(_ promise: UnstaffedPromise) {
        beginObject()
        field("policy", promise.policy)
        field("priority", promise.priority)
        field("clock", promise.clock.rawValue)
        field("channel", promise.channel)
        field("target", promise.text)
        field("hours", promise.hours)
        field("first_due", promise.firstDue)
        field("announced", promise.announceAt)
        key("opened")
        beginArray()
        for stretch in promise.stretches {
            beginObject()
            field("start", stretch.start)
            field("end", stretch.end)
            endObject()
        }
        endArray()
        endObject()
    }
}
