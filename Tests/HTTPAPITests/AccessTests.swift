import Engine
import HTTPTypes
import Shapes
import Store
import Testing

@testable import HTTPAPI

@Suite struct AccessTests {
    /// What each address of the API takes; a route that has no line here fails the test, and so
    /// does a line without a route.
    private static let needs: [String: Need] = [
        "POST /v1/cases": .opening,
        "GET /v1/cases": .role(.viewer),
        "GET /v1/cases/{case}": .role(.viewer),
        "POST /v1/cases/{case}/events": .role(.responder),
        "GET /v1/cases/{case}/plan": .role(.viewer),
        "GET /v1/why/{subject}": .role(.viewer),
        "GET /v1/plan": .role(.viewer),
        "GET /v1/events": .role(.viewer),
        "GET /v1/oncall": .role(.viewer),
        "GET /v1/rotations/{rotation}/shifts": .role(.viewer),
        "GET /v1/deliveries": .role(.viewer),
        "POST /v1/deliveries/{delivery}/retry": .role(.responder),
        "POST /v1/test": .role(.leader),
        "GET /v1/report": .role(.viewer),
        "GET /v1/report.csv": .role(.viewer),
        "GET /v1/clock": .role(.viewer),
        "POST /v1/clock/accept": .role(.admin),
        "POST /v1/tokens": .role(.admin),
        "GET /v1/tokens": .role(.admin),
        "DELETE /v1/tokens/{id}": .role(.admin),
        "POST /v1/db/backup": .role(.admin),
        "GET /assets/style.css": .nothing,
        "GET /assets/live.js": .nothing,
        "GET /assets/icon.svg": .nothing,
        "GET /sign-in": .nothing,
        "POST /sign-in": .nothing,
        "POST /sign-out": .role(.viewer),
        "GET /": .role(.viewer),
        "GET /cases/{case}": .role(.viewer),
        "POST /cases/{case}": .role(.responder),
        "GET /a/{link}": .nothing,
        "POST /a/{link}": .nothing,
        "GET /calendar": .role(.viewer),
        "GET /files": .role(.viewer),
        "POST /files": .role(.admin),
        "GET /people/{person}": .role(.viewer),
        "GET /reports": .role(.viewer),
        "GET /reports.csv": .role(.viewer),
        "GET /feeds/{kind}/{feed}": .nothing,
        "GET /v1/feeds": .role(.admin),
        "POST /v1/feeds/{name}/renew": .role(.admin),
        "POST /v1/intake/mail": .role(.admin),
        "POST /-/reload": .role(.admin),
        "GET /healthz": .nothing,
        "GET /readyz": .nothing,
        "GET /metrics": .nothing,
        "GET /openapi.json": .nothing,
    ]

    /// Refused over the network to every role: the answer is a file on the daemon's machine.
    private static let ofTheMachine: Set<String> = ["POST /v1/db/backup", "POST /v1/intake/mail"]

    /// Lowest first; `nil` is a stranger.
    private static let ranks: [Role?] = [nil, .intake, .viewer, .responder, .leader, .admin]

    private func isAllowed(_ role: Role?, _ need: Need) -> Bool {
        switch need {
        case .nothing: true
        case .opening: [.intake, .responder, .leader, .admin].contains(role)
        case .role(let least):
            Self.ranks.firstIndex(of: role) ?? 0 >= Self.ranks.firstIndex(of: least) ?? 99
        }
    }

    @Test("Every address of the API lets in the roles it says, and nobody else")
    func everyAddressEveryRole() async throws {
        let house = try House()
        defer { house.close() }
        var secrets: [Role: String] = [:]
        for role in Role.allCases {
            secrets[role] = try await house.doors.tokens.create(name: "t", role: role).secret
        }
        let served = house.operations
        for operation in served {
            guard let need = Self.needs[operation.name] else {
                Issue.record("\(operation.name) has no line here")
                continue
            }
            #expect(operation.need == need, "\(operation.name)")
            for role in Self.ranks {
                // What does not exist is refused only after the role was.
                let path = operation.path.replacing(/{[a-z]+}/, with: "9")
                guard !(path == "/v1/events" && isAllowed(role, need)) else { continue }
                let reply = try await house.ask(
                    operation.method,
                    path,
                    token: role.flatMap { secrets[$0] }
                )
                let isLed = operation.isPage && operation.method == .get && role == nil
                let refusal = isLed ? 303 : role == nil ? 401 : 403
                if !isAllowed(role, need) {
                    #expect(reply.status == refusal, "\(operation.name) as \(role as Any)")
                } else if !operation.isPage, !Self.ofTheMachine.contains(operation.name) {
                    // Pages have words of their own for a form without the session's mark.
                    #expect(![401, 403].contains(reply.status), "\(operation.name)")
                }
            }
        }
        let names = Set(served.map(\.name))
        for name in Self.needs.keys { #expect(names.contains(name), "\(name) is not served") }
    }

    @Test("A token is shown once, counts at once, and no longer from the moment it is revoked")
    func revocation() async throws {
        let house = try House()
        defer { house.close() }
        let made = try await house.ask(
            .post,
            "/v1/tokens",
            body: #"{"role":"viewer","name":"wall screen"}"#
        )
        #expect(made.status == 201)
        #expect(made.headers[.cacheControl] == "no-store")
        let secret = try #require(made.json["token"]?.string)
        let id = try #require(made.json["id"]?.string)
        #expect(secret.hasPrefix("tocsin_") && secret.utf8.count == 7 + 64)
        #expect(try await house.ask(.get, "/v1/cases", token: secret).status == 200)

        let admin = try await house.doors.tokens.create(name: "root", role: .admin).secret
        let list = try await house.ask(.get, "/v1/tokens", token: admin)
        let shown = try #require(list.json["tokens"]?.array?.first { $0["id"]?.string == id })
        #expect(shown["role"]?.string == "viewer" && shown["token"] == nil)
        #expect(shown["last_used_at"]?.string == "2026-03-02T10:00:00Z")
        #expect(!list.text.contains(secret))

        #expect(try await house.ask(.delete, "/v1/tokens/\(id)", token: admin).status == 204)
        let after = try await house.ask(.get, "/v1/cases", token: secret)
        #expect(after.status == 401)
        #expect(after.json["detail"]?.string == "this token is unknown, expired or revoked")
        #expect(try await house.ask(.delete, "/v1/tokens/\(id)", token: admin).status == 404)
    }

    @Test("A token that has expired lets nobody in")
    func expiry() async throws {
        let house = try House()
        defer { house.close() }
        let (token, _) = try Tokens.made(
            name: "old",
            role: .admin,
            person: nil,
            expiresAt: House.now.milliseconds,
            at: House.now.milliseconds - 1
        )
        #expect(token.hash.count == 32)
        try await house.engine.change { (tx) throws(StoreError) in
            try tx.insert(token)
            return .success(())
        }
        let reopened = try Tokens(engine: house.engine)
        #expect(reopened.access(id: token.id) == nil)
        #expect(!reopened.isEmpty)
        let past = #"{"role":"viewer","name":"x","expires_at":"2026-03-02T10:00:00Z"}"#
        #expect(try await house.ask(.post, "/v1/tokens", body: past).status == 400)
    }

    @Test("Tokens are found again by a daemon that starts anew, by their hashes alone")
    func survivesRestart() async throws {
        let house = try House()
        defer { house.close() }
        let (token, secret) = try await house.doors.tokens.create(
            name: "anna's phone",
            role: .responder,
            person: "anna"
        )
        let again = try Tokens(engine: house.engine)
        #expect(
            again.access(secret: secret)
                == Access(role: .responder, person: "anna", tokenID: token.id)
        )
        #expect(again.access(secret: secret + "0") == nil)
    }

    @Test("A wrong request for a token is refused in the sender's words")
    func refusesToken() async throws {
        let house = try House()
        defer { house.close() }
        for (body, status) in [
            (#"{"role":"boss","name":"x"}"#, 400), (#"{"role":"viewer"}"#, 400),
            (#"{"role":"viewer","name":"x","person":"zoe"}"#, 404),
        ] {
            #expect(try await house.ask(.post, "/v1/tokens", body: body).status == status)
        }
    }

    @Test("Whoever has a token of their own acts as nobody else")
    func boundToPerson() async throws {
        let house = try House()
        defer { house.close() }
        let number = try await house.open()
        let anna = try await house.doors.tokens.create(
            name: "a",
            role: .responder,
            person: "anna"
        ).secret
        let path = "/v1/cases/\(number)/events"
        let foreign = #"{"event":"acknowledged","person":"ben"}"#
        #expect(try await house.ask(.post, path, body: foreign, token: anna).status == 403)
        let own = try await house.ask(.post, path, body: #"{"event":"acknowledged"}"#, token: anna)
        #expect(own.status == 201)
        #expect(own.json["by"]?.string == "anna")
    }

    @Test("This machine is let in without a token until there is one; a proxy on it never is")
    func loopback() async throws {
        let house = try House()
        defer { house.close() }
        #expect(try await house.ask(.get, "/v1/tokens").status == 200)
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        let proxied = try await house.ask(.get, "/v1/tokens", headers: [name: "198.51.100.7"])
        #expect(proxied.status == 401)
        let far = Peer(address: "198.51.100.7")
        #expect(try await house.ask(.get, "/v1/tokens", from: far).status == 401)
        _ = try await house.doors.tokens.create(name: "x", role: .viewer)
        #expect(try await house.ask(.get, "/v1/tokens").status == 401)
        #expect(try await house.ask(.get, "/healthz").status == 200)
    }

    @Test("On the socket root and the daemon's user are admin; others need a token")
    func socket() async throws {
        let house = try House(door: .socket)
        defer { house.close() }
        _ = try await house.doors.tokens.create(name: "x", role: .viewer)
        #expect(try await house.ask(.get, "/v1/tokens", from: Peer(isOwner: true)).status == 200)
        #expect(try await house.ask(.get, "/v1/tokens", from: Peer()).status == 401)
    }

    @Test("Wrong tokens are slowed down after ten in a minute; a right one is not")
    func guessing() async throws {
        let house = try House()
        defer { house.close() }
        let secret = try await house.doors.tokens.create(name: "x", role: .viewer).secret
        var statuses: [Int] = []
        for guess in 0..<12 {
            statuses.append(
                try await house.ask(.get, "/v1/cases", token: "tocsin_\(guess)").status
            )
        }
        #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
        #expect(try await house.ask(.get, "/v1/cases", token: secret).status == 200)
    }
}

extension Operation {
    fileprivate var name: String { "\(method.rawValue) \(path)" }
}
