import Delivery
import OnCall
import Paging

/// What other threads ask of the engine's thread; a reply is called once its transaction is
/// committed.
enum Work: Sendable {
    typealias Reply = @Sendable (Result<Outcome, Refusal>) -> Void

    case open(OpenRequest, reply: Reply)
    case act(VerbRequest, reply: Reply)
    /// New files, and whose duty they change.
    case replace(
        Rulebook,
        changes: [PersonChange],
        reply: @Sendable (Result<Void, Refusal>) -> Void
    )
    /// Something for the product's own admins: a title and a sentence.
    case alarm(String, String)
    case drill(Drill, reply: @Sendable (Result<[String], Refusal>) -> Void)
    case retry(Int64, reply: @Sendable (Result<Void, Refusal>) -> Void)
    case reports([AttemptReport])

    /// A test page, to a person by their `page` list or to one address of a channel.
    enum Drill: Sendable {
        case person(String)
        case channel(String, address: String)
    }
}
