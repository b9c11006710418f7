package import Paging
import Store

/// What a request may ask of the case besides what it says: that it has not changed, and that the
/// same request is not done twice.
extension Turn {
    /// The answer where the request must not be done; `nil` where it may.
    func conditions(
        _ request: VerbRequest,
        on stored: StoredCase
    ) throws(StoreError) -> Result<Outcome, Refusal>? {
        if let key = request.idempotencyKey,
            let sequence = try tx.recalledEvent(
                scope: request.event.way,
                key: key,
                of: stored.value.id,
                at: milliseconds
            ),
            let said = try tx.events(of: stored.value.id).first(where: { $0.sequence == sequence })
        {
            return .success(Outcome(value: stored.value, events: [said.event], isNew: false))
        }
        if let count = request.eventCount, count != stored.eventCount {
            return .failure(.changed(stored.value.number))
        }
        return nil
    }

    func remember(_ request: VerbRequest, after stored: StoredCase) throws(StoreError) {
        guard let key = request.idempotencyKey else { return }
        try tx.remember(
            scope: request.event.way,
            key: key,
            caseID: stored.value.id,
            event: stored.eventCount + 1,
            expiresAt: milliseconds + Milliseconds(Self.idempotencySeconds * 1_000)
        )
    }
}

extension Refusal {
    private static let changedWords = "has changed since you read it"

    /// Whether it says that a caller's reading is out of date.
    package var isChange: Bool { code == .conflict && message.hasSuffix(Self.changedWords) }

    /// What a caller has read of the case is no longer so.
    package static func changed(_ number: Int) -> Refusal {
        Refusal(
            .conflict,
            "case \(number) \(changedWords)",
            fix: "read it again and send its new ETag in If-Match"
        )
    }
}
