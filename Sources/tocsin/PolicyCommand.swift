import ArgumentParser
import CivilTime
import Clocks
import OnCall
import Paging
import RuleFiles
import Shapes

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "What a policy promises, whom it wakes, and how its text was read."
    )

    @Argument(help: "The policy.")
    var name: String

    @Option(
        parsing: .unconditional,
        help: "When the case is opened that readings are compared on; by default next Friday 16:00."
    )
    var opened: String?

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let load = try files.load(now: nil).load
        let rulebook = try load.rulebook ?? files.rulebook()
        guard let policy = rulebook.policies[name] else {
            throw CommandFailure.notFound("policy `\(name)`", among: rulebook.policies.keys)
        }
        let given = try times.instant(opened)
        var comparisons: [SourceLine: Comparison] = [:]
        for reading in policy.readings {
            comparisons[reading.source] = load.alternatives[reading.source].flatMap {
                Comparison(of: policy, with: $0, openedAt: given, now: times.now)
            }
        }
        guard !output.isJSON else {
            return Terminal.say(json(policy, rulebook, comparisons))
        }
        Terminal.say(text(policy, rulebook) + readings(policy, comparisons, times))
    }

    private func text(_ policy: Policy, _ rulebook: Rulebook) -> String {
        var text = Terminal.bold("\(policy.id): \(policy.title)") + "\n"
        if let date = policy.effectiveFrom { text += "in effect from \(date)\n" }
        if let source = policy.sourceText { text += "from \(source)\n" }
        var table = Table(header: [
            "PRIORITY", "MEANS", "URGENCY", "CALENDAR", "RESPONSE", "UPDATE", "RESOLUTION",
            "LADDER",
        ])
        for priority in policy.priorities {
            table.rows.append([
                priority.name, priority.title, priority.urgency.rawValue,
                priority.promises.response?.calendar.id ?? "-", priority.promises.responseText,
                priority.promises.updateText, priority.promises.resolutionText, priority.ladder,
            ])
        }
        text += "\n" + table.text
        for name in Set(policy.priorities.map(\.ladder)).sorted() {
            if let ladder = rulebook.ladders[name] { text += "\n" + ladder.text }
        }
        let owed = policy.owed + policy.priorities.flatMap(\.owed)
        guard !owed.isEmpty else { return text }
        return text + "\n" + Terminal.bold("also owed") + "\n"
            + owed.map { "  \($0)\n" }.joined()
    }

    private func readings(
        _ policy: Policy,
        _ comparisons: [SourceLine: Comparison],
        _ times: Times
    ) -> String {
        guard !policy.readings.isEmpty else { return "" }
        var text = "\n" + Terminal.bold("readings") + "\n"
        for reading in policy.readings {
            let state = reading.isConfirmed ? "confirmed" : "not confirmed"
            text += "  line \(reading.line), \(reading.about): \(reading.reading) (\(state))\n"
            if let instead = reading.instead { text += "    instead of: \(instead)\n" }
            if let comparison = comparisons[reading.source] { text += comparison.text(times) }
        }
        return text
    }

    private func json(
        _ policy: Policy,
        _ rulebook: Rulebook,
        _ comparisons: [SourceLine: Comparison]
    ) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("policy", policy.id)
        writer.field("title", policy.title)
        writer.field("source", policy.sourceText)
        writer.field("effective_from", policy.effectiveFrom?.description)
        writer.key("priorities")
        writer.beginArray()
        for priority in policy.priorities { write(priority, rulebook, to: &writer) }
        writer.endArray()
        writer.key("readings")
        writer.beginArray()
        for reading in policy.readings {
            writer.beginObject()
            writer.field("line", reading.line)
            writer.field("about", reading.about)
            writer.field("reading", reading.reading)
            writer.field("instead", reading.instead)
            writer.field("confirmed", reading.isConfirmed)
            writer.field("file", reading.source.description)
            writer.key("alternative")
            if let comparison = comparisons[reading.source] {
                comparison.write(to: &writer)
            } else {
                writer.null()
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }

    private func write(
        _ priority: Policy.Priority,
        _ rulebook: Rulebook,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.field("priority", priority.name)
        writer.field("title", priority.title)
        writer.field("also", priority.also)
        writer.field("urgency", priority.urgency.rawValue)
        writer.field("response", priority.promises.response?.text)
        writer.field("update", priority.promises.update?.text)
        writer.field("resolution", priority.promises.resolution?.text)
        writer.field("ownership", priority.promises.ownership)
        writer.key("promises")
        writer.value(priority.promises)
        writer.field("calendar", priority.promises.response?.calendar.id)
        writer.field("ladder", priority.ladder)
        writer.key("steps")
        writer.beginArray()
        for step in rulebook.ladders[priority.ladder]?.steps ?? [] {
            writer.beginObject()
            writer.field("at", step.at.text)
            writer.field("page", step.page)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

extension Ladder {
    fileprivate var text: String {
        var text = Terminal.bold("ladder \(id)") + " (\(source))\n"
        for (index, step) in steps.enumerated() {
            text += "  \(index + 1)  at \(step.at.text)  \(step.page.joined(separator: ", "))\n"
        }
        if let every = repeatEverySeconds {
            let times = repeatTimes.map { ", \($0) times" } ?? ""
            text += "  again every \(Span.text(seconds: every))\(times)\n"
        }
        if let hours { text += "  in the hours of \(hours.id) only\n" }
        return text + "  last resort  \(lastResort.joined(separator: ", "))\n"
    }
}

extension Policy {
    /// What the policy wants beside promises and pages, a sentence each.
    fileprivate var owed: [String] {
        var owed: [String] = []
        if let triage {
            let after = Span.text(seconds: triage.afterSeconds)
            owed.append("a priority that nobody chose is asked about after \(after)")
            if !triage.words.isEmpty {
                let words = triage.words.joined(separator: ", ")
                owed.append("until then these words page at any hour: \(words)")
            }
        }
        if let maintenance {
            let notice = Span.text(seconds: maintenance.noticeSeconds)
            owed.append("customers hear of maintenance \(notice) before it")
        }
        if !customerNotices.isEmpty {
            let names = customerNotices.map(\.rawValue).sorted().joined(separator: ", ")
            owed.append("customers are told: \(names)")
        }
        return owed
    }
}

extension Policy.Priority {
    fileprivate var owed: [String] {
        var owed: [String] = []
        if wantsEstimate { owed.append("an estimate with the response") }
        if !tiers.isEmpty {
            let wait = tierAfterSeconds.map { ", each after \(Span.text(seconds: $0))" } ?? ""
            owed.append("without progress \(tiers.joined(separator: ", then "))\(wait)")
        }
        if let percent = escalatesAtPercent {
            owed.append("leadership at \(percent)% of the resolution target")
        }
        if let silence {
            let asked = silence.attempts == 1 ? "" : " asked \(silence.attempts) times"
            let end = silence.resolves ? "resolved" : "announced"
            owed.append("a customer\(asked) who does not answer: \(end)")
        }
        return owed.map { "\(name): \($0)" }
    }
}

extension PriorityPromises {
    fileprivate var responseText: String { response.map { $0.words } ?? "-" }
    fileprivate var updateText: String {
        update.map { $0.kind == .commitment ? $0.text : "\($0.text) (\($0.kind.rawValue))" } ?? "-"
    }
    fileprivate var resolutionText: String {
        let both = [ownership ? "continuous effort" : nil, resolution.map { $0.words }]
        let said = both.compactMap(\.self)
        return said.isEmpty ? "-" : said.joined(separator: ", ")
    }
}

extension Promise {
    fileprivate var words: String { kind == .commitment ? text : "\(text) (\(kind.rawValue))" }
}

extension Ladder.Offset {
    /// As the file has it: `15%`, `2.5%` or `1 h`.
    fileprivate var text: String {
        switch self {
        case .seconds(let seconds): return seconds == 0 ? "0 min" : Span.text(seconds: seconds)
        case .share(let basisPoints):
            let rest = basisPoints % 100
            guard rest > 0 else { return "\(basisPoints / 100)%" }
            let digits = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
            return "\(basisPoints / 100).\(digits)%"
        }
    }
}
