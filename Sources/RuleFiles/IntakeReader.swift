import Paging

/// `intake:` of tocsin.yaml.
struct IntakeReader {
    let findings: Findings

    func intake(_ entry: Value.Entry) -> DaemonSettings.Intake? {
        guard let fields = Fields(entry.value, as: .intake) else { return nil }
        let dialect = fields.required("dialect", "pagerduty")?
            .word("a dialect", of: DaemonSettings.Intake.Dialect.allCases.map(\.rawValue))
            .flatMap { DaemonSettings.Intake.Dialect(rawValue: $0) }
        let policy = fields.required("policy", "NAME")?.text("a policy")
        guard let dialect, let policy else { return nil }
        let intake = DaemonSettings.Intake(
            name: entry.key,
            dialect: dialect,
            keyFile: fields.text("key_file", "a path"),
            address: fields.text("address", "a mail address"),
            policy: policy,
            customer: fields.text("customer", "a customer"),
            priorities: words(fields["priorities"]),
            url: fields["url"]?.url(schemes: ["http", "https"]),
            everySeconds: fields["every"]?.seconds("a pause such as 60 s"),
            map: words(fields["map"]),
            expectSeconds: expectation(fields["expect_every"], dialect)
        )
        switch dialect {
        case .mail: if intake.address == nil { fields.missing("address", "support@example.com") }
        case .json:
            if fields["url"] == nil { fields.missing("url", "\"https://...\"") }
            if intake.map["title"] == nil { fields.missing("map", "{title: name, key: id}") }
        case .pagerduty, .alertmanager, .alertmanagerAPI, .opsgenie:
            if intake.keyFile == nil { fields.missing("key_file", "secrets/\(entry.key)") }
        }
        return intake
    }

    private func expectation(_ value: Value?, _ dialect: DaemonSettings.Intake.Dialect) -> Int? {
        guard let value, let seconds = value.seconds("an interval such as 5 min") else {
            return nil
        }
        if dialect == .json {
            value.error(
                .value,
                "`expect_every` is for senders that come by themselves, and this one is polled",
                fix: "Leave it out: an address that gives no document is told in any case"
            )
        } else if seconds < 1 {
            value.notADuration("0", "an interval of a second at least")
        }
        return seconds
    }

    private func words(_ value: Value?) -> [String: String] {
        var result: [String: String] = [:]
        for entry in value?.entries("pairs of words") ?? [] {
            result[entry.key] = entry.value.text("a word")
        }
        return result
    }

    /// Whether each intake's policy and priorities exist; `known` is `nil` where some policies
    /// could not be read.
    func check(_ value: Value?, policies: [String: Policy], known: Set<String>?) {
        for entry in value?.entriesIfMap ?? [] {
            let fields = entry.value.entriesIfMap ?? []
            guard let named = fields.first(where: { $0.key == "policy" })?.value,
                let name = named.plain, !name.isEmpty
            else { continue }
            if let known, !known.contains(name) {
                named.error(
                    .policyUnknown,
                    "`\(name)` is not in policies",
                    fix: nearest(to: name, among: known).map { "Did you mean `\($0)`?" }
                        ?? "Define it under `policies:`"
                )
            }
            guard let policy = policies[name] else { continue }
            let mapped = fields.first { $0.key == "priorities" }?.value.entriesIfMap ?? []
            for pair in mapped {
                guard let word = pair.value.plain, policy.priority(named: word) == nil else {
                    continue
                }
                let names = policy.priorities.map(\.name)
                pair.value.error(
                    .priorityUnknown,
                    "`\(word)` is no priority of \(name)",
                    fix: nearest(to: word, among: names).map { "Did you mean `\($0)`?" }
                        ?? "Write one of: \(names.joined(separator: ", "))"
                )
            }
        }
    }
}
