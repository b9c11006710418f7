import CivilTime
import OnCall

/// `members:` of a layer to `MemberVersion` values.
struct MemberReader {
    let names: Names
    let findings: Findings

    struct Draft {
        var version: MemberVersion
        var fromPlace: Place
        var people: [(person: String, place: Place)]
    }

    func versions(_ fields: Fields, handoff: HandoffReader.Draft?) -> [Draft] {
        let example = "[{from: 2026-01-05, order: [anna, ben], first: anna}]"
        guard let value = fields.required("members", example),
            let items = value.list("a list of line-ups")
        else { return [] }
        if items.isEmpty { fields.missing("members", example) }
        if items.count > RotationReader.versionsMax {
            let text = "more than \(RotationReader.versionsMax) versions"
            value.error(.limit, text, fix: "Remove those long past")
        }
        var drafts: [Draft] = []
        for item in items.prefix(RotationReader.versionsMax) {
            guard let draft = version(item) else { continue }
            if let same = drafts.first(where: { $0.version.from == draft.version.from }) {
                let from = draft.version.from.written
                findings.duplicate(from, at: draft.fromPlace, first: same.fromPlace)
                continue
            }
            drafts.append(draft)
        }
        if let handoff { HandoffDays(handoff: handoff, findings: findings).check(drafts) }
        return drafts
    }

    private func version(_ value: Value) -> Draft? {
        guard let fields = Fields(value, as: .lineUp) else { return nil }
        let from = fields.required("from", "2026-01-05")
        let date = from?.date()
        let entries = order(fields)
        guard let from, let date, !entries.isEmpty else { return nil }
        let order = entries.map { $0.map(\.person) }
        var first = 0
        if let value = fields.required("first", order[0].first ?? ""),
            let name = value.text("a person")
        {
            if let index = order.firstIndex(where: { $0.contains(name) }) {
                first = index
            } else {
                let known = order.flatMap { $0 }
                value.error(
                    .firstMissing,
                    "`first: \(name)` is not in `order` of this version",
                    fix: nearest(to: name, among: known).map { "Did you mean `\($0)`?" }
                        ?? "Name one of: \(known.joined(separator: ", "))"
                )
            }
        }
        let version = MemberVersion(
            from: date,
            order: order,
            first: first,
            source: SourceLine(value.place)
        )
        return Draft(version: version, fromPlace: from.place, people: entries.flatMap { $0 })
    }

    private func order(_ fields: Fields) -> [[(person: String, place: Place)]] {
        guard let value = fields.required("order", "[anna, ben]"),
            let items = value.list("a list of people")
        else { return [] }
        if items.isEmpty { fields.missing("order", "[anna, ben]") }
        if items.count > RotationReader.orderMax {
            value.error(.limit, "more than \(RotationReader.orderMax) turns", fix: "Shorten it")
        }
        var places: [String: Place] = [:]
        var result: [[(person: String, place: Place)]] = []
        for item in items.prefix(RotationReader.orderMax) {
            var entry: [(person: String, place: Place)] = []
            for person in item.listOrOne("a person, or a list of people who share the turn") {
                guard let name = names.person(person) else { continue }
                if let first = places[name] {
                    findings.duplicate(name, at: person.place, first: first)
                    continue
                }
                places[name] = person.place
                entry.append((name, person.place))
            }
            if !entry.isEmpty { result.append(entry) }
        }
        return result
    }
}

/// Whether each line-up starts where a turn does.
struct HandoffDays {
    let handoff: HandoffReader.Draft
    let findings: Findings

    func check(_ drafts: [MemberReader.Draft]) {
        let sorted = drafts.sorted { $0.version.from < $1.version.from }
        guard let first = sorted.first, isHandoffDay(first) else { return }
        // A later version starts where a turn of the one before it does.
        for (before, after) in zip(sorted, sorted.dropFirst()) { checkTurn(after, after: before) }
    }

    private func isHandoffDay(_ draft: MemberReader.Draft) -> Bool {
        let from = draft.version.from
        let nearby: (CivilDate, CivilDate)
        let day: String
        let found: String
        switch handoff.handoff.every {
        case .hours, .days: return true
        case .weeks(_, let weekday):
            let later = (weekday.rawValue - from.weekday.rawValue + 7) % 7
            nearby = (from.adding(days: later - 7), from.adding(days: later))
            day = weekday.written
            found =
                "a \(from.weekday.written.prefix(1).uppercased())"
                + from.weekday.written.dropFirst()
        case .months(_, let number):
            let start = handoffDate(monthNumber(from), number)
            let previous = handoffDate(monthNumber(from) - 1, number)
            let next = handoffDate(monthNumber(from) + 1, number)
            nearby = from < start ? (previous, start) : (start, from == start ? start : next)
            day = String(number)
            found = "day \(from.day) of its month"
        }
        if nearby.0 == from || nearby.1 == from { return true }
        findings.error(
            .handoffDay,
            at: handoff.dayPlace,
            "handoff day is \(day) but `from` \(from.written) "
                + "(line \(draft.fromPlace.line)) is \(found)",
            fix: "Use \(nearby.0.written) or \(nearby.1.written)"
        )
        return false
    }

    private func checkTurn(_ draft: MemberReader.Draft, after before: MemberReader.Draft) {
        let from = draft.version.from
        let start = before.version.from
        let nearby: (CivilDate, CivilDate)
        switch handoff.handoff.every {
        case .hours: return
        case .days(let count): nearby = around(from, start, everyDays: count)
        case .weeks(let count, _): nearby = around(from, start, everyDays: count * 7)
        case .months(let count, let day):
            nearby = around(from, start, everyMonths: count, day: day)
        }
        guard nearby.0 != from else { return }
        // With `turns: covered` too: which of the turns count does not move the handoffs.
        findings.error(
            .notAHandoff,
            at: draft.fromPlace,
            "\(from.written) is in the middle of a turn; a new line-up starts at a handoff",
            fix: "Nearest: \(nearby.0.written), \(nearby.1.written)"
        )
    }

    /// The handoff at or before `date` and the one after it.
    private func around(
        _ date: CivilDate,
        _ start: CivilDate,
        everyDays days: Int
    )
        -> (CivilDate, CivilDate)
    {
        let rest = (date.daysSinceEpoch - start.daysSinceEpoch) % days
        return (date.adding(days: -rest), date.adding(days: days - rest))
    }

    private func around(
        _ date: CivilDate,
        _ start: CivilDate,
        everyMonths months: Int,
        day: Int
    ) -> (CivilDate, CivilDate) {
        let whole = monthNumber(date) - monthNumber(start)
        var turn = whole / months
        if handoffDate(monthNumber(start) + turn * months, day) > date { turn -= 1 }
        let first = handoffDate(monthNumber(start) + turn * months, day)
        return (first, handoffDate(monthNumber(start) + (turn + 1) * months, day))
    }

    private func monthNumber(_ date: CivilDate) -> Int {
        let (year, month, _) = date.components
        return year * 12 + month - 1
    }

    private func handoffDate(_ monthNumber: Int, _ day: Int) -> CivilDate {
        let year = min(max(monthNumber / 12, 1), 9999)
        let month = monthNumber % 12 + 1
        let last = CivilDate.daysInMonth(year: year, month: month)
        return CivilDate(year: year, month: month, day: min(day, last))
            ?? CivilDate(daysSinceEpoch: 0)
    }
}
