import ArgumentParser
import CivilTime
import Paging

/// A case told on the command line: what it was opened as, and what happened since.
struct Story {
    var policy: String
    var priority: String
    var opened: Instant
    var channel: String?
    /// In order of time; those of one instant in the order told.
    private(set) var events: [CaseEvent] = []

    private let times: Times

    init(policy: String, priority: String, opened: String, times: Times) throws(CommandFailure) {
        self.policy = policy
        self.priority = priority
        self.opened = try times.instant(opened)
        self.times = times
    }

    /// A line of a batch in its plain form; its events are `told`.
    init(_ plain: PlainStory, told: [PlainStory.Event], times: Times) throws(CommandFailure) {
        policy = Self.text(plain.policy)
        priority = Self.text(plain.priority)
        opened = plain.opened
        channel = plain.channel.map(Self.text)
        self.times = times
        events.reserveCapacity(told.count)
        for event in told { try add(Self.text(event.word), at: event.at) }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The case right after its opening.
    func opening(in rulebook: Rulebook) throws(CommandFailure) -> Case {
        guard let policy = rulebook.policies[policy] else {
            throw .notFound("policy `\(policy)`", among: rulebook.policies.keys)
        }
        var value = Case(
            id: "told",
            number: 0,
            policy: policy.id,
            priority: try Self.priority(named: priority, of: policy),
            customer: "",
            title: "",
            openedAt: opened
        )
        value.channel = channel
        return value
    }

    /// The case as it stands at `instant`.
    func value(at instant: Instant, in rulebook: Rulebook) throws(CommandFailure) -> Case {
        var value = try opening(in: rulebook)
        for event in try events(in: rulebook) where event.at <= instant { value.apply(event) }
        return value
    }

    /// The events with the priorities they name under the policy's own names.
    ///
    /// Refused where one cannot have happened when it says.
    func events(in rulebook: Rulebook) throws(CommandFailure) -> [CaseEvent] {
        let value = try opening(in: rulebook)
        guard let policy = rulebook.policies[policy] else { return events }
        var named = events
        for index in named.indices {
            do throws(Refusal) {
                try value.admitTimes(of: named[index])
            } catch {
                throw CommandFailure(error)
            }
            guard let priority = named[index].priority else { continue }
            named[index].priority = try Self.priority(named: priority, of: policy)
        }
        return named
    }

    private static func priority(
        named name: String,
        of policy: Policy
    ) throws(CommandFailure) -> String {
        guard let priority = policy.priority(named: name) else {
            throw .notFound(
                "priority `\(name)` in policy \(policy.id)",
                among: policy.priorities.map(\.name)
            )
        }
        return priority.name
    }

    /// Adds `T=EVENT` as `--event` has it.
    mutating func add(_ text: String) throws(CommandFailure) {
        guard let equals = text.firstIndex(of: "=") else {
            throw .usage("`--event \(text)` has no `=`", fix: "write --event T=EVENT")
        }
        try add(at: String(text[..<equals]), event: String(text[text.index(after: equals)...]))
    }

    mutating func add(at: String, event text: String) throws(CommandFailure) {
        try add(text, at: try times.instant(at))
    }

    private mutating func add(_ text: String, at instant: Instant) throws(CommandFailure) {
        let event = try event(text, at: instant)
        let index = events.lastIndex { $0.at <= instant }.map { $0 + 1 } ?? 0
        events.insert(event, at: index)
    }

    static let eventWords = """
        responded, updated, acknowledged, pending:customer, pending:fix, pending:other, \
        on_hold:UNTIL, in_progress, priority:X, diagnosed, delayed, linked_release:WHEN, \
        resolved, reopened, closed, customer_wrote
        """

    private func event(_ text: String, at instant: Instant) throws(CommandFailure) -> CaseEvent {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : nil
        let unknown = CommandFailure.usage(
            "`\(text)` is no event",
            fix: "use one of: \(Self.eventWords)"
        )
        guard let word = parts.first else { throw unknown }
        func event(_ name: CaseEvent.Name, _ status: CaseStatus? = nil) -> CaseEvent {
            CaseEvent(name, at: instant, way: "cli", status: status)
        }
        switch (word, rest) {
        case ("responded", nil), ("updated", nil), ("acknowledged", nil), ("diagnosed", nil),
            ("delayed", nil), ("resolved", nil), ("reopened", nil), ("closed", nil),
            ("customer_wrote", nil):
            guard let name = CaseEvent.Name(rawValue: word) else { throw unknown }
            return event(name)
        case ("in_progress", nil): return event(.statusChanged, .inProgress)
        case ("pending", let reason?) where ["customer", "fix", "other"].contains(reason):
            var pending = event(.statusChanged, .pending)
            pending.reason = reason
            return pending
        case ("on_hold", let until?):
            var hold = event(.statusChanged, .onHold)
            hold.until = try times.instant(until)
            return hold
        case ("priority", let priority?):
            var change = event(.priorityChanged)
            change.priority = priority
            return change
        case ("linked_release", let when?):
            var link = event(.linkedRelease)
            link.until = try times.instant(when)
            return link
        default: throw unknown
        }
    }
}

/// The options that tell a case.
struct StoryOptions: ParsableArguments {
    @Option(help: "The policy.")
    var policy: String?

    @Option(help: "The priority, by its name or another one senders use.")
    var priority: String?

    @Option(parsing: .unconditional, help: "When the case was opened.")
    var opened: String?

    @Option(help: "By which way it came: api, mail, phone or web.")
    var channel: String?

    @Option(
        name: .customLong("event"),
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "What happened, as T=EVENT; may be repeated.",
            discussion: "EVENT is \(Story.eventWords).",
            valueName: "T=EVENT"
        )
    )
    var events: [String] = []

    @Option(
        help: "Answer a case a line: {\"policy\", \"priority\", \"opened\", \"events\", \"at\"}."
    )
    var batch: String?

    /// Whether any of them is given.
    var isTold: Bool {
        policy != nil || priority != nil || opened != nil || channel != nil || !events.isEmpty
            || batch != nil
    }

    func story(_ times: Times) throws(CommandFailure) -> Story {
        guard let policy, let priority, let opened else {
            throw .usage(
                "--policy, --priority and --opened are needed",
                fix: "say all three, or --batch FILE"
            )
        }
        var story = try Story(policy: policy, priority: priority, opened: opened, times: times)
        story.channel = channel
        for event in events { try story.add(event) }
        return story
    }

    static func story(_ question: Question, _ times: Times) throws(CommandFailure) -> Story {
        var story = try Story(
            policy: try question.required("policy"),
            priority: try question.required("priority"),
            opened: try question.required("opened"),
            times: times
        )
        story.channel = try question.text("channel")
        for event in try question.events() { try story.add(at: event.at, event: event.event) }
        return story
    }
}
