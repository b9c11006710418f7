import CivilTime
import OnCall

/// `handoff:` to a `Handoff` with the place of its day.
struct HandoffReader {
    let value: Value

    struct Draft {
        var handoff: Handoff
        var dayPlace: Place
    }

    func draft() -> Draft? {
        guard let fields = Fields(value, as: .handoff) else { return nil }
        let every = fields.required("every", "1 week").flatMap { interval($0, fields) }
        let time = fields.required("at", "\"09:00\"")?.wallTime()
        let covered = fields["turns"]?.word("a way to count turns", of: ["calendar", "covered"])
        guard let every, var time else { return nil }
        if time == .endOfDay {
            fields["at"]?.error(
                .clock,
                "`24:00`: a handoff at the end of a day is at the next one's start",
                fix: "Use \"00:00\" and the next day"
            )
            time = .midnight
        }
        if covered == "covered" { checkCountable(every, fields) }
        let handoff = Handoff(
            every: every,
            at: time,
            countsCoveredTurnsOnly: covered == "covered"
        )
        return Draft(handoff: handoff, dayPlace: fields["day"]?.place ?? value.place)
    }

    private func interval(_ every: Value, _ fields: Fields) -> Handoff.Interval? {
        guard let text = every.text("an interval such as 1 week") else { return nil }
        guard let quantity = Quantity(text), quantity.lower == nil, quantity.count > 0,
            quantity.count <= 1_000
        else {
            every.notADuration(text, "an interval such as 1 day, 1 week, 1 month or 12 hours")
            return nil
        }
        switch quantity.unit {
        case .hour: return .hours(quantity.count)
        case .day: return .days(quantity.count)
        case .week: return weekday(fields).map { .weeks(quantity.count, on: $0) }
        case .month: return dayOfMonth(fields).map { .months(quantity.count, day: $0) }
        case .second, .minute, .businessHour, .businessDay:
            every.notADuration(text, "an interval such as 1 day, 1 week, 1 month or 12 hours")
            return nil
        }
    }

    private func weekday(_ fields: Fields) -> Weekday? {
        guard let day = fields.required("day", "monday"), let text = day.text("a weekday") else {
            return nil
        }
        if let weekday = Weekday(written: text) { return weekday }
        let names = Weekday.allCases.map(\.written)
        day.error(
            .value,
            "`\(text)` is not a weekday",
            fix: nearest(to: text, among: names).map { "Did you mean `\($0)`?" } ?? "Write monday"
        )
        return nil
    }

    private func dayOfMonth(_ fields: Fields) -> Int? {
        fields.required("day", "1")?.number("a day of the month", in: 1...31)
    }

    private func checkCountable(_ every: Handoff.Interval, _ fields: Fields) {
        switch every {
        case .days, .weeks: return
        case .hours, .months:
            fields["turns"]?.error(
                .value,
                "`turns: covered` counts days and weeks only",
                fix: "Remove it, or hand off in days or weeks"
            )
        }
    }
}
