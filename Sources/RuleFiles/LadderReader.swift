import CivilTime
import Clocks
import OnCall
import Paging

/// `ladders:` to `Ladder` values.
struct LadderReader {
    static let stepsMax = 50
    /// The shortest pause between rounds.
    static let repeatSecondsMin = 60

    let calendars: [String: BusinessCalendar]
    let names: Names
    let findings: Findings

    struct Draft {
        var ladder: Ladder
        var place: Place
        var stepPlaces: [Place]
        /// False where a step or a target could not be read: then nothing follows from the rest.
        var isWhole: Bool
    }

    func ladders(_ definitions: [Definition]) -> [Draft] {
        definitions.compactMap { draft($0) }
    }

    private func draft(_ definition: Definition) -> Draft? {
        guard let fields = Fields(definition.value, as: .ladder) else { return nil }
        let errorsBefore = findings.errorCount
        let steps = steps(fields, ladder: definition)
        let leadership = targets(fields, "leadership", definition.name)
        let lastResort = targets(fields, "last_resort", definition.name)
        let rounds = fields["repeat"].flatMap { Fields($0, as: .rounds) }
        let ladder = Ladder(
            id: definition.name,
            hours: fields["hours"].flatMap {
                CalendarNames(calendars: calendars, names: names).calendar($0)
            },
            steps: steps.map(\.step),
            leadership: leadership,
            lastResort: lastResort,
            repeatEverySeconds: rounds.flatMap { pause($0) },
            repeatTimes: rounds?["times"]?.number("a number of rounds", in: 0...1_000),
            source: SourceLine(definition.place)
        )
        return Draft(
            ladder: ladder,
            place: definition.place,
            stepPlaces: steps.map(\.place),
            isWhole: findings.errorCount == errorsBefore
                && (fields["hours"] == nil || ladder.hours != nil)
        )
    }

    private func steps(
        _ fields: Fields,
        ladder: Definition
    )
        -> [(step: Ladder.Step, place: Place)]
    {
        let items = fields["steps"]?.list("a list of steps") ?? []
        if items.isEmpty {
            findings.error(
                .ladderEmpty,
                at: fields["steps"] == nil ? ladder.place : fields.place(of: "steps"),
                "ladder `\(ladder.name)` has no steps",
                fix: "Write one at least: `steps: [{at: 0%, page: [NAME]}]`"
            )
        }
        if items.count > Self.stepsMax {
            findings.error(
                .limit,
                at: items[Self.stepsMax].place,
                "more than \(Self.stepsMax) steps",
                fix: "Use `repeat`"
            )
        }
        return items.prefix(Self.stepsMax).enumerated().compactMap { index, item in
            guard let step = Fields(item, as: .step) else { return nil }
            let at = step.required("at", "0%")
            let offset = at.flatMap { self.offset($0) }
            let prefix = "ladder \(ladder.name) step \(index + 1) pages"
            let page =
                step.required("page", "[NAME]")?.listOrOne("rotations or people")
                .compactMap { names.target($0, prefix) } ?? []
            guard let at, let offset else { return nil }
            if page.isEmpty, step["page"] != nil, step["page"]?.isEmpty == true {
                step.missing("page", "[NAME]")
            }
            let result = Ladder.Step(at: offset, page: page, source: SourceLine(item.place))
            return (result, at.place)
        }
    }

    private func offset(_ value: Value) -> Ladder.Offset? {
        let expected = "an offset such as 30% or 10 min"
        guard let text = value.text(expected) else { return nil }
        if text.hasSuffix("%") {
            if let share = Self.basisPoints(text.dropLast()) { return .share(basisPoints: share) }
        } else if let quantity = Quantity(text), quantity.lower == nil,
            let seconds = quantity.seconds
        {
            return .seconds(seconds)
        }
        value.error(.duration, "`\(text)` is not \(expected)", fix: "Write it as 0%, 2.5% or 90 s")
        return nil
    }

    /// `2.5` is 250; a share may pass 100 % but not 1,000 %.
    private static func basisPoints(_ text: Substring) -> Int? {
        let parts = String(text).trimmed.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = digits(parts[0]), whole <= 1_000 else {
            return nil
        }
        guard parts.count == 2 else { return whole * 100 }
        guard parts[1].utf8.count <= 2, let part = digits(parts[1]) else { return nil }
        return whole * 100 + (parts[1].utf8.count == 1 ? part * 10 : part)
    }

    private func targets(_ fields: Fields, _ key: String, _ ladder: String) -> [String] {
        guard let value = fields.required(key, "[NAME]") else { return [] }
        let items = value.listOrOne("rotations or people")
        if items.isEmpty, value.listIfList != nil { fields.missing(key, "[NAME]") }
        return items.compactMap { names.target($0, "\(key) of ladder \(ladder) names") }
    }

    private func pause(_ fields: Fields) -> Int? {
        guard let value = fields["every"], let seconds = value.seconds("a pause such as 15 min")
        else { return nil }
        if seconds < Self.repeatSecondsMin {
            value.error(
                .repeatFloor,
                "rounds every \(value.plain ?? "") are closer than 1 min",
                fix: "Write 1 min or more"
            )
        }
        return seconds
    }
}

/// References to calendars, the word `24x7` among them.
struct CalendarNames {
    let calendars: [String: BusinessCalendar]
    let names: Names

    /// `nil` with a finding where there is none; without one where its own definition is at fault.
    func calendar(_ value: Value) -> BusinessCalendar? {
        guard let text = value.text("the name of a calendar") else { return nil }
        if let calendar = calendars[text] { return calendar }
        if names.calendars.contains(text) || !names.isWhole { return nil }
        if text == "24x7" { return .always }
        value.error(
            .calendarUnknown,
            "`\(text)` is not in calendars",
            fix: nearest(to: text, among: names.calendars).map { "Did you mean `\($0)`?" }
                ?? "Define it under `calendars:`"
        )
        return nil
    }
}
