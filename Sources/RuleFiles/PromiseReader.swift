import CivilTime
import Clocks
import Paging

/// The words a promise may use (policies.md) to `Promise`, `Cadence` and `Target` values.
struct PromiseReader {
    let calendars: CalendarNames
    let findings: Findings
    /// The calendar of promises that name none; `nil` where its own definition is at fault.
    let calendar: BusinessCalendar?

    /// A response or resolution: `4 business hours` or a mapping.
    func promise(_ value: Value) -> Promise? {
        guard value.entriesIfMap != nil else {
            guard let text = value.text("a promise such as 1 h or 2 business days"), let calendar,
                let range = range(value, text, endOfDay: false, on: calendar)
            else { return nil }
            return Promise(
                target: range.target,
                bestBy: range.bestBy,
                calendar: calendar,
                text: text
            )
        }
        guard let fields = Fields(value, as: .promiseTerms),
            let calendar = calendar(fields)
        else { return nil }
        if fields["in_hours"] != nil || fields["outside"] != nil {
            return split(fields, on: calendar)
        }
        return bounded(fields, on: calendar)
    }

    private func calendar(_ fields: Fields) -> BusinessCalendar? {
        fields["calendar"].map { calendars.calendar($0) } ?? calendar
    }

    private func bounded(_ fields: Fields, on calendar: BusinessCalendar) -> Promise? {
        let event = fields.text("or", "an event") ?? fields.text("by", "an event")
        var promise = Promise(
            target: nil,
            kind: kind(fields["kind"]),
            calendar: calendar,
            startsOn: start(fields["starts_on"]),
            orEvent: event,
            text: event ?? ""
        )
        let endOfDay = fields["end_of_day"]?.flag("true or false") ?? false
        if let value = fields["within"] {
            guard let text = value.text("a promise such as 24 h"),
                let range = range(value, text, endOfDay: endOfDay, on: calendar)
            else { return nil }
            promise.target = range.target
            promise.bestBy = range.bestBy
            promise.text = event.map { "\(text) or \($0)" } ?? text
        } else if event == nil || fields["by"] == nil {
            fields.missing("within", "24 h")
            return nil
        }
        if let value = fields["best_by"], let text = value.text("a promise such as 2 business days")
        {
            promise.bestBy = range(value, text, endOfDay: endOfDay, on: calendar)?.target
        }
        return promise
    }

    private func split(_ fields: Fields, on calendar: BusinessCalendar) -> Promise? {
        let inside = fields.required("in_hours", "1 h")
        let outside = fields.required("outside", "4 h")
        guard let inside, let outside, let insideSeconds = elapsed(inside),
            let outsideSeconds = elapsed(outside)
        else { return nil }
        return Promise(
            target: .split(inHoursSeconds: insideSeconds, outsideSeconds: outsideSeconds),
            kind: kind(fields["kind"]),
            calendar: calendar,
            startsOn: start(fields["starts_on"]),
            text: "\(inside.plain ?? "") in hours, \(outside.plain ?? "") outside"
        )
    }

    private func elapsed(_ value: Value) -> Int? {
        let expected = "elapsed time such as 1 h"
        guard let text = value.text(expected) else { return nil }
        if let quantity = Quantity(text), quantity.lower == nil, quantity.unit.isElapsed,
            quantity.count > 0
        {
            return quantity.seconds
        }
        value.notADuration(text, expected)
        return nil
    }

    private func kind(_ value: Value?) -> Promise.Kind {
        let word = value?.word("a kind", of: ["commitment", "goal", "internal"])
        return word.flatMap { Promise.Kind(rawValue: $0) } ?? .commitment
    }

    private func start(_ value: Value?) -> Promise.Start {
        value?.word("a start", of: ["opened", "diagnosed"]) == "diagnosed" ? .diagnosed : .opened
    }

    /// An update cadence: `every 2 h`, `as needed` (nil), or a mapping.
    func cadence(_ value: Value) -> Cadence? {
        if let text = value.plain {
            if text == "as needed" || text == "none" { return nil }
            guard text.hasPrefix("every "), let calendar else {
                if calendar != nil {
                    let expected = "a cadence such as `every 2 h` or `as needed`"
                    value.error(.value, "`\(text)` is not \(expected)", fix: "Write `every 2 h`")
                }
                return nil
            }
            let every = String(text.dropFirst("every ".count))
            return range(value, every, endOfDay: false, on: calendar).map {
                Cadence(every: $0.target, calendar: calendar, text: text)
            }
        }
        guard let fields = Fields(value, as: .cadenceTerms),
            let calendar = calendar(fields), let every = fields.required("every", "2 h"),
            let text = every.text("a cadence such as 2 h"),
            let range = range(every, text, endOfDay: false, on: calendar)
        else { return nil }
        let isInternal = fields["internal"]?.flag("true or false") ?? false
        let when = fields["when"]?.word("a condition", of: ["delayed"])
        return Cadence(
            every: range.target,
            kind: isInternal ? .internal : kind(fields["kind"]),
            calendar: calendar,
            onlyWhenDelayed: when != nil,
            text: "every \(text)" + (when == nil ? "" : " when delayed")
        )
    }

    /// A target outside a promise, such as the time after which silence counts.
    func target(_ value: Value) -> Target? {
        guard let text = value.text("a time such as 4 days"), let calendar else { return nil }
        return range(value, text, endOfDay: false, on: calendar)?.target
    }

    private func range(
        _ value: Value,
        _ text: String,
        endOfDay: Bool,
        on calendar: BusinessCalendar
    )
        -> (target: Target, bestBy: Target?)?
    {
        guard let quantity = Quantity(text), quantity.count > 0,
            let target = target(quantity.count, quantity.unit, endOfDay)
        else {
            value.notADuration(text, "a promise such as 1 h, 4 business hours or 2 business days")
            return nil
        }
        if !quantity.unit.isElapsed, calendar.zone == nil {
            let isOpenTime = quantity.unit == .businessHour
            value.error(
                .daysNeedZone,
                isOpenTime
                    ? "`\(text)` on `\(calendar.id)`, which has no business hours"
                    : "`\(text)` on `\(calendar.id)`, which has no timezone",
                fix: isOpenTime
                    ? "Name a calendar with hours, or write hours without `business`"
                    : "Name a calendar such as {timezone: Europe/Berlin, hours: 24x7}"
            )
            return nil
        }
        if endOfDay, quantity.unit != .businessDay {
            value.error(
                .value,
                "`end_of_day` with `\(text)`",
                fix: "It is for business days; remove it"
            )
        }
        return (target, quantity.lower.flatMap { self.target($0, quantity.unit, endOfDay) })
    }

    private func target(_ count: Int, _ unit: Quantity.Unit, _ endOfDay: Bool) -> Target? {
        switch unit {
        case .second: .elapsed(seconds: count)
        case .minute: .elapsed(seconds: count * 60)
        case .hour: .elapsed(seconds: count * 3_600)
        case .businessHour: .open(seconds: count * 3_600)
        case .businessDay: .businessDays(count, endOfDay: endOfDay)
        case .day: .days(count)
        case .week: .days(count * 7)
        case .month: nil
        }
    }
}
