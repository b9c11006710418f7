import CivilTime
import Dialects
import Engine
import HTTPTypes
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store

/// Opsgenie's alert API: create, acknowledge, close, snooze, escalate and note.
///
/// Opsgenie answers before it acts; this door acts first, so the id it gives for a request is the
/// case and what was done with it, and needs no memory.
extension DialectDoors {
    func opsgenie(_ request: Request, _ rest: String) async -> Response {
        let parts = rest.split(separator: "/").compactMap(\.percentDecoded)
        let call = OpsgenieCall(
            method: request.method.rawValue,
            path: parts,
            identifierType: request.uri.queryParameters["identifierType"].map(String.init)
        )
        do throws(DialectRefusal) {
            let intake = try intake(request, of: \.opsgenie)
            switch call {
            case nil: throw DialectRefusal(404, "\(request.method) /\(rest) is not served here")
            case .create: return try await create(request, intake)
            case .act(let verb, let name): return try await act(verb, name, request, intake)
            case .delete(let name):
                let done = try await done(.resolved, name, OpsgenieBody(.null), intake)
                return .accepted(done, "delete")
            case .show(let name): return try await show(name, intake)
            case .requestStatus(let id): return try await requestStatus(id, intake)
            case .list: throw DialectRefusal(404, "list cases by GET /v1/cases")
            }
        } catch {
            let isStranger = error.status == 401
            return .opsgenie(error.status, isStranger ? "Could not authenticate" : error.message)
        }
    }

    private func create(
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let body = try await request.dialectBody(bytesMax: Enqueue.bytesMax)
        guard var opening = OpsgenieBody(body).opening else {
            throw DialectRefusal(422, "message: may not be empty")
        }
        opening.key = opening.key ?? Self.newID()
        do throws(Refusal) {
            let outcome = try await engine.open(intake.request(opening))
            return .accepted(outcome.value.id, "create")
        } catch {
            throw DialectRefusal(error)
        }
    }

    private func act(
        _ verb: OpsgenieCall.Verb,
        _ name: OpsgenieCall.Identifier,
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let buffer: JSON
        // A body is optional for most of them.
        if request.headers[.contentLength] == "0" {
            buffer = .object([])
        } else {
            buffer = try await request.dialectBody(bytesMax: Enqueue.bytesMax)
        }
        let body = OpsgenieBody(buffer)
        let done = try await done(verb, name, body, intake)
        return .accepted(done, verb.rawValue)
    }

    /// The id of the case acted on; `nil` where there is none, or it is past that.
    private func done(
        _ verb: OpsgenieCall.Verb,
        _ name: OpsgenieCall.Identifier,
        _ body: OpsgenieBody,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> String? {
        let person = person(body.user)
        var event: CaseEvent
        switch verb {
        case .acknowledge, .close, .unacknowledge:
            event = intake.event(
                verb == .close ? .resolved : verb == .acknowledge ? .acknowledged : .unacknowledged,
                by: person
            )
            event.text = body.note
        case .snooze:
            guard let end = body.endTime else { throw DialectRefusal(422, "endTime: is missing") }
            event = intake.event(.snoozed, by: person)
            (event.until, event.text) = (end, body.note)
        case .escalate:
            event = intake.event(.escalated, by: person)
            let to = body.escalation.map { "escalated to \($0)" } ?? "escalated"
            event.reason = body.note.map { "\(to): \($0)" } ?? to
        case .note:
            guard let note = body.note else { throw DialectRefusal(422, "note: may not be empty") }
            event = intake.event(.noted, by: person)
            event.text = note
        }
        return try await done(event, name, body, intake)
    }

    private func done(
        _ name: CaseEvent.Name,
        _ identifier: OpsgenieCall.Identifier,
        _ body: OpsgenieBody,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> String? {
        try await done(intake.event(name, by: person(body.user)), identifier, body, intake)
    }

    private func done(
        _ event: CaseEvent,
        _ name: OpsgenieCall.Identifier,
        _ body: OpsgenieBody,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> String? {
        do throws(Refusal) {
            guard let value = try await value(name, intake) else { return nil }
            let reference = CaseReference.id(value.id)
            if event.name == .acknowledged {
                let isTaken = try await intake.acknowledge(reference, as: event.by)
                return isTaken ? value.id : nil
            }
            return try await intake.act(event, on: reference) ? value.id : nil
        } catch {
            throw DialectRefusal(error)
        }
    }

    /// The case of that name, where it came by this intake.
    private func value(
        _ name: OpsgenieCall.Identifier,
        _ intake: DialectIntake
    ) async throws(Refusal) -> Case? {
        let reference: CaseReference =
            switch name {
            case .id(let id): .id(id)
            case .tiny(let number): .number(number)
            case .alias(let alias): intake.reference(alias)
            }
        let value = try await intake.stored(reference)?.value
        return value?.intake == intake.entry.name ? value : nil
    }

    /// A person by key, or by the address of one of their contacts.
    private func person(_ user: String?) -> PersonID? {
        guard let user, !user.isEmpty else { return nil }
        let people = engine.rulebook.people
        return people[user]?.id ?? people.values.first { $0.hasAddress(user) }?.id
    }

    // MARK: Questions

    private func show(
        _ name: OpsgenieCall.Identifier,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let found: Case?
        do throws(Refusal) { found = try await value(name, intake) } catch {
            throw DialectRefusal(error)
        }
        guard let found else { throw DialectRefusal(404, "there is no such alert") }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.key("data")
            writer.opsgenie(found)
            writer.endOpsgenie(request: Self.newID())
        }
    }

    private func requestStatus(
        _ id: String,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let parts = id.split(separator: "_", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw DialectRefusal(404, "there is no such request") }
        let found: Case?
        do throws(Refusal) { found = try await value(.id(parts[1]), intake) } catch {
            throw DialectRefusal(error)
        }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.key("data")
            writer.beginObject()
            writer.field("success", found != nil)
            writer.field("isSuccess", found != nil)
            writer.field("action", parts[0])
            writer.field("processedAt", engine.now())
            writer.field("integrationId", intake.entry.name)
            writer.field("status", found == nil ? "Alert does not exist" : "Request processed")
            writer.field("alertId", found?.id ?? "")
            writer.field("alias", found?.key ?? "")
            writer.endObject()
            writer.endOpsgenie(request: id)
        }
    }
}

extension Person {
    /// Whether one of their contacts is that address, whatever its case.
    func hasAddress(_ address: String) -> Bool {
        contacts.contains { $0.address.lowercased() == address.lowercased() }
    }
}

extension JSONWriter {
    fileprivate mutating func opsgenie(_ value: Case) {
        beginObject()
        field("id", value.id)
        field("tinyId", "\(value.number)")
        field("alias", value.key)
        field("message", value.title)
        field("description", value.details)
        field("status", value.isOpen ? "open" : "closed")
        field("acknowledged", value.acknowledgement != nil)
        field("isSeen", value.acknowledgement != nil)
        field("tags", value.tags)
        field("snoozed", value.snoozedUntil != nil)
        field("snoozedUntil", value.snoozedUntil)
        field("count", 1)
        field("createdAt", value.openedAt)
        field("updatedAt", value.lastWordAt)
        field("source", value.intake)
        field("owner", value.owner ?? "")
        field("priority", value.priority)
        endObject()
    }

    /// What ends every answer of Opsgenie's.
    fileprivate mutating func endOpsgenie(request: String) {
        key("took")
        raw(Array("0.0".utf8))
        field("requestId", request)
        endObject()
    }
}

extension Response {
    /// The request's id names the case, so that its status can be asked for later.
    fileprivate static func accepted(_ caseID: String?, _ action: String) -> Response {
        .dialect(202) { writer in
            writer.beginObject()
            writer.field("result", "Request will be processed")
            writer.endOpsgenie(request: "\(action)_\(caseID ?? "none")")
        }
    }

    fileprivate static func opsgenie(_ status: Int, _ fault: String) -> Response {
        .dialect(status) { writer in
            writer.beginObject()
            writer.field("message", fault)
            writer.endOpsgenie(request: DialectDoors.newID())
        }
    }
}
