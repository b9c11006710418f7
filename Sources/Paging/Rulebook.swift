package import Clocks
package import OnCall

/// All files that decide, compiled into one immutable, hashed value.
package struct Rulebook: Sendable {
    package var people: [PersonID: Person]
    package var rotations: Rotations
    package var calendars: [String: BusinessCalendar]
    package var ladders: [String: Ladder]
    /// Never empty; the compiler of the files refuses a tree without a policy.
    package var policies: [String: Policy]
    /// The policy for cases that no policy matches: the shortest first response of all.
    package let strictestPolicy: Policy
    /// Hex digest over the text of every file, so that two rulebooks with one hash decide alike.
    package var hash: String
    /// The release of the zone data it was compiled with.
    package var zoneDataVersion: String

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
        self.zoneDataVersion = zoneDataVersion
    }
}

extension Rulebook {
    /// The policy of a case; the strictest one where its own is gone from the files.
    package func policy(for value: Case) -> Policy {
        policies[value.policy] ?? strictestPolicy
    }
}
