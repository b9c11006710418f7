package import CivilTime

/// How an address stands that signs of life go to, as the daily notices tell it.
package struct HeartbeatStanding: Hashable, Sendable {
    /// Its number and host; the whole address may be a secret.
    package var name: String
    /// The last call that was taken; `nil` where none was since the daemon began to call it.
    package var takenAt: Instant?
    /// The first of the calls that were not taken since; `nil` where the last one was.
    package var failingSince: Instant?

    package init(name: String, takenAt: Instant?, failingSince: Instant?) {
        self.name = name
        self.takenAt = takenAt
        self.failingSince = failingSince
    }

    /// What is wrong in one clause; `nil` where nothing is.
    func fault(in zone: Zone) -> String? {
        failingSince.map { "\(name) has not been taken since \(zone.spoken($0))" }
    }

    /// How it stands in one clause.
    func words(in zone: Zone) -> String {
        let last = takenAt.map { "\(name) was last taken at \(zone.spoken($0))" }
        return fault(in: zone) ?? last ?? "\(name) has not been called yet"
    }
}
