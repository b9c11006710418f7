/// The host names that are being looked up, so that a dead name server is not given a thread for
/// every attempt (reliability.md F29).
///
/// libcurl looks up each name on a thread of its own, which an attempt that gave up leaves behind.
/// Each endpoint holds its part of what there may be, so that dead names keep no other one back;
/// past as many endpoints as there may be lookups, they take turns.
struct Lookups {
    private struct Lookup {
        var endpoint: Int
        /// `nil` once it was given up.
        var transfer: Transfer?
        /// By the courier's steady clock, where it was given up.
        var leftUntil: Int64 = .max
    }

    static let most = 48
    /// The system's resolver asks two servers twice, for five seconds each; so much is left of that
    /// where an attempt gives up after the five that it takes to connect, and some more.
    static let leftMillis: Int64 = 20_000

    private var lookups: [Lookup] = []

    var count: Int { lookups.count }

    /// So many more may begin for one of so many endpoints, besides those promised to others.
    func room(of endpoint: Int, among endpoints: Int, besides promised: Int = 0) -> Int {
        let own = lookups.count { $0.endpoint == endpoint }
        let part = max(1, Self.most / max(1, endpoints))
        return max(0, min(part - own, Self.most - lookups.count - promised))
    }

    mutating func begin(_ transfer: Transfer) {
        lookups.append(Lookup(endpoint: transfer.endpoint, transfer: transfer))
    }

    /// The transfer has ended; where it had no address yet, the thread that looks for it has not.
    mutating func end(_ transfer: Transfer, gaveUp: Bool, at steady: Int64) {
        guard let index = lookups.firstIndex(where: { $0.transfer === transfer }) else { return }
        if gaveUp, !transfer.isResolved {
            lookups[index].transfer = nil
            lookups[index].leftUntil = steady + Self.leftMillis
        } else {
            lookups.remove(at: index)
        }
    }

    /// Forgets what has its address, and threads that must be gone by now.
    mutating func sweep(at steady: Int64) {
        lookups.removeAll { lookup in
            lookup.transfer?.isResolved ?? (lookup.leftUntil <= steady)
        }
    }
}
