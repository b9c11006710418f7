/// Something owed on a case beside its pages, updates and warnings.
///
/// Each makes a series of messages that goes on until it is done; raw values stand in occasions.
package enum Duty: String, Hashable, Sendable, CaseIterable {
    /// The owner's shift ends soon, or has ended.
    case handoff
    /// The customer was answered, which ended the ladder, and nobody has the case.
    case unowned
    /// The owner's shift has ended under continuous effort: both are paged until one has the case.
    case handover
    /// No estimate was given with the first response; or the time of one has come.
    case estimate
    case followUp = "follow-up"
    /// The resolution clock waits for its event.
    case diagnosis
    /// Nobody has chosen the priority yet.
    case triage
    /// The customer owes an answer, and must be asked for it.
    case silence, chase
    /// No progress: the next tier is paged.
    case tier
    /// The lower bound of a range, and the internal objective of a split target.
    case bestBy = "best-by"
    case objective
    /// Too long without a resolution: leadership is paged.
    case overdue
    /// Customers must be told of planned maintenance.
    case maintenance
    /// A due instant at which nobody is in.
    case unstaffedResponse = "unstaffed-response"
    case unstaffedResolution = "unstaffed-resolution"

    /// As the reason of a message names it.
    var words: String {
        switch self {
        case .handoff: "the owner's shift ends"
        case .unowned: "it was answered and nobody has it"
        case .handover: "continuous effort needs an owner on shift"
        case .estimate: "an estimate is owed"
        case .followUp: "the time of the estimate has come"
        case .diagnosis: "the resolution waits for a diagnosis"
        case .triage: "nobody has chosen the priority"
        case .silence: "the customer owes an answer"
        case .chase: "the customer is to be asked again"
        case .tier: "no progress, so the next tier"
        case .bestBy: "the earlier end of the promised range"
        case .objective: "the objective inside the promise"
        case .overdue: "too long without a resolution"
        case .maintenance: "customers are to be told of maintenance"
        case .unstaffedResponse: "the response falls due while nobody is in"
        case .unstaffedResolution: "the resolution falls due while nobody is in"
        }
    }
}
