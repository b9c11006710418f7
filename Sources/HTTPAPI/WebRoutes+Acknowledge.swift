import CivilTime
import Delivery
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Store
import Synchronization
import Web

/// The page behind the link of a page: looking at it changes nothing, whoever looks.
extension Routes {
    /// A link lives so long, in real seconds, and no longer than its case.
    private static let linkSeconds = 86_400
    /// How old its form may be when it is sent: no machine waits, no person takes longer.
    private static let formSeconds = 2...900
    private static let triesMax = 5

    var acknowledgePages: [Operation] {
        [
            Operation(
                .get,
                "/a/{link}",
                needs: .nothing,
                isPage: true,
                "The page behind a page's link",
                answer: linkPage
            ),
            Operation(
                .post,
                "/a/{link}",
                needs: .nothing,
                isPage: true,
                "Acknowledges by number, or by session",
                answer: answerLink
            ),
        ]
    }

    /// A link that we made, with what it is about.
    private struct Link: Sendable {
        var path: String
        var page: StoredNotification
        var stored: StoredCase
        var tries: Int
        /// When a message by its channel was last known to have reached a person.
        var confirmedAt: Milliseconds?
        var key: String { page.key }
        var channel: String { page.notification.contact.channel }
        /// It stands in a daily check, and is answered by "it arrived".
        var isCheck: Bool { page.notification.kind == .notice }
        var person: PersonID? { page.notification.person }
        var subject: String { "link:\(page.key)" }
    }

    /// `nil` where the address holds no token of ours; nothing is looked up before that is known.
    private func link(_ request: Request) async throws -> Link? {
        guard let links = engine.setting.acknowledgeLinks else { return nil }
        let path = request.uri.path
        let part = path.dropFirst("/a/".count)
        let word = part.percentDecodedWherePossible
        guard let dot = word.lastIndex(of: ".") else { return nil }
        let id = String(word[..<dot])
        let token = word[word.index(after: dot)...]
        guard links.key.isGenuine(token: String(token), of: id) else { return nil }
        return try await engine.reader.read { (snapshot) throws(StoreError) -> Link? in
            guard let page = try snapshot.notification(key: id),
                let stored = try snapshot.storedCase(id: page.caseID)
            else { return nil }
            var link = Link(path: path, page: page, stored: stored, tries: 0)
            link.tries = try snapshot.linkCount(link.subject)
            link.confirmedAt = try snapshot.meta(Meta.confirmed(link.channel))
                .flatMap { Milliseconds($0) }
            return link
        }
    }

    // MARK: Looking

    private func linkPage(_ request: Request, _ visit: Visit) async throws -> Response {
        guard let link = try await link(request) else { return strangeLink(request) }
        return answer(link, guest(request), state(of: link, guest(request)))
    }

    private func strangeLink(_ request: Request) -> Response {
        let page = AcknowledgePage(
            frame: Frame("Acknowledge", place: .none, viewer: nil, at: engine.now()),
            address: "",
            state: .isOver("This link leads nowhere. Was it cut off on its way?"),
            value: nil,
            person: nil,
            rulebook: engine.rulebook,
            at: engine.now()
        )
        return .page(page.html, .notFound, hidesReferrer: true)
    }

    /// How the link stands; `hasActed` right after its own form was sent by this viewer.
    private func state(
        of link: Link,
        _ guest: Guest?,
        hasActed: Bool = false
    ) -> AcknowledgePage.State {
        let value = link.stored.value
        let rulebook = engine.rulebook
        if link.isCheck, let at = link.confirmedAt, at > link.page.createdAt {
            return .isConfirmed(channel: link.channel)
        }
        if let over = end(of: link) { return .isOver(over) }
        let me = actor(link, guest)
        if let acknowledgement = value.acknowledgement,
            !value.progress.offered.contains(me ?? "")
        {
            guard acknowledgement.by == me else {
                let name = rulebook.people[acknowledgement.by]?.name ?? acknowledgement.by
                return .isTheirs(name: name, since: acknowledgement.at)
            }
            let until = acknowledgement.at.adding(seconds: Case.undoSeconds)
            // A machine that follows the link later must find nothing to press.
            guard hasActed || guest != nil, engine.now() < until else {
                return .isYours(undo: nil, undoUntil: nil)
            }
            let nonce = doors.sessions.nonce(purpose("undo", link, guest))
            return .isYours(undo: nonce, undoUntil: until)
        }
        return .asks(
            nonce: doors.sessions.nonce(purpose("acknowledge", link, guest)),
            asksNumber: !isKnown(guest),
            triesLeft: link.tries == 0 ? nil : Self.triesMax - link.tries
        )
    }

    /// Why nothing can be done by the link any more; `nil` where something can.
    private func end(of link: Link) -> String? {
        let value = link.stored.value
        let age = engine.setting.clock.now() - link.page.createdAt
        if link.isCheck, engine.setting.confirmSeconds[link.channel] == nil {
            return "Nobody asks any more whether messages by \(link.channel) arrive."
        }
        guard value.isOpen || link.isCheck else {
            return "Case \(value.number) is \(value.status.rawValue); there is nothing left to do."
        }
        if age > Milliseconds(Self.linkSeconds * 1_000) {
            return "This link is older than a day. A newer page has a newer one."
        }
        if value.acknowledgement?.by == link.person { return nil }
        if link.tries >= Self.triesMax, link.isCheck {
            return "Five wrong numbers were typed here. The next check brings a new link."
        }
        if link.tries >= Self.triesMax {
            return "Five wrong numbers were typed here, so a new page is on its way to you."
        }
        return nil
    }

    private func purpose(_ verb: String, _ link: Link, _ guest: Guest?) -> String {
        "\(verb)|\(link.key)|\(guest?.session.csrf ?? "")"
    }

    /// Whether a session stands in for the number.
    private func isKnown(_ guest: Guest?) -> Bool { guest?.viewer.mayAct ?? false }

    /// Who acts: whoever is signed in by name, else whom the page was sent to.
    private func actor(_ link: Link, _ guest: Guest?) -> PersonID? {
        guard let guest, guest.viewer.mayAct else { return link.person }
        return guest.session.person ?? link.person
    }

    private func answer(
        _ link: Link,
        _ guest: Guest?,
        _ state: AcknowledgePage.State,
        fault: Frame.Fault? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let now = engine.now()
        var frame = Frame(
            "Acknowledge",
            place: .none,
            viewer: nil,
            at: now,
            speed: engine.setting.clock.speed
        )
        frame.fault = fault
        let rulebook = engine.rulebook
        let page = AcknowledgePage(
            frame: frame,
            address: link.path,
            state: state,
            isCheck: link.isCheck,
            value: link.stored.value,
            isSetAside: isSetAside(link.stored),
            person: actor(link, guest).flatMap { rulebook.people[$0] },
            rulebook: rulebook,
            at: now
        )
        return .page(page.html, status, hidesReferrer: true)
    }

    // MARK: Acting

    private func answerLink(_ request: Request, _ visit: Visit) async throws -> Response {
        guard let link = try await link(request) else { return strangeLink(request) }
        let form = try await request.form()
        let isUndo = form["do"] == "undo"
        // ntfy's button posts the number alone: it never fetches the form, and nobody is signed in
        // there. By no other channel is the form left out (reliability.md F45).
        let isTap =
            engine.setting.bodyForms[link.channel] == .ntfy && form["nonce"] == nil
            && form["number"] != nil && !isUndo
        let guest = isTap ? nil : guest(request)
        guard end(of: link) == nil else {
            return answer(link, guest, state(of: link, guest), status: .gone)
        }
        let purpose = purpose(isUndo ? "undo" : "acknowledge", link, guest)
        let isGood =
            isTap
            || doors.sessions.isGood(nonce: form["nonce"], purpose, agedSeconds: Self.formSeconds)
        guard isGood else {
            let fault = Frame.Fault(
                message: "That was sent too quickly, or from a page opened long ago.",
                fix: "Press once more."
            )
            return answer(link, guest, state(of: link, guest), fault: fault, status: .forbidden)
        }
        if !isUndo, !isKnown(guest),
            let refusal = try await wrongNumber(form["number"], link, guest)
        {
            return refusal
        }
        if link.isCheck { return try await confirm(link, request, guest) }
        let event = CaseEvent(
            isUndo ? .unacknowledged : .acknowledged,
            at: engine.now(),
            by: actor(link, guest),
            way: "link"
        )
        return try await answer(link, request, guest, event)
    }

    private func answer(
        _ link: Link,
        _ request: Request,
        _ guest: Guest?,
        _ event: CaseEvent
    ) async throws -> Response {
        var fault: Frame.Fault?
        do throws(Refusal) {
            let reference = CaseReference.number(link.stored.value.number)
            _ = try await engine.act(VerbRequest(reference: reference, event: event))
        } catch {
            fault = Frame.Fault(message: error.message, fix: error.fix)
        }
        // Whoever answers its link has had the message, whatever becomes of the answer.
        try? await engine.confirm(link.channel)
        guard let fresh = try await self.link(request) else { return strangeLink(request) }
        let hasActed = fault == nil && event.name == .acknowledged
        return answer(
            fresh,
            guest,
            state(of: fresh, guest, hasActed: hasActed),
            fault: fault,
            status: fault == nil ? .ok : .conflict
        )
    }

    private func confirm(
        _ link: Link,
        _ request: Request,
        _ guest: Guest?
    ) async throws -> Response {
        try await engine.confirm(link.channel)
        guard let fresh = try await self.link(request) else { return strangeLink(request) }
        return answer(fresh, guest, state(of: fresh, guest))
    }

    /// `nil` where the number is right.
    ///
    /// Each try is counted before it is looked at, so that many at
    /// once are no more tries than five.
    private func wrongNumber(
        _ number: String?,
        _ link: Link,
        _ guest: Guest?
    ) async throws -> Response? {
        guard let number = number?.filter({ !$0.isWhitespace }), !number.isEmpty else {
            let fault = Frame.Fault(
                message: "The number is missing.",
                fix: "Type the three digits that stand in the message."
            )
            return answer(link, guest, state(of: link, guest), fault: fault, status: .forbidden)
        }
        let counted = Counted(Self.triesMax + 1)
        let now = engine.setting.clock.now()
        let subject = link.subject
        try await engine.change { (tx) throws(StoreError) in
            counted.set(
                try tx.count(
                    link: subject,
                    at: now,
                    expiresAt: now + Milliseconds(Self.linkSeconds * 2_000)
                )
            )
            return .success(())
        }
        let tries = counted.value
        var tried = link
        tried.tries = tries
        if tries <= Self.triesMax, let links = engine.setting.acknowledgeLinks,
            links.key.isRight(number: number, of: link.key, in: link.page.body)
        {
            return nil
        }
        if tries == Self.triesMax, !link.isCheck { try await engine.sendAgain(link.key) }
        let fault = Frame.Fault(
            message: "This is not the number.",
            fix: "Type the three digits that stand in the message."
        )
        return answer(tried, guest, state(of: tried, guest), fault: fault, status: .forbidden)
    }
}

/// Carries a count out of a transaction.
private final class Counted: Sendable {
    private let count: Mutex<Int>

    init(_ count: Int) { self.count = Mutex(count) }

    var value: Int { count.withLock { $0 } }

    func set(_ value: Int) { count.withLock { $0 = value } }
}
