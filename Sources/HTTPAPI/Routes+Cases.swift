import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

extension Routes {
    /// How many cases a list holds where the query does not say, and at most.
    static let casesListed = 50
    static let casesListedMax = 500
    /// How far a plan looks ahead where the query does not say.
    static let planSeconds = 86_400

    func open(_ request: Request, _ visit: Visit) async throws -> Response {
        let fields = try await Fields(of: request)
        var opening = OpenRequest(
            policy: try fields.required("policy"),
            customer: try fields.required("customer"),
            title: try fields.required("title"),
            intake: visit.door.way,
            way: visit.door.way
        )
        opening.priority = try fields.text("priority")
        opening.details = try fields.text("details") ?? ""
        opening.key = try fields.text("key")
        opening.channel = try fields.text("channel")
        opening.openedAt = try fields.instant("opened_at")
        opening.links = try fields.texts("links")
        opening.contacts = try fields.texts("contacts")
        opening.tags = try fields.texts("tags")
        opening.by = try visit.access.actor(named: try fields.text("by"))
        opening.idempotencyKey = try request.idempotencyKey
        let outcome = try await engine.open(opening)
        let stored = try await stored(named: outcome.value.id)
        var response = answer(stored, status: outcome.isNew ? .created : .ok)
        response.headers[.location] = "/v1/cases/\(stored.value.number)"
        return response
    }

    private func answer(_ stored: StoredCase, status: HTTPResponse.Status) -> Response {
        let rulebook = engine.rulebook
        let now = engine.now()
        let isSetAside = isSetAside(stored)
        return .json(status, etag: stored.etag) {
            $0.value(stored, isSetAside: isSetAside, rulebook: rulebook, at: now)
        }
    }

    func cases(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        let state = query.text("state") ?? "open"
        guard let state = CaseFilter.State(rawValue: state) else {
            throw Refusal(.invalid, "`state` is `\(state)`", fix: "use open or all")
        }
        let dueBefore = try query.instant("due_before")
        let filter = CaseFilter(
            state: state,
            priority: query.text("priority"),
            owner: query.text("owner"),
            dueBefore: dueBefore?.milliseconds
        )
        let cursor = try query.cursor("cursor")
        let limit = try query.limit(fallback: Self.casesListed, max: Self.casesListedMax)
        let list = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.cases(filter, limit: limit, after: cursor)
        }
        let (rulebook, setAside) = (engine.rulebook, engine.setAside)
        let now = engine.now()
        return .json { writer in
            writer.beginObject()
            writer.key("cases")
            writer.beginArray()
            for stored in list.cases {
                let isSetAside = setAside.contains(stored.value.number)
                writer.value(stored, isSetAside: isSetAside, rulebook: rulebook, at: now)
            }
            writer.endArray()
            writer.field("next", list.next?.description)
            writer.endObject()
        }
    }

    func show(_ request: Request, _ visit: Visit) async throws -> Response {
        let stored = try await stored(visit)
        if request.headers[.ifNoneMatch] == stored.etag {
            return Response(status: .notModified, headers: [.eTag: stored.etag])
        }
        let id = stored.value.id
        let events = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.events(of: id)
        }
        let rulebook = engine.rulebook
        let now = engine.now()
        let isSetAside = isSetAside(stored)
        return .json(etag: stored.etag) { writer in
            writer.beginObject()
            writer.key("case")
            writer.value(stored, isSetAside: isSetAside, rulebook: rulebook, at: now)
            writer.key("events")
            writer.beginArray()
            for event in events { writer.value(event.event, recordedAt: event.recordedAt) }
            writer.endArray()
            writer.endObject()
        }
    }

    func act(_ request: Request, _ visit: Visit) async throws -> Response {
        let fields = try await Fields(of: request)
        let reference = CaseReference(try visit.parameters.require("case"))
        let event = try event(fields, visit)
        var verb = VerbRequest(reference: reference, event: event)
        verb.idempotencyKey = try request.idempotencyKey
        if let expected = request.headers[.ifMatch], expected != "*" {
            let stored = try await stored(visit)
            guard let count = stored.value.eventCount(inETag: expected) else {
                throw Problem.changed(stored.value.number)
            }
            verb.eventCount = count
        }
        let outcome = try await said(verb)
        if let recorded = outcome.events.first(where: { $0.name == event.name }) {
            return .json(outcome.isNew ? .created : .ok) {
                $0.value(recorded, recordedAt: engine.now())
            }
        }
        let id = outcome.value.id
        let events = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.events(of: id)
        }
        // A repeated word is answered with the first time it was said.
        let first = events.last { $0.event.name == event.name }
        return .json(outcome.isNew ? .created : .ok) {
            $0.value(first?.event ?? event, recordedAt: first?.recordedAt ?? event.at)
        }
    }

    /// Whether the case has changed is looked at where nothing can come between.
    private func said(_ verb: VerbRequest) async throws -> Outcome {
        do throws(Refusal) {
            return try await engine.act(verb)
        } catch {
            guard error.isChange else { throw error }
            throw Problem(refusal: error, status: 412)
        }
    }

    private func event(_ fields: Fields, _ visit: Visit) throws -> CaseEvent {
        let name = try fields.required("event")
        guard let name = CaseEvent.Name(rawValue: name), name.isVerb else {
            let verbs = CaseEvent.Name.allCases.filter(\.isVerb).map(\.rawValue)
            throw Refusal(
                .invalid,
                "`event` is `\(name)`",
                fix: "use one of: \(verbs.joined(separator: ", "))"
            )
        }
        if name == .dueOverridden { try visit.access.admit(.role(.leader)) }
        let person = try fields.text("person")
        let at = try fields.instant("at") ?? engine.now()
        var event = CaseEvent(name, at: at, way: visit.door.way)
        let by = try fields.text("by")
        if name == .reassigned || name == .responderAdded {
            event.person = person
            event.by = try visit.access.actor(named: by)
        } else {
            event.by = try visit.access.actor(named: by ?? person)
        }
        event.text = try fields.text("text")
        event.reason = try fields.text("reason")
        event.priority = try fields.text("priority")
        let until = try fields.instant("until")
        event.until = try fields.instant("next") ?? until
        if let status = try fields.text("status") {
            guard let status = CaseStatus(rawValue: status) else {
                throw Refusal(
                    .invalid,
                    "`status` is `\(status)`",
                    fix: "use one of: open, in_progress, pending, on_hold"
                )
            }
            event.status = status
        }
        return event
    }
}

extension CaseEvent.Name {
    /// Whether a person may append it; the others are the engine's own.
    var isVerb: Bool {
        switch self {
        case .acknowledged, .unacknowledged, .responded, .updated, .noted, .statusChanged,
            .priorityChanged, .snoozed, .escalated, .reassigned, .responderAdded, .estimateGiven,
            .diagnosed, .delayed, .workaroundFound, .customerWrote, .linkedRelease, .dueOverridden,
            .resolved, .reopened, .closed:
            true
        case .opened, .paged, .stepSkipped, .reminded, .warned, .breached, .noticed, .ackExpired,
            .holdEnded, .undelivered, .exhausted, .caughtUp, .raisedAgain:
            false
        }
    }
}

extension Problem {
    /// `If-Match` names an older state.
    static func changed(_ number: Int) -> Problem {
        Problem(
            refusal: .changed(number),
            status: 412
        )
    }
}

extension Request {
    static let idempotencyKeyBytesMax = 255

    var idempotencyKey: String? {
        get throws(Refusal) {
            guard let name = HTTPField.Name("Idempotency-Key"), let key = headers[name] else {
                return nil
            }
            guard !key.isEmpty, key.utf8.count <= Self.idempotencyKeyBytesMax else {
                throw Refusal(
                    .invalid,
                    "the Idempotency-Key has \(key.utf8.count) bytes",
                    fix: "send 1 to \(Self.idempotencyKeyBytesMax), such as a UUID"
                )
            }
            return key
        }
    }
}
