import ArgumentParser
import CivilTime
import Clocks
import OnCall
import Paging
import Shapes

struct Rehearse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "What the calendar has in store for the files.",
        discussion: """
            Days of 23 and 25 hours, handoffs and hours that fall into them, holidays with less \
            cover than usual, stretches in which a response could fall due and no layer has \
            anyone, and promises that fall due while nobody is in. Exits 1 where such a stretch \
            has not even a stand-in.
            """
    )

    @Option(help: "How many months ahead.")
    var months = 24

    @Option(parsing: .unconditional, help: "Where it begins.")
    var at = "now"

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let start = try times.instant(at)
        guard (1...120).contains(months) else {
            throw CommandFailure.usage("--months is not 1 to 120", fix: "write --months 24")
        }
        let rulebook = try files.rulebook()
        let end = times.zone.instant(.months(months), after: start)
        let rotations = rulebook.rotations
        let holidays = rulebook.calendars.values.reduce(into: Set<CivilDate>()) {
            $0.formUnion($1.holidays)
        }
        let forecast = Forecast(
            start: start,
            end: end,
            clockChanges: rotations.clockChanges(from: start, to: end),
            holidayGaps: rotations.holidayGaps(on: holidays, from: start, to: end),
            unstaffed: Unstaffed.all(in: rulebook, from: start, to: end),
            promises: PromisesAhead(rulebook, from: start, to: end)
        )
        if output.isJSON {
            Terminal.say(forecast.json.text)
        } else {
            Terminal.say(forecast.text(rulebook, times))
        }
        if forecast.unstaffed.contains(where: { !$0.hasStandIn }) { throw ExitCode(1) }
    }
}

/// Open hours of a response promise in which the rotation paged first has nobody.
struct Unstaffed: Hashable {
    var rotation: RotationID
    /// The calendar of the promises, and which they are: `quik P1`.
    var calendar: String
    var promises: [String]
    /// The first stretch `[start, end)`, and how many there are.
    var start: Instant
    var end: Instant
    var count: Int
    var seconds: Int
    /// Whether `if_nobody` names someone who is there in all of them.
    var hasStandIn: Bool

    /// One for each pair of a rotation and a calendar that promises of it run on.
    static func all(in rulebook: Rulebook, from start: Instant, to end: Instant) -> [Unstaffed] {
        var found: [String: Unstaffed] = [:]
        for policy in rulebook.policies.values.sorted(by: { $0.id < $1.id }) {
            for priority in policy.priorities {
                guard let response = priority.promises.response,
                    let step = rulebook.ladders[priority.ladder]?.steps.first
                else { continue }
                for rotation in step.page where rulebook.rotations.rotations[rotation] != nil {
                    let name = "\(policy.id) \(priority.name)"
                    let key = "\(rotation) \(response.calendar.id)"
                    if found[key] != nil {
                        found[key]?.promises.append(name)
                        continue
                    }
                    let windows = response.calendar.windows(from: start, to: end)
                    let gaps = rulebook.rotations.gaps(rotation, from: start, to: end)
                    found[key] = Unstaffed(
                        cut(gaps, to: windows),
                        rotation: rotation,
                        calendar: response.calendar.id,
                        promise: name
                    )
                }
            }
        }
        return found.values.filter { $0.count > 0 }
            .sorted { ($0.start, $0.rotation, $0.calendar) < ($1.start, $1.rotation, $1.calendar) }
    }

    private init(_ gaps: [Shift], rotation: RotationID, calendar: String, promise: String) {
        self.rotation = rotation
        self.calendar = calendar
        promises = [promise]
        start = gaps.first?.start ?? .distantPast
        end = gaps.first?.end ?? .distantPast
        count = gaps.count
        seconds = gaps.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
        hasStandIn = gaps.allSatisfy { !$0.answer.people.isEmpty }
    }

    /// The parts of `gaps` inside the windows; both are sorted.
    private static func cut(
        _ gaps: [Shift],
        to windows: [(start: Instant, end: Instant)]
    ) -> [Shift] {
        var cut: [Shift] = []
        var rest = windows[...]
        for gap in gaps {
            while let window = rest.first, window.end <= gap.start { rest = rest.dropFirst() }
            for window in rest {
                guard window.start < gap.end else { break }
                var part = gap
                part.start = max(gap.start, window.start)
                part.end = min(gap.end, window.end)
                cut.append(part)
            }
        }
        return cut
    }
}

/// What lies ahead, for people and for programs.
private struct Forecast {
    var start: Instant
    var end: Instant
    var clockChanges: [ClockChange]
    var holidayGaps: [HolidayGap]
    var unstaffed: [Unstaffed]
    var promises: PromisesAhead

    func text(_ rulebook: Rulebook, _ times: Times) -> String {
        let head = "From \(times.shown(start)) to \(times.shown(end))\n"
        return [
            head, days(times), holidays(rulebook, times), stretches(rulebook, times),
            promises.text(times),
        ].joined(separator: "\n")
    }

    private func days(_ times: Times) -> String {
        guard !clockChanges.isEmpty else { return "No rotation's clocks change.\n" }
        var table = Table(header: ["CLOCKS CHANGE", "DAY HAS", "ZONE", "WHAT FALLS INTO IT"])
        for change in clockChanges {
            var row = [
                times.shown(change.at, in: change.zone), Span.text(seconds: change.daySeconds),
                change.zone.name, "",
            ]
            if change.moved.isEmpty { table.rows.append(row) }
            for moved in change.moved {
                row[3] =
                    "\(moved.rotation), layer \(moved.layer): \(moved.kind.rawValue) at "
                    + "\(moved.local) \(moved.isMissing ? "is skipped" : "comes twice"), "
                    + "happens at \(times.shown(moved.at, in: change.zone)) (\(moved.source))"
                table.rows.append(row)
                row = ["", "", "", ""]
            }
        }
        return table.text
    }

    private func holidays(_ rulebook: Rulebook, _ times: Times) -> String {
        guard !holidayGaps.isEmpty else { return "No holiday has less cover than usual.\n" }
        var table = Table(header: ["HOLIDAY", "ROTATION", "UNCOVERED", "USUALLY", "FIRST"])
        for gap in holidayGaps {
            let zone = rulebook.rotations.rotations[gap.rotation]?.zone
            table.rows.append([
                gap.date.description, gap.rotation, Span.text(seconds: gap.uncoveredSeconds),
                Span.text(seconds: gap.usualSeconds),
                "\(times.shown(gap.start, in: zone)) – \(times.shown(gap.end, in: zone))",
            ])
        }
        return table.text
    }

    private func stretches(_ rulebook: Rulebook, _ times: Times) -> String {
        guard !unstaffed.isEmpty else {
            return "Someone is on call whenever a response can fall due.\n"
        }
        var table = Table(
            header: ["NOBODY FOR", "PAGED BY", "STRETCHES", "IN ALL", "STAND-IN", "FIRST"]
        )
        for entry in unstaffed {
            let zone = rulebook.rotations.rotations[entry.rotation]?.zone
            table.rows.append([
                entry.rotation, entry.promises.joined(separator: ", "), "\(entry.count)",
                Span.text(seconds: entry.seconds), entry.hasStandIn ? "yes" : "no",
                "\(times.shown(entry.start, in: zone)) – \(times.shown(entry.end, in: zone))",
            ])
        }
        return table.text
    }

    var json: JSONWriter {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("from", start)
        writer.field("to", end)
        writer.key("clock_changes")
        writer.beginArray()
        for change in clockChanges { writer.value(change) }
        writer.endArray()
        writer.key("holidays")
        writer.beginArray()
        for gap in holidayGaps { writer.value(gap) }
        writer.endArray()
        writer.key("unstaffed")
        writer.beginArray()
        for entry in unstaffed { writer.value(entry) }
        writer.endArray()
        writer.fields(promises)
        writer.endObject()
        return writer
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ change: ClockChange) {
        beginObject()
        field("at", change.at)
        field("zone", change.zone.name)
        field("date", change.date.description)
        field("day_seconds", change.daySeconds)
        key("moved")
        beginArray()
        for moved in change.moved {
            beginObject()
            field("rotation", moved.rotation)
            field("layer", moved.layer)
            field("kind", moved.kind.rawValue)
            field("local", moved.local.description)
            field("missing", moved.isMissing)
            field("at", moved.at)
            field("source", moved.source.description)
            endObject()
        }
        endArray()
        endObject()
    }

    fileprivate mutating func value(_ gap: HolidayGap) {
        beginObject()
        field("rotation", gap.rotation)
        field("date", gap.date.description)
        field("start", gap.start)
        field("end", gap.end)
        field("uncovered_seconds", gap.uncoveredSeconds)
        field("usual_seconds", gap.usualSeconds)
        endObject()
    }

    fileprivate mutating func value(_ entry: Unstaffed) {
        beginObject()
        field("rotation", entry.rotation)
        field("calendar", entry.calendar)
        field("promises", entry.promises)
        field("start", entry.start)
        field("end", entry.end)
        field("stretches", entry.count)
        field("seconds", entry.seconds)
        field("stand_in", entry.hasStandIn)
        endObject()
    }
}
