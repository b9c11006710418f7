import CivilTime
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store
import Web

extension Routes {
    /// The pages that people look at.
    var pages: [Operation] {
        assets + signInPages + [
            webPage("/", "Who is on call, what is open and due", answer: nowPage),
            webPage("/cases/{case}", "One case", answer: casePage),
            webForm("/cases/{case}", "A verb on a case", answer: actOnPage),
        ] + acknowledgePages + overviewPages
    }

    private var assets: [Operation] {
        [
            asset("style.css", Asset.style, "text/css; charset=utf-8"),
            asset("live.js", Asset.script, "text/javascript; charset=utf-8"),
            asset("icon.svg", Asset.icon, "image/svg+xml"),
        ]
    }

    private func asset(_ name: String, _ bytes: [UInt8], _ type: String) -> Operation {
        Operation(.get, "/assets/\(name)", needs: .nothing, isPage: true, "A file of the pages") {
            _,
            _ in .asset(bytes, type: type)
        }
    }

    /// Who looks: their session, and what the page says of them.
    struct Guest: Sendable {
        var session: WebSessions.Session
        var secret: String
        var viewer: Viewer
        var zone: Zone
    }

    typealias PageAnswer = @Sendable (Request, Visit, Guest) async throws -> Response
    typealias FormAnswer = @Sendable (Request, Visit, Guest, WebForm) async throws -> Response

    /// A page for whoever is signed in; others are led to sign in.
    func webPage(
        _ path: String,
        needs role: Role = .viewer,
        _ summary: String,
        answer: @escaping PageAnswer
    ) -> Operation {
        Operation(.get, path, needs: .role(role), isPage: true, summary) { request, visit in
            guard let guest = guest(request) else { return signInFirst(request) }
            do {
                return try await answer(request, visit, guest)
            } catch let refusal as Refusal {
                return refused(refusal, guest)
            }
        }
    }

    /// A form of a page: nothing happens without the session's own word in it.
    func webForm(
        _ path: String,
        needs role: Role = .responder,
        _ summary: String,
        answer: @escaping FormAnswer
    ) -> Operation {
        Operation(.post, path, needs: .role(role), isPage: true, summary) { request, visit in
            guard let guest = guest(request) else { return signInFirst(request) }
            let form = try await request.form()
            guard WebSessions.areEqual(form["csrf"] ?? "", guest.session.csrf) else {
                return refused(.notOurForm, guest)
            }
            do {
                return try await answer(request, visit, guest, form)
            } catch let refusal as Refusal {
                return refused(refusal, guest)
            }
        }
    }

    private func signInFirst(_ request: Request) -> Response {
        .seeOther("/sign-in?next=\(request.uri.path.addressPart)")
    }

    func refused(_ refusal: Refusal, _ guest: Guest?) -> Response {
        var frame = Frame("Not done", place: .none, viewer: guest?.viewer, at: engine.now())
        frame.fault = Frame.Fault(message: refusal.message, fix: refusal.fix)
        return .page(
            RefusalPage(frame: frame).html,
            HTTPResponse.Status(code: refusal.code.status)
        )
    }

    /// `nil` where nobody is signed in.
    func guest(_ request: Request) -> Guest? {
        guard let secret = doors.sessions.secret(of: request),
            let session = doors.sessions.session(secret)
        else { return nil }
        let rulebook = engine.rulebook
        let person = session.person.flatMap { rulebook.people[$0] }
        let mayAct = session.access.allows(.role(.responder))
        var viewer = Viewer(
            person: person?.id,
            name: person?.name ?? session.access.role.rawValue,
            role: session.access.role.rawValue,
            mayAct: mayAct,
            mayChoose: session.access.person == nil && mayAct,
            csrf: session.csrf
        )
        if viewer.mayChoose { viewer.people = choices(rulebook, chosen: person?.id) }
        return Guest(session: session, secret: secret, viewer: viewer, zone: person?.zone ?? .utc)
    }

    /// Everybody, whoever is on call now first.
    private func choices(_ rulebook: Rulebook, chosen: PersonID?) -> [Choice] {
        let now = engine.now()
        let rotations = rulebook.rotations
        let onCall = Set(
            rotations.rotations.keys.flatMap { rotations.answer($0, at: now)?.people ?? [] }
        )
        return rulebook.people.values
            .sorted {
                (onCall.contains($0.id) ? 0 : 1, $0.name)
                    < (onCall.contains($1.id) ? 0 : 1, $1.name)
            }
            .map { person in
                let label = onCall.contains(person.id) ? "\(person.name), on call" : person.name
                return Choice(value: person.id, label: label, isChosen: person.id == chosen)
            }
    }
}

extension Refusal {
    static let notOurForm = Refusal(
        .notAllowed,
        "this form is not from your session",
        fix: "open the page again and press once more"
    )
}
