import CivilTime
import Paging
import Store

extension Turn {
    /// Puts off the end of a case that its sender says again.
    mutating func renew(_ stored: StoredCase, until instant: Instant?) throws(StoreError) {
        guard let instant, stored.value.expiresAt != instant else { return }
        let decision = stored.value.renewed(until: instant).decision(rulebook: rulebook, at: now)
        try commit(decision, over: stored)
    }
}
