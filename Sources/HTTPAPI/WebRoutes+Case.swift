import CivilTime
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
    private static let deliveriesShown = 500

    @Sendable func casePage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let stored = try await stored(visit)
        let did = Query(request: request).text("did").flatMap { CaseEvent.Name(rawValue: $0) }
        return try await caseAnswer(stored, guest, notice: did.map(Self.notice))
    }

    private func caseAnswer(
        _ stored: StoredCase,
        _ guest: Guest,
        notice: String? = nil,
        fault: Refusal? = nil
    ) async throws -> Response {
        let value = stored.value
        let (events, deliveries) = try await engine.reader.read { (snapshot) throws(StoreError) in
            (
                try snapshot.events(of: value.id),
                try snapshot.deliveries(caseID: value.id, limit: Self.deliveriesShown).deliveries
            )
        }
        let rulebook = engine.rulebook
        let now = engine.now()
        let isSetAside = isSetAside(stored)
        let plan =
            isSetAside
            ? nil
            : Plan(
                value,
                from: now,
                until: now.adding(seconds: Self.planSeconds),
                rulebook: rulebook
            )
        var frame = frame("Case \(value.number)", .none, guest, isLive: true)
        frame.notice = notice
        frame.fault = fault.map { Frame.Fault(message: $0.message, fix: $0.fix) }
        let page = CasePage(
            value,
            frame: frame,
            sources: CasePage.Sources(
                events: events.map { Recorded($0.event, recordedAt: $0.recordedAt) },
                deliveries: deliveries.map(Delivered.init),
                plan: plan,
                rulebook: rulebook,
                zone: guest.zone,
                now: now
            )
        )
        return .page(page.html, fault.map { HTTPResponse.Status(code: $0.code.status) } ?? .ok)
    }

    @Sendable func actOnPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest,
        _ form: WebForm
    ) async throws -> Response {
        let stored = try await stored(visit)
        let address = "/cases/\(stored.value.number)"
        var person = guest.session.person
        if person == nil, guest.viewer.mayChoose, let named = form["as"],
            engine.rulebook.people[named] != nil
        {
            person = named
            doors.sessions.act(for: named, in: guest.secret)
        }
        if form["verb"] == "as" { return .seeOther(address) }
        do throws(Refusal) {
            let event = try event(form, by: person)
            let reference = CaseReference.number(stored.value.number)
            _ = try await engine.act(VerbRequest(reference: reference, event: event))
            return .seeOther("\(address)?did=\(event.name.rawValue)")
        } catch {
            let fresh = try await self.stored(visit)
            return try await caseAnswer(fresh, self.guest(request) ?? guest, fault: error)
        }
    }

    private func event(_ form: WebForm, by person: String?) throws(Refusal) -> CaseEvent {
        guard let name = form["verb"].flatMap({ CaseEvent.Name(rawValue: $0) }), name.isVerb else {
            throw Refusal(.invalid, "the form names no verb", fix: "open the page again")
        }
        guard let person else {
            throw Refusal(
                .invalid,
                "Tocsin does not know who you are",
                fix: "choose whom you act for, then press again"
            )
        }
        var event = CaseEvent(name, at: engine.now(), by: person, way: "page")
        event.text = form.line("text")
        event.reason = form.line("reason")
        if let minutes = form["minutes"].flatMap({ Int($0) }), (1...43_200).contains(minutes) {
            event.until = engine.now().adding(seconds: minutes * 60)
        }
        switch name {
        case .statusChanged: event.status = form["status"].flatMap { CaseStatus(rawValue: $0) }
        case .priorityChanged: event.priority = form["priority"]
        case .reassigned, .responderAdded: event.person = form["person"]
        default: break
        }
        if event.status != .onHold, name == .statusChanged { event.until = nil }
        return event
    }

    private static func notice(_ name: CaseEvent.Name) -> String {
        switch name {
        case .acknowledged: "Acknowledged: you have it now."
        case .unacknowledged: "Taken back: the ladder goes on."
        case .responded: "Kept: the customer was answered."
        case .updated: "Update posted."
        case .noted: "Note kept."
        case .escalated: "Escalated."
        case .snoozed: "Snoozed."
        case .resolved: "Resolved."
        case .closed: "Closed."
        case .reopened: "Reopened."
        case .reassigned: "Handed over."
        case .responderAdded: "Added."
        default: "Done."
        }
    }
}

extension Delivered {
    init(_ stored: StoredDelivery) {
        self.init(
            stored.notification.notification,
            state: stored.notification.state.rawValue,
            attempts: stored.attempts.count,
            endedAt: stored.endedAt.map { Instant(milliseconds: $0) },
            remark: stored.cancelReason ?? stored.attempts.last?.error
        )
    }
}
