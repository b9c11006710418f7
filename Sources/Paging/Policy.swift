package import CivilTime
package import Clocks
package import OnCall

/// A support policy: what each priority promises the customer, and which ladder wakes us.
///
/// Classes, so that the thousands of decisions a second that read them copy one reference.
package final class Policy: Sendable {
    package enum Urgency: String, Hashable, Sendable {
        /// Wakes people, no quiet hours.
        case page
        case notice
    }

    package final class Priority: Sendable {
        package let promises: PriorityPromises
        package let title: String
        /// Other names that senders use.
        package let also: [String]
        package let urgency: Urgency
        package let ladder: String
        package let silence: Silence?
        /// `estimate: at response` (S2): none given at the first response raises a reminder.
        package let wantsEstimate: Bool
        /// Rotations, first tier first (S3), and the wait before the next one; empty where there
        /// are none.
        package let tiers: [String]
        package let tierAfterSeconds: Int?
        /// The share of the resolution target, in percent, at which leadership is paged though
        /// nobody asked (S1 line 68); `nil` means never.
        package let escalatesAtPercent: Int?
        package let source: SourceLine

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
            escalatesAtPercent: Int? = nil,
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
            self.escalatesAtPercent = escalatesAtPercent
            self.source = source
        }
    }

    /// What happens when a customer stays silent while the case is pending for them.
    package struct Silence: Hashable, Sendable {
        /// From the last of the attempts that are asked for.
        package var after: Target
        /// How many times the customer must have been asked, each on a business day of its own.
        package var attempts: Int
        /// Whether the case is resolved then, or only announced as one that may be closed.
        package var resolves: Bool

        package init(after: Target, attempts: Int = 1, resolves: Bool) {
            self.after = after
            self.attempts = attempts
            self.resolves = resolves
        }
    }

    /// How a case whose priority nobody chose is looked at (S4 line 1).
    package struct Triage: Hashable, Sendable {
        /// After so much of the ladder's own time the owner is reminded to choose one.
        package var afterSeconds: Int
        /// In lower case: one of them in title or details pages the ladder's first step at any
        /// hour.
        package var words: [String]

        package init(afterSeconds: Int, words: [String] = []) {
            self.afterSeconds = afterSeconds
            self.words = words
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

    package let id: String
    package let title: String
    package let sourceText: String?
    /// Cases opened earlier match no policy; `nil` means it always held.
    package let effectiveFrom: CivilDate?
    /// Midnight of that date in the zone of the first priority's calendar, UTC where it has none.
    package let effectiveAt: Instant?
    /// Keys: any, api, mail, phone, web.
    package let defaultPriority: [String: String]
    /// Lines shown in notices to customers, in file order.
    package let print: [PrintedLine]
    /// From highest to lowest; never empty.
    package let priorities: [Priority]
    /// What each of `priorities` promises, in the same order.
    package let promises: [PriorityPromises]
    /// The first of `priorities`.
    package let highest: Priority
    package let customerNotices: Set<CustomerNotice>
    package let maintenance: Maintenance?
    package let triage: Triage?
    package let readings: [Reading]
    package let source: SourceLine

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
        triage: Triage? = nil,
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
        effectiveAt = effectiveFrom.map { date in
            let zone = highest.promises.response?.calendar.zone ?? .utc
            return zone.first(of: CivilDateTime(date: date, time: .midnight))
        }
        self.priorities = priorities
        promises = priorities.map(\.promises)
        self.customerNotices = customerNotices
        self.maintenance = maintenance
        self.triage = triage
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
