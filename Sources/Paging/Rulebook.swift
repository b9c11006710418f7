package import Clocks
package import OnCall

/// All files that decide, compiled into one immutable, hashed value.
package final class Rulebook: Sendable {
    package let people: [PersonID: Person]
    package let rotations: Rotations
    package let calendars: [String: BusinessCalendar]
    package let ladders: [String: Ladder]
    /// Never empty; the compiler of the files refuses a tree without a policy.
    package let policies: [String: Policy]
    /// The policy for cases that no policy matches: the shortest first response of all.
    package let strictestPolicy: Policy
    /// Hex digest over the text of every file, so that two rulebooks with one hash decide alike.
    package let hash: String
    /// The beginning of `hash`, as people see it and each message keeps it.
    package let shortHash: String
    /// The release of the zone data it was compiled with.
    package let zoneDataVersion: String

    package init(
        people: [PersonID: Person],
        rotations: Rotations,
        calendars: [String: BusinessCalendar],
        ladders: [String: Ladder],
        policies: [String: Policy],
        hash: String,
        zoneDataVersion: String
    ) {
        guard let strictest = policies.values.min(by: Policy.isStricter) else {
            preconditionFailure("a rulebook has at least one policy")
        }
        strictestPolicy = strictest
        self.people = people
        self.rotations = rotations
        self.calendars = calendars
        self.ladders = ladders
        self.policies = policies
        self.hash = hash
        shortHash = String(hash.prefix(12))
        self.zoneDataVersion = zoneDataVersion
    }
}

extension Rulebook {
    /// The policy of a case; the strictest one where its own is gone from the files, or was not in
    /// effect yet when the case was opened.
    package func policy(for value: Case) -> Policy {
        ownPolicy(of: value) ?? strictestPolicy
    }

    /// `nil` where no policy matches the case.
    func ownPolicy(of value: Case) -> Policy? {
        guard let policy = policies[value.policy] else { return nil }
        if let effectiveAt = policy.effectiveAt, value.openedAt < effectiveAt { return nil }
        return policy
    }
}
