import CivilTime
import Clocks
import Paging

/// What the viewer can do with a case now, as forms.
struct Verbs: Sendable {
    var acknowledge: Bool
    /// Whether the acknowledgement can still be taken back.
    var unacknowledge: Bool
    var respond: Bool
    var update: Bool
    var note: Bool
    var works: Bool
    var resolve: Bool
    var close: Bool
    var reopen: Bool
    /// Whether the viewer must first say for whom they act.
    var asksWho: Bool
    var whoIsOnCall: [Choice]
    var statuses: [Choice]
    var priorities: [Choice]
    var people: [Choice]
    var none: Bool

    /// `clocks` are those of the case at `now`.
    init(
        _ value: Case,
        clocks: [Clock],
        viewer: Viewer?,
        rulebook: Rulebook,
        at now: Instant
    ) {
        let mayAct = viewer?.mayAct ?? false
        let isOpen = value.isOpen && mayAct
        let acknowledgement = value.acknowledgement
        acknowledge =
            isOpen
            && (acknowledgement == nil
                || viewer?.person.map { value.progress.offered.contains($0) } ?? false)
        unacknowledge =
            isOpen && acknowledgement != nil && acknowledgement?.by == viewer?.person
            && acknowledgement.map { now.seconds(since: $0.at) <= Case.undoSeconds } ?? false
        let hasResponse = clocks.contains { $0.name == .response && !$0.isStopped }
        respond = isOpen && hasResponse
        update = isOpen
        note = mayAct
        works = isOpen
        resolve = isOpen
        close = mayAct && value.status == .resolved
        reopen = mayAct && !value.isOpen
        asksWho = mayAct && viewer?.person == nil && viewer?.mayChoose == true
        whoIsOnCall = viewer?.people ?? []
        statuses = [CaseStatus.open, .inProgress, .pending, .onHold].map {
            Choice(value: $0.rawValue, label: $0.words, isChosen: $0 == value.status)
        }
        priorities = rulebook.policy(for: value).priorities.map {
            Choice(
                value: $0.name,
                label: "\($0.name) \($0.title)",
                isChosen: $0.name == value.priority
            )
        }
        people = rulebook.people.values.sorted { $0.name < $1.name }
            .map { Choice(value: $0.id, label: $0.name, isChosen: $0.id == viewer?.person) }
        none = !mayAct
    }
}
