import CivilTime
import Paging
import Store

/// A sender that raises again what it has just ended (docs/decisions/0017).
extension Turn {
    /// The case that the request opens again, and the event by which; `nil` where it opens one of
    /// its own.
    func ended(
        for request: OpenRequest
    ) throws(StoreError) -> (stored: StoredCase, event: CaseEvent)? {
        guard let key = request.key,
            let stored = try tx.storedCase(endedKey: key, intake: request.intake),
            stored.value.policy == request.policy,
            !loop.quarantined.contains(stored.value.number),
            let event = stored.value.raisedAgain(at: request.openedAt ?? now)
        else { return nil }
        return (stored, event)
    }

    mutating func raise(
        _ stored: StoredCase,
        by event: CaseEvent,
        _ request: OpenRequest,
        _ priority: String
    ) throws(StoreError) -> Outcome {
        let value = stored.value.renewed(until: request.expiresAt)
        var events = [event]
        if value.isWorse(priority, under: rulebook) {
            events.append(
                CaseEvent(.priorityChanged, at: event.at, way: request.way, priority: priority)
            )
        }
        let decision = value.decision(after: events, rulebook: rulebook, at: now)
        try commit(decision, over: stored)
        try remember(request, as: value.id)
        return Outcome(value: decision.value, events: decision.events, isNew: false)
    }
}
