import CivilTime
import Clocks
import OnCall
import Paging

/// One entry of a policy's `priorities:`.
struct PriorityReader {
    let name: String
    let place: Place
    let policyPauses: PauseReader
    let calendars: CalendarNames
    let names: Names
    let findings: Findings

    func priority(_ value: Value) -> Policy.Priority? {
        guard let fields = Fields(value, as: .priority) else { return nil }
        let ladder = fields.required("ladder", "NAME").flatMap { names.ladder($0) }
        let promises = promises(fields)
        guard let ladder, let promises else { return nil }
        let calendar = fields["calendar"].flatMap { calendars.calendar($0) }
        return Policy.Priority(
            promises: promises,
            title: fields.text("title", "a title") ?? name,
            also: fields["also"]?.listOrOne("other names").compactMap { $0.text("a name") } ?? [],
            urgency: urgency(fields["urgency"]),
            ladder: ladder,
            silence: silence(fields["silence"], calendar),
            wantsEstimate: fields["estimate"]?.word("a moment", of: ["at response"]) != nil,
            tiers: fields["tiers"]?.listOrOne("rotations").compactMap { names.rotation($0) } ?? [],
            tierAfterSeconds: fields["tier_after"]?.seconds("a wait such as 15 min"),
            escalatesAtPercent: fields["escalate_at"].flatMap { percent($0) },
            source: SourceLine(place)
        )
    }

    private func promises(_ fields: Fields) -> PriorityPromises? {
        guard let calendarValue = fields.required("calendar", "NAME"),
            let calendar = calendars.calendar(calendarValue)
        else { return nil }
        let reader = PromiseReader(calendars: calendars, findings: findings, calendar: calendar)
        let pauses = fields["pauses"].map { PauseReader($0) } ?? policyPauses
        var promises = PriorityPromises(name: name)
        promises.response = fields["response"].flatMap { reader.promise($0) }
        promises.update = fields["update"].flatMap { reader.cadence($0) }
        if fields["resolution"]?.plain == "continuous effort" {
            promises.ownership = true
        } else {
            promises.resolution = fields["resolution"].flatMap { reader.promise($0) }
        }
        if fields["ownership"]?.word("an effort", of: ["continuous effort"]) != nil {
            promises.ownership = true
        }
        if let reasons = pauses.resolution { promises.resolutionPauses = reasons }
        if let reasons = pauses.update { promises.updatePauses = reasons }
        promises.channelResponses = channels(fields["channels"], reader)
        return promises
    }

    private func channels(_ value: Value?, _ reader: PromiseReader) -> [String: Promise] {
        guard let value, let fields = Fields(value, as: .channels) else { return [:] }
        var result: [String: Promise] = [:]
        for channel in Record.channels.keyNames {
            guard let value = fields[channel],
                let inner = Fields(value, as: .channelPromises)
            else { continue }
            result[channel] = inner.required("response", "1 business day")
                .flatMap { reader.promise($0) }
        }
        return result
    }

    private func urgency(_ value: Value?) -> Policy.Urgency {
        let word = value?.word("an urgency", of: ["page", "notice"])
        return word.flatMap { Policy.Urgency(rawValue: $0) } ?? .page
    }

    /// A share of the resolution target, which may have passed when leadership is paged.
    private func percent(_ value: Value) -> Int? {
        let expected = "a share such as 100%"
        guard let text = value.text(expected) else { return nil }
        if text.hasSuffix("%"), let percent = digits(text.dropLast()), (1...1_000).contains(percent)
        {
            return percent
        }
        value.error(.duration, "`\(text)` is not \(expected)", fix: "Write it as 100%")
        return nil
    }

    private func silence(_ value: Value?, _ calendar: BusinessCalendar?) -> Policy.Silence? {
        guard let value, let fields = Fields(value, as: .silence),
            let after = fields.required("after", "4 days"),
            let then = fields.required("then", "announce")?
                .word("an end", of: ["resolve", "announce"])
        else { return nil }
        let reader = PromiseReader(calendars: calendars, findings: findings, calendar: calendar)
        let attempts = fields["attempts"]?.number("a number of attempts", in: 1...20) ?? 1
        return reader.target(after).map {
            Policy.Silence(after: $0, attempts: attempts, resolves: then == "resolve")
        }
    }
}

/// `pauses:` of a policy or a priority; `nil` where a clock's own default holds.
struct PauseReader {
    var resolution: Set<PauseReason>?
    var update: Set<PauseReason>?

    init(_ value: Value?) {
        guard let value, let fields = Fields(value, as: .pauses) else { return }
        resolution = fields["resolution"].map { Self.reasons($0) }
        update = fields["update"].map { Self.reasons($0) }
    }

    private static func reasons(_ value: Value) -> Set<PauseReason> {
        if value.plain == "none" { return [] }
        let words = PauseReason.allCases.map(\.rawValue)
        let reasons = value.listOrOne("statuses").compactMap { item in
            item.word("a status that pauses", of: words).flatMap { PauseReason(rawValue: $0) }
        }
        return Set(reasons)
    }
}
