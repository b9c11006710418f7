import CivilTime
import Engine
import Paging
import Store
import Synchronization
import TestSupport

/// The people: they see what arrives, answer late, twice, wrongly or never, and do other things
/// to a case as well.
struct Crew {
    /// Something a person does to a case; tried again while the daemon is away.
    struct Act {
        var number: Int
        var name: CaseEvent.Name
        var person: String
        var tries = 0
    }

    /// Pages that their person has decided about already.
    private var decided: Set<String> = []
    private(set) var numbers: [String: Int] = [:]

    mutating func meet(_ id: String, number: Int) { numbers[id] = number }

    /// Whether this is the first time that the person sees it.
    mutating func sees(_ key: String) -> Bool { decided.insert(key).inserted }
}

extension World {
    func see(_ taken: Ledger.Taken) {
        guard crew.sees(taken.key), let number = crew.numbers[taken.caseID] else { return }
        if taken.isPage {
            guard Int.random(in: 0..<100, using: &random) < (isHealed ? 100 : weather.diligence)
            else { return }
            let quick = Int.random(in: 0..<3, using: &random) > 0
            let delay = Int64.random(
                in: second...(quick ? 3 * minute : 40 * minute),
                using: &random
            )
            let wrong = Int.random(in: 0..<40, using: &random) == 0
            let other = crew.numbers.values.min() ?? number
            after(
                delay,
                .act(
                    Crew.Act(
                        number: wrong ? other : number,
                        name: .acknowledged,
                        person: taken.person
                    )
                )
            )
        } else if taken.about == "reminder" || taken.about == "lease" {
            if Int.random(in: 0..<2, using: &random) == 0 {
                after(
                    Int64.random(in: second...(10 * minute), using: &random),
                    .act(Crew.Act(number: number, name: .updated, person: taken.person))
                )
            }
        }
    }

    /// What follows an acknowledgement, in most cases.
    private func plan(after act: Crew.Act) {
        func soon(_ name: CaseEvent.Name, percent: Int, _ span: ClosedRange<Int64>) {
            guard Int.random(in: 0..<100, using: &random) < percent else { return }
            let act = Crew.Act(number: act.number, name: name, person: act.person)
            after(Int64.random(in: span, using: &random), .act(act))
        }
        soon(.responded, percent: 80, second...(30 * minute))
        soon(.updated, percent: 50, 10 * minute...(3 * hour))
        soon(.resolved, percent: 85, 10 * minute...(12 * hour))
        let others: [CaseEvent.Name] = [
            .unacknowledged, .escalated, .priorityChanged, .statusChanged, .reassigned, .snoozed,
            .acknowledged, .noted,
        ]
        soon(others.randomElement(using: &random) ?? .noted, percent: 30, second...(2 * hour))
        if Int.random(in: 0..<15, using: &random) == 0 {
            soon(.reopened, percent: 100, 12 * hour...(24 * hour))
        }
    }

    func perform(_ act: Crew.Act) {
        guard let node else {
            var again = act
            again.tries += 1
            if again.tries < 20 { after(wait(minute), .act(again)) }
            return
        }
        let now = Instant(milliseconds: node.steady.now())
        var event = CaseEvent(
            act.name,
            at: now,
            by: act.person,
            way: "web",
            text: "words",
            reason: act.name == .priorityChanged ? nil : "words"
        )
        switch act.name {
        case .priorityChanged: event.priority = ["P1", "P2"].randomElement(using: &random)
        case .statusChanged:
            event.status = [.pending, .inProgress].randomElement(using: &random)
            event.reason = ["customer", "fix"].randomElement(using: &random)
        case .reassigned: event.person = RandomRules.people.randomElement(using: &random)
        case .snoozed: event.until = now.adding(seconds: 60)
        default: break
        }
        if act.name == .acknowledged { acknowledged.insert("\(act.number) \(act.person)") }
        let answer = Mutex<Result<Outcome, Refusal>?>(nil)
        let request = VerbRequest(reference: .number(act.number), event: event)
        turn([.act(request) { result in answer.withLock { $0 = result } }])
        switch answer.withLock({ $0 }) {
        case .success(let outcome):
            note("\(act.person) \(act.name) \(act.number)\(outcome.isNew ? "" : " again")")
            guard outcome.isNew else { return }
            if act.name == .acknowledged { plan(after: act) }
            if act.name == .reopened { sometimes.note(.reopened) }
            let isChanged = outcome.events.contains {
                $0.name == .priorityChanged && $0.reason != "confirmed"
            }
            if isChanged { sometimes.note(.priorityChanged) }
        case .failure(let refusal) where refusal.code == .unavailable:
            var again = act
            again.tries += 1
            if again.tries < 20 { after(wait(10 * second), .act(again)) }
        case .failure(let refusal): note("\(act.name) \(act.number) refused: \(refusal.code)")
        case nil: break
        }
    }
}
