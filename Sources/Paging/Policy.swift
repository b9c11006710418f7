package import CivilTime
package import Clocks
package import OnCall

/// A support policy: what each priority promises the customer, and which ladder wakes us.
package struct Policy: Sendable {
    package enum Urgency: String, Hashable, Sendable {
        /// Wakes people, no quiet hours.
        case page
        case notice
    }

    package struct Priority: Hashable, Sendable {
        package var promises: PriorityPromises
        package var title: String
        /// Other names that senders use.
        package var also: [String]
        package var urgency: Urgency
        package var ladder: String
        package var silence: Silence?
        /// `estimate: at response` (S2): none given at the first response raises a reminder.
        package var wantsEstimate: Bool
        /// Rotations, first tier first (S3), and the wait before the next one; empty where there
        /// are none.
        package var tiers: [String]
        package var tierAfterSeconds: Int?
        package var source: SourceLine

        package var name: String { promises.name }

        package init(
            promises: PriorityPromises,
            title: String,
            also: [String],
            urgency: Urgency,
            ladder: String,
            silence: Silence? = nil,
            wantsEstimate: Bool = false,
            tiers: [String] = [],
            tierAfterSeconds: Int? = nil,
            source: SourceLine
        ) {
            self.promises = promises
            self.title = title
            self.also = also
            self.urgency = urgency
            self.ladder = ladder
            self.silence = silence
            self.wantsEstimate = wantsEstimate
            self.tiers = tiers
            self.tierAfterSeconds = tierAfterSeconds
            self.source = source
        }
    }

    /// What happens when a customer stays silent while the case is pending for them.
    package struct Silence: Hashable, Sendable {
        package var after: Target
        package var resolves: Bool

        package init(after: Target, resolves: Bool) {
            self.after = after
            self.resolves = resolves
        }
    }

    /// How an ambiguity of the published text was read.
    package struct Reading: Hashable, Sendable {
        package var line: Int
        package var about: String
        package var reading: String
        package var instead: String?
        /// Whether the site has confirmed it (`confirmed: true`).
        package var isConfirmed: Bool
        package var source: SourceLine

        package init(
            line: Int,
            about: String,
            reading: String,
            instead: String?,
            isConfirmed: Bool,
            source: SourceLine
        ) {
            self.line = line
            self.about = about
            self.reading = reading
            self.instead = instead
            self.isConfirmed = isConfirmed
            self.source = source
        }
    }

    package enum CustomerNotice: String, Hashable, Sendable {
        case escalated, status, workaround
    }

    package var id: String
    package var title: String
    package var sourceText: String?
    /// Cases opened earlier match no policy; `nil` means it always held.
    package var effectiveFrom: CivilDate?
    /// Keys: any, api, mail, phone, web.
    package var defaultPriority: [String: String]
    /// Lines shown in notices to customers, in file order.
    package var print: [PrintedLine]
    /// From highest to lowest; never empty.
    package let priorities: [Priority]
    /// What each of `priorities` promises, in the same order.
    package let promises: [PriorityPromises]
    /// The first of `priorities`.
    package let highest: Priority
    package var customerNotices: Set<CustomerNotice>
    package var maintenance: Maintenance?
    package var readings: [Reading]
    package var source: SourceLine

    package init(
        id: String,
        title: String,
        sourceText: String?,
        effectiveFrom: CivilDate?,
        defaultPriority: [String: String],
        print: [PrintedLine],
        priorities: [Priority],
        customerNotices: Set<CustomerNotice>,
        maintenance: Maintenance?,
        readings: [Reading],
        source: SourceLine
    ) {
        self.id = id
        self.title = title
        self.sourceText = sourceText
        self.effectiveFrom = effectiveFrom
        self.defaultPriority = defaultPriority
        self.print = print
        guard let highest = priorities.first else {
            preconditionFailure("a policy has at least one priority")
        }
        self.highest = highest
        self.priorities = priorities
        promises = priorities.map(\.promises)
        self.customerNotices = customerNotices
        self.maintenance = maintenance
        self.readings = readings
        self.source = source
    }

    /// A label and text of `print:`, such as `emergency phone` and its number.
    package struct PrintedLine: Hashable, Sendable {
        package var label: String
        package var text: String

        package init(label: String, text: String) {
            self.label = label
            self.text = text
        }
    }

    /// How long before planned maintenance customers must be told, in elapsed seconds (S0 line 73).
    package struct Maintenance: Hashable, Sendable {
        package var noticeSeconds: Int
        package var usualSeconds: Int

        package init(noticeSeconds: Int, usualSeconds: Int) {
            self.noticeSeconds = noticeSeconds
            self.usualSeconds = usualSeconds
        }
    }

    /// The priority called `name`, by its own name or one of `also` (case does not count there).
    package func priority(named name: String) -> Priority? {
        if let exact = priorities.first(where: { $0.name == name }) { return exact }
        let lowered = name.lowercased()
        return priorities.first { priority in
            priority.name.lowercased() == lowered
                || priority.also.contains { $0.lowercased() == lowered }
        }
    }

    /// Where a priority stands, 0 the highest; `nil` where the policy has no such priority.
    package func rank(of name: String) -> Int? { priorities.firstIndex { $0.name == name } }

    /// Whether the highest priority of `left` promises a sooner response; ties go by name.
    static func isStricter(_ left: Policy, _ right: Policy) -> Bool {
        (left.topResponseSeconds, left.id) < (right.topResponseSeconds, right.id)
    }

    private var topResponseSeconds: Int {
        switch highest.promises.response?.target {
        case .elapsed(let seconds), .open(let seconds): seconds
        case .split(let inHours, let outside): min(inHours, outside)
        case .businessDays(let days, _), .days(let days): days * 86_400
        case nil: .max
        }
    }
}
