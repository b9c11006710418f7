package import CivilTime

/// A case whose sender says again and again that it still holds ends once that stops.
extension CaseTurn {
    /// Who looks later than this was away, and the sender could not renew either.
    static let missedSeconds = 120
    /// What the sender gets then to renew it.
    static let graceSeconds = 300

    var expiryItem: Item? {
        value.expiresAt.map { Item(at: $0, action: .expiry) }
    }

    mutating func expire(at instant: Instant) {
        guard now.seconds(since: instant) <= Self.missedSeconds else {
            return put(expiry: now.adding(seconds: Self.graceSeconds))
        }
        put(expiry: nil)
        let reason = "its sender did not renew it"
        take(CaseEvent(.resolved, at: now, way: value.intake, reason: reason))
    }
}

extension Case {
    /// The same case, ending by itself at `instant`, `nil` for never; the log says nothing of it.
    package func renewed(until instant: Instant?) -> Case {
        var next = self
        next.expiresAt = instant
        return next
    }
}
