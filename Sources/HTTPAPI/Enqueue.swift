import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Paging
import Shapes

/// `POST /v2/enqueue`: the PagerDuty Events API v2, as its clients speak it.
struct Enqueue: Sendable {
    static let path = "/v2/enqueue"
    static let bytesMax = 512 * 1_024

    let engine: CaseEngine
    let intakes: Intakes
    let turnstile: Turnstile
    /// Events of one key.
    let perMinute: Int

    /// Opens a case by the event: calls `reply` once, on any thread, at once where it is refused
    /// and else after the commit.
    ///
    /// `false`, and no call, where the event acts on a case instead.
    func opens(
        _ head: HTTPRequest,
        _ body: ByteBuffer,
        then reply: @escaping @Sendable (Answer) -> Void
    ) -> Bool {
        switch reading(head, body) {
        case .failure(let refused): reply(refused.answer)
        case .success(let read) where read.event.action == .trigger: open(read, then: reply)
        case .success: return false
        }
        return true
    }

    /// Any event, for whoever can wait.
    func response(to request: Request) async -> Response {
        let body: ByteBuffer
        do {
            body = try await request.bytes(upTo: Self.bytesMax)
        } catch is Problem {
            return Response(Self.tooLarge)
        } catch {
            return Response(.invalid("the body did not arrive whole"))
        }
        switch reading(request.head, body) {
        case .failure(let refused): return Response(refused.answer)
        case .success(let read) where read.event.action == .trigger:
            return Response(
                await withCheckedContinuation { continuation in
                    open(read) { continuation.resume(returning: $0) }
                }
            )
        case .success(let read): return Response(await answer(to: read.event, from: read.intake))
        }
    }

    private struct Reading {
        var event: EnqueuedEvent
        var intake: Intakes.Entry
    }

    private struct Refused: Error {
        var answer: Answer
    }

    private func reading(_ head: HTTPRequest, _ body: ByteBuffer) -> Result<Reading, Refused> {
        func refused(_ answer: Answer) -> Result<Reading, Refused> {
            .failure(Refused(answer: answer))
        }
        guard head.method == .post else {
            var answer = Answer.invalid("only POST is taken here", status: 405)
            answer.allowed = "POST"
            return refused(answer)
        }
        let event: EnqueuedEvent
        do throws(JSONFault) {
            event = EnqueuedEvent(try body.json(bytesMax: Self.bytesMax))
        } catch {
            return refused(.invalid("the body \(error.message)"))
        }
        guard event.faults.isEmpty else { return refused(.invalid(event.faults)) }
        guard let intake = intakes.pagerduty(routingKey: event.routingKey) else {
            return refused(.invalid("`routing_key` is not known here"))
        }
        let now = engine.setting.clock.now()
        if let pause = turnstile.pause(event.routingKey, limit: perMinute, at: now) {
            return refused(.tooMany(pauseSeconds: pause))
        }
        return .success(Reading(event: event, intake: intake))
    }

    private func open(_ read: Reading, then reply: @escaping @Sendable (Answer) -> Void) {
        let key = read.event.key.isEmpty ? Self.newKey() : read.event.key
        let intake = DialectIntake(engine: engine, entry: read.intake)
        engine.open(intake.request(read.event.opening(key: key))) { result in
            switch result {
            case .success: reply(.success(key: key))
            case .failure(let refusal): reply(.refused(refusal))
            }
        }
    }

    /// What finds no open case is dropped.
    private func answer(to event: EnqueuedEvent, from entry: Intakes.Entry) async -> Answer {
        let intake = DialectIntake(engine: engine, entry: entry)
        let reference = intake.reference(event.key)
        do throws(Refusal) {
            if event.action == .acknowledge {
                try await intake.acknowledge(reference)
            } else {
                try await intake.act(intake.event(.resolved), on: reference)
            }
        } catch {
            return .refused(error)
        }
        return .success(key: event.key)
    }

    /// The key of a trigger that brought none, so that its sender can acknowledge and resolve.
    private static func newKey() -> String {
        let digits = (0..<2).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 16) }
        return digits.joined()
    }
}

/// An answer of the dialect, before it is put on a connection.
struct Answer: Sendable {
    var status: Int
    var bytes: [UInt8]
    var contentType = "application/json"
    var retryAfterSeconds: Int?
    /// The methods that are taken, where this one is not.
    var allowed: String?

    /// Built of constant parts around the key.
    fileprivate static func success(key: String) -> Answer {
        var writer = JSONWriter(reserving: 96 + key.utf8.count)
        writer.beginObject()
        writer.field("status", "success")
        writer.field("message", "Event processed")
        writer.field("dedup_key", key)
        writer.endObject()
        return Answer(status: 202, bytes: writer.bytes)
    }

    fileprivate static func invalid(_ fault: String, status: Int = 400) -> Answer {
        invalid([fault], status: status)
    }

    fileprivate static func invalid(_ faults: [String], status: Int = 400) -> Answer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("status", "invalid event")
        writer.field("message", "Event object is invalid")
        writer.field("errors", faults)
        writer.endObject()
        return Answer(status: status, bytes: writer.bytes)
    }

    /// In the dialect's words.
    fileprivate static func tooMany(pauseSeconds: Int) -> Answer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("status", "throttle exceeded")
        writer.field("message", "Requests for this service are arriving too quickly.")
        writer.endObject()
        return Answer(status: 429, bytes: writer.bytes, retryAfterSeconds: pauseSeconds)
    }

    /// Unavailable is for trying again; everything else is wrong in the event.
    fileprivate static func refused(_ refusal: Refusal) -> Answer {
        guard refusal.code == .unavailable else {
            return .invalid("\(refusal.message); \(refusal.fix)")
        }
        var writer = JSONWriter()
        writer.problem(refusal, status: refusal.code.status)
        return Answer(
            status: refusal.code.status,
            bytes: writer.bytes,
            contentType: "application/problem+json",
            retryAfterSeconds: 5
        )
    }
}

extension Enqueue {
    static let tooLarge = Answer.invalid(
        "the body has more than \(bytesMax) bytes",
        status: 413
    )
}

extension Response {
    fileprivate init(_ answer: Answer) {
        self.init(
            json: answer.bytes,
            status: HTTPResponse.Status(code: answer.status),
            contentType: answer.contentType
        )
        if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = "\(seconds)" }
        if let methods = answer.allowed { headers[.allow] = methods }
    }
}
