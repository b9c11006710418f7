import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OnCall
import Paging
import Shapes
import Store

/// `POST /v2/enqueue`: the PagerDuty Events API v2, as its clients speak it.
struct Enqueue: Sendable {
    static let path = "/v2/enqueue"
    static let bytesMax = 512 * 1_024

    let engine: CaseEngine
    let intakes: Intakes

    func response(to request: Request) async -> Response {
        guard request.method == .post else {
            return .invalid("only POST is taken here", status: .methodNotAllowed)
        }
        let event: EnqueuedEvent
        do {
            let body = try await request.bytes(upTo: Self.bytesMax)
            do throws(JSONFault) {
                event = EnqueuedEvent(try body.json(bytesMax: Self.bytesMax))
            } catch {
                return .invalid("the body \(error.message)")
            }
        } catch let problem as Problem {
            let status = HTTPResponse.Status(code: problem.status)
            return .invalid(problem.refusal.message, status: status)
        } catch {
            return .invalid("the body did not arrive whole")
        }
        guard event.faults.isEmpty else { return .invalid(event.faults) }
        guard let intake = intakes.pagerduty(routingKey: event.routingKey) else {
            return .invalid("`routing_key` is not known here")
        }
        return await response(to: event, from: intake)
    }

    private func response(to event: EnqueuedEvent, from intake: Intakes.Entry) async -> Response {
        var event = event
        do throws(Refusal) {
            switch event.action {
            case .trigger:
                if event.key.isEmpty { event.key = Self.newKey() }
                _ = try await engine.open(event.opening(intake))
            case .acknowledge: try await acknowledge(event, intake)
            case .resolve: try await act(.resolved, on: event, intake)
            }
        } catch {
            return error.code == .unavailable
                ? .problem(error) : .invalid("\(error.message); \(error.fix)")
        }
        return .success(key: event.key)
    }

    /// Whoever is paged at the moment has the case then: the dialect names nobody.
    ///
    /// A case that nobody owns must not fall silent; where nobody is paged, nothing is stopped.
    private func acknowledge(
        _ event: EnqueuedEvent,
        _ intake: Intakes.Entry
    ) async throws(Refusal) {
        let reference = CaseReference.key(event.key, intake: intake.name)
        let stored: StoredCase?
        do throws(StoreError) {
            stored = try await engine.reader.read { (snapshot) throws(StoreError) in
                try snapshot.stored(reference)
            }
        } catch {
            throw Refusal(.unavailable, error.description, fix: error.fix)
        }
        guard let value = stored?.value, value.acknowledgement == nil,
            let person = value.progress.currentPeople.first
        else { return }
        try await act(.acknowledged, by: person, on: event, intake)
    }

    /// What finds no open case is dropped, as senders repeat themselves and come late.
    private func act(
        _ name: CaseEvent.Name,
        by person: PersonID? = nil,
        on event: EnqueuedEvent,
        _ intake: Intakes.Entry
    ) async throws(Refusal) {
        let word = CaseEvent(name, at: engine.now(), by: person, way: intake.name)
        let reference = CaseReference.key(event.key, intake: intake.name)
        do throws(Refusal) {
            _ = try await engine.act(VerbRequest(reference: reference, event: word))
        } catch  where error.code == .notFound || error.code == .conflict {}
    }

    /// The key of a trigger that brought none, so that its sender can acknowledge and resolve.
    private static func newKey() -> String {
        let digits = (0..<2).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 16) }
        return digits.joined()
    }
}

extension Response {
    /// The answer of the dialect, built of constant parts around the key.
    fileprivate static func success(key: String) -> Response {
        var writer = JSONWriter(reserving: 96 + key.utf8.count)
        writer.beginObject()
        writer.field("status", "success")
        writer.field("message", "Event processed")
        writer.field("dedup_key", key)
        writer.endObject()
        return Response(json: writer.bytes, status: .accepted)
    }

    fileprivate static func invalid(
        _ fault: String,
        status: HTTPResponse.Status = .badRequest
    ) -> Response {
        invalid([fault], status: status)
    }

    fileprivate static func invalid(
        _ faults: [String],
        status: HTTPResponse.Status = .badRequest
    ) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("status", "invalid event")
        writer.field("message", "Event object is invalid")
        writer.field("errors", faults)
        writer.endObject()
        return Response(json: writer.bytes, status: status)
    }
}
