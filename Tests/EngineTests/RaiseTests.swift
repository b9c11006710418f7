import CivilTime
import OnCall
import Paging
import Store
import TestSupport
import Testing

@testable import Engine

@Suite("A raise by a key whose case has just ended joins that case")
struct RaiseTests {
    private static let start = Instant(secondsSinceEpoch: 1_770_000_000)

    private func rehearsal() throws -> Rehearsal {
        var random = SplitMix64(seed: 7)
        return try Rehearsal(rulebook: RandomRules.rulebook(using: &random), from: Self.start)
    }

    private func request(_ priority: String = "P1", intake: String = "shop") -> OpenRequest {
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "checkout returns 502",
            intake: intake,
            way: intake
        )
        request.key = "k1"
        request.priority = priority
        return request
    }

    private func end(_ number: Int, by person: PersonID? = nil, on rehearsal: Rehearsal) throws {
        let way = person == nil ? "shop" : "cli"
        try rehearsal.act(
            CaseEvent(.resolved, at: rehearsal.now, by: person, way: way),
            on: number
        )
    }

    private func pass(_ minutes: Int, on rehearsal: Rehearsal) {
        rehearsal.stand(at: rehearsal.now.adding(seconds: minutes * 60))
    }

    @Test("Within 15 minutes it is the same case, after that and for other senders another")
    func joins() throws {
        let rehearsal = try rehearsal()
        #expect(try rehearsal.open(request()).value.number == 1)
        try end(1, on: rehearsal)
        pass(14, on: rehearsal)
        #expect(try rehearsal.open(request(intake: "other")).value.number == 2)
        let again = try rehearsal.open(request())
        #expect(again.value.number == 1)
        #expect(again.value.isOpen && !again.isNew)
        #expect(again.events.first?.name == .raisedAgain)
        #expect(try rehearsal.open(request()).events.isEmpty, "it is open")
        pass(1, on: rehearsal)
        try end(1, on: rehearsal)
        pass(16, on: rehearsal)
        #expect(try rehearsal.open(request()).value.number == 3)
        try end(3, by: "anna", on: rehearsal)
        #expect(try rehearsal.open(request()).value.number == 4, "a person ended it")
    }

    @Test("The last case of the key counts, and a request that was answered is no raise")
    func lastOfKey() throws {
        let rehearsal = try rehearsal()
        var first = request()
        first.idempotencyKey = "once"
        #expect(try rehearsal.open(first).value.number == 1)
        try end(1, by: "anna", on: rehearsal)
        #expect(try rehearsal.open(request()).value.number == 2)
        try end(2, on: rehearsal)
        #expect(try rehearsal.open(first).value.isOpen == false, "the same request comes late")
        #expect(try rehearsal.open(request()).value.number == 2)
    }

    @Test("A raise that is worse than the opening raises the priority, once")
    func worse() throws {
        let rehearsal = try rehearsal()
        #expect(try rehearsal.open(request("P2")).value.priority == "P2")
        try end(1, on: rehearsal)
        let again = try rehearsal.open(request("P1"))
        #expect(again.value.number == 1)
        #expect(again.value.priority == "P1")
        #expect(again.events.contains { $0.name == .priorityChanged && $0.reason == "raised" })
        try end(1, on: rehearsal)
        #expect(
            try rehearsal.open(request("P1")).value.progress.cycle == again.value.progress.cycle
        )
    }

    @Test("A case that ended for want of renewal is opened by the next one, with its new end")
    func renewed() throws {
        let rehearsal = try rehearsal()
        var request = request()
        request.expiresAt = rehearsal.now.adding(seconds: 300)
        _ = try rehearsal.open(request)
        pass(6, on: rehearsal)
        request.expiresAt = rehearsal.now.adding(seconds: 300)
        let again = try rehearsal.open(request)
        #expect(again.value.number == 1)
        #expect(again.value.isOpen && again.value.expiresAt == request.expiresAt)
    }
}
