import CivilTime
import OnCall

/// Whether somebody is on call at every minute that must be covered.
struct CoverageChecks {
    let compiled: Compilation
    let uses: Uses
    let ahead: ShiftsAhead
    let findings: Findings

    func run() {
        for draft in compiled.rotations {
            if let seconds = draft.rotation.requiredCoverageSeconds {
                checkRequired(draft, seconds: seconds)
            } else if let promise = uses.aroundTheClock[draft.rotation.id] {
                checkAnswered(draft, promise)
            }
            for layer in draft.layers where layer.layer.onDates != nil {
                checkHolidays(draft, layer)
            }
        }
    }

    private func checkRequired(_ draft: RotationReader.Draft, seconds: Int) {
        let end = ahead.horizon.start.adding(seconds: seconds)
        let id = draft.rotation.id
        let gaps = joined(ahead.resolver.gaps(id, from: ahead.horizon.start, to: end))
        guard let first = gaps.first, let last = gaps.last else { return }
        let total = gaps.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
        let before = ahead.resolver.answer(id, at: first.start.adding(seconds: -1))?.layer
        let layer = draft.rotation.layers.first { $0.name == before }
        let zone = layer?.zone ?? draft.rotation.zone
        var text =
            "nobody on call for \(hours(total)) in the next \(span(seconds)). "
            + "First: \(stretch(first, in: zone)) \(zone.name)"
        if zone != .utc { text += " (\(times(first, in: .utc)) UTC)" }
        if gaps.count > 1 {
            let date = zone.civil(at: last.start).date.written
            text +=
                isDaily(gaps)
                ? ", then daily to \(date)" : ", then \(gaps.count - 1) more to \(date)"
        }
        findings.error(
            .gap,
            at: draft.coveragePlace ?? draft.place,
            text + cause(draft.rotation, until: end),
            fix: "Add a layer without hours first in the list"
        )
    }

    /// A rotation that is paged around the clock and asks for no coverage leans on `if_nobody`:
    /// somebody must be there at all times all the same.
    private func checkAnswered(_ draft: RotationReader.Draft, _ promise: String) {
        let empty = joined(
            ahead.shifts(draft.rotation.id).filter { $0.answer.people.isEmpty }
        )
        guard let first = empty.first else { return }
        let zone = draft.rotation.zone
        let days = max(1, first.end.seconds(since: first.start) / 86_400)
        let more = empty.count > 1 ? ", and \(empty.count - 1) times more" : ""
        findings.error(
            .noHuman,
            at: draft.place,
            "\(promise) pages \(draft.rotation.id) around the clock, and nobody answers"
                + " \(stretch(first, in: zone)) \(zone.name), for"
                + " \(days) day\(days == 1 ? "" : "s")\(more)",
            fix: "Name somebody in `if_nobody` who is not away then"
        )
    }

    /// Gaps that touch, such as a night in which only `if_nobody` changes, as one.
    private func joined(_ shifts: [Shift]) -> [Shift] {
        var result: [Shift] = []
        for shift in shifts {
            if let last = result.last, last.end == shift.start {
                result[result.count - 1].end = shift.end
            } else {
                result.append(shift)
            }
        }
        return result
    }

    private func isDaily(_ gaps: [Shift]) -> Bool {
        zip(gaps, gaps.dropFirst()).allSatisfy { before, after in
            (82_800...90_000).contains(after.start.seconds(since: before.start))
        }
    }

    private func cause(_ rotation: Rotation, until end: Instant) -> String {
        let layers = rotation.layers.filter { $0.hours != nil }
        guard Set(layers.map(\.zone)).count > 1 else { return "" }
        let clauses = layers.map { layer in
            let changes = layer.zone.transitions(from: ahead.horizon.start, to: end)
            let place = layer.zone.name.split(separator: "/").last ?? "UTC"
            return changes.isEmpty
                ? "`\(layer.name)` never changes" : "`\(layer.name)` follows \(place)"
        }
        return ". Cause: " + clauses.joined(separator: ", ")
    }

    private func hours(_ seconds: Int) -> String {
        seconds >= 3_600 ? "\(seconds / 3_600) h" : "\(max(1, seconds / 60)) min"
    }

    private func stretch(_ shift: Shift, in zone: Zone) -> String {
        let start = zone.civil(at: shift.start)
        let day = start.date.weekday.written
        return "\(day.prefix(1).uppercased())\(day.dropFirst().prefix(2)) "
            + "\(start.date.written) \(times(shift, in: zone))"
    }

    private func times(_ shift: Shift, in zone: Zone) -> String {
        let start = zone.civil(at: shift.start)
        let end = zone.civil(at: shift.end)
        let isWhole = end.time == .midnight && end.date > start.date
        let date = isWhole ? end.date.adding(days: -1) : end.date
        let time = isWhole ? "24:00" : end.time.written
        return "\(start.time.written)–" + (date == start.date ? "" : "\(date.written) ") + time
    }

    /// Whether the days that a layer is for are covered for the hours that it has.
    private func checkHolidays(
        _ draft: RotationReader.Draft,
        _ layer: RotationReader.LayerDraft
    ) {
        let zone = layer.layer.zone
        let first = zone.civil(at: ahead.horizon.start).date
        let last = zone.civil(at: ahead.horizon.end).date
        for date in (layer.layer.onDates ?? []).sorted() where first < date && date < last {
            for (from, to) in stretches(of: layer.layer, on: date) {
                let start = zone.first(of: CivilDateTime(date: date, time: from))
                let end = zone.last(of: CivilDateTime(date: date, time: to))
                let shifts = ahead.resolver.shifts(draft.rotation.id, from: start, to: end)
                guard let gap = joined(shifts.filter(\.answer.isGap)).first else { continue }
                findings.warn(
                    .holidayGap,
                    at: layer.hoursPlace ?? layer.place,
                    "nobody is on call for \(draft.rotation.id) on the holiday "
                        + "\(stretch(gap, in: zone)) \(zone.name)",
                    fix: "Add someone for that day, or a layer without hours first in the list"
                )
                return
            }
        }
    }

    private func stretches(of layer: Layer, on date: CivilDate) -> [(WallTime, WallTime)] {
        guard let hours = layer.hours else { return [(.midnight, .endOfDay)] }
        return hours.filter { $0.days.contains(date.weekday) }.map { window in
            (window.from, window.to > window.from ? window.to : .endOfDay)
        }
    }
}
