import CivilTime
import Clocks
import OnCall
import Paging

/// `policies:` to `Policy` values.
struct PolicyReader {
    static let prioritiesMax = 50

    let calendars: CalendarNames
    let alternatives: AlternativeReader
    let names: Names
    let findings: Findings

    struct Draft {
        var policy: Policy
        /// What readings would promise in their other meaning, by the lines that they stand on.
        var alternatives: [SourceLine: Alternative]
        var place: Place
        /// The place of each priority's name, in the order of the policy's.
        var priorityPlaces: [Place]
        /// False where one of its priorities could not be read.
        var hasAllPriorities: Bool
    }

    func policies(_ definitions: [Definition]) -> [Draft] {
        definitions.compactMap { draft($0) }
    }

    private func draft(_ definition: Definition) -> Draft? {
        guard let fields = Fields(definition.value, as: .policy) else { return nil }
        let priorities = priorities(fields, policy: definition)
        guard !priorities.isEmpty else { return nil }
        var found: [SourceLine: Alternative] = [:]
        let readings = readings(fields["readings"], definition, priorities, &found)
        let policy = Policy(
            id: definition.name,
            title: fields.text("title", "a title") ?? definition.name,
            sourceText: fields.text("source", "a file name"),
            effectiveFrom: fields["effective_from"]?.date(),
            defaultPriority: defaults(
                fields["default_priority"],
                of: definition.name,
                among: fields["priorities"]?.entriesIfMap?.map(\.key) ?? []
            ),
            print: printed(fields["print"]),
            priorities: priorities.map(\.priority),
            customerNotices: notices(fields["customer_notices"]),
            maintenance: maintenance(fields["maintenance"]),
            triage: triage(fields["triage"]),
            readings: readings,
            source: SourceLine(definition.place)
        )
        checkAliases(fields["priorities"])
        return Draft(
            policy: policy,
            alternatives: found,
            place: definition.place,
            priorityPlaces: priorities.map(\.place),
            hasAllPriorities: priorities.count == fields["priorities"]?.entriesIfMap?.count
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

    private func defaults(
        _ value: Value?,
        of policy: String,
        among known: [String]
    ) -> [String: String] {
        guard let value else { return [:] }
        guard let entries = value.entriesIfMap else {
            return priority(value, of: policy, among: known).map { ["any": $0] } ?? [:]
        }
        let fields = Fields(entries, at: value.place, as: .defaultPriority, findings: findings)
        var result: [String: String] = [:]
        for channel in Record.defaultPriority.keyNames {
            result[channel] = fields[channel].flatMap { priority($0, of: policy, among: known) }
        }
        return result
    }

    private func priority(
        _ value: Value,
        of policy: String,
        among known: [String]
    ) -> String? {
        guard let text = value.text("a priority") else { return nil }
        if known.contains(text) { return text }
        value.error(
            .priorityUnknown,
            "`\(text)` is no priority of \(policy)",
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
            let fields = Fields(value, as: .maintenance),
            let notice = fields.required("notice", "24 h")?.seconds("a time such as 24 h")
        else { return nil }
        let usual = fields["usual"]?.seconds("a time such as 7 days") ?? notice
        return Policy.Maintenance(noticeSeconds: notice, usualSeconds: usual)
    }

    private func triage(_ value: Value?) -> Policy.Triage? {
        guard let value, let fields = Fields(value, as: .triage),
            let after = fields.required("after", "30 min")?.seconds("a time such as 30 min")
        else { return nil }
        let words = fields["words"]?.listOrOne("words").compactMap { $0.text("a word") } ?? []
        return Policy.Triage(afterSeconds: after, words: words.map { $0.lowercased() })
    }

    /// One finding a policy, at its first: `tocsin policy` shows each with its alternative.
    private func report(_ readings: [(about: String, place: Place)], of policy: String) {
        guard let first = readings.first else { return }
        let shown = readings.prefix(3).map { "`\($0.about)`" }.joined(separator: ", ")
        let more = readings.count > 3 ? " and \(readings.count - 3) more" : ""
        let count = readings.count == 1 ? "1 reading" : "\(readings.count) readings"
        findings.warn(
            .readingUnconfirmed,
            at: first.place,
            "\(count) not confirmed: \(shown)\(more)",
            fix: "`tocsin policy \(policy)` shows what was chosen and what else it could mean; "
                + "add `confirmed: true` to what the site has agreed to"
        )
    }

    private func readings(
        _ value: Value?,
        _ policy: Definition,
        _ priorities: [(priority: Policy.Priority, place: Place)],
        _ alternatives: inout [SourceLine: Alternative]
    ) -> [Policy.Reading] {
        var unconfirmed: [(about: String, place: Place)] = []
        defer { report(unconfirmed, of: policy.name) }
        return (value?.list("a list of readings") ?? []).compactMap { item in
            guard let fields = Fields(item, as: .reading),
                let about = fields.required("about", "WORDS")?.text("the words in question"),
                let reading = fields.required("reading", "WORDS")?.text("what was chosen")
            else { return nil }
            let isConfirmed = fields["confirmed"]?.flag("true or false") ?? false
            if !isConfirmed { unconfirmed.append((about, item.place)) }
            alternatives[SourceLine(item.place)] = fields["alternative"].flatMap {
                self.alternatives.alternative(
                    $0,
                    policy: policy.name,
                    priorities: priorities.map(\.priority)
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
