import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

extension Routes {
    /// What would be sent for a case that somebody might open, as `tocsin plan` prints it.
    func planOfNone(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        let rulebook = engine.rulebook
        guard let name = query.text("policy"), let policy = rulebook.policies[name] else {
            throw Refusal(
                .notFound,
                "there is no policy `\(query.text("policy") ?? "")`",
                fix: "use one of: \(rulebook.policies.keys.sorted().joined(separator: ", "))"
            )
        }
        let word = query.text("priority") ?? policy.defaultPriority["any"] ?? ""
        guard let priority = policy.priority(named: word) else {
            let known = policy.priorities.map(\.name).joined(separator: ", ")
            throw Refusal(
                .notFound,
                "policy \(name) has no priority `\(word)`",
                fix: "use one of: \(known)"
            )
        }
        let opened = try query.instant("opened") ?? engine.now()
        let until = try query.instant("until") ?? opened.adding(seconds: Self.planSeconds)
        try Self.check(until, follows: opened, called: "opened")
        let value = Case(
            id: "plan",
            number: 1,
            policy: name,
            priority: priority.name,
            customer: "customer",
            title: "plan",
            openedAt: opened
        )
        let event = CaseEvent(.opened, at: opened, way: "plan", priority: priority.name)
        let plan = Plan(value, from: opened, until: until, events: [event], rulebook: rulebook)
        return .json { $0.value(plan) }
    }

    /// The plan of a case that is there.
    func plan(_ request: Request, _ visit: Visit) async throws -> Response {
        let stored = try await stored(visit)
        guard !isSetAside(stored) else { throw Refusal.setAside(stored.value.number) }
        let now = engine.now()
        let until =
            try Query(request: request).instant("until") ?? now.adding(seconds: Self.planSeconds)
        try Self.check(until, follows: now, called: "now")
        let plan = Plan(stored.value, from: now, until: until, rulebook: engine.rulebook)
        return .json { $0.value(plan) }
    }

    private static func check(
        _ until: Instant,
        follows start: Instant,
        called name: String
    ) throws(Refusal) {
        guard until > start, until.seconds(since: start) <= planSecondsMax else {
            throw Refusal(
                .invalid,
                "`until` is not within \(planSecondsMax / 86_400) days after `\(name)`",
                fix: "send a time after \(start), and less at once"
            )
        }
    }

    /// The longest stretch that one plan covers.
    static let planSecondsMax = 366 * 86_400
}
