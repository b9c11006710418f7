package import OnCall
package import Paging
package import Store

/// Who asks: what they may do, and as whom they act.
package struct Access: Hashable, Sendable {
    package var role: Role
    /// As whom they act; `nil` where each request says it.
    package var person: PersonID?
    /// The token that let them in, also where they signed in with it; `nil` on the daemon's own
    /// socket, and on loopback while there are no tokens.
    package var tokenID: String?

    package init(role: Role, person: PersonID? = nil, tokenID: String? = nil) {
        self.role = role
        self.person = person
        self.tokenID = tokenID
    }

    package func allows(_ need: Need) -> Bool {
        switch need {
        case .nothing: true
        case .opening: role != .viewer
        case .role(let least): role.rank >= least.rank
        }
    }

    /// Who acts where the request names `named`: a holder with a name of their own is nobody else.
    package func actor(named: PersonID?) throws(Refusal) -> PersonID? {
        guard let person else { return named }
        guard named == nil || named == person else {
            throw Refusal(
                .notAllowed,
                "you act as \(person), not as \(named ?? "")",
                fix: "leave the person out, or use a token of theirs"
            )
        }
        return person
    }
}

/// What an address asks of whoever comes to it.
package enum Need: Hashable, Sendable {
    /// Anyone may: health, the description of the API, doors that check a key of their own.
    case nothing
    /// Opening a case: every role but `viewer`.
    case opening
    case role(Role)
}

extension Role {
    /// A holder may all that a lower rank may; `intake` ranks below every reader.
    fileprivate var rank: Int {
        switch self {
        case .intake: 0
        case .viewer: 1
        case .responder: 2
        case .leader: 3
        case .admin: 4
        }
    }
}

extension Access? {
    /// Who acts where the request names `named`.
    func actor(named: PersonID?) throws(Refusal) -> PersonID? {
        guard let access = self else { return named }
        return try access.actor(named: named)
    }

    /// Lets a request pass, or says what it lacks.
    func admit(_ need: Need) throws(Problem) {
        guard need != .nothing else { return }
        guard let access = self else { throw .unknown }
        guard access.allows(need) else { throw .lacking(need, access.role) }
    }
}

extension Problem {
    static let unknown = Problem(
        refusal: Refusal(
            .notAllowed,
            "a token is needed here",
            fix: "send Authorization: Bearer TOKEN; an admin makes one: tocsin token create"
        ),
        status: 401
    )

    static func lacking(_ need: Need, _ role: Role) -> Problem {
        let least =
            switch need {
            case .role(let role): role.rawValue
            case .opening, .nothing: Role.intake.rawValue
            }
        return Problem(
            refusal: Refusal(
                .notAllowed,
                "your role is \(role.rawValue), and this takes \(least)",
                fix: "ask an admin for a token of that role"
            ),
            status: 403
        )
    }
}
