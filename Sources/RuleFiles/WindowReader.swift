import CivilTime
import Clocks
import OnCall

/// `hours:` to windows of wall time.
struct WindowReader {
    let findings: Findings

    static func business(_ window: HoursWindow) -> BusinessCalendar.Window {
        BusinessCalendar.Window(days: window.days, from: window.from, to: window.to)
    }

    /// The windows that can be read; those of one date have no `days`.
    func windows(_ value: Value, needsDays: Bool) -> [HoursWindow] {
        let example = "a list such as [{days: weekdays, from: \"09:00\", to: \"17:00\"}]"
        guard let items = value.list(example) else { return [] }
        if items.count > CalendarReader.windowsMax {
            value.error(
                .limit,
                "more than \(CalendarReader.windowsMax) windows",
                fix: "Join those that touch"
            )
        }
        return items.prefix(CalendarReader.windowsMax).compactMap { window($0, needsDays) }
    }

    private func window(_ value: Value, _ needsDays: Bool) -> HoursWindow? {
        guard let fields = Fields(value, as: needsDays ? .window : .stretch) else { return nil }
        let from = fields.required("from", "\"09:00\"")?.wallTime()
        let to = fields.required("to", "\"17:00\"")?.wallTime()
        let days = needsDays ? fields.required("days", "weekdays").map { self.days($0) } : []
        guard let from, let to, let days else { return nil }
        guard from != to, from != .endOfDay else {
            value.error(
                .emptySpan,
                "the window from \(from.written) to \(to.written) is empty",
                fix: "For a whole day write from: \"00:00\", to: \"24:00\""
            )
            return nil
        }
        return HoursWindow(days: days, from: from, to: to)
    }

    private func days(_ value: Value) -> Set<Weekday> {
        var days: Set<Weekday> = []
        for item in value.listOrOne("days such as weekdays or [mon, wed]") {
            guard let text = item.text("a day") else { continue }
            if let known = Self.days(named: text) {
                days.formUnion(known)
            } else {
                item.error(
                    .value,
                    "`\(text)` names no days",
                    fix: "Write every day, weekdays, weekend, mon-fri or [mon, wed]"
                )
            }
        }
        return days
    }

    private static func days(named text: String) -> Set<Weekday>? {
        switch text.lowercased() {
        case "every day": return Set(Weekday.allCases)
        case "weekdays": return [.monday, .tuesday, .wednesday, .thursday, .friday]
        case "weekend", "weekends": return [.saturday, .sunday]
        default: break
        }
        if let day = Weekday(written: text) { return [day] }
        let ends = text.split(separator: "-")
        guard ends.count == 2, let first = Weekday(written: ends[0]),
            let last = Weekday(written: ends[1]), first <= last
        else { return nil }
        return Set(Weekday.allCases.filter { first <= $0 && $0 <= last })
    }

    /// Windows of one week may touch, never overlap.
    func checkOverlap(_ windows: [HoursWindow], at place: Place) {
        let week = 7 * 86_400
        var spans: [(start: Int, end: Int)] = []
        for window in windows {
            let from = window.from.secondsSinceMidnight
            let to = window.to.secondsSinceMidnight
            for day in window.days.isEmpty ? [.monday] : window.days {
                let start = (day.rawValue - 1) * 86_400 + from
                let end = start - from + to + (to <= from ? 86_400 : 0)
                spans.append((start, min(end, week)))
                if end > week { spans.append((0, end - week)) }
            }
        }
        spans.sort { $0.start < $1.start }
        for (before, after) in zip(spans, spans.dropFirst()) where after.start < before.end {
            let day = Weekday.allCases[after.start / 86_400 % 7]
            let time = WallTime(secondsSinceMidnight: after.start % 86_400)?.written ?? ""
            findings.error(
                .windowOverlap,
                at: place,
                "two windows overlap on \(day.written) from \(time)",
                fix: "Join them, or let one begin where the other ends"
            )
            return
        }
    }
}

extension Weekday {
    /// `monday` or `mon`, in any case.
    init?(written text: some StringProtocol) {
        let word = text.lowercased()
        let match = Self.allCases.first { $0.written == word || $0.written.prefix(3) == word }
        guard let match else { return nil }
        self = match
    }

    var written: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }
}
