import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
package import Shapes
package import Store

extension Routes {
    func createToken(_ request: Request, _ visit: Visit) async throws -> Response {
        let fields = try await Fields(of: request)
        let word = try fields.required("role")
        guard let role = Role(rawValue: word) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.invalid, "`role` is `\(word)`", fix: "use one of: \(known)")
        }
        let person = try fields.text("person")
        if let person, engine.rulebook.people[person] == nil {
            throw Refusal(
                .notFound,
                "`\(person)` is not in people",
                fix: "use a key of people.yaml"
            )
        }
        let (token, secret) = try await doors.tokens.create(
            name: try fields.required("name"),
            role: role,
            person: person,
            expiresAt: try fields.instant("expires_at")
        )
        var response = Response.json(.created) { $0.value(token, secret: secret) }
        response.headers[.cacheControl] = "no-store"
        return response
    }

    func listTokens(_ request: Request, _ visit: Visit) async throws -> Response {
        let tokens = doors.tokens.list()
        return .json { writer in
            writer.beginObject()
            writer.key("tokens")
            writer.beginArray()
            for token in tokens { writer.value(token) }
            writer.endArray()
            writer.field("next", String?.none)
            writer.endObject()
        }
    }

    func revokeToken(_ request: Request, _ visit: Visit) async throws -> Response {
        try await doors.tokens.revoke(id: try visit.parameters.require("id"))
        return Response(status: .noContent)
    }
}

extension JSONWriter {
    /// With its secret only in the answer that makes it.
    package mutating func value(_ token: StoredToken, secret: String? = nil) {
        beginObject()
        field("id", token.id)
        if let secret { field("token", secret) }
        field("role", token.role.rawValue)
        field("name", token.name)
        field("person", token.person)
        field("created_at", Instant(milliseconds: token.createdAt))
        field("expires_at", token.expiresAt.map { Instant(milliseconds: $0) })
        field("last_used_at", token.lastUsedAt.map { Instant(milliseconds: $0) })
        endObject()
    }
}
