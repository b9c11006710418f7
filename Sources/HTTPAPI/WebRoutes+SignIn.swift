import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store
import Web

extension Routes {
    var signInPages: [Operation] {
        [
            Operation(
                .get,
                "/sign-in",
                needs: .nothing,
                isPage: true,
                "Where people sign in",
                answer: signInPage
            ),
            Operation(
                .post,
                "/sign-in",
                needs: .nothing,
                isPage: true,
                "Signs in by token or one-time link",
                answer: signIn
            ),
            webForm("/sign-out", needs: .viewer, "Ends the session") { request, _, guest, _ in
                doors.sessions.end(guest.secret)
                var response = Response.seeOther("/sign-in")
                response.headers[.setCookie] = doors.sessions.cookie(nil, for: request)
                return response
            },
        ]
    }

    /// The form of a sign-in page counts for so long, in real seconds.
    private static let signInSeconds = 0...3_600

    private func signInPage(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        return signInAnswer(link: query.text("link"), next: query.text("next"), visit: visit)
    }

    private func signInAnswer(
        link: String?,
        next: String?,
        visit: Visit,
        fault: Frame.Fault? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        var frame = Frame("Sign in", place: .none, viewer: nil, at: engine.now())
        frame.fault = fault
        let page = SignInPage(
            frame: frame,
            link: link,
            isFree: isFree(visit),
            nonce: doors.sessions.nonce("sign-in"),
            next: Self.ownPath(next)
        )
        return .page(page.html, status, hidesReferrer: link != nil)
    }

    /// Whether this machine's own people need neither token nor link, as for the command line.
    private func isFree(_ visit: Visit) -> Bool {
        guard let access = visit.access else { return false }
        return access.role == .admin && access.tokenID == nil && doors.tokens.isEmpty
    }

    private func signIn(_ request: Request, _ visit: Visit) async throws -> Response {
        let form = try await request.form()
        let next = form["next"]
        guard
            doors.sessions.isGood(
                nonce: form["nonce"],
                "sign-in",
                agedSeconds: Self.signInSeconds
            )
        else {
            let fault = Frame.Fault(message: "This form has grown old.", fix: "Press once more.")
            return signInAnswer(
                link: form["link"],
                next: next,
                visit: visit,
                fault: fault,
                status: .forbidden
            )
        }
        guard let access = access(by: form, visit) else {
            let fault =
                form["link"] == nil
                ? Frame.Fault(
                    message: "This token is unknown, expired or revoked.",
                    fix: "Ask an admin for a new one."
                )
                : Frame.Fault(
                    message: "This link was used already, or is older than ten minutes.",
                    fix: "Sign in by token, or start Tocsin again for a new link."
                )
            return signInAnswer(
                link: nil,
                next: next,
                visit: visit,
                fault: fault,
                status: .forbidden
            )
        }
        let old = doors.sessions.secret(of: request)
        let secret = doors.sessions.begin(access, insteadOf: old)
        var response = Response.seeOther(Self.ownPath(next))
        response.headers[.setCookie] = doors.sessions.cookie(secret, for: request)
        return response
    }

    private func access(by form: WebForm, _ visit: Visit) -> Access? {
        if let link = form["link"] {
            return doors.sessions.spend(link: link) ? Access(role: .admin) : nil
        }
        if let token = form["token"] {
            let word = String(token.filter { !$0.isWhitespace })
            guard let access = doors.tokens.access(secret: word), access.allows(.role(.viewer))
            else { return nil }
            return access
        }
        return isFree(visit) ? Access(role: .admin) : nil
    }

    /// An address of our own, never one of another site.
    static func ownPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text
    }
}
