import CivilTime
import Clocks
import OnCall
import Paging

/// `policies:` to `Policy` values.
struct PolicyReader {
    static let prioritiesMax = 50

    let calendars: CalendarNames
    let names: Names
    let findings: Findings

    struct Draft {
        var policy: Policy
        var place: Place
        /// The place of each priority's name, in the order of the policy's.
        var priorityPlaces: [Place]
    }

    private static let keys = [
        "title", "source", "effective_from", "default_priority", "print", "priorities",
        "customer_notices", "maintenance", "readings", "pauses",
    ]

    func policies(_ definitions: [Definition]) -> [Draft] {
        definitions.compactMap { draft($0) }
    }

    private func draft(_ definition: Definition) -> Draft? {
        guard let fields = Fields(definition.value, of: "a policy", keys: Self.keys) else {
            return nil
        }
        let priorities = priorities(fields, policy: definition)
        guard !priorities.isEmpty else { return nil }
        var policy = Policy(
            id: definition.name,
            title: fields.text("title", "a title") ?? definition.name,
            sourceText: fields.text("source", "a file name"),
            effectiveFrom: fields["effective_from"]?.date(),
            defaultPriority: [:],
            print: printed(fields["print"]),
            priorities: priorities.map(\.priority),
            customerNotices: notices(fields["customer_notices"]),
            maintenance: maintenance(fields["maintenance"]),
            readings: readings(fields["readings"]),
            source: SourceLine(definition.place)
        )
        policy.defaultPriority = defaults(fields["default_priority"], policy)
        checkAliases(fields["priorities"])
        return Draft(
            policy: policy,
            place: definition.place,
            priorityPlaces: priorities.map(\.place)
        )
    }

    private func priorities(
        _ fields: Fields,
        policy: Definition
    )
        -> [(priority: Policy.Priority, place: Place)]
    {
        guard let value = fields.required("priorities", "{P1: ...}"),
            let entries = value.entries("priorities, highest first")
        else { return [] }
        if entries.isEmpty { fields.missing("priorities", "{P1: ...}") }
        if entries.count > Self.prioritiesMax {
            value.error(.limit, "more than \(Self.prioritiesMax) priorities", fix: "Join some")
        }
        let pauses = PauseReader(fields["pauses"])
        return entries.prefix(Self.prioritiesMax).compactMap { entry in
            let reader = PriorityReader(
                name: entry.key,
                place: entry.keyPlace,
                policyPauses: pauses,
                calendars: calendars,
                names: names,
                findings: findings
            )
            return reader.priority(entry.value).map { ($0, entry.keyPlace) }
        }
    }

    /// No two priorities may answer to one name; case does not count there.
    private func checkAliases(_ value: Value?) {
        var firsts: [String: Place] = [:]
        let entries = value?.entriesIfMap ?? []
        for entry in entries { firsts[entry.key.lowercased()] = entry.keyPlace }
        for entry in entries {
            let also = entry.value.entriesIfMap?.first { $0.key == "also" }
            for item in also?.value.listIfList ?? [] {
                guard let name = item.plain else { continue }
                if let first = firsts[name.lowercased()], first != entry.keyPlace {
                    findings.duplicate(name, at: item.place, first: first)
                }
                firsts[name.lowercased()] = item.place
            }
        }
    }

    private func defaults(_ value: Value?, _ policy: Policy) -> [String: String] {
        guard let value else { return [:] }
        guard let entries = value.entriesIfMap else {
            return priority(value, policy).map { ["any": $0] } ?? [:]
        }
        let channels = ["any", "api", "mail", "phone", "web"]
        let fields = Fields(
            entries,
            at: value.place,
            of: "`default_priority`",
            keys: channels,
            findings: findings
        )
        var result: [String: String] = [:]
        for channel in channels {
            result[channel] = fields[channel].flatMap { priority($0, policy) }
        }
        return result
    }

    private func priority(_ value: Value, _ policy: Policy) -> String? {
        guard let text = value.text("a priority") else { return nil }
        if policy.priorities.contains(where: { $0.name == text }) { return text }
        let known = policy.priorities.map(\.name)
        value.error(
            .priorityUnknown,
            "`\(text)` is no priority of \(policy.id)",
            fix: nearest(to: text, among: known).map { "Did you mean `\($0)`?" }
                ?? "Write one of: \(known.joined(separator: ", "))"
        )
        return nil
    }

    private func printed(_ value: Value?) -> [Policy.PrintedLine] {
        (value?.entries("labels and texts") ?? []).compactMap { entry in
            entry.value.text("a text").map { Policy.PrintedLine(label: entry.key, text: $0) }
        }
    }

    private func notices(_ value: Value?) -> Set<Policy.CustomerNotice> {
        var result: Set<Policy.CustomerNotice> = []
        for item in value?.listOrOne("notices") ?? [] {
            let word = item.word("a notice", of: ["escalated", "status", "workaround"])
            if let notice = word.flatMap({ Policy.CustomerNotice(rawValue: $0) }) {
                result.insert(notice)
            }
        }
        return result
    }

    private func maintenance(_ value: Value?) -> Policy.Maintenance? {
        guard let value,
            let fields = Fields(value, of: "`maintenance`", keys: ["notice", "usual"]),
            let notice = fields.required("notice", "24 h")?.seconds("a time such as 24 h")
        else { return nil }
        let usual = fields["usual"]?.seconds("a time such as 7 days") ?? notice
        return Policy.Maintenance(noticeSeconds: notice, usualSeconds: usual)
    }

    private func readings(_ value: Value?) -> [Policy.Reading] {
        (value?.list("a list of readings") ?? []).compactMap { item in
            let keys = ["line", "about", "reading", "instead", "confirmed"]
            guard let fields = Fields(item, of: "a reading", keys: keys),
                let about = fields.required("about", "WORDS")?.text("the words in question"),
                let reading = fields.required("reading", "WORDS")?.text("what was chosen")
            else { return nil }
            let isConfirmed = fields["confirmed"]?.flag("true or false") ?? false
            if !isConfirmed {
                item.warn(
                    .readingUnconfirmed,
                    "\(about): read as `\(reading)`",
                    fix: fields.text("instead", "the other reading").map {
                        "Add `confirmed: true`, or change the file if it means: \($0)"
                    } ?? "Add `confirmed: true` once the site has agreed"
                )
            }
            return Policy.Reading(
                line: fields["line"]?.number("a line of the source", in: 1...1_000_000) ?? 0,
                about: about,
                reading: reading,
                instead: fields.text("instead", "the other reading"),
                isConfirmed: isConfirmed,
                source: SourceLine(item.place)
            )
        }
    }
}
