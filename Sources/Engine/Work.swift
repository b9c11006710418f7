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
    /// New files, and whose duty they change; `nil` leaves the channels as they are.
    case replace(
        Rulebook,
        changes: [PersonChange],
        channels: NewChannels? = nil,
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

    /// What new files say of channels.
    package struct NewChannels: Sendable {
        /// Changes what the engine was told of them, and nothing else of it.
        package var adjust: @Sendable (inout CaseEngine.Setting) -> Void
        /// Called once that is kept and before anything leaves by it: be quick.
        package var inForce: @Sendable () -> Void

        package init(
            adjust: @escaping @Sendable (inout CaseEngine.Setting) -> Void,
            inForce: @escaping @Sendable () -> Void
        ) {
            self.adjust = adjust
            self.inForce = inForce
        }
    }

    /// A test page, to a person by their `page` list or to one address of a channel.
    package enum Drill: Sendable {
        case person(String)
        case channel(String, address: String)
    }
}
