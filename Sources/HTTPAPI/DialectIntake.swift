import CivilTime
import Dialects
import Engine
import OnCall
import Paging
import Store

/// What a sender of one `intake:` entry may do with its cases, whatever its dialect.
struct DialectIntake: Sendable {
    let engine: CaseEngine
    let entry: Intakes.Entry

    /// The request that opens a case by `opening`, or joins the open one with its key.
    func request(_ opening: Opening, channel: String = "api") -> OpenRequest {
        var request = OpenRequest(
            policy: entry.policy,
            customer: entry.customer ?? opening.source,
            title: opening.title,
            intake: entry.name,
            way: entry.name
        )
        request.priority = priority(opening.severity)
        request.details = opening.details
        request.key = opening.key
        request.channel = channel
        request.links = opening.links
        request.tags = opening.tags
        return request
    }

    /// By the entry's `priorities:`, else the policy's own priority of that name.
    private func priority(_ severity: String) -> String? {
        if severity.isEmpty { return nil }
        if let mapped = entry.priorities[severity] ?? entry.priorities[severity.lowercased()] {
            return mapped
        }
        guard entry.priorities.isEmpty else { return nil }
        return engine.rulebook.policies[entry.policy]?.priority(named: severity)?.name
    }

    func reference(_ key: String) -> CaseReference { .key(key, intake: entry.name) }

    /// A word on a case.
    func event(_ name: CaseEvent.Name, by person: PersonID? = nil) -> CaseEvent {
        CaseEvent(name, at: engine.now(), by: person, way: entry.name)
    }

    /// `false` where it finds no case, or one that is past it: senders repeat themselves and come
    /// late.
    @discardableResult
    func act(_ event: CaseEvent, on reference: CaseReference) async throws(Refusal) -> Bool {
        do throws(Refusal) {
            _ = try await engine.act(VerbRequest(reference: reference, event: event))
            return true
        } catch  where error.code == .notFound || error.code == .conflict {
            return false
        }
    }

    /// As `person`, else as whoever is paged at the moment: most dialects name nobody.
    ///
    /// A case that nobody owns must not fall silent; where nobody is paged, nothing is stopped.
    @discardableResult
    func acknowledge(
        _ reference: CaseReference,
        as person: PersonID? = nil
    ) async throws(Refusal) -> Bool {
        guard let value = try await stored(reference)?.value else { return false }
        guard value.acknowledgement == nil, value.isOpen,
            let person = person ?? value.progress.currentPeople.first
        else { return value.acknowledgement != nil }
        return try await act(event(.acknowledged, by: person), on: reference)
    }

    func stored(_ reference: CaseReference) async throws(Refusal) -> StoredCase? {
        try await read { (snapshot) throws(StoreError) in try snapshot.stored(reference) }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> Answer
    ) async throws(Refusal) -> Answer {
        do throws(StoreError) {
            return try await engine.reader.read(body)
        } catch {
            throw Refusal(.unavailable, error.description, fix: error.fix)
        }
    }
}
