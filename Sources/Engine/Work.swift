package import Delivery
package import OnCall
package import Paging
package import Store

/// What other threads ask of the engine's thread; a reply is called once its transaction is
/// committed.
package enum Work: Sendable {
    package typealias Reply = @Sendable (Result<Outcome, Refusal>) -> Void

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
    /// The page with this key goes out again, under a new link.
    case again(String, reply: @Sendable (Result<Void, Refusal>) -> Void)
    case reports([AttemptReport])
    /// Rows that are nobody's case, such as tokens; what it answers says whether they were kept.
    case change(
        @Sendable (Transaction) throws(StoreError) -> Result<Void, Refusal>,
        reply: @Sendable (Result<Void, Refusal>) -> Void
    )

    /// A test page, to a person by their `page` list or to one address of a channel.
    package enum Drill: Sendable {
        case person(String)
        case channel(String, address: String)
    }
}
