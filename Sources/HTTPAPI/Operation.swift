import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Store

/// One address with one method: what it takes to come in, what it says of itself, what it answers.
///
/// The router, the check of roles and `/openapi.json` are all made from these, so none of them
/// can know an address that the others do not.
struct Operation: Sendable {
    typealias Answering = @Sendable (Request, Visit) async throws -> Response

    var method: HTTPRequest.Method
    /// As OpenAPI writes it: `/v1/cases/{case}`.
    var path: String
    var need: Need
    var summary: String
    /// For people with a browser: not described, and whoever is unknown is led to sign in.
    var isPage = false
    var description = Description()
    var answer: Answering

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        needs need: Need,
        isPage: Bool = false,
        _ summary: String,
        _ description: Description = Description(),
        answer: @escaping Answering
    ) {
        self.method = method
        self.path = path
        self.need = need
        self.isPage = isPage
        self.summary = summary
        self.description = description
        self.answer = answer
    }

    /// The wrapper around every answer: nobody gets past it by another way.
    func response(to request: Request, _ visit: Visit) async throws -> Response {
        do throws(Problem) {
            try visit.access.admit(need)
        } catch {
            guard isPage, visit.access == nil, method == .get else { throw error }
            return .signIn(then: request.uri.string)
        }
        if !isPage, need != .nothing { try checkQuery(of: request) }
        return try await answer(request, visit)
    }

    /// A misspelt filter would be no filter at all.
    private func checkQuery(of request: Request) throws(Refusal) {
        var seen: Set<Substring> = []
        for (name, _) in request.uri.queryParameters {
            guard description.query.contains(where: { $0.name == name }) else {
                let known = description.query.map(\.name).joined(separator: ", ")
                throw Refusal(
                    .invalid,
                    "the query names `\(name)`, which means nothing here",
                    fix: known.isEmpty ? "leave the query out" : "use: \(known)"
                )
            }
            guard seen.insert(name).inserted else {
                throw Refusal(.invalid, "the query names `\(name)` twice", fix: "name it once")
            }
        }
    }

    /// Whether its path has the form of `path`, whatever the method.
    func matches(_ path: String) -> Bool {
        let own = self.path.split(separator: "/")
        let other = path.split(separator: "/")
        return own.count == other.count
            && zip(own, other).allSatisfy { $0.first == "{" || $0 == $1 }
    }
}

extension Response {
    /// To the page that signs in and leads back to `path`.
    fileprivate static func signIn(then path: String) -> Response {
        var escaped = ""
        for byte in path.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~/".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            escaped +=
                isPlain
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }
        return Response(status: .seeOther, headers: [.location: "/sign-in?next=\(escaped)"])
    }
}
